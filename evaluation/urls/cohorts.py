"""The addresses of cohorts."""

from django.urls import URLPattern, path

from evaluation.views import cohorts as views

urlpatterns: list[URLPattern] = [
    path("cohorts/<int:pk>/", views.cohort, name="cohort"),
    path("cohorts/<int:pk>/board/", views.cohort_board, name="cohort-board"),
]
