"""The reminders: a line for a mentor, a line for the hub; never a word of evidence."""

from django.urls import reverse

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import now
from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from learners.enums import DigestRhythm
from learners.models import SignOffRequest
from learners.queries.reminders import Due, reminder_due_for
from learners.rules.reminders import reminder_due


def still_waits(request: SignOffRequest, mentor: User, days: int) -> Message:
    """A line in a mentor's reminder: whose competency has waited how long."""
    context = {
        "learner": str(request.enrolment.learner),
        "competency": str(request.competency),
        "days": days,
        "href": request.get_absolute_url(),
    }
    return post("digest_reminder", to=mentor, context=context, digest="reminder", due_at=reminder_due_for(mentor))


def tell_hub(due: Due) -> Message:
    """A line in the mail to a hub's mailbox, by the learner's reference; one mail a hub each morning."""
    enrolment = due.request.enrolment
    context = {
        "ref": enrolment.ref,
        "days": due.waited,
        "mentored": bool(due.mentors),
        "href": reverse("learner-mentors", kwargs={"ref": enrolment.ref}),
    }
    morning = reminder_due(DigestRhythm.DAILY, now())
    return post(
        "digest_overdue", address=enrolment.cohort.hub.mailbox, context=context, digest="overdue", due_at=morning
    )
