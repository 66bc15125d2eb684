"""The mails about mentors: who starts, who stops, who is away and who covers; never a word of evidence."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse

from gpa_programme.accounts.models import User
from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from hubs.models import Hub
from learners.models import Absence, Enrolment, Mentorship
from learners.queries.enrolments import practices_of
from learners.rules.mentors import Interval, period, said

SIGN_IN = "account_request_login_code"


def named(mentorship: Mentorship) -> Message:
    """Tell a mentor that they were named and how to sign in."""
    enrolment = mentorship.enrolment
    practice = practices_of([enrolment.pk]).get(enrolment.pk)
    context = {
        **_hub(enrolment.cohort.hub),
        "kind": mentorship.capacity.label,
        "learner": str(enrolment.learner),
        "role": enrolment.cohort.programme.role,
        "practice": practice.name if practice else "no practice yet",
        "period": period(Interval(mentorship.since, mentorship.until)),
        "sign_in": reverse(SIGN_IN),
    }
    return post("mentor_named", to=mentorship.mentor, context=context)


def stops(mentorship: Mentorship, *, others: Iterable[str]) -> Message:
    """Tell a mentor from when they no longer mentor a learner, and who does."""
    assert mentorship.until is not None
    context = {
        **_hub(mentorship.enrolment.cohort.hub),
        "kind": mentorship.capacity.label,
        "learner": str(mentorship.enrolment.learner),
        "stops_on": said(mentorship.until + timedelta(days=1)),
        "others": " and ".join(others) or "whoever the hub names",
    }
    return post("mentor_stops", to=mentorship.mentor, context=context)


def changed(enrolment: Enrolment, lines: list[str]) -> Message:
    """Tell a learner what changes about their mentors, in sentences."""
    context = {"lines": lines, "href": reverse("learner-mentors", kwargs={"ref": enrolment.ref})}
    return post("mentors_changed", to=enrolment.learner, context=context)


def covers(absence: Absence, cover: User, learners: list[str]) -> Message:
    """Tell a cover whose lists they see, and when."""
    return post(
        "cover_named", to=cover, context={**_absence(absence), "learners": learners, "sign_in": reverse(SIGN_IN)}
    )


def cover_ends(absence: Absence, cover: User, last_day: Any) -> Message:
    """Tell a cover that the mentor is back early; `last_day` None: before it began."""
    return post("cover_ends", to=cover, context={**_absence(absence), "last_day": said(last_day) if last_day else ""})


def away(absence: Absence, hub: Hub, enrolments: list[Enrolment]) -> Message:
    """Tell a hub whose mentor is away and who covers; the learners by their references."""
    context = {
        **_absence(absence),
        "refs": [enrolment.ref for enrolment in enrolments],
        "href": reverse("learner-mentors", kwargs={"ref": enrolments[0].ref}),
    }
    return post("mentor_away", address=hub.mailbox, context=context)


def back(absence: Absence, hub: Hub) -> Message:
    """Tell a hub that an absence was taken back."""
    return post("mentor_back", address=hub.mailbox, context=_absence(absence))


def _absence(absence: Absence) -> dict[str, str]:
    return {
        "mentor": str(absence.mentor),
        "cover": str(absence.cover or ""),
        "period": period(Interval(absence.since, absence.until)),
    }


def _hub(hub: Hub) -> dict[str, str]:
    return {"hub": hub.name, "mailbox": hub.mailbox}
