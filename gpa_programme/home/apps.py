"""Registers home."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The rightmost app."""

    name = "gpa_programme.home"
    label = "home"
