"""What a report freezes: every figure read through its door at the cut-off, released survey results, last month."""

from datetime import datetime
from math import floor
from typing import Any

from evaluation.enums import Aim, TimePoint
from evaluation.measures import door
from evaluation.measures.figures import Count, Figure
from evaluation.measures.units import Unit
from evaluation.models import RegionalReport, ReportVersion, Wave
from evaluation.queries.released import published_waves
from evaluation.rules import content as contents
from evaluation.rules import reports as rules
from gpa_programme.core.periods import Month
from hubs.models import Programme

FIGURES = (
    "places_filled",
    "learners_active",
    "withdrawals",
    "competencies_signed_share",
    "new_sign_offs",
    "on_pace_share",
    "learners_stalled",
    "mentor_wait_days",
    "requests_over_14_days",
    "evaluation_response",
)
MEDIANS = ("mentor_wait_days",)
KEPT = ("numerator", "denominator", "value", "n", "text")


def frozen(figure: Figure) -> dict[str, Any]:
    """One figure as it is written into a report: with its definition, so that the page outlives the code."""
    measure = figure.measure
    return {
        "key": measure.key,
        "name": measure.name,
        "definition": measure.definition,
        "aim": measure.aim,
        "unit": measure.unit,
        "definition_version": measure.version,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": figure.value,
        "n": figure.n,
        "text": figure.text,
        "suppressed": str(figure.suppressed) if figure.suppressed else None,
        "additive": measure.key not in MEDIANS,
    }


def hub_content(report: RegionalReport, cut_off: datetime) -> dict[str, Any]:
    """The content of one hub's report, without narrative."""
    hub = report.hub
    if hub is None:
        raise ValueError("A national report is built from the hubs' frozen figures.")
    month = Month.parse(report.period)
    found = door.figures(FIGURES, door.Unit.of(hub, programme=report.programme), month=month, cut_off=cut_off)
    return {
        **_head(report.programme, month, cut_off),
        "hub": {"name": hub.name, "slug": hub.slug, "region": hub.region.name, "region_code": hub.region.code},
        "figures": [frozen(found[key]) for key in FIGURES],
        "rag_suggested": _suggested(report.programme, {key: frozen(found[key]) for key in FIGURES}),
        "aims": _aims(report, cut_off),
        "narrative": {},
        "rag": {},
    }


def national_content(report: RegionalReport, cut_off: datetime) -> dict[str, Any]:
    """The national roll-up: sums of what the hubs froze first, accepted or not; medians from the rows of England."""
    month = Month.parse(report.period)
    england = door.Unit.of(None, programme=report.programme)
    medians = door.figures(MEDIANS, england, month=month, cut_off=cut_off)
    hubs = []
    for version in _first_versions(report):
        content = version.content
        figures = {key: {side: figure[side] for side in KEPT} for key, figure in contents.by_key(content).items()}
        hubs.append({**content["hub"], "figures": figures})
    sums = {key: _summed(key, england, report.period, cut_off, hubs) for key in FIGURES if key not in MEDIANS}
    national = [frozen({**sums, **medians}[key]) for key in FIGURES]
    return {
        **_head(report.programme, month, cut_off),
        "hub": None,
        "figures": national,
        "hubs": hubs,
        "rag_suggested": _suggested(report.programme, {figure["key"]: figure for figure in national}),
        "aims": _aims(report, cut_off),
        "narrative": {},
        "rag": {},
    }


def _head(programme: Programme, month: Month, cut_off: datetime) -> dict[str, Any]:
    return {
        "schema": contents.SCHEMA,
        "programme": programme.name,
        "period": str(month),
        "period_label": month.label,
        "cut_off": cut_off.isoformat(),
        "invented": programme.invented,
    }


def _summed(key: str, england: Unit, period: str, cut_off: datetime, hubs: list[dict[str, Any]]) -> Figure:
    """An additive national figure is the sum of what the hubs froze, not a second count."""
    sums: dict[str, int | None] = {}
    for side in ("numerator", "denominator", "n"):
        known = [hub["figures"][key][side] for hub in hubs if hub["figures"][key][side] is not None]
        sums[side] = sum(known) if known else None
    asked = door.measure(key)
    counted = Count(sums["numerator"] or 0, sums["denominator"])
    return Figure(
        measure=asked,
        unit=england,
        period=period,
        numerator=sums["numerator"],
        denominator=sums["denominator"],
        value=counted.value_of(asked),
        n=sums["n"] or 0,
        as_at=cut_off,
        covered=len(hubs),
        expected=len(hubs),
    )


def _first_versions(report: RegionalReport) -> list[ReportVersion]:
    same = ReportVersion.objects.filter(
        report__programme=report.programme_id, report__period=report.period, report__hub__isnull=False, number=1
    )
    return list(same.select_related("report__hub").order_by("report__hub__name"))


def _suggested(programme: Programme, figures: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The colour that the rule suggests for each part, and the whole per cent of plan behind it, rounded down."""
    suggested = {}
    for part, share in rules.plan_shares(figures).items():
        rag = rules.suggested_rag(share, green=programme.rag_green_percent, amber=programme.rag_amber_percent)
        suggested[part] = {"value": rag.value if rag else "", "share": None if share is None else floor(share)}
    return suggested


def _aims(report: RegionalReport, cut_off: datetime) -> list[dict[str, str]]:
    """One line for each primary question released before the cut-off: aim, question, when asked, share as released."""
    waves = Wave.objects.filter(plan__programme=report.programme_id, release__released_at__lt=cut_off)
    released = published_waves(waves.select_related("instrument").order_by("opens_on", "pk"), report.hub)
    lines = []
    for wave in released.values():
        for question in wave.questions:
            cell = question.hub if report.hub else question.england
            if question.primary and question.aim and cell is not None:
                when = TimePoint(wave.wave.time_point).label.lower()
                who = wave.wave.instrument.get_respondent_display().lower()
                text = f"{question.text} ({who}, {when}): {cell}"
                lines.append({"aim": str(Aim(question.aim).label), "text": text})
    return sorted(lines, key=lambda line: (line["aim"], line["text"]))
