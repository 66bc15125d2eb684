"""Reads what each competency of a portfolio still lacks against the framework's minimum."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from learners.enums import VersionState
from learners.models import Competency, CompetencyMapping, Enrolment, EvidenceItem, EvidenceVersion
from learners.queries.chain import portfolio_ids
from learners.rules.gaps import Gap, gap


def gaps_of(
    enrolment: Enrolment, competencies: Collection[Competency], *, once_submitted: EvidenceItem | None = None
) -> dict[int, Gap]:
    """By competency: its gap in the whole portfolio; three queries at most, whatever their number.

    A piece is an item whose newest submitted version supports the competency, or what it was called in an earlier
    version of the framework, and was not destroyed. With `once_submitted`, as if that item supported each of them.
    """
    pieces = _pieces(enrolment)
    forms = earlier_forms({one.pk for one in competencies})
    gaps = {}
    for one in competencies:
        items = {item: kind for form in forms[one.pk] for item, kind in pieces.get(form, ())}
        if once_submitted is not None:
            items[once_submitted.pk] = once_submitted.kind
        gaps[one.pk] = gap(one.minimum_pieces, one.required_kinds, list(items.values()))
    return gaps


def _pieces(enrolment: Enrolment) -> dict[int, list[tuple[int, str]]]:
    """By competency: item and kind of each piece that stands."""
    rows = EvidenceVersion.objects.filter(item__enrolment__in=portfolio_ids(enrolment), state=VersionState.SUBMITTED)
    columns = rows.order_by("number").values_list(
        "item", "number", "item__kind", "destroyed_at", "links__competency"
    )  # also without a link: a version that supports nothing overtakes one that did
    newest: dict[int, tuple[int, str, list[int]]] = {}
    for item, number, kind, destroyed_at, competency in columns:
        if item not in newest or newest[item][0] != number:
            newest[item] = (number, kind, [])
        if competency is not None and destroyed_at is None:
            newest[item][2].append(competency)
    pieces: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for item, (_number, kind, competencies) in newest.items():
        for competency in competencies:
            pieces[competency].append((item, kind))
    return pieces


def earlier_forms(ids: Collection[int]) -> dict[int, set[int]]:
    """By competency: itself and all it came from by mappings that carry, over several versions."""
    came_from: dict[int, set[int]] = defaultdict(set)
    for old, new in CompetencyMapping.objects.filter(carries=True).values_list("old", "new"):
        came_from[new].add(old)
    return {pk: _reached(pk, came_from) for pk in ids}


def _reached(start: int, came_from: dict[int, set[int]]) -> set[int]:
    reached, edge = {start}, {start}
    while edge := _before(edge, came_from) - reached:
        reached |= edge
    return reached


def _before(edge: Iterable[int], came_from: dict[int, set[int]]) -> set[int]:
    return {old for new in edge for old in came_from.get(new, ())}
