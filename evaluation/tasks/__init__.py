"""Celery's doors to evaluation, split by noun; imported here so that the worker finds every task."""

from evaluation.tasks import measures, reports, surveys

__all__ = ["measures", "reports", "surveys"]
