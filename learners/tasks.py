"""Celery's door to enrolments: start those whose day has come."""

from celery import shared_task

from learners.actions import enrolment


@shared_task(name="learners.start_due")
def start_due() -> None:
    """Make accepted learners active whose start has come; an hour's bell missed is made up by the next."""
    enrolment.start_due()
