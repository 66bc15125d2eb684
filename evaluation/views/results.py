"""What a page shows of released results, and the page of the four aims."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from evaluation.enums import TimePoint
from evaluation.queries import plans
from evaluation.queries.aims import AimItem, aim_sections
from evaluation.queries.released import PublishedPair, PublishedQuestion, PublishedWave
from evaluation.rules.aims import ALWAYS
from evaluation.rules.answers import SCALES
from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.charts import Chart, likert_bars
from gpa_programme.core.disclosure import MARK, PublishedCell, PublishedChange, PublishedDistribution, Suppressed
from gpa_programme.core.http import page
from gpa_programme.core.tables import Column, Table
from hubs.models import Hub

HOW = "Each bar is 100% of those who gave an answer, in England. Don't know and does not apply stay outside."

AT = {
    TimePoint.BASELINE: "at baseline",
    TimePoint.MONTH_5: "in month 5",
    TimePoint.END: "at the end",
    TimePoint.FOLLOW_UP: "at follow-up",
}
CHANGE_COLUMNS = ("Question", "Improved", "Same", "Worse", "Mean change", "Baseline, stayed", "Baseline, left")


@dataclass(frozen=True)
class Spread:
    """The bands of a question that asks for a number."""

    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    answered: str


@dataclass(frozen=True)
class Results:
    """A released wave as a page shows it: charts of scales, spreads of numbers, one table of every cell, change."""

    published: PublishedWave
    charts: tuple[Chart, ...]
    spreads: tuple[Spread, ...]
    table: Table
    changes: tuple[tuple[str, ...], ...]
    change_columns: tuple[str, ...] = CHANGE_COLUMNS


def results(request: HttpRequest, shown: PublishedWave, hub: Hub | None) -> Results:
    """Everything a page or file shows of a released wave, from its frozen tables alone."""
    return Results(
        shown,
        tuple(_charts(shown.questions)),
        tuple(_spread(question) for question in shown.questions if question.kind not in SCALES),
        _table(request, shown, hub),
        tuple(_change(pair) for pair in shown.paired.questions) if shown.paired else (),
    )


def _charts(questions: Sequence[PublishedQuestion]) -> list[Chart]:
    """One chart for each scale and direction, with its better end on the right."""
    charts = []
    scales = dict.fromkeys(_scale(question) for question in questions if question.kind in SCALES)
    for scale in scales:
        alike = [question for question in questions if _scale(question) == scale]
        rows = [(question.text, _scale_cell(question.england)) for question in alike]
        charts.append(likert_bars(_finding(alike), HOW, scale, rows))
    return charts


def _scale(question: PublishedQuestion) -> tuple[str, ...]:
    return question.labels[::-1] if question.lower_is_better else question.labels


def _scale_cell(cell: PublishedCell) -> PublishedDistribution | Suppressed:
    assert isinstance(cell, PublishedDistribution | Suppressed)
    return cell


def _finding(questions: Sequence[PublishedQuestion]) -> str:
    """What the chart found, in words: the span of the counted shares."""
    counted = questions[0].counted_in_words
    shares = [cell.share for question in questions if isinstance(cell := question.england, PublishedDistribution)]
    known = sorted(share for share in shares if share is not None)
    if not known:
        return f"{counted}: hidden"
    if known[0] == known[-1]:
        return f"{counted}: {known[0]}%"
    return f"{counted}: from {known[0]}% to {known[-1]}%"


def _spread(question: PublishedQuestion) -> Spread:
    cell = question.england
    if not isinstance(cell, PublishedDistribution):
        return Spread(question.text, ("Answer", "England"), (("All", str(cell)),), "")
    rows = tuple((label, f"{percent}%") for label, percent in cell.percents.items())
    return Spread(question.text, ("Answer", "England"), rows, f"about {cell.answers:,} answered")


def _table(request: HttpRequest, shown: PublishedWave, hub: Hub | None) -> Table:
    """Questions by unit: England, and the reader's hub or, for the national team, every hub."""
    units = [hub.slug] if hub else list(shown.hub_names)
    columns = [
        Column("text", "Question"),
        Column("counted", "Counted answers", value=lambda row: row.counted_in_words),
        Column("england", "England", value=lambda row: str(row.england) if hub else row.england.short),
        *(_hub_column(slug, shown.hub_names.get(slug, slug), whole=hub is not None) for slug in units),
    ]
    return Table(
        [question for question in shown.questions if question.counted],
        columns,
        request,
        caption="Counted answers, England and hubs",
        filename=f"survey-{shown.wave.pk}",
        notes=[
            f"{MARK}: fewer than 10 answered, or hidden to protect another group.",
            "England in whole per cent; hubs to the nearest 5%.",
            f"Rules {shown.rule_version}; SHA-256 of the frozen tables {shown.sha256}.",
        ],
    )


def _hub_column(slug: str, name: str, *, whole: bool) -> Column:
    def value(row: PublishedQuestion) -> str:
        cell = row.hubs[slug]
        return str(cell) if whole else cell.short

    return Column(f"hub_{slug}", name, value=value)


def _change(pair: PublishedPair) -> tuple[str, ...]:
    cell = pair.change
    moved = ("", "", "")
    if isinstance(cell, PublishedChange):
        moved = tuple(f"{percent}%" for percent in (cell.improved, cell.same, cell.worse))  # type: ignore[assignment]
    return (pair.text, *moved, str(cell), str(pair.stayed), str(pair.left))


@needs(Permission.SEE_EVALUATION)
@require_safe
def aims(request: HttpRequest) -> HttpResponse:
    """The four aims: each primary item at its baseline and latest, with n, interval and what cannot be said."""
    choice = plans.chosen_plan(request.user, request.GET.get("plan", ""))
    hubs = access.hub_ids(request.user, Permission.SEE_EVALUATION)
    hub = None if hubs is None else Hub.objects.filter(pk__in=hubs).order_by("name").first()
    sections = [
        {"aim": section.aim, "rows": [_aim_item(item, hub) for item in section.items]}
        for section in aim_sections(choice.waves, hub)
    ]
    return page(
        request,
        "evaluation/aims.html",
        title="The four aims",
        crumbs=[("Home", "/"), ("Evaluation", "/evaluation/")],
        sections=sections,
        plan=choice.plan,
        others=choice.others,
        hub=hub,
        always=ALWAYS,
        none_released=not any(section["rows"] for section in sections),
    )


def _aim_item(item: AimItem, hub: Hub | None) -> dict[str, Any]:
    readings = [item.first, *([item.latest] if item.latest else [])]
    rows = [(reading.time_point.label, _scale_cell(reading.cell)) for reading in readings]
    found = ", then ".join(f"{reading.cell.short} {AT[reading.time_point]}" for reading in readings)
    title = f"{item.respondent.label}: {item.counted.lower()}, {found}"
    last = readings[-1]
    return {
        "item": item,
        "wave": last.wave,
        "chart": likert_bars(
            title,
            f"“{item.text}” Cohorts that started in {item.intake:%B %Y}. {HOW}",
            _scale(item.first.question),
            rows,
            label_heading="When",
        ),
        "source": last.wave.instrument.source,
        "released_at": last.released_at,
        "caption": f"{item.respondent.label}: {item.counted}",
        "columns": ("When", "England", *([hub.name] if hub else [])),
        "table": [
            (reading.time_point.label, str(reading.cell), *([str(reading.question.hub)] if hub else []))
            for reading in readings
        ],
    }
