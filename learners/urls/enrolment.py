"""The addresses of enrolment."""

from django.urls import URLPattern, path

from learners.views import enrolment as views

urlpatterns: list[URLPattern] = [
    path("cohorts/<int:pk>/enrol/", views.enrol, name="cohort-enrol"),
    path("learners/<str:ref>/", views.learner, name="learner"),
    path("learners/<str:ref>/enrolled/", views.enrolled, name="learner-enrolled"),
    path("learners/<str:ref>/move/", views.move, name="learner-move"),
]
