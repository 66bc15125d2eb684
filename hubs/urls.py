"""The addresses of hubs."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
