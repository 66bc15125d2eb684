"""The pages of a cohort: its places with its figures, and the board of learners by competencies."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from evaluation.forms.cohorts import BoardFilter, BoardFilterForm
from evaluation.measures import door
from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.http import page
from gpa_programme.core.periods import today
from gpa_programme.core.tables import Column, Table
from hubs.models import Cohort
from learners.enums import PLACE_HOLDING, CompetencyState, EnrolmentState
from learners.queries.board import Board, BoardRow, board
from learners.queries.enrolments import CohortPlaces, PlaceRow, cohort_places
from learners.rules import plan

P = Permission
FIGURES = ("places_filled", "learners_active", "competencies_signed_share", "learners_stalled", "withdrawals")
OF_THE_MONTH = frozenset({"withdrawals"})
LEGEND = [state for state in CompetencyState if state is not CompetencyState.DRAFTING]  # drafts are the learner's own
NOT_STARTED_MARK = "·"


def _cohort(user: Any, pk: int) -> Cohort:
    return get_object_or_404(Cohort.objects.visible_to(user).select_related("hub", "programme"), pk=pk)


def _crumbs(cohort: Cohort, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", "/"), (cohort.hub.name, f"/hubs/{cohort.hub.slug}/"), *more]


@needs(P.SEE_COHORT, of=_cohort)
@require_safe
def cohort(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    """Who holds which place, what is free, the plan by month, and five figures."""
    places = cohort_places(cohort)
    table = _places_table(request, cohort, places)
    if file := table.export():
        return file
    figures = door.figures(FIGURES, door.Unit.of(cohort))
    programme = cohort.programme
    return page(
        request,
        "evaluation/cohort.html",
        title=str(cohort),
        crumbs=_crumbs(cohort),
        cohort=cohort,
        places=places,
        table=table,
        figures=[_shown(figure) for figure in figures.values()],
        as_at=next(iter(figures.values())).as_at,
        milestones=plan.milestones(
            starts=cohort.starts,
            months=programme.learner_months,
            extension=programme.extension_months,
            at_month_3=programme.pace_percent_month_3,
            at_month_6=programme.pace_percent_month_6,
        ),
        today=today(),
        may_enrol=access.can(request.user, P.ENROL, cohort),
    )


def _shown(figure: door.Figure) -> dict[str, str]:
    """A figure as components/figures.html wants it; what is counted over a month says which."""
    note = f"In {figure.month.label}" if figure.measure.key in OF_THE_MONTH else ""
    return {"label": figure.measure.name, "value": figure.text, "href": figure.href, "note": note}


def _places_table(request: HttpRequest, cohort: Cohort, places: CohortPlaces) -> Table:
    def learner_address(row: PlaceRow) -> str | None:
        return row.enrolment.get_absolute_url() if row.enrolment else None

    columns = [
        Column("number", "Place", format="number", sort=True),
        Column(
            "learner",
            "Learner",
            value=lambda row: str(row.enrolment.learner) if row.enrolment else None,
            link=learner_address,
            missing="Nobody",
            sort=True,
        ),
        Column("practice", "Practice", value=lambda row: row.practice and row.practice.name, sort=True),
        Column("status", "Status", format="status", sort=lambda row: str(row.status.label)),
        Column("mentor", "GP mentor", value=lambda row: row.mentor and str(row.mentor), sort=True),
        Column("starts", "Start", value=lambda row: row.enrolment and row.enrolment.starts, format="date", sort=True),
        Column("percent", "Signed off", value=_percent, format="percent", sort=True),
    ]
    return Table(
        places.rows,
        columns,
        request,
        caption=f"Places of {cohort}",
        page_size=200,
        default_sort="number",
        empty="This cohort has no places yet. The national team creates them.",
        filename=f"places-{cohort.hub.slug}",
    )


def _percent(row: PlaceRow) -> int | None:
    return row.progress.percent if row.progress and row.progress.in_scope else None


@needs(P.SEE_COHORT, of=_cohort)
@require_safe
def cohort_board(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    """Who has what, grouped by domain, and who is stuck; sorted, filtered and downloaded as shown."""
    state = request.GET.get("state", "")
    states = [state] if state in EnrolmentState.values else PLACE_HOLDING
    found = board(cohort, states=states, domain=request.GET.get("domain", ""))
    form = BoardFilterForm(request.GET, domains=found.domain_choices)
    table = Table(
        found.rows,
        [*_board_columns(), *_competency_columns(found)],
        request,
        caption=f"Board of {cohort}",
        filterset=lambda _query, queryset, **_rest: BoardFilter(queryset, form),
        default_sort="name",
        empty="No learners yet. They appear here when a place is filled.",
        filename=f"board-{cohort.hub.slug}",
    )
    if file := table.export():
        return file
    return page(
        request,
        "evaluation/cohort_board.html",
        title=f"Board: {cohort}",
        crumbs=_crumbs(cohort, (cohort.name, cohort.get_absolute_url())),
        cohort=cohort,
        table=table,
        heads=table.head[: len(_board_columns())],
        domains=found.domains,
        legend=[
            {"state": state, "colour": state.colour, "short": state.short or NOT_STARTED_MARK, "label": state.label}
            for state in LEGEND
        ],
        limit=cohort.programme.stalled_days,
    )


def _board_columns() -> list[Column]:
    """The columns before the competencies; those on the page come first, the others are only in the files."""
    return [
        Column("name", "Learner", sort=lambda row: row.name.casefold()),
        Column("percent", "Signed off", format="percent", sort=True),
        Column("last_activity", "Last activity", format="date", sort=True),
        Column("waiting", "Longest wait", value=lambda row: row.waiting_days, format="number", sort=True),
    ]


def _competency_columns(found: Board) -> list[Column]:
    facts = [
        Column("practice", "Practice"),
        Column("status", "Status", format="status"),
        Column("stalled", "Days stalled", value=lambda row: row.stalled_days, format="number"),
    ]
    return facts + [
        Column(column.code, f"{column.code} {column.title}", value=_cell(index))
        for index, column in enumerate(found.columns)
    ]


def _cell(index: int) -> Any:
    def label(row: BoardRow) -> str:
        return str(row.cells[index].label)

    return label
