"""The root of every address; each app lists its own, and addresses are a contract (PAGES of the design)."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("hubs.urls")),
    path("", include("learners.urls")),
    path("", include("evaluation.urls")),
    path("", include("gpa_programme.home.urls")),
]
