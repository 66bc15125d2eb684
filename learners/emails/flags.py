"""The mails of flags: that something is hidden and who decides; never what it says, nor where it stands."""

from typing import Any

from django.urls import reverse

from gpa_programme.accounts.models import User
from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from learners.enums import FlagState
from learners.models import PatientFlag
from learners.queries.flags import hub_of


def raised(flag: PatientFlag) -> Message:
    """Tell the author that their evidence is hidden, and what they can do."""
    return post("flag_raised", to=flag.version.item.enrolment.learner, context=_about(flag))


def to_decide(flag: PatientFlag, person: User) -> Message:
    """Tell somebody of the hub that a flag waits for a decision."""
    return post("flag_to_decide", to=person, context=_about(flag))


def decided(flag: PatientFlag) -> list[Message]:
    """Tell the author and who raised the flag what became of it, but not whoever decided."""
    about = _about(flag) | {
        "destroyed": flag.state == FlagState.CONFIRMED,
        "whole": flag.version.destroyed_at is not None,
    }
    author = flag.version.item.enrolment.learner
    people = [person for person in (author, flag.raised_by) if person.pk != flag.decided_by_id]
    return [post("flag_decided", to=person, context=about | {"own": person.pk == author.pk}) for person in people]


def _about(flag: PatientFlag) -> dict[str, Any]:
    item = flag.version.item
    return {
        "ref": item.ref,
        "kind": item.kind_label.lower(),
        "learner": str(item.enrolment.learner),
        "mailbox": hub_of(flag).mailbox,
        "evidence": item.get_absolute_url(),
        "href": reverse("flag", kwargs={"pk": flag.pk}),
    }
