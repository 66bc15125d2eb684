"""The only door to survey results: what was frozen at release, for England and, where asked, one hub."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evaluation.models import Release, Wave
from evaluation.rules.release import sha256
from gpa_programme.core.disclosure import PublishedCell, PublishedDistribution, from_json
from hubs.models import Hub


@dataclass(frozen=True)
class PublishedQuestion:
    """One question's frozen cells. `hubs` maps slug to cell and is empty where a question has no counted answers.

    `hub` is the cell of the hub asked for; None where none was asked for or the question has no hub cells.
    `counted` names the answers that make up a share, `labels` every answer lowest first.
    """

    key: str
    text: str
    kind: str
    aim: str
    primary: bool
    counted: tuple[str, ...]
    lower_is_better: bool
    labels: tuple[str, ...]
    england: PublishedCell
    hubs: dict[str, PublishedCell]
    hub: PublishedCell | None = None

    @property
    def counted_in_words(self) -> str:
        """Such as "Agree or strongly agree"."""
        return " or ".join(self.counted).capitalize()


@dataclass(frozen=True)
class PublishedPair:
    """Change of the same people in one question, for England, and the baseline of those who stayed and who left."""

    key: str
    text: str
    change: PublishedCell
    stayed: PublishedCell
    left: PublishedCell


@dataclass(frozen=True)
class PublishedPaired:
    """Paired change between two linked waves with its attrition: answered before, answered after, pairs."""

    time_point: str
    before: PublishedCell
    after: PublishedCell
    pairs: PublishedCell
    questions: tuple[PublishedPair, ...]


@dataclass(frozen=True)
class PublishedWave:
    """Everything that was released about a wave; `hub_names` maps slug to name as at the release."""

    wave: Wave
    released_at: datetime
    rule_version: str
    sha256: str
    hub_names: dict[str, str]
    questions: tuple[PublishedQuestion, ...]
    paired: PublishedPaired | None
    why_not_paired: str
    comments: tuple[str, ...]

    def question(self, key: str) -> PublishedQuestion | None:
        """The question of that key."""
        return next((question for question in self.questions if question.key == key), None)


def published(wave: Wave, hub: Hub | None = None) -> PublishedWave | None:
    """What was released about a wave, with one hub's cells where a hub is given; None before its release.

    Practices and mentors are no dimensions: anything but a Hub raises TypeError. Raises RuntimeError where the frozen
    tables no longer fit their SHA-256.
    """
    if hub is not None and not isinstance(hub, Hub):
        raise TypeError("Survey results exist for England and for hubs, never for a practice or a mentor.")
    release = Release.objects.filter(wave=wave).first()
    return _read(wave, release, hub) if release else None


def published_waves(waves: Iterable[Wave], hub: Hub | None = None) -> dict[int, PublishedWave]:
    """The released ones among some waves by their id, in one query."""
    by_id = {wave.pk: wave for wave in waves}
    releases = Release.objects.filter(wave__in=by_id)
    return {release.wave_id: _read(by_id[release.wave_id], release, hub) for release in releases}


def _read(wave: Wave, release: Release, hub: Hub | None) -> PublishedWave:
    tables = release.tables
    if sha256(tables) != release.sha256:
        raise RuntimeError(f"The released tables of wave {wave.pk} were changed after their release.")
    questions = tuple(_question(row, hub) for row in tables["questions"])
    return PublishedWave(
        wave=wave,
        released_at=release.released_at,
        rule_version=release.rule_version,
        sha256=release.sha256,
        hub_names={row["slug"]: row["name"] for row in tables["hubs"]},
        questions=questions,
        paired=_paired(tables["paired"], {question.key: question.text for question in questions}),
        why_not_paired=tables["why_not_paired"],
        comments=tuple(tables["comments"]),
    )


def _question(row: dict[str, Any], hub: Hub | None) -> PublishedQuestion:
    hubs = {slug: from_json(cell) for slug, cell in sorted(row["hubs"].items())}
    return PublishedQuestion(
        key=row["key"],
        text=row["text"],
        kind=row["kind"],
        aim=row["aim"],
        primary=row["primary"],
        counted=tuple(row["counted"]),
        lower_is_better=row["lower_is_better"],
        labels=tuple(row["labels"]),
        england=_in_order(from_json(row["england"]), row["labels"]),
        hubs=hubs,
        hub=hubs.get(hub.slug) if hub else None,
    )


def _in_order(cell: PublishedCell, labels: list[str]) -> PublishedCell:
    """The distribution in the question's order, which PostgreSQL does not keep."""
    if not isinstance(cell, PublishedDistribution):
        return cell
    percents = {label: cell.percents[label] for label in labels}
    return PublishedDistribution(cell.answers, percents, cell.share, cell.low, cell.high)


def _paired(frozen: dict[str, Any] | None, texts: dict[str, str]) -> PublishedPaired | None:
    if frozen is None:
        return None
    return PublishedPaired(
        time_point=frozen["time_point"],
        before=from_json(frozen["before"]),
        after=from_json(frozen["after"]),
        pairs=from_json(frozen["pairs"]),
        questions=tuple(
            PublishedPair(
                row["key"],
                texts[row["key"]],
                from_json(row["change"]),
                from_json(row["stayed"]),
                from_json(row["left"]),
            )
            for row in frozen["questions"]
        ),
    )
