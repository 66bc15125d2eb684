"""Reads what changed in evidence since it was decided: item by item, the version decided on against a later one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from learners.enums import VersionState
from learners.models import EvidenceVersion, SignOffRequest
from learners.queries.flags import hidden_versions
from learners.rules.difference import Change, Said, difference
from learners.rules.log import rows_of
from learners.rules.prompts import answered


@dataclass(frozen=True)
class Changed:
    """A later version of an item against the one decided on; `unreadable` where one of them may not be read."""

    before: EvidenceVersion
    after: EvidenceVersion
    changes: list[Change]
    unreadable: bool


def changed_since(request: SignOffRequest, *, own: bool, among: Collection[int] | None = None) -> list[Changed]:
    """For each item of which the request names a version: what its newest submitted version changed.

    With `among`, the newest of those versions. To others than the owner, hidden versions are not read.
    """
    before = _newest(_readable(request.versions.all()))
    later = EvidenceVersion.objects.filter(item__in=list(before), state=VersionState.SUBMITTED)
    if among is not None:
        later = later.filter(pk__in=among)
    after = _newest(_readable(later))
    pairs = [(before[item], now) for item, now in after.items() if now.number > before[item].number]
    hidden = set() if own else hidden_versions([version.pk for pair in pairs for version in pair])
    return [_changed(was, now, hidden) for was, now in sorted(pairs, key=lambda pair: pair[1].pk)]


def said_in(version: EvidenceVersion) -> Said:
    """What a version says, as people read it."""
    return Said(
        title=version.title,
        text=version.text,
        answers={answer.question: answer.said for answer in answered(version.item.kind, version.answers)},
        entries=[f"{row.on}, {row.what}, {row.times}, {row.supervisor}" for row in rows_of(version.entries)],
        files=[(file.name, file.sha256) for file in version.files.all() if not file.destroyed_at],
        competencies={str(link.competency): link.justification for link in version.links.all()},
    )


def _changed(before: EvidenceVersion, after: EvidenceVersion, hidden: set[int]) -> Changed:
    unreadable = any(version.destroyed_at or version.pk in hidden for version in (before, after))
    return Changed(before, after, [] if unreadable else difference(said_in(before), said_in(after)), unreadable)


def _readable(versions: QuerySet[EvidenceVersion]) -> QuerySet[EvidenceVersion]:
    return versions.select_related("item").prefetch_related("files", "links__competency").order_by("number")


def _newest(versions: Iterable[EvidenceVersion]) -> dict[int, EvidenceVersion]:
    return {version.item_id: version for version in versions}
