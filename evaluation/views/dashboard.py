"""The national dashboard: the programme on a page, from stored figures, each number a link."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from evaluation.exports.figures import FiguresTable
from evaluation.measures.registry import measure
from evaluation.queries import dashboard as queries
from evaluation.queries.dashboard import UnitRow
from evaluation.queries.periods import Choice, choice
from evaluation.views import charts
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.http import page
from gpa_programme.core.tables import Column

HEADLINES = ("places_filled", "learners_active", "competencies_signed_share", "mentor_wait_days", "returns_on_time")


@needs(Permission.SEE_DASHBOARD)
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Seven hubs side by side, the map, the way from enrolled to completed, and progress against plan."""
    chosen = choice(request.GET)
    if chosen is None:
        return page(request, "evaluation/dashboard.html", title="Dashboard", chosen=None, crumbs=[("Home", "/")])
    hubs = queries.hubs_of(chosen.programme)
    keys = queries.NATIONAL
    rows = queries.side_by_side(keys, hubs, programme=chosen.programme, month=chosen.month, england=True)
    table = hubs_table(request, rows, chosen)
    if file := table.export():
        return file
    england = rows[-1]
    signed = queries.trend("competencies_signed_share", england.unit, programme=chosen.programme, months=chosen.months)
    return page(
        request,
        "evaluation/dashboard.html",
        title="Dashboard",
        crumbs=[("Home", "/")],
        chosen=chosen,
        as_at=england.figures["places_filled"].as_at,
        table=table,
        figures=[
            {
                "label": figure.measure.name,
                "value": figure.text,
                "href": f"{figure.measure.href}{chosen.query}",
                "note": figure.coverage,
            }
            for figure in (england.figures[key] for key in HEADLINES)
        ],
        outliers=queries.outliers(rows),
        charts=[
            charts.places_map(rows),
            charts.way(england),
            charts.progress(chosen.programme, signed, until=chosen.month),
            charts.domains(queries.by_domain(chosen.programme, chosen.month)),
        ],
    )


def hubs_table(request: HttpRequest, rows: Sequence[UnitRow], chosen: Choice) -> FiguresTable:
    """Units by the measures that stand side by side; alphabetical, and never sorted by a figure."""
    measures = [measure(key) for key in queries.SIDE_BY_SIDE]
    columns = [Column("unit", "Hub", value=lambda row: row.unit.name, link=lambda row: _page_of(row, chosen))]
    columns += [
        Column(
            asked.key,
            asked.name,
            value=lambda row, key=asked.key: in_words(row, key),
            link=lambda row, key=asked.key: f"{row.figures[key].href_in(chosen.query)}",
            format="number",
        )
        for asked in measures
    ]
    table = FiguresTable(
        rows,
        columns,
        request,
        caption=f"Hubs side by side, {chosen.month.label}",
        filename=f"hubs-{chosen.programme.slug}-{chosen.month}",
        empty="No hub has a cohort in this programme yet. Hubs appear here with their first cohort.",
        notes=[f"{chosen.programme.name}, {chosen.month.label}."],
    )
    table.measures = measures
    return table


def _page_of(row: UnitRow, chosen: Choice) -> str | None:
    return None if row.is_england else f"{row.unit.href}{chosen.query}"


def in_words(row: UnitRow, key: str) -> str:
    """A figure in its cell; England's says which part of the hubs it covers."""
    figure = row.figures[key]
    return f"{figure.text} ({figure.coverage})" if row.is_england and figure.coverage else figure.text
