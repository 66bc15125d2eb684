"""Enrolments that carry one portfolio: a learner who changed hub has one in each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Q

from learners.enums import EnrolmentState
from learners.models import Enrolment


def portfolio_ids(enrolment: Enrolment) -> list[int]:
    """This enrolment and the earlier ones whose evidence and decisions came with the learner, the oldest first."""
    return portfolios([enrolment])[enrolment.pk]


def portfolios(enrolments: Iterable[Enrolment]) -> dict[int, list[int]]:
    """The same for many at once: one query, none where nobody changed hub."""
    asked = list(enrolments)
    found = {one.pk: [one.pk] for one in asked}
    moved = [one for one in asked if one.first_id]
    if not moved:
        return found
    roots = {one.first_id for one in moved}
    chain = Enrolment.objects.filter(Q(pk__in=roots) | Q(first__in=roots)).order_by("pk")
    rows = list(chain.values_list("pk", "first"))
    for one in moved:
        found[one.pk] = [pk for pk, first in rows if (first or pk) == one.first_id and pk <= one.pk]
    return found


def later_of(firsts: Mapping[int, int | None]) -> dict[int, list[int]]:
    """By earlier enrolment of a learner who changed hub: the later ones asked about that its rows belong to as well.

    `firsts` holds the enrolments asked about, each with the one its portfolio began with; one query, none where nobody
    changed hub.
    """
    moved = {pk: first for pk, first in firsts.items() if first}
    if not moved:
        return {}
    roots = set(moved.values())
    chain = Enrolment.objects.filter(Q(pk__in=roots) | Q(first__in=roots))
    owners: dict[int, list[int]] = defaultdict(list)
    for pk, first in chain.order_by("pk").values_list("pk", "first"):
        for later, root in moved.items():
            if (first or pk) == root and pk < later:
                owners[pk].append(later)
    return dict(owners)


def owners_of(firsts: Mapping[int, int | None]) -> dict[int, list[int]]:
    """The same with each enrolment asked about as an owner of its own rows: what counts to whom in a portfolio."""
    owners = {pk: [pk] for pk in firsts}
    for earlier, later in later_of(firsts).items():
        owners.setdefault(earlier, []).extend(later)
    return owners


def current_of(enrolment: Enrolment) -> Enrolment:
    """The newest enrolment of the same portfolio: its mentors decide about everything in it."""
    root = enrolment.first_id or enrolment.pk
    rows = Enrolment.objects.filter(Q(pk=root) | Q(first=root)).select_related("cohort", "learner")
    return rows.latest("pk")


def carried_on(enrolment: Enrolment) -> Enrolment:
    """The enrolment in which this portfolio goes on: the same, unless the learner was transferred to another hub."""
    return current_of(enrolment) if enrolment.state == EnrolmentState.TRANSFERRED else enrolment
