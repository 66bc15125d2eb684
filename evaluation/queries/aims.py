"""The four aims from released tables alone: each primary item at its baseline and at its latest time point."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from evaluation.enums import Aim, Respondent, TimePoint
from evaluation.models import Wave
from evaluation.queries.released import PublishedQuestion, PublishedWave, published_waves
from evaluation.rules.aims import limits
from gpa_programme.core.disclosure import PublishedCell
from hubs.models import Hub

ORDER = list(TimePoint)


@dataclass(frozen=True)
class Reading:
    """A primary item at one time point, for England and the reader's hub."""

    wave: Wave
    time_point: TimePoint
    question: PublishedQuestion
    released_at: datetime

    @property
    def cell(self) -> PublishedCell:
        """England's cell."""
        return self.question.england


@dataclass(frozen=True)
class AimItem:
    """A primary item from its first to its latest reading; `latest` is None where there is one reading only."""

    respondent: Respondent
    intake: date
    text: str
    counted: str
    first: Reading
    latest: Reading | None
    change: PublishedCell | None
    limits: tuple[str, ...]


@dataclass(frozen=True)
class AimSection:
    """One of the four aims with its items."""

    aim: Aim
    items: tuple[AimItem, ...]


def aim_sections(waves: Sequence[Wave], hub: Hub | None = None) -> list[AimSection]:
    """The four aims over some waves of one programme; waves that are not released add nothing."""
    found = published_waves(waves, hub)
    readings: dict[tuple[str, str, str, date], list[tuple[PublishedWave, Reading]]] = defaultdict(list)
    for result in found.values():
        wave = result.wave
        for question in result.questions:
            if question.primary:
                key = (question.aim, wave.instrument.respondent, question.key, wave.intake)
                reading = Reading(wave, TimePoint(wave.time_point), question, result.released_at)
                readings[key].append((result, reading))
    items: dict[str, list[AimItem]] = defaultdict(list)
    for (aim, respondent, _, intake), held in sorted(readings.items()):
        items[aim].append(_item(respondent, intake, sorted(held, key=lambda pair: ORDER.index(pair[1].time_point))))
    return [AimSection(aim, tuple(items[aim])) for aim in Aim]


def _item(respondent: str, intake: date, held: list[tuple[PublishedWave, Reading]]) -> AimItem:
    first = held[0][1]
    result, latest = held[-1] if len(held) > 1 else (held[0][0], None)
    pairs = result.paired.questions if latest and result.paired else ()
    change = next((pair.change for pair in pairs if pair.key == first.question.key), None)
    return AimItem(
        respondent=Respondent(respondent),
        intake=intake,
        text=first.question.text,
        counted=first.question.counted_in_words,
        first=first,
        latest=latest,
        change=change,
        limits=tuple(limits(first.cell, latest.cell if latest else None, first.wave.mode, change is not None)),
    )
