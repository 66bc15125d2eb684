"""The cohort board: learners by competencies, each learner with progress, last activity and waiting, in few queries."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gpa_programme.core.periods import london_date, now, today
from hubs.models import Cohort
from learners.enums import PLACE_HOLDING, CompetencyState, EnrolmentState
from learners.models import Competency, Enrolment
from learners.queries.chain import owners_of
from learners.queries.enrolments import last_activities, practices_of, waiting_requests
from learners.queries.pace import pauses_of, thresholds
from learners.queries.states import Progress, States, enrolment_states, progress
from learners.rules import enrolment as rules
from learners.rules.pace import Facts

SAID = (
    (CompetencyState.WAITING, "waiting"),
    (CompetencyState.RETURNED, "returned"),
    (CompetencyState.STALE, "changed since sign-off"),
    (CompetencyState.EXPIRED, "expired"),
    (CompetencyState.REVOKED, "revoked"),
)


@dataclass(frozen=True)
class BoardColumn:
    """A competency of the board, as its newest framework version words it."""

    code: str
    title: str
    domain_code: str
    domain: str

    @property
    def number(self) -> str:
        """The part of the code that differs inside its domain, such as 07."""
        return self.code.rpartition("-")[2]


@dataclass(frozen=True)
class BoardRow:
    """A learner on the board; `cells` stand in the order of the board's columns."""

    enrolment: Enrolment
    name: str
    practice: str
    cells: list[CompetencyState]
    counts: Mapping[CompetencyState, int]
    progress: Progress
    last_activity: date | None
    waiting: int
    waiting_days: int | None
    stalled_days: int | None
    paused: bool

    @property
    def percent(self) -> int | None:
        """The share of scope that is signed off; None before there is a scope."""
        return self.progress.percent if self.progress.in_scope else None

    @property
    def status(self) -> EnrolmentState:
        """The state of the enrolment."""
        return self.enrolment.status

    @property
    def summary(self) -> str:
        """The row in words, for where its cells do not fit: "24 of 46 signed off, 3 waiting, 1 returned"."""
        shown = [f"{self.progress.text} signed off"] if self.progress.in_scope else ["No scope yet"]
        shown += [f"{self.counts[state]} {word}" for state, word in SAID if self.counts.get(state)]
        return ", ".join(shown)


@dataclass(frozen=True)
class Board:
    """A cohort's columns and rows; `domain_choices` are the code and name of every domain, shown or not."""

    columns: list[BoardColumn]
    rows: list[BoardRow]
    domain_choices: list[tuple[str, str]]

    @property
    def domains(self) -> list[tuple[str, list[BoardColumn]]]:
        """The columns by domain, in the framework's order."""
        grouped: dict[str, list[BoardColumn]] = {}
        for column in self.columns:
            grouped.setdefault(column.domain, []).append(column)
        return list(grouped.items())


def board(cohort: Cohort, *, states: Collection[str] = PLACE_HOLDING, domain: str = "") -> Board:
    """The board of the enrolments in `states`, by name; with a domain's code, only its columns (progress is of all).

    The number of queries is fixed, with one more where somebody came from another hub: it depends neither on the
    learners nor on the size of the programme.
    """
    enrolments = list(
        Enrolment.objects.filter(cohort=cohort, state__in=list(states))
        .select_related("learner")
        .order_by("learner__name", "pk")
    )
    ids = [row.pk for row in enrolments]
    found = enrolment_states(ids)
    known, by_code = _columns({row.framework_id for row in enrolments})
    columns = [column for column in known if column.domain_code == domain] or known
    owners = owners_of({row.pk: row.first_id for row in enrolments})
    practices, activities = practices_of(ids), last_activities(owners)
    waiting, pauses = waiting_requests(ids), pauses_of(owners)
    day, moment = today(), now()
    limits = thresholds(cohort.programme)

    rows = []
    for enrolment in enrolments:
        enrolment.cohort = cohort
        mine, keys = found[enrolment.pk], by_code[enrolment.framework_id]
        last, open_requests = activities.get(enrolment.pk), waiting.get(enrolment.pk)
        practice = practices.get(enrolment.pk)
        facts = Facts(
            state=enrolment.state,
            starts=enrolment.starts,
            today=day,
            thresholds=limits,
            pauses=pauses.get(enrolment.pk, ()),
            last_activity=london_date(last) if last else None,
        )
        rows.append(
            BoardRow(
                enrolment=enrolment,
                name=str(enrolment.learner),
                practice=practice.name if practice else "",
                cells=[_cell(mine, keys.get(column.code)) for column in columns],
                counts=Counter(mine.values()),
                progress=progress(mine),
                last_activity=facts.last_activity,
                waiting=open_requests.count if open_requests else 0,
                waiting_days=rules.waited_days(open_requests.since, moment) if open_requests else None,
                stalled_days=facts.stalled,
                paused=facts.paused,
            )
        )
    choices = dict.fromkeys((column.domain_code, column.domain) for column in known)
    return Board(columns, rows, list(choices))


def _cell(states: States, competency: int | None) -> CompetencyState:
    return CompetencyState.OUT_OF_SCOPE if competency is None else states[competency]


def _columns(frameworks: Iterable[int]) -> tuple[list[BoardColumn], dict[int, dict[str, int]]]:
    """The columns worded by the newest version in use, and each version's competencies by code."""
    rows = (
        Competency.objects.filter(framework__in=list(frameworks))
        .order_by("-framework__version", "position")
        .values_list("framework", "pk", "code", "title", "domain__code", "domain__name")
    )
    columns: dict[str, BoardColumn] = {}
    by_code: dict[int, dict[str, int]] = {}
    for framework, pk, code, title, domain_code, domain_name in rows:
        by_code.setdefault(framework, {})[code] = pk
        columns.setdefault(code, BoardColumn(code, title, domain_code, domain_name))
    return list(columns.values()), by_code
