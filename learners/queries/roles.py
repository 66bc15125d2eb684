"""The role source of learners, mentors, and those who read a portfolio for a time."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value

from gpa_programme.accounts.access import Grant, Scope
from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import NationalRole, User
from gpa_programme.core.periods import now, today
from hubs.models import HubMembership
from learners.enums import PLACE_HOLDING
from learners.models import Enrolment, Mentorship, ReadingReason, Verification


def learner_grants(user: User) -> Iterable[Grant]:
    """A learner over their own enrolments; a mentor over the learners they mentor today, with what they did before
    they changed hub; a reader over what they may read for a time: a verifier once every blind reading is given.
    """
    held = [
        Grant(RoleKey.LEARNER, Scope(enrolment=pk))
        for pk in Enrolment.objects.filter(learner=user).order_by("pk").values_list("pk", flat=True)
    ]
    for role, firsts in _others(user).items():
        held += [Grant(role, Scope(enrolment=pk)) for pk in with_earlier(firsts)]
    return held


def with_earlier(firsts: dict[int, int | None]) -> list[int]:
    """These enrolments and the earlier ones of the same portfolios; `firsts` is by enrolment the one it began with."""
    roots = {first for first in firsts.values() if first}
    if not roots:
        return list(firsts)
    earlier = Enrolment.objects.filter(Q(pk__in=roots) | Q(first__in=roots)).values_list("pk", "first")
    newest = {first: pk for pk, first in firsts.items() if first}
    return sorted({*firsts, *(pk for pk, first in earlier if pk < newest[first or pk])})


def _others(user: User) -> dict[RoleKey, dict[int, int | None]]:
    """By role: the learners whom the person mentors today, and whose evidence they may read today; one query.

    A reason and a verification open nothing any more once the person has left the hub or is no verifier.
    """
    day = today()
    held = Q(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
    current = Mentorship.objects.filter(held, mentor=user, enrolment__state__in=PLACE_HOLDING)
    hubs = HubMembership.objects.filter(held, user=user.pk)
    reasons = ReadingReason.objects.filter(
        reader=user.pk, until__gt=now(), enrolment__cohort__hub__in=hubs.values("hub")
    ).exclude(enrolment__learner=user.pk)
    verifiers = NationalRole.objects.filter(held, user=user.pk, role=RoleKey.VERIFIER)
    verified = Verification.objects.open().filter(
        verifier__in=verifiers.values("user"), drawn=True, since__lte=day, until__gte=day, read_at__isnull=False
    )
    sources = (
        _rows(current, RoleKey.MENTOR),
        _rows(reasons, RoleKey.READER),
        _rows(verified.exclude(enrolment__learner=user.pk), RoleKey.READER),
    )
    found: dict[RoleKey, dict[int, int | None]] = {}
    for role, enrolment, first in sorted(sources[0].union(*sources[1:]), key=lambda row: row[:2]):
        found.setdefault(RoleKey(role), {})[enrolment] = first
    return found


def _rows(rows: QuerySet[Any], role: RoleKey) -> QuerySet[Any, tuple[str, int, int | None]]:
    return rows.order_by().values_list(Value(role.value, output_field=CharField()), "enrolment", "enrolment__first")
