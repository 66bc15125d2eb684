"""Enrolments that carry one portfolio: a learner who changed hub has one in each."""

from django.db.models import Q

from learners.enums import EnrolmentState
from learners.models import Enrolment


def portfolio_ids(enrolment: Enrolment) -> list[int]:
    """This enrolment and the earlier ones whose evidence and decisions came with the learner, the oldest first."""
    if enrolment.first_id is None:
        return [enrolment.pk]
    chain = Enrolment.objects.filter(Q(pk=enrolment.first_id) | Q(first=enrolment.first_id), pk__lte=enrolment.pk)
    return list(chain.order_by("pk").values_list("pk", flat=True))


def current_of(enrolment: Enrolment) -> Enrolment:
    """The newest enrolment of the same portfolio: its mentors decide about everything in it."""
    root = enrolment.first_id or enrolment.pk
    rows = Enrolment.objects.filter(Q(pk=root) | Q(first=root)).select_related("cohort", "learner")
    return rows.latest("pk")


def carried_on(enrolment: Enrolment) -> Enrolment:
    """The enrolment in which this portfolio goes on: the same, unless the learner was transferred to another hub."""
    return current_of(enrolment) if enrolment.state == EnrolmentState.TRANSFERRED else enrolment
