"""The addresses of cohorts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
