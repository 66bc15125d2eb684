"""The page on which hubs' sign-offs are held beside each other: with intervals, alphabetically, never a ranking."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from evaluation.exports.figures import FiguresTable
from evaluation.measures.registry import MEASURES
from evaluation.queries import dashboard as national
from evaluation.queries.consistency import CONSISTENCY, Consistency, consistency
from evaluation.queries.measures import reader
from evaluation.queries.periods import choice
from evaluation.views.dashboard import in_words
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.http import page
from gpa_programme.core.tables import Column

CRUMBS = [("Home", "/"), ("Measures", "/measures/")]
TITLE = "Does a sign-off mean the same everywhere?"


@needs(Permission.SEE_MEASURES)
@require_safe
def consistency_page(request: HttpRequest) -> HttpResponse:
    """Returned share, time to decide and the verifiers' agreement, by hub and for England."""
    chosen = choice(request.GET)
    if chosen is None:
        return page(request, "evaluation/consistency.html", title=TITLE, crumbs=CRUMBS, chosen=None)
    who = reader(request.user, chosen.programme, national.hubs_of(chosen.programme))
    rows = consistency(who.hubs, programme=chosen.programme, month=chosen.month)
    table = FiguresTable(
        rows,
        [Column("unit", "Hub", value=lambda row: row.unit.name), *_columns(chosen.query)],
        request,
        caption=f"Consistency of sign-off, {chosen.month.label}",
        filename=f"consistency-{chosen.month}",
        notes=[
            *(MEASURES[key].definition for key in CONSISTENCY),
            "Intervals are 95%: Wilson for shares, order statistics for the median.",
        ],
    )
    table.measures = [MEASURES[key] for key in CONSISTENCY]
    return table.export() or page(
        request, "evaluation/consistency.html", title=TITLE, crumbs=CRUMBS, chosen=chosen, table=table
    )


def _columns(query: str) -> list[Column]:
    found = []
    for key in CONSISTENCY:
        found.append(
            Column(key, MEASURES[key].name, value=_figure(key), link=lambda _row, key=key: f"/measures/{key}/{query}")
        )
        found.append(Column(f"{key}_interval", "95% interval", value=_interval(key)))
    return found


def _figure(key: str):  # type: ignore[no-untyped-def]
    return lambda row: in_words(row, key)


def _interval(key: str):  # type: ignore[no-untyped-def]
    def interval(row: Consistency) -> str:
        return row.intervals[key]

    return interval
