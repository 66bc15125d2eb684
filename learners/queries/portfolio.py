"""Reads of a portfolio: what is done, what waits and for whom, the pace, and what is next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from gpa_programme.core.periods import now, today
from learners.enums import WRITABLE, CompetencyState, DecisionKind
from learners.models import Background, Competency, Decision, Domain, Enrolment, EvidenceVersion, SignOffRequest
from learners.queries.chain import portfolio_ids
from learners.queries.pace import pace_facts, protected_weeks
from learners.queries.scope import scope_standing
from learners.queries.states import States, enrolment_states
from learners.rules import pace as pace_rules
from learners.rules.competency import Progress, progress
from learners.rules.enrolment import waited_days
from learners.rules.evidence import may_write
from learners.rules.help import Help, help_needed
from learners.rules.pace import Pace, Standing, encouragement
from learners.rules.portfolio import Holding, Step, next_step
from learners.rules.protected import Weeks
from learners.rules.scope import Side

NEEDS_LEARNER = (CompetencyState.RETURNED, CompetencyState.REVOKED, CompetencyState.EXPIRED, CompetencyState.STALE)
UNTOUCHED = (CompetencyState.NOT_STARTED, CompetencyState.DRAFTING)


def own_enrolments(user: Any) -> list[Enrolment]:
    """The person's enrolments, the newest first."""
    rows = Enrolment.objects.filter(learner=user.pk).select_related("cohort__programme", "cohort__hub", "learner")
    return list(rows.order_by("-starts", "-pk"))


def newest_of_each(enrolments: Iterable[Enrolment]) -> list[Enrolment]:
    """One enrolment a portfolio: the newest, which holds what came with the learner from another hub."""
    found: dict[int, Enrolment] = {}
    for one in sorted(enrolments, key=lambda row: row.pk, reverse=True):
        found.setdefault(one.first_id or one.pk, one)
    return list(found.values())


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
class Next:
    """What the learner does next, and on what."""

    step: Step
    line: Line | None = None
    draft: EvidenceVersion | None = None


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
    help: tuple[Help, ...]
    encouragement: str
    may_write: bool
    next: Next
    scope_note: str
    weeks: Weeks
    brought: bool

    @property
    def figures(self) -> list[dict[str, Any]]:
        """What is done, sent back, waiting and not started, for components/figures.html."""
        lines = [line for part in self.domains for line in part.lines]
        begun = sum(line.state is CompetencyState.DRAFTING for line in lines)
        untouched = sum(line.state in UNTOUCHED for line in lines)
        return [
            {"label": "Signed off", "value": self.progress.signed},
            {"label": "Came back", "value": len(self.needs), "href": "#needs" if self.needs else ""},
            {"label": "Waiting for a mentor", "value": len(self.waiting), "href": "#waiting" if self.waiting else ""},
            {"label": "Not asked yet", "value": untouched, "note": f"{begun} with a draft" if begun else ""},
        ]


def portfolio_of(enrolment: Enrolment, *, own: bool) -> Portfolio:
    """The portfolio as its owner (`own`) or its mentor sees it: a fixed number of queries, whatever it holds."""
    chain = portfolio_ids(enrolment)
    states = enrolment_states([enrolment.pk], own=own)[enrolment.pk]
    facts = pace_facts([enrolment])[enrolment.pk]
    lines, asked = _lines(enrolment, chain, states)
    done = progress(states)
    by_key = {line.competency.pk: line for line in lines}
    needs = [by_key[pk] for pk in came_back(states, asked)]
    waiting = [line for line in lines if line.competency.pk in asked]
    drafts = list(drafts_of(chain)) if own else []
    scope = scope_standing(enrolment)
    fresh = [line for line in lines if line.state is CompetencyState.NOT_STARTED]
    holding = Holding(
        may_write=own and may_write(enrolment.state),
        in_scope=done.in_scope,
        signed=done.signed,
        needs=len(needs),
        scope_waits=scope.waits_for is Side.LEARNER,
        drafts=len(drafts),
        not_started=len(fresh),
    )
    return Portfolio(
        enrolment=enrolment,
        domains=_by_domain(lines),
        needs=needs,
        waiting=sorted(waiting, key=lambda line: asked[line.competency.pk]),
        drafts=drafts,
        progress=done,
        pace=pace_rules.pace(
            facts, percent=done.percent, in_scope=done.in_scope, signed=done.signed, sent_back=len(needs)
        ),
        help=help_needed(facts),
        encouragement=encouragement(
            Standing(done.in_scope, done.signed, facts.signed_lately, len(waiting), len(needs))
        ),
        may_write=holding.may_write,
        next=_next(holding, needs, fresh, drafts),
        scope_note=scope.text(own=own),
        weeks=protected_weeks(enrolment),
        brought=Background.objects.filter(enrolment=enrolment).exists(),
    )


def came_back(states: States, asked: Collection[int]) -> list[int]:
    """The competencies that wait for the learner, not for a mentor, what was returned first."""
    needs = [pk for pk, state in states.items() if state in NEEDS_LEARNER and pk not in asked]
    return sorted(needs, key=lambda pk: NEEDS_LEARNER.index(states[pk]))


def drafts_of(chain: Collection[int]) -> QuerySet[EvidenceVersion]:
    """The versions in these enrolments that their learner still writes, the last saved first."""
    rows = EvidenceVersion.objects.filter(item__enrolment__in=chain, state__in=WRITABLE)
    return rows.select_related("item").order_by("-saved_at", "-pk")


def _lines(
    enrolment: Enrolment, chain: list[int], states: dict[int, CompetencyState]
) -> tuple[list[Line], dict[int, datetime]]:
    """The competencies in scope, in order, and since when each that waits has waited."""
    open_requests = SignOffRequest.objects.open().filter(enrolment__in=chain)
    asked = dict(open_requests.values_list("competency", "requested_at"))
    wanted = _what_would_satisfy(chain)
    competencies = Competency.objects.filter(framework=enrolment.framework_id).select_related("domain")
    lines = [
        Line(one, states[one.pk], _note(one, states[one.pk], asked, wanted))
        for one in competencies.order_by("position")
        if states[one.pk] is not CompetencyState.OUT_OF_SCOPE
    ]
    return lines, asked


def _next(holding: Holding, needs: list[Line], fresh: list[Line], drafts: list[EvidenceVersion]) -> Next:
    step = next_step(holding)
    about = {Step.ANSWER: needs, Step.START: fresh}.get(step)
    return Next(step, about[0] if about else None, drafts[0] if step is Step.FINISH_DRAFT else None)


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
        return f"Waiting for {days} day{'' if days == 1 else 's'}" if days else "Waiting since today"
    decision = wanted.get(competency.pk)
    if decision is not None and state in NEEDS_LEARNER:
        return decision.would_satisfy or decision.reason
    return ""


def _what_would_satisfy(chain: list[int]) -> dict[int, Decision]:
    """By competency: the newest decision that sent it back or took it back."""
    kinds = (DecisionKind.RETURNED, DecisionKind.REVOKED)
    rows = Decision.objects.filter(enrolment__in=chain, kind__in=kinds)
    return {row.competency_id: row for row in rows.order_by("pk")}


def scope_by_domain(enrolment: Enrolment) -> list[tuple[Domain, list[Competency]]]:
    """The competencies that apply to the learner, by domain, in order."""
    rows = Competency.objects.filter(pk__in=enrolment.scope.current().values("competency")).select_related("domain")
    groups: dict[int, tuple[Domain, list[Competency]]] = {}
    for one in rows.order_by("position"):
        groups.setdefault(one.domain_id, (one.domain, []))[1].append(one)
    return list(groups.values())


def mentors_today(enrolment: Enrolment) -> list[str]:
    """The names of the learner's mentors today."""
    day = today()
    rows = enrolment.mentorships.filter(since__lte=day).exclude(until__lt=day).select_related("mentor")
    return list(dict.fromkeys(str(row.mentor) for row in rows.order_by("pk")))
