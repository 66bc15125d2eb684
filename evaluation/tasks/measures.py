"""Celery's doors to the snapshots: refresh what changed, count everything at night."""

from celery import shared_task

from evaluation.actions import snapshots


@shared_task(name="evaluation.refresh_snapshots")
def refresh_snapshots() -> None:
    """Count the cohorts whose rows changed since the last pass."""
    snapshots.refresh()


@shared_task(name="evaluation.recompute_snapshots")
def recompute_snapshots() -> None:
    """Count everything again."""
    snapshots.recompute()
