"""Reads of the end of a portfolio: what is missing, who has declared, what changed since, and where it may go."""

from collections import defaultdict
from collections.abc import Collection, Mapping
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
    SignOffRequest,
    Verification,
)
from learners.queries.chain import portfolios
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

    @property
    def turn(self) -> DeclarationKind | None:
        """Whose declaration comes now; None while something is missing, and where all three hold."""
        return None if rules.missing(self.facts) else self.round.next

    @property
    def ready(self) -> bool:
        """Whether it can go on: to the verifier, or to an end in house."""
        return not rules.missing(self.facts) and self.round.complete


def position_of(enrolment: Enrolment) -> Position:
    """The position of a portfolio now, in a fixed number of queries.

    Once it is handed in, a sign-off whose time runs out meanwhile still stands: nobody could renew it then.
    """
    return _positions([enrolment], enrolment_states([enrolment.pk]))[enrolment.pk]


def finished_positions(enrolments: Collection[Enrolment], states: Mapping[int, States]) -> dict[int, Position]:
    """The positions of those among many, with their states now, whose portfolio misses nothing: a fixed number of
    queries, and none where every one has a competency open.
    """
    settled = [one for one in enrolments if not rules.missing(rules.Facts(one.state, states[one.pk]))]
    if not settled:
        return {}
    return {pk: found for pk, found in _positions(settled, states).items() if not rules.missing(found.facts)}


def _positions(enrolments: Collection[Enrolment], states: Mapping[int, States]) -> dict[int, Position]:
    ids = [one.pk for one in enrolments]
    standing, made, referred = _standing(enrolments, states), _made(ids), _referred_at(ids)
    asked, hidden = _asked(ids), _hidden(enrolments)
    return {
        one.pk: Position(
            facts=rules.Facts(one.state, states[one.pk], asked[one.pk], hidden[one.pk]),
            standing=standing[one.pk],
            round=rules.round_of(
                made[one.pk],
                [signed.sha256 for signed in standing[one.pk].values()],
                not_before=referred.get(one.pk),
            ),
        )
        for one in enrolments
    }


def standing_of(enrolment: Enrolment, states: States) -> dict[int, Standing]:
    """By competency: the sign-off that stands."""
    return _standing([enrolment], {enrolment.pk: states})[enrolment.pk]


def _standing(enrolments: Collection[Enrolment], states: Mapping[int, States]) -> dict[int, dict[int, Standing]]:
    handed_in = {one.pk for one in enrolments if one.state not in LEARNING}
    keys = standing_signoffs(enrolments, states, also_expired=handed_in)
    wanted = [pk for mine in keys.values() for pk in mine.values()]
    rows = Decision.objects.filter(pk__in=wanted).values_list("pk", "sha256", "decided_at", "request__route")
    found = {row[0]: Standing(*row) for row in rows}
    return {one: {competency: found[pk] for competency, pk in mine.items()} for one, mine in keys.items()}


def _asked(ids: Collection[int]) -> dict[int, set[int]]:
    """By enrolment: the competencies that wait for a decision."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = SignOffRequest.objects.open().filter(enrolment__in=ids).order_by()
    for enrolment, competency in rows.values_list("enrolment", "competency"):
        found[enrolment].add(competency)
    return found


def _hidden(enrolments: Collection[Enrolment]) -> dict[int, int]:
    """By enrolment: how many versions of its portfolio wait for somebody to decide whether they name a patient."""
    chains = portfolios(enrolments)
    rows = EvidenceVersion.objects.filter(
        item__enrolment__in=[pk for chain in chains.values() for pk in chain],
        state=VersionState.SUBMITTED,
        destroyed_at__isnull=True,
    )
    owner = dict(rows.order_by().values_list("pk", "item__enrolment"))
    hidden = [owner[version] for version in hidden_versions(list(owner))]
    return {pk: sum(one in chain for one in hidden) for pk, chain in chains.items()}


def _made(ids: Collection[int]) -> dict[int, list[rules.Made]]:
    """By enrolment: its declarations, in order."""
    found: dict[int, list[rules.Made]] = defaultdict(list)
    for row in Declaration.objects.filter(enrolment__in=ids).order_by("pk"):
        found[row.enrolment_id].append(rules.Made(row.status, row.round, row.wording, row.sha256, row.made_at))
    return found


def _referred_at(ids: Collection[int]) -> dict[int, datetime]:
    """When a verifier last referred each portfolio back that was."""
    rows = EnrolmentChange.objects.filter(enrolment__in=ids, to_state=EnrolmentState.REFERRED).order_by("pk")
    return dict(rows.values_list("enrolment", "recorded_at"))


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
        return self.position.turn

    @property
    def ready(self) -> bool:
        """Whether it can go on: to the verifier, or to an end in house."""
        return self.position.ready

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
