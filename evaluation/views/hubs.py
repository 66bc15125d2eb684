"""Hubs side by side, a hub's page, and the practices of its region."""

from typing import Any

import django_filters
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from evaluation.queries import dashboard as national
from evaluation.queries import hubs as queries
from evaluation.queries.periods import Choice, choice
from evaluation.views.dashboard import hubs_table
from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.http import page
from gpa_programme.core.periods import Month
from gpa_programme.core.tables import Column, Table
from hubs.enums import OrganisationKind, Rurality
from hubs.models import Cohort, Hub, Organisation

P = Permission
COHORT_COLUMNS = (
    "places_filled",
    "learners_active",
    "competencies_signed_share",
    "learners_stalled",
    "requests_over_14_days",
)
FIFTHS = {1: "1, most deprived", 5: "5, least deprived"}


def _hub(user: Any, slug: str) -> Hub:
    return get_object_or_404(Hub.objects.visible_to(user).select_related("region"), slug=slug)


def _practice(user: Any, ods: str) -> Organisation:
    rows = Organisation.objects.practices().visible_to(user).select_related("region", "successor")
    return get_object_or_404(rows, ods_code=ods.upper())


@needs(P.SEE_HUB)
@require_safe
def hubs(request: HttpRequest) -> HttpResponse:
    """The hubs that the person may see, side by side."""
    chosen = choice(request.GET)
    crumbs = [("Home", "/")]
    if chosen is None:
        return page(request, "evaluation/hubs.html", title="Hubs", crumbs=crumbs, chosen=None)
    mine = access.hub_ids(request.user, P.SEE_HUB)
    shown = [hub for hub in national.hubs_of(chosen.programme) if mine is None or hub.pk in mine]
    rows = national.side_by_side(
        national.SIDE_BY_SIDE, shown, programme=chosen.programme, month=chosen.month, england=mine is None
    )
    table = hubs_table(request, rows, chosen)
    as_at = max(
        (row.figures["places_filled"].as_at for row in rows if row.figures["places_filled"].as_at), default=None
    )
    return table.export() or page(
        request, "evaluation/hubs.html", title="Hubs", crumbs=crumbs, chosen=chosen, table=table, as_at=as_at
    )


@needs(P.SEE_HUB, of=_hub)
@require_safe
def hub(request: HttpRequest, hub: Hub) -> HttpResponse:
    """One hub: figures, cohorts, people, reports, and the worst problem to open."""
    chosen = choice(request.GET)
    crumbs = [("Home", "/"), ("Hubs", "/hubs/")]
    context = {"title": hub.name, "crumbs": crumbs, "hub": hub, "people": queries.people_of(hub)}
    if chosen is None:
        return page(request, "evaluation/hub.html", chosen=None, **context)
    rows = Cohort.objects.filter(hub=hub, programme=chosen.programme).select_related("hub")
    cohorts = list(rows.order_by("starts", "name"))
    found = queries.own_figures(hub, chosen.programme, chosen.month, cohorts)
    table = _cohorts_table(request, hub, cohorts, found, chosen)
    if file := table.export():
        return file
    return page(
        request,
        "evaluation/hub.html",
        chosen=chosen,
        figures=list(found.whole.values()),
        as_at=found.whole["places_filled"].as_at,
        problem=queries.worst_problem(cohorts, found.cohorts) if chosen.running else None,
        table=table,
        reports=[
            {"label": Month.parse(row.period).label, "report": row}
            for row in queries.reports_of(hub, chosen.programme, request.user)
        ],
        **context,
    )


def _cohorts_table(
    request: HttpRequest, hub: Hub, cohorts: list[Cohort], found: queries.HubFigures, chosen: Choice
) -> Table:
    columns = [
        Column("name", "Cohort", link=lambda row: row.get_absolute_url()),
        Column("starts", "Started", format="date"),
    ]
    for key in COHORT_COLUMNS:
        figure = found.whole[key]
        columns.append(
            Column(
                key,
                figure.measure.name,
                value=lambda row, key=key: found.cohorts[row.pk][key].text,
                link=lambda row, key=key: found.cohorts[row.pk][key].href,
                format="number",
            )
        )
    return Table(
        cohorts,
        columns,
        request,
        caption=f"Cohorts of {hub.name}",
        empty=f"{hub.name} has no cohort in {chosen.programme.name}.",
    )


class PracticeFilter(django_filters.FilterSet):
    """Practices by name, postcode or code; those with learners; by rurality."""

    q = django_filters.CharFilter(method="search", label="Name, postcode or ODS code")
    taking_part = django_filters.ChoiceFilter(
        method="placed", choices=[("yes", "With learners")], label="Taking part", empty_label="All practices"
    )
    rurality = django_filters.ChoiceFilter(choices=Rurality.choices, label="Rurality", empty_label="Any")

    def search(self, rows: Any, name: str, value: str) -> Any:
        """Those that the words find."""
        return queries.search_practices(rows, value)

    def placed(self, rows: Any, name: str, value: str) -> Any:
        """Those where a learner works now."""
        return rows.filter(learners__gt=0)


@needs(P.SEE_PRACTICES, of=_hub)
@require_safe
def hub_practices(request: HttpRequest, hub: Hub) -> HttpResponse:
    """The practices of the hub's region: which take part, and what is published about them."""
    table = Table(
        queries.practices_of(hub),
        [
            Column("name", "Practice", link=lambda row: row.get_absolute_url(), sort="name"),
            Column("ods_code", "ODS code", sort=True),
            Column("postcode", "Postcode", sort=True),
            Column("list_size", "Patients", format="number", sort=True, value=lambda row: _whole(row.list_size)),
            Column("rurality", "Rurality", value=lambda row: Rurality(row.rurality).label if row.rurality else None),
            Column("imd_fifth", "Deprivation fifth", format="number", sort=True),
            Column("pcn", "PCN"),
            Column("ccg", "CCG"),
            Column("learners", "Learners now", format="number", value=lambda row: row.learners or 0, sort=True),
        ],
        request,
        caption=f"Practices in {hub.region.name}",
        filterset=PracticeFilter,
        empty="No practices are loaded for this region. They come with the reference data.",
        notes=["Deprivation fifth 1 is the most deprived fifth of England's practices."],
    )
    return table.export() or page(
        request,
        "evaluation/hub_practices.html",
        title=f"Practices in {hub.region.name}",
        crumbs=[("Home", "/"), ("Hubs", "/hubs/"), (hub.name, hub.get_absolute_url())],
        hub=hub,
        table=table,
    )


@needs(P.SEE_PRACTICES, of=_practice)
@require_safe
def practice(request: HttpRequest, practice: Organisation) -> HttpResponse:
    """One practice: what it belongs to, what is published about it, and who learns there."""
    hub = practice.region.hubs.order_by("pk").first()
    if hub is None:
        raise Http404
    return page(
        request,
        "evaluation/practice.html",
        title=practice.name,
        crumbs=[
            ("Home", "/"),
            (hub.name, hub.get_absolute_url()),
            ("Practices", f"{hub.get_absolute_url()}practices/"),
        ],
        practice=practice,
        figure_columns=["As at", "Patients", "Rurality", "Deprivation fifth", "Source"],
        links=[
            {"label": OrganisationKind(link.parent.kind).label, "link": link} for link in queries.links_of(practice)
        ],
        figures=[
            [
                f"{row.as_at.day} {row.as_at:%B %Y}",
                f"{_whole(row.list_size):,}" if row.list_size else "not published",
                Rurality(row.rurality).label if row.rurality else "not published",
                FIFTHS.get(row.imd_fifth, str(row.imd_fifth)) if row.imd_fifth else "not published",
                row.source,
            ]
            for row in queries.figures_of(practice)
        ],
        placements=queries.placed_at(practice, request.user),
    )


def _whole(list_size: Any) -> int | None:
    return None if list_size is None else round(list_size)
