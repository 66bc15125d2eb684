"""Celery's door to surveys."""

from celery import shared_task

from evaluation.actions import waves


@shared_task(name="evaluation.turn_waves")
def turn_waves() -> None:
    """Open, close and remind of waves by their dates."""
    waves.turn_waves()


@shared_task(name="evaluation.shuffle_open_waves")
def shuffle_open_waves() -> None:
    """Store the answers of open waves again in random order."""
    waves.shuffle_open_waves()
