"""Reads of enrolments: who holds which place of a cohort, and everything that a learner's page says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Subquery

from gpa_programme.accounts import access
from gpa_programme.core.periods import now, today
from hubs.models import Cohort, Organisation, Place
from learners.enums import (
    CompetencyState,
    EnrolmentState,
    MentorKind,
    PlaceState,
    Route,
    VersionState,
    WithdrawalReason,
)
from learners.models import (
    Competency,
    Decision,
    Enrolment,
    EvidenceVersion,
    Mentorship,
    Placement,
    SignOffRequest,
)
from learners.queries.mentors import not_over
from learners.queries.pace import pace_facts, protected_weeks
from learners.queries.scope import scope_standing
from learners.queries.states import Progress, States, enrolment_states, progress
from learners.rules import enrolment as rules
from learners.rules import pace as rate
from learners.rules import plan
from learners.rules.help import Help, help_needed
from learners.rules.pace import Pace
from learners.rules.protected import Weeks


@dataclass(frozen=True)
class Waiting:
    """A learner's open requests: how many, and since when the oldest has waited."""

    count: int
    since: datetime


@dataclass(frozen=True)
class PlaceRow:
    """A place of a cohort and who holds it, if anybody."""

    number: int
    enrolment: Enrolment | None = None
    practice: Organisation | None = None
    mentor: Any = None
    progress: Progress | None = None

    @property
    def status(self) -> EnrolmentState | PlaceState:
        """The holder's state, or free."""
        return self.enrolment.status if self.enrolment else PlaceState.FREE


@dataclass(frozen=True)
class CohortPlaces:
    """A cohort's places in order, and who is in it without one."""

    rows: list[PlaceRow]
    offered: int
    reserve: list[Enrolment]
    applied: int
    left: int

    @property
    def free(self) -> int:
        """Places that nobody holds."""
        return sum(row.enrolment is None for row in self.rows)

    @property
    def held(self) -> int:
        """Places that somebody holds."""
        return len(self.rows) - self.free


@dataclass(frozen=True)
class DomainProgress:
    """How far a learner is in one domain."""

    name: str
    in_scope: int
    signed: int
    waiting: int
    returned: int


@dataclass(frozen=True)
class Happening:
    """One line of a learner's timeline."""

    when: date
    heading: str
    status: Any = None
    by: str = ""
    text: str = ""


@dataclass(frozen=True)
class LearnerPage:
    """What a learner's page says to those who may open it; no evidence text."""

    enrolment: Enrolment
    placement: Placement | None
    mentorships: list[Mentorship]
    states: States
    domains: list[DomainProgress]
    progress: Progress
    waiting: Waiting | None
    last_activity: date | None
    paused_since: date | None
    stalled_days: int | None
    expected: int
    month: int
    pace: Pace
    help: tuple[Help, ...]
    scope_note: str
    weeks: Weeks
    route: Route

    def count(self, state: CompetencyState) -> int:
        """How many competencies are in that state."""
        return sum(found is state for found in self.states.values())

    @property
    def behind(self) -> bool:
        """Whether a learning person has less signed off than expected by today."""
        return self.stage == "learning" and self.progress.percent < self.expected

    @property
    def stage(self) -> str:
        """Before, learning, judged, over or left."""
        return plan.stage(self.enrolment.state)

    @property
    def next_step(self) -> str:
        """The one thing that moves the learner on."""
        return plan.next_step(
            plan.Situation(
                stage=self.stage,
                in_scope=self.progress.in_scope,
                signed=self.progress.signed,
                returned=self.count(CompetencyState.RETURNED),
                waiting=self.waiting.count if self.waiting else 0,
                waited_days=rules.waited_days(self.waiting.since, now()) if self.waiting else 0,
                stalled_days=self.stalled_days,
                paused=self.paused_since is not None,
            )
        )


def cohort_places(cohort: Cohort) -> CohortPlaces:
    """The cohort's places by number with holder, practice, GP mentor and progress, in a fixed number of queries."""
    enrolments = list(Enrolment.objects.filter(cohort=cohort).select_related("learner").order_by("learner__name", "pk"))
    for enrolment in enrolments:
        enrolment.cohort = cohort
    holders = {row.place_id: row for row in enrolments if rules.holds_place(row.state)}
    ids = [row.pk for row in holders.values()]
    practices, mentors = practices_of(ids), gp_mentors_of(ids)
    states = enrolment_states(ids)
    rows = [
        PlaceRow(place.number)
        if (held := holders.get(place.pk)) is None
        else PlaceRow(place.number, held, practices.get(held.pk), mentors.get(held.pk), progress(states[held.pk]))
        for place in Place.objects.filter(cohort=cohort).order_by("number")
    ]
    found = [row.state for row in enrolments]
    return CohortPlaces(
        rows,
        offered=found.count(EnrolmentState.OFFERED),
        reserve=[row for row in enrolments if row.state == EnrolmentState.RESERVE],
        applied=found.count(EnrolmentState.APPLIED),
        left=sum(plan.stage(state) == "left" for state in found),
    )


def practices_of(enrolment_ids: Collection[int]) -> dict[int, Organisation]:
    """The practice at which each learner is placed now."""
    rows = Placement.objects.filter(enrolment__in=enrolment_ids, until__isnull=True).select_related("practice")
    return {row.enrolment_id: row.practice for row in rows}


def gp_mentors_of(enrolment_ids: Collection[int]) -> dict[int, Any]:
    """Each learner's GP mentor now; before the first has begun, the one who will be."""
    rows = Mentorship.objects.filter(not_over(today()), enrolment__in=enrolment_ids, kind=MentorKind.GP)
    found: dict[int, Any] = {}
    for row in rows.select_related("mentor").order_by("since", "pk"):
        found.setdefault(row.enrolment_id, row.mentor)
    return found


def last_activities(owners: Mapping[int, Collection[int]]) -> dict[int, datetime]:
    """The last submission or decision of each learner who has one (`owners`: queries.chain.owners_of).

    Asked learner by learner inside one query: a join over all versions would read every learner's of the programme.
    """
    submitted = EvidenceVersion.objects.filter(item__enrolment=OuterRef("pk"), state=VersionState.SUBMITTED)
    decided = Decision.objects.filter(enrolment=OuterRef("pk"))
    rows = Enrolment.objects.filter(pk__in=owners).order_by().values_list("pk")
    moments = rows.annotate(
        submitted=Subquery(submitted.order_by().values("item__enrolment").values(last=Max("submitted_at"))),
        decided=Subquery(decided.order_by().values("enrolment").values(last=Max("decided_at"))),
    )
    latest: dict[int, datetime] = {}
    for enrolment, *found in moments:
        for moment in filter(None, found):
            for pk in owners[enrolment]:
                latest[pk] = max(moment, latest.get(pk, moment))
    return latest


def waiting_requests(enrolment_ids: Collection[int]) -> dict[int, Waiting]:
    """The open requests of each learner who has any."""
    rows = (
        SignOffRequest.objects.open()
        .filter(enrolment__in=enrolment_ids)
        .order_by()
        .values_list("enrolment")
        .annotate(count=Count("pk"), since=Min("requested_at"))
    )
    return {pk: Waiting(count, since) for pk, count, since in rows}


def learner_page(enrolment: Enrolment, *, own: bool = False) -> LearnerPage:
    """Everything about one learner; `own` shows what they are drafting, to themselves alone."""
    ids, day = [enrolment.pk], today()
    states = enrolment_states(ids, own=own)[enrolment.pk]
    facts, done = pace_facts([enrolment])[enrolment.pk], progress(states)
    back = sum(states[pk] is CompetencyState.RETURNED for pk in states)
    pace = rate.pace(facts, percent=done.percent, in_scope=done.in_scope, signed=done.signed, sent_back=back)
    return LearnerPage(
        enrolment=enrolment,
        placement=next((row for row in enrolment.placements.all() if row.until is None), None),
        mentorships=list(enrolment.mentorships.filter(not_over(day)).select_related("mentor").order_by("since", "pk")),
        states=states,
        domains=_domains(enrolment, states),
        progress=done,
        waiting=waiting_requests(ids).get(enrolment.pk),
        last_activity=facts.last_activity,
        paused_since=facts.paused_since,
        stalled_days=facts.stalled,
        expected=facts.expected,
        month=enrolment.month_on(day),
        pace=pace,
        help=help_needed(facts),
        scope_note=scope_standing(enrolment).text(own=own),
        weeks=protected_weeks(enrolment),
        route=Route(enrolment.route),
    )


def _domains(enrolment: Enrolment, states: States) -> list[DomainProgress]:
    """Progress by domain, in order; domains of which nothing is in scope are left out."""
    rows = Competency.objects.filter(framework=enrolment.framework_id).order_by("position")
    grouped: dict[str, list[CompetencyState]] = {}
    for pk, name in rows.values_list("pk", "domain__name"):
        grouped.setdefault(name, []).append(states[pk])
    counted = [
        DomainProgress(
            name,
            progress(found).in_scope,
            progress(found).signed,
            found.count(CompetencyState.WAITING),
            found.count(CompetencyState.RETURNED),
        )
        for name, found in grouped.items()
    ]
    return [domain for domain in counted if domain.in_scope]


def occupancy(cohort: Cohort) -> tuple[int, int]:
    """How many places are held, and how many there are."""
    held = Enrolment.objects.filter(cohort=cohort).holding_places().count()
    return held, Place.objects.filter(cohort=cohort).count()


def roles_over(user: Any, enrolment: Enrolment) -> set[str]:
    """The roles in which a person may act on an enrolment; the system (None) acts in its own."""
    if user is None:
        return {rules.SYSTEM}
    scope = enrolment.access_scope
    return {grant.role.value for grant in access.grants(user) if grant.covers(scope)}


def timeline(enrolment: Enrolment, *, reasons: bool) -> list[Happening]:
    """What happened to a learner, newest first: moves, requests and decisions. Reasons of moves only where asked."""
    moved = enrolment.changes.select_related("by").order_by("pk")
    requested = enrolment.requests.select_related("competency").order_by("pk")
    decided = enrolment.decisions.select_related("competency", "by").order_by("pk")
    found = [
        *(
            (change.recorded_at, Happening(
                change.effective_on, change.status.label, change.status, str(change.by or "the system"),
                _reason(change.reason_code, change.reason) if reasons else "",
            ))
            for change in moved
        ),
        *(
            (asked.requested_at, Happening(asked.requested_at, f"Asked: {asked.competency}"))
            for asked in requested
        ),
        *(
            (decision.decided_at, Happening(
                decision.decided_at, f"{decision.competency.code} {decision.competency.title}", decision.status,
                str(decision.by),
            ))
            for decision in decided
        ),
    ]  # fmt: skip
    return [happening for _moment, happening in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _reason(code: str, words: str) -> str:
    label = str(WithdrawalReason(code).label) if code in WithdrawalReason.values else ""
    return ". ".join(part for part in (label, words) if part)
