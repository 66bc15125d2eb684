"""States of competencies for many learners at once: a fixed number of queries, now or as recorded by a cut-off.

A learner who changed hub has an enrolment in each; the states of the later one read the earlier ones' rows as well. One
who went over to another version of the framework keeps the sign-offs that the versions' mappings carry.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from gpa_programme.core.periods import add_months, london_date, now
from learners.enums import WRITABLE, CompetencyState, DecisionKind, VersionState
from learners.models import (
    Competency,
    CompetencyMapping,
    Decision,
    Enrolment,
    EvidenceItem,
    EvidenceLink,
    EvidenceVersion,
    RequestVersion,
    ScopeItem,
    SignOffRequest,
)
from learners.queries.chain import later_of
from learners.rules.competency import Facts, Progress, progress, state_of

__all__ = ["Progress", "States", "cohort_states", "enrolment_states", "progress", "standing_signoffs"]

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


def standing_signoffs(
    enrolments: Collection[Enrolment], states: Mapping[int, States], *, also_expired: Collection[int] = ()
) -> dict[int, dict[int, int]]:
    """Of each enrolment, by competency that is signed off in its `states`: the key of the sign-off that stands,
    wherever it was earned.

    For those in `also_expired` with what has run out since: it stood when the portfolio was handed in.
    """
    frameworks = {one.pk: one.framework_id for one in enrolments}
    owners = later_of({one.pk: one.first_id for one in enrolments})
    decided = _decided([*frameworks, *owners], None)
    ours = _Ours(owners, frameworks, _competencies(set(frameworks.values())), decided)
    newest: dict[Pair, int] = {}
    for pair, found in decided.items():
        signed = max((pk for pk, kind, *_rest in found if kind == DecisionKind.SIGNED_OFF), default=0)
        for today_pair in ours.pairs(pair):
            newest[today_pair] = max(signed, newest.get(today_pair, 0))
    standing: dict[int, dict[int, int]] = {pk: {} for pk in frameworks}
    for (enrolment, competency), pk in newest.items():
        state = states[enrolment][competency]
        late = state is CompetencyState.EXPIRED and enrolment in also_expired
        if state is CompetencyState.SIGNED_OFF or late:
            standing[enrolment][competency] = pk
    return standing


def _states(enrolments: QuerySet[Enrolment], at: datetime | None, *, own: bool) -> dict[int, States]:
    rows = list(enrolments.order_by("pk").values_list("pk", "framework", "first"))
    frameworks = {pk: framework for pk, framework, _first in rows}
    competencies = _competencies(set(frameworks.values()))
    owners = later_of({pk: first for pk, _framework, first in rows})
    ids = [*frameworks, *owners]
    day = london_date(at or now())
    scope = set(
        ScopeItem.objects.current(at).filter(enrolment__in=list(frameworks)).values_list("enrolment", "competency")
    )
    decided = _decided(ids, at)
    changed = _requests_overtaken(_overtaken_below(ids, at), at)
    waiting = _waiting(ids, at)
    drafting = _drafting(ids) if own else set()
    ours = _Ours(owners, frameworks, competencies, [*decided, *waiting, *drafting])
    standing, returned = _newest(ours, decided)
    waiting, drafting = ours.all_of(waiting), ours.all_of(drafting)

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


class _Ours:
    """Says to which pairs of today a row counts: an earlier enrolment's to the later, an older competency's to what
    it became where the mapping carries it.
    """

    def __init__(
        self,
        owners: dict[int, list[int]],
        frameworks: dict[int, int],
        competencies: dict[int, list[tuple[int, int | None]]],
        pairs: Iterable[Pair],
    ) -> None:
        self.owners, self.frameworks = owners, frameworks
        self.known = {framework: {pk for pk, _months in rows} for framework, rows in competencies.items()}
        here = set().union(*self.known.values()) if self.known else set()
        self.became = _became({competency for _enrolment, competency in pairs} - here)

    def pairs(self, pair: Pair) -> Iterable[Pair]:
        """The pairs of today that a row of this pair counts to."""
        enrolment, competency = pair
        mine = [enrolment] if enrolment in self.frameworks else []
        for owner in (*mine, *self.owners.get(enrolment, ())):
            known = self.known[self.frameworks[owner]]
            yield from ((owner, one) for one in (competency, *self.became.get(competency, ())) if one in known)

    def all_of(self, pairs: set[Pair]) -> set[Pair]:
        """The same for a set of them."""
        return {found for pair in pairs for found in self.pairs(pair)}


def _became(strangers: set[int]) -> dict[int, set[int]]:
    """By competency of an older version: everything it became by mappings that carry, over several versions."""
    if not strangers:
        return {}
    step: dict[int, set[int]] = defaultdict(set)
    for old, new in CompetencyMapping.objects.filter(carries=True).values_list("old", "new"):
        step[old].add(new)
    found: dict[int, set[int]] = {}
    for start in strangers:
        reached: set[int] = set()
        edge = {start}
        while edge := {new for old in edge for new in step.get(old, ())} - reached:
            reached |= edge
        found[start] = reached
    return found


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


Decided = dict[Pair, list[tuple[int, str, int, date]]]


def _decided(ids: list[int], at: datetime | None) -> Decided:
    """By enrolment and competency: the key, kind, request and day of every decision that says something, in order."""
    rows = Decision.objects.filter(enrolment__in=ids).exclude(kind=DecisionKind.CANNOT_JUDGE)
    if at:
        rows = rows.filter(decided_at__lt=at)
    found: Decided = defaultdict(list)
    columns = rows.order_by("pk").values_list("enrolment", "competency", "pk", "kind", "request", "effective_on")
    for enrolment, competency, pk, kind, request, effective in columns:
        found[enrolment, competency].append((pk, kind, request, effective))
    return found


def _newest(
    ours: "_Ours", decided: Decided
) -> tuple[dict[Pair, tuple[DecisionKind | None, int, date | None]], set[Pair]]:
    """By pair of today: the newest sign-off or revocation, and whether the newest decision returned it."""
    gathered: Decided = defaultdict(list)
    for pair, rows in decided.items():
        for today_pair in ours.pairs(pair):
            gathered[today_pair] += rows
    standing: dict[Pair, tuple[DecisionKind | None, int, date | None]] = {}
    returned: set[Pair] = set()
    for pair, rows in gathered.items():
        for _pk, kind, request, effective in sorted(rows):
            if kind in STANDING:
                standing[pair] = (STANDING[kind], request, effective)
                returned.discard(pair)
            else:
                returned.add(pair)
    return standing, returned


def _overtaken_below(ids: list[int], at: datetime | None) -> dict[int, int]:
    """By item: the number below which a version no longer stands, for items where one does not.

    A later submitted version overtakes the earlier ones; a version whose words or file were destroyed overtakes itself.
    Asked item by item inside one query: a join would read every later version of the programme.
    """
    versions = EvidenceVersion.objects.filter(item=OuterRef("pk"), state=VersionState.SUBMITTED)
    later, gone = versions.filter(number__gt=1), versions.filter(destroyed_at__isnull=False)
    if at:
        later, gone = later.filter(submitted_at__lt=at), gone.filter(destroyed_at__lt=at)
    items = EvidenceItem.objects.filter(enrolment__in=ids).annotate(
        newest=Subquery(later.order_by().values("item").values(newest=Max("number"))),
        destroyed=Subquery(gone.order_by().values("item").values(destroyed=Max("number"))),
    )
    rows = items.filter(Q(newest__isnull=False) | Q(destroyed__isnull=False)).order_by()
    return {
        pk: max(newest or 1, (destroyed or 0) + 1)
        for pk, newest, destroyed in rows.values_list("pk", "newest", "destroyed")
    }


def _requests_overtaken(below: dict[int, int], at: datetime | None) -> set[int]:
    """The requests that name no standing version of an item of which they name one."""
    rows = RequestVersion.objects.filter(version__item__in=list(below) or [0])  # asked even of nothing: a fixed count
    if at:
        rows = rows.filter(version__submitted_at__lt=at)
    named: dict[Pair, int] = {}
    for request, item, number in rows.values_list("request", "version__item", "version__number"):
        named[request, item] = max(number, named.get((request, item), 0))
    return {request for (request, item), number in named.items() if number < below[item]}


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
    links = EvidenceLink.objects.filter(version__state__in=WRITABLE, version__item__enrolment__in=ids)
    return set(links.order_by().values_list("version__item__enrolment", "competency"))
