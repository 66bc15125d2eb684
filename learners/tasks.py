"""Celery's door to learners: start those whose day has come, hand over and remind each morning."""

from celery import shared_task

from learners.actions import copies, enrolment, mentors, reminders


@shared_task(name="learners.start_due")
def start_due() -> None:
    """Make accepted learners active whose start has come; an hour's bell missed is made up by the next."""
    enrolment.start_due()


@shared_task(name="learners.remind")
def remind() -> None:
    """Hand over to mentors whose first day has come, then send the reminders that are due."""
    mentors.hand_over_due()
    reminders.remind()


@shared_task(name="learners.forget_copies")
def forget_copies() -> None:
    """Delete the files of copies whose days are over."""
    copies.forget_copies()
