"""The mails of enrolment: each points at a page behind sign-in and carries no secret and no learner text."""

from django.urls import reverse

from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from learners.models import Enrolment, Mentorship


def invited_learner(enrolment: Enrolment) -> Message:
    """Tell a learner that they have a place and how to sign in."""
    return post("invited_learner", to=enrolment.learner, context=_about(enrolment))


def invited_mentor(mentorship: Mentorship) -> Message:
    """Tell a mentor that they were named as one and how to sign in."""
    return post("invited_mentor", to=mentorship.mentor, context=_about(mentorship.enrolment))


def _about(enrolment: Enrolment) -> dict[str, str]:
    cohort = enrolment.cohort
    practice = enrolment.placements.select_related("practice").get(until__isnull=True).practice
    starts = enrolment.starts
    return {
        "programme": cohort.programme.name,
        "role": cohort.programme.role,
        "hub": cohort.hub.name,
        "mailbox": cohort.hub.mailbox,
        "practice": practice.name,
        "starts": f"{starts.day} {starts:%B %Y}",
        "sign_in": reverse("account_request_login_code"),
    }
