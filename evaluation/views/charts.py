"""The charts of the dashboard and of measures, each kept by its figures so that it is composed once."""

import json
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from evaluation.measures.figures import Figure
from evaluation.queries.dashboard import FUNNEL, UnitRow
from gpa_programme.core import charts
from gpa_programme.core.charts import Chart
from gpa_programme.core.periods import Month
from hubs.models import Programme
from learners.rules.enrolment import expected_percent

GEO = "hubs/data/geo/nhs_regions_2019_2021_small.geojson"
KEPT = 256


@cache
def _outlines() -> Any:
    return json.loads((Path(settings.BASE_DIR) / GEO).read_text(encoding="utf-8"))


def places_map(rows: Sequence[UnitRow]) -> Chart:
    """Places filled by region, in per cent of the region's places."""
    held: dict[str, tuple[int, int]] = {}
    for row in rows:
        figure = row.figures["places_filled"]
        if row.region_code and figure.known:
            before = held.get(row.region_code, (0, 0))
            held[row.region_code] = (before[0] + (figure.numerator or 0), before[1] + (figure.denominator or 0))
    return _map(tuple((code, filled * 100 // places) for code, (filled, places) in sorted(held.items())))


@lru_cache(maxsize=KEPT)
def _map(shares: tuple[tuple[str, int], ...]) -> Chart:
    full = sum(share == 100 for _, share in shares)
    title = f"{full} of {len(shares)} regions have filled every place" if shares else "No region has places yet"
    words = "Places filled in each region, in per cent of its places. The deeper the blue, the fuller."
    return charts.region_map(title, words, dict(shares), _outlines(), unit="percent")


def way(england: UnitRow) -> Chart:
    """From enrolled to completed, in learners."""
    return _way(tuple((england.figures[key].measure.name, england.figures[key].numerator) for key in FUNNEL))


@lru_cache(maxsize=KEPT)
def _way(steps: tuple[tuple[str, int | None], ...]) -> Chart:
    enrolled, completed = steps[0][1], steps[-1][1]
    known = enrolled is not None and completed is not None
    title = f"{completed:,} of {enrolled:,} enrolled learners have completed" if known else "No learners counted yet"
    words = "How many learners came how far. Those active now are part of those who started."
    rows = [charts.Bar(name, count) for name, count in steps]
    return charts.bars(title, words, rows, unit="learners", label_heading="Step")


def progress(programme: Programme, signed: Sequence[Figure], *, until: Month) -> Chart:
    """Competencies signed off by month against the programme's expected pace."""
    points = []
    for figure in signed:
        end = figure.month.last
        planned = expected_percent(
            starts=programme.starts,
            today=end,
            months=programme.learner_months,
            at_month_3=programme.pace_percent_month_3,
            at_month_6=programme.pace_percent_month_6,
        )
        points.append((_short(end), planned, figure.percent if figure.month <= until else None))
    return _progress(tuple(points))


@lru_cache(maxsize=KEPT)
def _progress(points: tuple[tuple[str, int, int | None], ...]) -> Chart:
    reached = [(planned, share) for _, planned, share in points if share is not None]
    title = "Nothing is signed off yet"
    if reached:
        planned, share = reached[-1]
        title = f"{share}% of competencies are signed off; the plan is {planned}%"
    words = "Share of competencies in scope that are signed off, at each month's end, against the expected pace."
    rows = [charts.Progress(label, planned, share) for label, planned, share in points]
    return charts.burn_up(title, words, rows, unit="percent")


def domains(rows: Sequence[tuple[str, int, int]]) -> Chart:
    """Share signed off by domain of the framework."""
    return _domains(tuple((name, signed * 100 // scope if scope else None) for name, signed, scope in rows))


@lru_cache(maxsize=KEPT)
def _domains(rows: tuple[tuple[str, int | None], ...]) -> Chart:
    known = [(share, name) for name, share in rows if share is not None]
    title = f"Least is signed off in {min(known)[1]}" if known else "Nothing is signed off yet"
    words = "Competencies signed off in England by domain, in per cent of those in scope."
    bars = [charts.Bar(name, share) for name, share in rows]
    return charts.bars(title, words, bars, unit="percent", label_heading="Domain")


def trend(figures: Sequence[Figure], programme: Programme) -> Chart:
    """A measure by month: its process chart, or for a running total what was reached."""
    asked, unit = figures[0].measure, figures[0].unit
    if asked.key == "competencies_signed_share":
        return progress(programme, figures, until=figures[-1].month)
    points = tuple((_short(figure.month.first), _value(figure), figure.n) for figure in figures)
    if asked.cumulative:
        return _totals(asked.name, unit.name, asked.unit, tuple((label, value) for label, value, _ in points))
    return _trend(asked.name, unit.name, asked.unit, asked.direction, asked.shape == "count", points)


@lru_cache(maxsize=KEPT)
def _totals(name: str, unit_name: str, unit: str, points: tuple[tuple[str, float | None], ...]) -> Chart:
    words = "The running total at each month's end."
    rows = [charts.Bar(label, value) for label, value in points]
    return charts.bars(f"{name}, {unit_name}", words, rows, unit=unit, label_heading="Month")


@lru_cache(maxsize=KEPT)
def _trend(
    name: str,
    unit_name: str,
    unit: str,
    direction: Any,
    counts: bool,
    points: tuple[tuple[str, float | None, int], ...],
) -> Chart:
    rows = [charts.Point(label, value, None if counts else n) for label, value, n in points]
    return charts.run_chart(f"{name}, {unit_name}", "By month.", rows, unit=unit, direction=direction, cumulative=False)


def funnel(rows: Sequence[UnitRow], key: str) -> Chart | None:
    """Hubs on a funnel; None where no hub has a share to show."""
    units = tuple(
        (row.unit.name, row.figures[key].numerator or 0, row.figures[key].denominator or 0)
        for row in rows
        if not row.is_england
    )
    return _funnel(rows[0].figures[key].measure.name, units) if any(unit[2] for unit in units) else None


@lru_cache(maxsize=KEPT)
def _funnel(name: str, units: tuple[tuple[str, int, int], ...]) -> Chart:
    words = "Each hub against its size. Inside the outer lines hubs differ as chance would have it."
    return charts.funnel(f"{name}: hubs on a funnel", words, [charts.Unit(*unit) for unit in units])


def _value(figure: Figure) -> float | None:
    return None if figure.number is None else float(figure.number)


def _short(day: date) -> str:
    return f"{day:%b %y}"
