"""A hub opens a learner's evidence for a reason, for some hours; the reason is kept and the learner sees it."""

from datetime import timedelta

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.periods import now, today
from learners.emails import reading as emails
from learners.models import Enrolment, ReadingReason
from learners.rules.reading import HOURS, check_reason
from learners.rules.said import check_kept


def open_for_reason(*, enrolment: Enrolment, reason: str, by: User) -> ReadingReason:
    """Let a person of the hub read the learner's submitted evidence for some hours; the learner is told.

    Raises DomainError `reason`, or `own` where it is their own portfolio.
    """
    check_reason(reason, own=enrolment.learner_id == by.pk)
    check_kept({"reason": reason}, today=today())
    with transaction.atomic():
        moment = now()
        given = ReadingReason.objects.create(
            enrolment=enrolment, reader=by, reason=reason.strip(), at=moment, until=moment + timedelta(hours=HOURS)
        )
        audit.record(
            "evidence_opened_for_reason",
            by=by,
            record_type="enrolment",
            record=enrolment.ref,
            hub=enrolment.cohort.hub_id,
            reason=reason.strip(),
        )
        emails.opened_for_reason(given)
    return given
