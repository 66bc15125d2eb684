"""States of competencies for many learners at once: a fixed number of queries, now or as recorded by a cut-off."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from gpa_programme.core.periods import add_months, london_date, now
from learners.enums import CompetencyState, DecisionKind, VersionState
from learners.models import (
    Competency,
    Decision,
    Enrolment,
    EvidenceItem,
    EvidenceLink,
    EvidenceVersion,
    RequestVersion,
    ScopeItem,
    SignOffRequest,
)
from learners.rules.competency import Facts, Progress, progress, state_of

__all__ = ["Progress", "States", "cohort_states", "enrolment_states", "progress"]

States = dict[int, CompetencyState]
Pair = tuple[int, int]
STANDING = {kind.value: kind for kind in (DecisionKind.SIGNED_OFF, DecisionKind.REVOKED)}


def cohort_states(cohort_ids: Collection[int], *, at: datetime | None = None) -> dict[int, States]:
    """Each enrolment's state by competency, for every enrolment of the cohorts: seven queries, whatever their number.

    With `at`, as recorded before that moment. Drafts never show: they are the learner's own. For hundreds of cohorts
    call it for a few at a time: the answer holds a cell for every learner and competency.
    """
    return _states(Enrolment.objects.filter(cohort__in=cohort_ids), at, own=False)


def enrolment_states(
    enrolment_ids: Collection[int], *, at: datetime | None = None, own: bool = False
) -> dict[int, States]:
    """Each enrolment's state by competency: seven queries, and one more with `own`, which shows the owner's drafts."""
    return _states(Enrolment.objects.filter(pk__in=enrolment_ids), at, own=own)


def _states(enrolments: QuerySet[Enrolment], at: datetime | None, *, own: bool) -> dict[int, States]:
    frameworks = dict(enrolments.order_by("pk").values_list("pk", "framework"))
    ids = list(frameworks)
    competencies = _competencies(set(frameworks.values()))
    day = london_date(at or now())
    scope = set(ScopeItem.objects.filter(enrolment__in=ids).values_list("enrolment", "competency"))
    standing, returned = _decided(ids, at)
    changed = _requests_overtaken(_later_versions(ids, at), at)
    waiting = _waiting(ids, at)
    drafting = _drafting(ids) if own else set()

    states: dict[int, States] = {}
    for enrolment, framework in frameworks.items():
        mine = states[enrolment] = {}
        for competency, months in competencies[framework]:
            pair = (enrolment, competency)
            kind, request, effective = standing.get(pair, NOTHING)
            expired = months is not None and effective is not None and add_months(effective, months) <= day
            mine[competency] = _state(
                (pair in scope, kind, expired, request in changed, pair in returned, pair in waiting, pair in drafting)
            )
    return states


@cache
def _state(facts: tuple[Any, ...]) -> CompetencyState:
    """The state of these facts, in the order of Facts; a cohort has thousands of cells and few different ones."""
    return state_of(Facts(*facts))


NOTHING: tuple[DecisionKind | None, int, date | None] = (None, 0, None)


def _competencies(frameworks: Iterable[int]) -> dict[int, list[tuple[int, int | None]]]:
    """Each framework's competencies in order, with the months for which a sign-off holds."""
    rows = Competency.objects.filter(framework__in=frameworks).order_by("position")
    found = defaultdict(list)
    for framework, pk, months in rows.values_list("framework", "pk", "valid_for_months"):
        found[framework].append((pk, months))
    return found


def _decided(
    ids: list[int], at: datetime | None
) -> tuple[dict[Pair, tuple[DecisionKind | None, int, date | None]], set[Pair]]:
    """By enrolment and competency: the newest sign-off or revocation, and whether the newest decision returned it."""
    rows = Decision.objects.filter(enrolment__in=ids).exclude(kind=DecisionKind.CANNOT_JUDGE)
    if at:
        rows = rows.filter(decided_at__lt=at)
    standing: dict[Pair, tuple[DecisionKind | None, int, date | None]] = {}
    returned: set[Pair] = set()
    columns = rows.order_by("pk").values_list("enrolment", "competency", "kind", "request", "effective_on")
    for enrolment, competency, kind, request, effective in columns:
        pair = (enrolment, competency)
        if kind in STANDING:
            standing[pair] = (STANDING[kind], request, effective)
            returned.discard(pair)
        else:
            returned.add(pair)
    return standing, returned


def _later_versions(ids: list[int], at: datetime | None) -> dict[int, int]:
    """By item: the number of its newest submitted version, for items that have more than one.

    Asked item by item inside one query: a join would read every later version of the programme.
    """
    later = EvidenceVersion.objects.filter(item=OuterRef("pk"), state=VersionState.SUBMITTED, number__gt=1)
    if at:
        later = later.filter(submitted_at__lt=at)
    newest = Subquery(later.order_by().values("item").values(newest=Max("number")))
    items = EvidenceItem.objects.filter(enrolment__in=ids).annotate(newest=newest).filter(newest__isnull=False)
    return dict(items.order_by().values_list("pk", "newest"))


def _requests_overtaken(newest: dict[int, int], at: datetime | None) -> set[int]:
    """The requests that name a version of an item of which a later one, not named by them, was submitted."""
    rows = RequestVersion.objects.filter(version__item__in=list(newest) or [0])  # asked even of nothing: a fixed count
    if at:
        rows = rows.filter(version__submitted_at__lt=at)
    named: dict[Pair, int] = {}
    for request, item, number in rows.values_list("request", "version__item", "version__number"):
        named[request, item] = max(number, named.get((request, item), 0))
    return {request for (request, item), number in named.items() if number < newest[item]}


def _waiting(ids: list[int], at: datetime | None) -> set[Pair]:
    """Enrolment and competency of the requests that are open, or were at the cut-off."""
    rows = SignOffRequest.objects.filter(enrolment__in=ids)
    if at:
        rows = rows.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=at), requested_at__lt=at)
    else:
        rows = rows.open()
    return set(rows.order_by().values_list("enrolment", "competency"))


def _drafting(ids: list[int]) -> set[Pair]:
    """Enrolment and competency of what drafts are written for."""
    links = EvidenceLink.objects.filter(version__state=VersionState.DRAFT, version__item__enrolment__in=ids)
    return set(links.order_by().values_list("version__item__enrolment", "competency"))
