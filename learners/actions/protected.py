"""The weekly tap: whether a learner had their protected time."""

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import DomainError
from gpa_programme.core.periods import now, today
from learners.actions.evidence import check_writer
from learners.enums import ProtectedHours
from learners.models import Enrolment, ProtectedWeek
from learners.rules.protected import monday_of


def record_week(*, enrolment: Enrolment, had: str, by: User) -> ProtectedWeek:
    """Keep what the learner says of the week that runs; until Sunday they may change it.

    Raises as actions.evidence.check_writer does, and DomainError `had` for another answer.
    """
    check_writer(enrolment, by=by)
    if had not in ProtectedHours.values:
        raise DomainError("Select Yes, Part of it or No", field="had", code="had")
    with transaction.atomic():
        week, _made = ProtectedWeek.objects.update_or_create(
            enrolment=enrolment, monday=monday_of(today()), defaults={"had": had, "recorded_at": now()}
        )
        audit.record(
            "protected_week_recorded",
            by=by,
            record_type="enrolment",
            record=enrolment.ref,
            hub=enrolment.cohort.hub_id,
            monday=week.monday.isoformat(),
            had=had,
        )
    return week
