"""Celery's door to sealing."""

from celery import shared_task

from gpa_programme.audit import actions


@shared_task(name="audit.seal")
def seal() -> None:
    """Seal new events."""
    actions.seal()
