"""Registers evaluation and its kinds of work."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Surveys, measures, reports."""

    name = "evaluation"
