"""The project: its settings, its worker and the apps that every other app stands on."""

from gpa_programme.celery import app as celery_app

__all__ = ["celery_app"]
