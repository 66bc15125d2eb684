"""Every figure's definition, its trend, and hubs beside each other."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from evaluation.enums import UnitKind
from evaluation.exports.figures import FiguresTable
from evaluation.measures import door
from evaluation.measures.measure import Measure
from evaluation.measures.registry import MEASURES
from evaluation.queries import dashboard as national
from evaluation.queries.dashboard import UnitRow
from evaluation.queries.measures import Reader, reader
from evaluation.queries.periods import Choice, choice
from evaluation.views import charts
from evaluation.views.dashboard import in_words
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.http import page
from gpa_programme.core.periods import Month, today
from gpa_programme.core.tables import Column


@needs(Permission.SEE_MEASURES)
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """All measures by what they are about, with the reader's own figure."""
    chosen = choice(request.GET)
    figures, own = {}, None
    if chosen:
        own = reader(request.user, chosen.programme, national.hubs_of(chosen.programme)).own
        figures = door.stored(list(MEASURES), [own], programme=chosen.programme, month=chosen.month)[own]
    groups = [
        {
            "aim": aim,
            "columns": ["Measure", "What it says", "Better", own.name if own else "Now"],
            "rows": [
                {"measure": asked, "figure": figures.get(asked.key), "direction": asked.direction.capitalize()}
                for asked in found
            ],
        }
        for aim, found in groupby(MEASURES.values(), key=lambda asked: asked.aim)
    ]
    return page(
        request,
        "evaluation/measures.html",
        title="Measures",
        crumbs=[("Home", "/")],
        chosen=chosen,
        groups=groups,
        query=chosen.query if chosen else "",
    )


@needs(Permission.SEE_MEASURES)
@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """One measure: its definition in plain words, its trend, and the hubs that the reader may see."""
    asked = MEASURES.get(key)
    if asked is None:
        raise Http404
    chosen = choice(request.GET)
    crumbs = [("Home", "/"), ("Measures", "/measures/")]
    shown = {"title": asked.name, "crumbs": crumbs, "measure": asked, "definition": _definition(asked)}
    if chosen is None:
        return page(request, "evaluation/measure.html", chosen=None, **shown)
    who = reader(request.user, chosen.programme, national.hubs_of(chosen.programme))
    rows = national.side_by_side([key], who.hubs, programme=chosen.programme, month=chosen.month, england=True)
    table = _table(request, asked, rows, chosen, who)
    if file := table.export():
        return file
    months = [month for month in chosen.months if month <= chosen.month]
    figures = national.trend(key, who.own, programme=chosen.programme, months=months)
    comparable = who.national and asked.shape != "median" and asked.denominator
    ended = [figure for figure in figures if not (asked.flow and figure.month == Month.of(today()))] or figures
    pictures = [charts.trend(ended, chosen.programme), charts.funnel(rows, key) if comparable else None]
    return page(
        request,
        "evaluation/measure.html",
        chosen=chosen,
        own=figures[-1],
        charts=[picture for picture in pictures if picture],
        table=table,
        as_at=rows[-1].figures[key].as_at,
        **shown,
    )


def _definition(asked: Measure) -> list[tuple[str, str]]:
    return [
        ("In plain words", asked.definition),
        ("Formula", asked.formula),
        ("Counted", asked.numerator),
        ("Of", asked.denominator or "nothing: it is a number of its own"),
        ("Unit", asked.unit),
        ("Direction", asked.direction_label),
        ("Levels", ", ".join(str(level.label) for level in asked.levels)),
        ("May be shown", str(asked.disclosure.label)),
        ("Owner", asked.owner),
        ("Version of the definition", str(asked.version)),
        ("Why it matters", asked.why),
        ("What a hub can do", asked.what_a_hub_can_do),
    ]


def _table(request: HttpRequest, asked: Measure, rows: list[UnitRow], chosen: Choice, who: Reader) -> FiguresTable:
    def address(row: UnitRow) -> str | None:
        return None if row.is_england else row.figures[asked.key].href_in(chosen.query)

    columns = [
        Column("unit", "Hub", value=lambda row: row.unit.name, link=_page_of(chosen)),
        Column("region", "Region", value=lambda row: row.region or "All regions"),
        Column("figure", asked.name, value=lambda row: in_words(row, asked.key), link=address, format="number"),
    ]
    if asked.shape == "share":
        columns.append(Column("counted", "Counted", value=lambda row: _counted(row, asked), format="number"))
    table = FiguresTable(
        rows,
        columns,
        request,
        caption=f"{asked.name} by hub, {chosen.month.label}",
        filename=f"{asked.key}-{chosen.month}",
        notes=[asked.definition, f"{chosen.programme.name}, {chosen.month.label}."],
    )
    table.measures = [asked]
    return table


def _page_of(chosen: Choice):  # type: ignore[no-untyped-def]
    return lambda row: None if row.unit.kind is UnitKind.ENGLAND else f"{row.unit.href}{chosen.query}"


def _counted(row: UnitRow, asked: Measure) -> str | None:
    figure = row.figures[asked.key]
    return f"{figure.numerator:,} of {figure.denominator:,}" if figure.known else None
