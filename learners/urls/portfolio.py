"""The addresses of portfolio."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
