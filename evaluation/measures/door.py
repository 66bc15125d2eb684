"""The one door to figures: live for those who own them, stored for national pages, and how one is written."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from evaluation.enums import UnitKind
from evaluation.measures.counters import BY_HUB
from evaluation.measures.counting import by_hub, count_cohorts, count_hubs, total
from evaluation.measures.facts import Base
from evaluation.measures.figures import Count, Figure
from evaluation.measures.measure import Measure
from evaluation.measures.registry import measure
from evaluation.measures.units import Unit, current_programme
from evaluation.models import Snapshot
from gpa_programme.core.periods import Month, now, today
from hubs.models import Programme

__all__ = [
    "Figure",
    "Measure",
    "Unit",
    "current_programme",
    "figure",
    "figures",
    "measure",
    "stored",
    "within",
    "worded",
]


def figure(key: str, unit: Unit, *, month: Month | None = None, cut_off: datetime | None = None) -> Figure:
    """One figure, counted now from the records; see `figures`."""
    return figures([key], unit, month=month, cut_off=cut_off)[key]


def figures(
    keys: Iterable[str], unit: Unit, *, month: Month | None = None, cut_off: datetime | None = None
) -> dict[str, Figure]:
    """Figures by key, counted now: what was effective in the month (default: this one) and recorded by the cut-off.

    The cut-off is the month's end, or now while it runs. Raises KeyError for an unknown measure and ValueError for
    one that does not exist at this level. A fixed number of queries for a cohort or hub; for England use `stored`.
    """
    return within(keys, unit, month=month, cut_off=cut_off)[unit]


def within(
    keys: Iterable[str], unit: Unit, *, month: Month | None = None, cut_off: datetime | None = None
) -> dict[Unit, dict[str, Figure]]:
    """The figures of a unit and of each of its cohorts, counted once; a cohort lacks what is counted by hub."""
    chosen = [measure(key) for key in keys]
    for asked in chosen:
        if unit.kind not in asked.levels:
            raise ValueError(f"{asked.key} is not counted for a {unit.kind.label.lower()}.")
    period = month or Month.of(today())
    until = cut_off or min(period.cut_off, now())
    base = Base.of(Programme.objects.get(pk=unit.programme_id), **_where(unit))
    parts = _counts([asked.key for asked in chosen], base, period, until)
    found: dict[Unit, dict[str, Figure]] = {}
    for pk, name in base.name_of.items():
        cohort = Unit(UnitKind.COHORT, str(pk), name, unit.programme_id)
        found[cohort] = {
            asked.key: as_figure(asked, cohort, str(period), parts[asked.key][pk], as_at=until)
            for asked in chosen
            if asked.key not in BY_HUB
        }
    found[unit] = {}
    for asked in chosen:
        children = _children(asked, unit, parts[asked.key], base)
        whole = total(list(parts[asked.key].values()))
        covered = sum(child.known(asked) for child in children)
        found[unit][asked.key] = as_figure(
            asked, unit, str(period), whole, as_at=until, covered=covered, expected=len(children)
        )
    return found


def as_figure(
    asked: Measure, unit: Unit, period: str, count: Count, *, as_at: datetime, covered: int = 0, expected: int = 0
) -> Figure:
    """The figure of what was counted."""
    return Figure(
        measure=asked,
        unit=unit,
        period=period,
        numerator=None if asked.shape == "median" else count.numerator,
        denominator=count.denominator,
        value=count.value_of(asked),
        n=count.n,
        as_at=as_at,
        covered=covered,
        expected=expected,
    )


def stored(
    keys: Collection[str], units: Collection[Unit], *, programme: Programme, month: Month
) -> dict[Unit, dict[str, Figure]]:
    """Figures from snapshots by unit and key, in one query; what was never stored is "not yet known"."""
    kept = {
        (row.unit_kind, row.unit, row.measure): row
        for row in Snapshot.objects.filter(
            programme=programme,
            period=str(month),
            measure__in=list(keys),
            unit_kind__in={unit.kind for unit in units},
            unit__in=[unit.key for unit in units],
            item="",
        ).defer("parts")
    }
    return {
        unit: {key: from_snapshot(kept.get((unit.kind, unit.key, key)), measure(key), unit, month) for key in keys}
        for unit in units
    }


def from_snapshot(row: Snapshot | None, asked: Measure, unit: Unit, month: Month) -> Figure:
    """The figure that a snapshot keeps; without one, a figure that is not yet known."""
    if row is None:
        return Figure(asked, unit, str(month), None, None, None, 0, None)
    return Figure(
        asked, unit, row.period, row.numerator, row.denominator, row.value, row.n, row.as_at, row.covered, row.expected
    )


def worded(key: str, numerator: int | None, denominator: int | None) -> dict[str, Any]:
    """`value` and `text` of a count or share made of other figures' sums. Raises ValueError for a median."""
    asked = measure(key)
    if asked.shape == "median":
        raise ValueError(f"{key} is a median: it cannot be made of sums.")
    unit = Unit(UnitKind.ENGLAND, "england", "England", 0)
    if numerator is None:
        return {"value": None, "text": Figure(asked, unit, "", None, denominator, None, 0, None).text}
    count = Count(numerator, denominator)
    made = Figure(asked, unit, "", numerator, denominator, count.value_of(asked), count.n, None)
    return {"value": made.value, "text": made.text}


def _where(unit: Unit) -> dict[str, str]:
    """Which cohorts of the programme make up a unit."""
    field = {UnitKind.COHORT: "pk", UnitKind.HUB: "hub__slug", UnitKind.REGION: "hub__region__code"}.get(unit.kind)
    return {field: unit.key} if field else {}


def _counts(keys: list[str], base: Base, month: Month, cut_off: datetime) -> dict[str, dict[int, Count]]:
    """Counts by measure, then by cohort, or by hub where the measure is counted so."""
    found: dict[str, dict[int, Count]] = {key: {} for key in keys}
    for cohort, counts in count_cohorts(keys, base.programme, list(base.hub_of), month, cut_off):
        for key, count in counts.items():
            found[key][cohort] = count
    hubs = sorted(set(base.hub_of.values()))
    for hub, counts in count_hubs(keys, base.programme, hubs, month, cut_off).items():
        for key, count in counts.items():
            found[key][hub] = count
    return found


def _children(asked: Measure, unit: Unit, parts: dict[int, Count], base: Base) -> list[Count]:
    """The units beneath that should have a figure: cohorts of a hub, hubs of a region or England."""
    if asked.key in BY_HUB or unit.kind in (UnitKind.COHORT, UnitKind.HUB):
        return list(parts.values())
    return [total(counts) for counts in by_hub(parts, base.hub_of).values()]
