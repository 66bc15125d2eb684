"""Celery's doors to core.work: do one row, sweep, and show that the worker lives."""

from celery import shared_task
from django.core.cache import cache

from gpa_programme.core import work
from gpa_programme.core.periods import now

HEARTBEAT = "worker-heartbeat"


@shared_task(name="core.do")
def do(kind: str, pk: int) -> None:
    """Do one row of work."""
    work.do(kind, pk)


@shared_task(name="core.sweep")
def sweep() -> None:
    """Ring again for what is due."""
    work.sweep()


@shared_task(name="core.heartbeat")
def heartbeat() -> None:
    """Leave the time, so that a silent worker is seen."""
    cache.set(HEARTBEAT, now().isoformat(), timeout=None)
