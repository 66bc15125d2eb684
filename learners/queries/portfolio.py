"""Reads of a portfolio: by domain, and one competency with its evidence, requests and decisions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from gpa_programme.accounts.access import Scope
from gpa_programme.core.periods import now, today
from learners.enums import CompetencyState, DecisionKind, VersionState
from learners.models import Competency, Decision, Domain, Enrolment, EvidenceVersion, SignOffRequest
from learners.queries.states import enrolment_states
from learners.queries.waiting import links_of
from learners.rules.competency import Progress, progress
from learners.rules.enrolment import expected_percent, stalled_days, waited_days
from learners.rules.evidence import may_write
from learners.rules.pace import Pace, Standing, encouragement

LATELY = timedelta(days=28)
NEEDS_LEARNER = (CompetencyState.RETURNED, CompetencyState.REVOKED, CompetencyState.EXPIRED, CompetencyState.STALE)


def own_enrolments(user: Any) -> list[Enrolment]:
    """The person's enrolments, the newest first."""
    rows = Enrolment.objects.filter(learner=user.pk).select_related("cohort__programme", "cohort__hub", "learner")
    return list(rows.order_by("-starts", "-pk"))


@dataclass(frozen=True)
class Line:
    """One competency of a portfolio: its state and what there is to say about it."""

    competency: Competency
    state: CompetencyState
    note: str = ""


@dataclass(frozen=True)
class DomainPart:
    """A domain's competencies in scope, and how many are signed off."""

    domain: Domain
    lines: list[Line]
    progress: Progress


@dataclass(frozen=True)
class Portfolio:
    """A learner's portfolio: what needs them first, then everything by domain, their pace and one true line."""

    enrolment: Enrolment
    domains: list[DomainPart]
    needs: list[Line]
    waiting: list[Line]
    drafts: list[EvidenceVersion]
    progress: Progress
    pace: Pace
    encouragement: str
    may_write: bool


def portfolio_of(enrolment: Enrolment, *, own: bool) -> Portfolio:
    """The portfolio as its owner (`own`) or its mentor sees it: a fixed number of queries."""
    states = enrolment_states([enrolment.pk], own=own)[enrolment.pk]
    asked = dict(enrolment.requests.open().values_list("competency", "requested_at"))
    wanted = _what_would_satisfy(enrolment)
    competencies = Competency.objects.filter(framework=enrolment.framework_id).select_related("domain")
    lines = [
        Line(one, states[one.pk], _note(one, states[one.pk], asked, wanted))
        for one in competencies.order_by("position")
        if states[one.pk] is not CompetencyState.OUT_OF_SCOPE
    ]
    done = progress(states)
    needs = [line for line in lines if line.state in NEEDS_LEARNER and line.competency.pk not in asked]
    waiting = [line for line in lines if line.competency.pk in asked]
    return Portfolio(
        enrolment=enrolment,
        domains=_by_domain(lines),
        needs=sorted(needs, key=lambda line: NEEDS_LEARNER.index(line.state)),
        waiting=sorted(waiting, key=lambda line: asked[line.competency.pk]),
        drafts=_drafts(enrolment) if own else [],
        progress=done,
        pace=pace_of(enrolment, done),
        encouragement=encouragement(
            Standing(done.in_scope, done.signed, _signed_lately(enrolment, states), len(waiting), len(needs))
        ),
        may_write=own and may_write(enrolment.state),
    )


def _drafts(enrolment: Enrolment) -> list[EvidenceVersion]:
    rows = EvidenceVersion.objects.filter(item__enrolment=enrolment, state=VersionState.DRAFT)
    return list(rows.select_related("item").order_by("-saved_at"))


def _by_domain(lines: list[Line]) -> list[DomainPart]:
    parts: dict[int, list[Line]] = {}
    for line in lines:
        parts.setdefault(line.competency.domain_id, []).append(line)
    return [
        DomainPart(mine[0].competency.domain, mine, progress(line.state for line in mine)) for mine in parts.values()
    ]


def _note(
    competency: Competency, state: CompetencyState, asked: dict[int, datetime], wanted: dict[int, Decision]
) -> str:
    if since := asked.get(competency.pk):
        days = waited_days(since, now())
        return f"With your mentor for {days} day{'' if days == 1 else 's'}" if days else "With your mentor since today"
    decision = wanted.get(competency.pk)
    if decision is not None and state in NEEDS_LEARNER:
        return decision.would_satisfy or decision.reason
    return ""


def _what_would_satisfy(enrolment: Enrolment) -> dict[int, Decision]:
    """By competency: the newest decision that sent it back or took it back."""
    kinds = (DecisionKind.RETURNED, DecisionKind.REVOKED)
    return {row.competency_id: row for row in enrolment.decisions.filter(kind__in=kinds).order_by("pk")}


def _signed_lately(enrolment: Enrolment, states: dict[int, CompetencyState]) -> int:
    rows = enrolment.decisions.filter(kind=DecisionKind.SIGNED_OFF, decided_at__gte=now() - LATELY)
    return sum(states.get(pk) is CompetencyState.SIGNED_OFF for pk in set(rows.values_list("competency", flat=True)))


def pace_of(enrolment: Enrolment, done: Progress) -> Pace:
    """The learner's pace today against the programme's thresholds."""
    programme, day = enrolment.cohort.programme, today()
    expected = expected_percent(
        starts=enrolment.starts,
        today=day,
        months=programme.learner_months,
        at_month_3=programme.pace_percent_month_3,
        at_month_6=programme.pace_percent_month_6,
    )
    paused = enrolment.pauses.filter(since__lte=day).exclude(until__lt=day).exists()
    idle = stalled_days(
        state=enrolment.state,
        starts=enrolment.starts,
        last_activity=last_activity(enrolment),
        paused=paused,
        today=day,
        limit=programme.stalled_days,
    )
    return Pace(done.percent, expected, idle)


def last_activity(enrolment: Enrolment) -> datetime | None:
    """When evidence was last submitted or a request last decided; None before the first."""
    submitted = EvidenceVersion.objects.filter(item__enrolment=enrolment).aggregate(at=Max("submitted_at"))["at"]
    decided = enrolment.decisions.aggregate(at=Max("decided_at"))["at"]
    return max((moment for moment in (submitted, decided) if moment), default=None)


@dataclass(frozen=True)
class CompetencyOf:
    """One competency in one enrolment, and where that belongs."""

    enrolment: Enrolment
    competency: Competency

    @property
    def access_scope(self) -> Scope:
        """The enrolment's."""
        return self.enrolment.access_scope


def competency_of(enrolment: Enrolment, code: str) -> CompetencyOf | None:
    """The competency of that code in the enrolment's framework."""
    rows = Competency.objects.filter(framework=enrolment.framework_id, code=code).select_related("domain")
    competency = rows.first()
    return CompetencyOf(enrolment, competency) if competency else None


@dataclass(frozen=True)
class CompetencyPage:
    """One competency of a learner: its state, the versions that support it, and each request with its decisions."""

    of: CompetencyOf
    state: CompetencyState
    versions: list[EvidenceVersion]
    requests: list[SignOffRequest]
    in_scope: bool
    may_write: bool


def competency_page(of: CompetencyOf, *, own: bool) -> CompetencyPage:
    """What the page of one competency shows; drafts only to their owner."""
    enrolment, competency = of.enrolment, of.competency
    state = enrolment_states([enrolment.pk], own=own)[enrolment.pk][competency.pk]
    versions = EvidenceVersion.objects.filter(item__enrolment=enrolment, links__competency=competency)
    if not own:
        versions = versions.filter(state=VersionState.SUBMITTED)
    requests = enrolment.requests.filter(competency=competency).prefetch_related("versions__item", "decisions__by")
    return CompetencyPage(
        of=of,
        state=state,
        versions=_with_links(versions, competency.pk),
        requests=list(requests.order_by("-pk")),
        in_scope=state is not CompetencyState.OUT_OF_SCOPE,
        may_write=own and may_write(enrolment.state),
    )


def _with_links(versions: QuerySet[EvidenceVersion], competency_id: int) -> list[EvidenceVersion]:
    rows = versions.select_related("item").prefetch_related("files", links_of(competency_id))
    return list(rows.order_by("-saved_at", "-pk"))


def scope_by_domain(enrolment: Enrolment) -> list[tuple[Domain, list[Competency]]]:
    """The competencies that apply to the learner, by domain, in order."""
    rows = Competency.objects.filter(pk__in=enrolment.scope.values("competency")).select_related("domain")
    groups: dict[int, tuple[Domain, list[Competency]]] = {}
    for one in rows.order_by("position"):
        groups.setdefault(one.domain_id, (one.domain, []))[1].append(one)
    return list(groups.values())


def mentors_today(enrolment: Enrolment) -> list[str]:
    """The names of the learner's mentors today."""
    day = today()
    rows = enrolment.mentorships.filter(since__lte=day).exclude(until__lt=day).select_related("mentor")
    return list(dict.fromkeys(str(row.mentor) for row in rows.order_by("pk")))
