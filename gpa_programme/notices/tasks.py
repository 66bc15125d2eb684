"""Celery's door to digests."""

from celery import shared_task

from gpa_programme.notices import actions


@shared_task(name="notices.send_digests")
def send_digests() -> None:
    """Send digests that are due."""
    actions.send_digests()
