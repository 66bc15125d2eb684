"""The addresses of flags on evidence."""

from django.urls import URLPattern, path

from learners.views import flags

urlpatterns: list[URLPattern] = [
    path("evidence/<str:ref>/versions/<int:number>/hide/", flags.evidence_hide, name="evidence-hide"),
    path("evidence/<str:ref>/versions/<int:number>/flag/", flags.evidence_flag, name="evidence-flag"),
    path("flags/", flags.flags, name="flags"),
    path("flags/<int:pk>/", flags.flag, name="flag"),
]
