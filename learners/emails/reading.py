"""The mail that tells a learner that somebody opened their evidence; the reason stands behind sign-in."""

from django.urls import reverse

from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from learners.models import ReadingReason


def opened_for_reason(given: ReadingReason) -> Message:
    """Tell the learner who opened it and where the reason can be read."""
    href = f"{reverse('portfolio-readers')}?enrolment={given.enrolment.ref}"
    return post("evidence_opened", to=given.enrolment.learner, context={"reader": str(given.reader), "href": href})
