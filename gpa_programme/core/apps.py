"""Registers core: its template tags, commands, tasks and the cache table."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The leaf app."""

    name = "gpa_programme.core"
    label = "core"
