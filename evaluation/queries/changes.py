"""Which cohorts have rows newer than their figures: found by the times of the rows, so no list of them is kept."""

from datetime import datetime

from hubs.models import Programme
from learners.models import Decision, EnrolmentChange, EvidenceVersion


def changed_cohorts(programme: Programme, *, since: datetime) -> set[int]:
    """Cohorts with a move, a submission or a decision since that moment; what has no time of its own waits for the
    night. A request is always raised by a submission and closed by a decision.
    """
    sources = (
        EnrolmentChange.objects.filter(recorded_at__gte=since, enrolment__cohort__programme=programme)
        .order_by()
        .values_list("enrolment__cohort", flat=True),
        Decision.objects.filter(decided_at__gte=since, enrolment__cohort__programme=programme)
        .order_by()
        .values_list("enrolment__cohort", flat=True),
        EvidenceVersion.objects.filter(submitted_at__gte=since, item__enrolment__cohort__programme=programme)
        .order_by()
        .values_list("item__enrolment__cohort", flat=True),
    )
    return {cohort for rows in sources for cohort in rows.distinct()}
