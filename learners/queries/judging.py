"""Reads of who may decide on a request today, and what they opened before."""

from collections.abc import Collection
from typing import Any

from gpa_programme.audit.models import ReadLog
from gpa_programme.core.periods import today
from learners.models import Enrolment, Mentorship, SignOffRequest
from learners.queries.chain import current_of
from learners.queries.mentors import mentorships_on

OPENED = "signoff_request"
OPENED_TOGETHER = "signoff_requests"


def kinds_today(enrolment: Enrolment, user: Any) -> list[str]:
    """As which kinds of mentor the person may decide today about this portfolio, wherever the learner is now."""
    rows = mentorships_on([current_of(enrolment).pk], today())
    return list(rows.filter(mentor=user.pk).values_list("kind", flat=True))


def able_to_judge(request: SignOffRequest, *, but: Any) -> list[Mentorship]:
    """The learner's other mentors of today who may sign this competency off, each once."""
    rows = mentorships_on([current_of(request.enrolment).pk], today()).filter(kind__in=request.competency.may_sign)
    return list({row.mentor_id: row for row in rows.exclude(mentor=but.pk)}.values())


def opened_by(user: Any, marks: Collection[str]) -> set[str]:
    """Those of the marks (rules.signoff.seen_mark) that stand in the trail of what the person read."""
    rows = ReadLog.objects.filter(reader=user.pk, record_type=OPENED, record__in=marks)
    return set(rows.values_list("record", flat=True))
