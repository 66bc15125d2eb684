"""The mails of sign-off: a line in the mentor's digest and the outcome for the learner, never a word of evidence."""

from django.urls import reverse

from gpa_programme.accounts.models import User
from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from learners.models import Decision, SignOffRequest


def waits_for(request: SignOffRequest, mentor: User, *, again: bool) -> Message:
    """A line in the mentor's next digest: whose competency waits. `again`: evidence was added to an open request."""
    line = {
        "learner": str(request.enrolment.learner),
        "competency": str(request.competency),
        "again": again,
        "href": request.get_absolute_url(),
    }
    return post("digest_waiting", to=mentor, context=line, digest="waiting")


def decided(decision: Decision) -> Message:
    """Tell the learner that there is an outcome; what was said stands behind sign-in."""
    competency = decision.competency
    href = reverse("portfolio-competency", kwargs={"code": competency.code})
    context = {
        "competency": str(competency),
        "outcome": str(decision.status.label),
        "kind": decision.kind,
        "by": str(decision.by),
        "href": f"{href}?enrolment={decision.enrolment.ref}",
    }
    return post("decided", to=decision.learner, context=context)
