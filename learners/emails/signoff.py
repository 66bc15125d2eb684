"""The mails of sign-off: a line in the mentor's digest and the outcome for the learner, never a word of evidence."""

from django.urls import reverse

from gpa_programme.accounts.models import User
from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from learners.models import Decision, SignOffRequest
from learners.queries.reminders import digest_due_for


def waits_for(request: SignOffRequest, mentor: User, *, again: bool, resent: bool = False) -> Message:
    """A line in the mentor's next digest: whose competency waits. `again`: evidence was added to an open request;
    `resent`: the learner asks once more.
    """
    line = {
        "learner": str(request.enrolment.learner),
        "competency": str(request.competency),
        "again": again,
        "resent": resent,
        "href": request.get_absolute_url(),
    }
    return post("digest_waiting", to=mentor, context=line, digest="waiting", due_at=digest_due_for(mentor))


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


def decided_together(decisions: list[Decision]) -> Message:
    """Tell the learner of several sign-offs that were made at once, in one mail."""
    first = decisions[0]
    context = {
        "competencies": [str(decision.competency) for decision in decisions],
        "by": str(first.by),
        "href": f"{reverse('portfolio')}?enrolment={first.enrolment.ref}",
    }
    return post("decided_together", to=first.learner, context=context)


def handed_on(decision: Decision, mentor: User) -> Message:
    """Tell a mentor that another cannot judge a request and asks them to."""
    request = decision.request
    context = {
        "by": str(decision.by),
        "learner": str(decision.learner),
        "competency": str(decision.competency),
        "href": request.get_absolute_url(),
    }
    return post("handed_on", to=mentor, context=context)


def nobody_judges(decision: Decision) -> Message:
    """Tell the hub's mailbox that none of the learner's mentors can judge a request: only whose, by the reference."""
    enrolment = decision.enrolment
    context = {"ref": enrolment.ref, "href": enrolment.get_absolute_url()}
    return post("nobody_judges", address=enrolment.cohort.hub.mailbox, context=context)
