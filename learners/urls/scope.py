"""The addresses of scope, background, prior learning and protected time."""

from django.urls import URLPattern, path

from learners.views import background, protected, scope

urlpatterns: list[URLPattern] = [
    path("portfolio/protected-week/", protected.protected_week, name="protected-week"),
    path("learners/<str:ref>/scope/", scope.scope, name="scope"),
    path("learners/<str:ref>/scope/propose/", scope.scope_propose, name="scope-propose"),
    path("learners/<str:ref>/scope/<int:number>/", scope.scope_answer, name="scope-answer"),
    path("learners/<str:ref>/background/", background.background, name="background"),
    path("learners/<str:ref>/background/edit/", background.background_edit, name="background-edit"),
    path("learners/<str:ref>/background/claim/", background.background_claim, name="background-claim"),
    path("frameworks/<int:pk>/care-certificate/", background.care_certificate, name="care-certificate"),
    path(
        "frameworks/<int:pk>/care-certificate/<str:edition>/<int:number>/",
        background.care_standard,
        name="care-standard",
    ),
]
