"""Reads of the end of a portfolio: what is missing, who has declared, what changed since, and where it may go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from gpa_programme.core.periods import london_date, today
from learners.enums import (
    LEARNING,
    CompetencyState,
    DeclarationKind,
    EnrolmentState,
    MentorKind,
    ScopeState,
    VerificationOutcome,
    VersionState,
)
from learners.models import (
    Certificate,
    Competency,
    Decision,
    Declaration,
    Enrolment,
    EnrolmentChange,
    EvidenceVersion,
    Mentorship,
    Verification,
)
from learners.queries.chain import portfolio_ids
from learners.queries.flags import hidden_versions
from learners.queries.states import States, enrolment_states, standing_signoffs
from learners.rules import finish as rules
from learners.rules.competency import Progress, progress


@dataclass(frozen=True)
class Standing:
    """A sign-off that stands: its key, hash and moment, and whether it is about prior learning."""

    decision: int
    sha256: str
    decided_at: datetime
    route: str


@dataclass(frozen=True)
class Position:
    """Where a portfolio is on the way to its end: the facts, the sign-offs that stand, and the round of today."""

    facts: rules.Facts
    standing: Mapping[int, Standing]
    round: rules.Round

    @property
    def hashes(self) -> list[str]:
        """The hashes of the standing sign-offs."""
        return [one.sha256 for one in self.standing.values()]

    @property
    def seen_sha256(self) -> str:
        """What somebody who declares now has before them."""
        return rules.signoffs_sha256(self.hashes)


def position_of(enrolment: Enrolment) -> Position:
    """The position of a portfolio now, in a fixed number of queries.

    Once it is handed in, a sign-off whose time runs out meanwhile still stands: nobody could renew it then.
    """
    states = enrolment_states([enrolment.pk])[enrolment.pk]
    standing = standing_of(enrolment, states)
    made = [_made(row) for row in enrolment.declarations.order_by("pk")]
    hashes = [one.sha256 for one in standing.values()]
    return Position(
        facts=_facts(enrolment, states),
        standing=standing,
        round=rules.round_of(made, hashes, not_before=_referred_at(enrolment)),
    )


def standing_of(enrolment: Enrolment, states: States) -> dict[int, Standing]:
    """By competency: the sign-off that stands."""
    keys = standing_signoffs(enrolment, states, also_expired=enrolment.state not in LEARNING)
    rows = Decision.objects.filter(pk__in=keys.values()).values_list("pk", "sha256", "decided_at", "request__route")
    found = {row[0]: Standing(*row) for row in rows}
    return {competency: found[pk] for competency, pk in keys.items()}


def _facts(enrolment: Enrolment, states: States) -> rules.Facts:
    return rules.Facts(
        state=enrolment.state,
        states=states,
        asked_again=set(enrolment.requests.open().values_list("competency", flat=True)),
        hidden=_hidden(enrolment),
    )


def _hidden(enrolment: Enrolment) -> int:
    """How many versions of the portfolio wait for somebody to decide whether they name a patient."""
    mine = EvidenceVersion.objects.filter(
        item__enrolment__in=portfolio_ids(enrolment), state=VersionState.SUBMITTED, destroyed_at__isnull=True
    )
    return len(hidden_versions(list(mine.values_list("pk", flat=True))))


def _made(row: Declaration) -> rules.Made:
    return rules.Made(row.status, row.round, row.wording, row.sha256, row.made_at)


def _referred_at(enrolment: Enrolment) -> datetime | None:
    """When a verifier last referred the portfolio back."""
    rows = EnrolmentChange.objects.filter(enrolment=enrolment, to_state=EnrolmentState.REFERRED).order_by("-pk")
    return rows.values_list("recorded_at", flat=True).first()


def arrival_of(enrolment: Enrolment) -> rules.Arrival:
    """What the rule on arrivals asks about an enrolment that is about to move."""
    found = position_of(enrolment)
    submitted = enrolment.changes.filter(to_state=EnrolmentState.SUBMITTED).order_by("-pk").first()
    decided = Verification.objects.filter(enrolment=enrolment).exclude(outcome__in=["", VerificationOutcome.LEFT])
    if submitted is not None:
        decided = decided.filter(decided_at__gte=submitted.recorded_at)
    return rules.Arrival(
        route=enrolment.route,
        finished=not rules.missing(found.facts),
        declared=found.round.complete,
        outcome=decided.order_by("-pk").values_list("outcome", flat=True).first() or "",
    )


def is_gp_mentor(user: Any, enrolment: Enrolment) -> bool:
    """Whether the person is the learner's GP mentor today."""
    day = today()
    rows = Mentorship.objects.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day, kind=MentorKind.GP)
    return rows.filter(enrolment=enrolment, mentor=user.pk).exists()


def gp_mentors(enrolment: Enrolment) -> list[Mentorship]:
    """The learner's GP mentors today."""
    day = today()
    rows = enrolment.mentorships.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day, kind=MentorKind.GP)
    return list(rows.select_related("mentor").order_by("pk"))


# --------------------------------------------------------------------------------------------------------------- pages


@dataclass(frozen=True)
class Line:
    """A competency and the state that keeps it from being settled, or that changed."""

    competency: Competency
    state: CompetencyState


@dataclass(frozen=True)
class Step:
    """One of the three declarations: made by whom and when, or whose turn it is."""

    kind: DeclarationKind
    made: Declaration | None
    is_next: bool


@dataclass(frozen=True)
class FinishPage:
    """Everything that the page of a portfolio's end says; no evidence text."""

    enrolment: Enrolment
    position: Position
    progress: Progress
    open: list[Line]
    missing: list[str]
    steps: list[Step]
    broken: Declaration | None
    changed: list[Line]
    scope_changed: bool
    mentors: list[Mentorship]
    agreed_on: date | None
    submitted_on: date | None
    verification: Verification | None
    certificates: list[Certificate]

    @property
    def is_learning(self) -> bool:
        """Whether declarations are made now."""
        return self.enrolment.state in LEARNING

    @property
    def is_finished(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def turn(self) -> DeclarationKind | None:
        """Whose declaration comes now; None while something is missing, and where all three hold."""
        return self.position.round.next if self.is_finished else None

    @property
    def ready(self) -> bool:
        """Whether it can go on: to the verifier, or to an end in house."""
        return self.is_finished and self.position.round.complete

    @property
    def certificate(self) -> Certificate | None:
        """The certificate that is current."""
        return next((one for one in self.certificates if one.withdrawn_on is None), None)


def finish_page(enrolment: Enrolment) -> FinishPage:
    """The page of a portfolio's end, in a fixed number of queries."""
    found = position_of(enrolment)
    competencies = {one.pk: one for one in _competencies(enrolment)}
    declared = list(enrolment.declarations.select_related("by").order_by("pk"))
    in_round = {row.status: row for row in declared if row.round == found.round.number}
    broken = _broken(declared, found)
    changed, scope_changed = _changed(enrolment, found, competencies, broken)
    return FinishPage(
        enrolment=enrolment,
        position=found,
        progress=progress(found.facts.states),
        open=[Line(competencies[key], state) for key, state in found.facts.open.items()],
        missing=rules.missing(found.facts),
        steps=[Step(kind, in_round.get(kind), found.round.next == kind) for kind in rules.ORDER],
        broken=broken,
        changed=changed,
        scope_changed=scope_changed,
        mentors=gp_mentors(enrolment),
        agreed_on=_scope_agreed_on(enrolment),
        submitted_on=_submitted_on(enrolment),
        verification=_verification(enrolment),
        certificates=list(enrolment.certificates.order_by("-pk")),
    )


def _competencies(enrolment: Enrolment) -> list[Competency]:
    rows = Competency.objects.filter(framework=enrolment.framework_id).select_related("domain")
    return list(rows.order_by("position"))


def _broken(declared: list[Declaration], found: Position) -> Declaration | None:
    broken = found.round.broken
    if broken is None:
        return None
    return next(row for row in declared if (row.round, row.kind) == (broken.round, broken.kind))


def _changed(
    enrolment: Enrolment, found: Position, competencies: Mapping[int, Competency], broken: Declaration | None
) -> tuple[list[Line], bool]:
    """What overtook a declaration that no longer holds: competencies decided anew, and whether the scope changed."""
    if broken is None:
        return [], False
    before = enrolment_states([enrolment.pk], at=broken.made_at)[enrolment.pk]
    now = found.facts.states
    out = CompetencyState.OUT_OF_SCOPE
    lines, scope_changed = [], False
    for key, competency in competencies.items():
        was, is_now = before.get(key, out), now[key]
        signed_anew = key in found.standing and found.standing[key].decided_at > broken.made_at
        if (was is out) != (is_now is out):
            scope_changed = True
        elif was is not is_now or signed_anew:
            lines.append(Line(competency, is_now))
    return lines, scope_changed


def _scope_agreed_on(enrolment: Enrolment) -> date | None:
    agreed = enrolment.scope_agreements.filter(state=ScopeState.AGREED).order_by("-number").first()
    return london_date(agreed.decided_at) if agreed and agreed.decided_at else None


def _submitted_on(enrolment: Enrolment) -> date | None:
    rows = enrolment.changes.filter(to_state=EnrolmentState.SUBMITTED).order_by("-pk")
    return rows.values_list("effective_on", flat=True).first()


def _verification(enrolment: Enrolment) -> Verification | None:
    rows = enrolment.verifications.select_related("sample", "verifier").order_by("-pk")
    found = rows.first()
    if found is not None:
        found.enrolment = enrolment
    return found
