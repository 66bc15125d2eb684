"""Reads of frameworks: the versions there are, one of them by domain, what differs, and what a move would mean."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from learners.enums import CompetencyState, FrameworkState
from learners.models import Competency, CompetencyFramework, CompetencyMapping, Domain, Enrolment
from learners.queries.states import enrolment_states
from learners.rules.framework import Difference, Row, differences


def frameworks() -> QuerySet[CompetencyFramework, Any]:
    """Every version with how many competencies and learners it has, the newest of each programme first."""
    rows = CompetencyFramework.objects.select_related("programme", "based_on").annotate(
        size=Count("competencies", distinct=True), learners=Count("enrolments", distinct=True)
    )
    return rows.order_by("-programme__starts", "programme__name", "-version")


def visible_frameworks(*, drafts: bool) -> QuerySet[CompetencyFramework, Any]:
    """The versions that somebody may see: drafts only who writes them."""
    return frameworks() if drafts else frameworks().exclude(state=FrameworkState.DRAFT)


def by_domain(framework: CompetencyFramework) -> list[tuple[Domain, list[Competency]]]:
    """A version's competencies by domain, in order; two queries. A domain without one is listed too."""
    found: dict[int, list[Competency]] = {}
    for one in framework.competencies.select_related("domain").order_by("position"):
        found.setdefault(one.domain_id, []).append(one)
    return [(domain, found.get(domain.pk, [])) for domain in framework.domains.order_by("position")]


def rows_of(framework: CompetencyFramework) -> list[Row]:
    """A version as rows of a file, in order."""
    return [row_of(one) for one in framework.competencies.select_related("domain").order_by("position")]


def row_of(one: Competency) -> Row:
    """A competency as a row of a file; its domain is fetched."""
    return Row(
        code=one.code,
        domain=one.domain.name,
        title=one.title,
        kind=one.kind,
        description=one.description,
        suggested=tuple(one.suggested),
        minimum_pieces=one.minimum_pieces,
        required_kinds=tuple(one.required_kinds),
        may_sign=tuple(one.may_sign),
        valid_for_months=one.valid_for_months,
    )


def compared(old: CompetencyFramework, new: CompetencyFramework) -> list[Difference]:
    """What differs from one version to another."""
    return differences(rows_of(old), rows_of(new))


def others_of(framework: CompetencyFramework, *, drafts: bool) -> list[CompetencyFramework]:
    """The other versions of the same programme that somebody may compare it with, the newest first."""
    rows = visible_frameworks(drafts=drafts).filter(programme=framework.programme_id).exclude(pk=framework.pk)
    return list(rows.order_by("-version"))


@dataclass(frozen=True)
class Mapped:
    """An older competency and what became of it: its successor, and whether its sign-off counts there."""

    old: Competency
    new: Competency | None
    carries: bool


def mapping_of(framework: CompetencyFramework) -> list[Mapped]:
    """What became of each competency of the version that this one is based on; none for a first version."""
    if framework.based_on_id is None:
        return []
    kept = {
        row.old_id: row
        for row in CompetencyMapping.objects.filter(new__framework=framework).select_related("new").order_by("pk")
    }
    old = Competency.objects.filter(framework=framework.based_on_id).order_by("position")
    return [
        Mapped(one, kept[one.pk].new, kept[one.pk].carries) if one.pk in kept else Mapped(one, None, False)
        for one in old
    ]


@dataclass(frozen=True)
class Move:
    """What going over to a version means for a learner, competency by competency of their scope."""

    to: CompetencyFramework
    kept: list[tuple[Competency, Competency]]
    lost: list[Competency]
    waiting: int
    new: list[Competency]


def newer_versions(enrolment: Enrolment) -> list[CompetencyFramework]:
    """The published versions to which a learner may go over, the newest first."""
    rows = CompetencyFramework.objects.filter(
        programme=enrolment.cohort.programme_id,
        state=FrameworkState.PUBLISHED,
        version__gt=enrolment.framework.version,
    )
    return list(rows.order_by("-version"))


def successors(old: CompetencyFramework | int, new: CompetencyFramework) -> dict[int, tuple[Competency, bool]]:
    """By competency of one version: what it became in a later one, over the versions between, and whether its sign-off
    counts there: every mapping on the way has to carry it.
    """
    steps: dict[int, list[CompetencyMapping]] = defaultdict(list)
    starts: dict[int, None] = {}
    rows = CompetencyMapping.objects.filter(new__framework__programme=new.programme_id).select_related("old", "new")
    for row in rows.order_by("pk"):
        steps[row.old_id].append(row)
        if row.old.framework_id == (old if isinstance(old, int) else old.pk):
            starts[row.old_id] = None
    found = {start: _became(start, steps, new.pk) for start in starts}
    return {start: reached for start, reached in found.items() if reached is not None}


def _became(start: int, steps: Mapping[int, list[CompetencyMapping]], framework: int) -> tuple[Competency, bool] | None:
    """Where the mappings lead from a competency in a framework, by the first way that carries a sign-off if any."""
    seen, edge, reached = {start}, [(start, True)], []
    while edge:
        onward = [(row.new, carried and row.carries) for pk, carried in edge for row in steps.get(pk, ())]
        reached += [pair for pair in onward if pair[0].framework_id == framework]
        edge = [(one.pk, carried) for one, carried in onward if one.pk not in seen]
        seen.update(pk for pk, _carried in edge)
    return next((pair for pair in reached if pair[1]), reached[0] if reached else None)


def move_of(enrolment: Enrolment, to: CompetencyFramework) -> Move:
    """What a move would keep, lose and add."""
    became = successors(enrolment.framework_id, to)
    states = enrolment_states([enrolment.pk])[enrolment.pk]
    scope = Competency.objects.filter(pk__in=enrolment.scope.current().values("competency")).order_by("position")
    signed = [one for one in scope if states[one.pk] is CompetencyState.SIGNED_OFF]
    reached = {new.pk for new, _carries in became.values()}
    return Move(
        to=to,
        kept=[(one, became[one.pk][0]) for one in signed if became.get(one.pk, (None, False))[1]],
        lost=[one for one in signed if not became.get(one.pk, (None, False))[1]],
        waiting=enrolment.requests.open().count(),
        new=list(to.competencies.exclude(pk__in=reached).order_by("position")),
    )


def wrong_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows that cannot be taken."""
    return [row for row in rows if row.problems]
