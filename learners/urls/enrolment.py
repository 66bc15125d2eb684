"""The addresses of enrolment."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
