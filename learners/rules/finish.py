"""When a portfolio is finished, in whose words that is declared, and which declarations still hold."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import LEARNING, CompetencyState, DeclarationKind, EnrolmentState, Route

ORDER = (DeclarationKind.LEARNER, DeclarationKind.MENTOR, DeclarationKind.HUB)
STATEMENTS = {
    DeclarationKind.LEARNER: (
        "I declare that this portfolio is finished and that it is my own work. My mentors signed off all {signed} "
        "competencies that apply to me. No patient can be recognised in it."
    ),
    DeclarationKind.MENTOR: (
        "I am the GP mentor of {learner}. All {signed} competencies that apply are signed off. I am satisfied that "
        "{learner} works safely and competently as a {role}."
    ),
    DeclarationKind.HUB: "For {hub} I have checked the portfolio of {learner}, with {signed} competencies. {checks}",
}
CHECKS = {
    "scope": "The scope is agreed by learner and mentor and fits the learner's work.",
    "mentor": "The GP mentor was in date for the learner and made the statement.",
    "patients": "I opened a sample of the evidence, and no patient can be recognised in it.",
    "dates": "Dates, placements and pauses of the learner are recorded.",
}


def statement(
    kind: DeclarationKind, *, learner: str, signed: int, role: str = "", hub: str = "", checks: Iterable[str] = CHECKS
) -> str:
    """The wording that a person confirms with a declaration of that kind, over so many sign-offs."""
    confirmed = " ".join(CHECKS[key] for key in checks)
    return STATEMENTS[kind].format(learner=learner, signed=signed, role=role, hub=hub, checks=confirmed)


def signoffs_sha256(hashes: Iterable[str]) -> str:
    """SHA-256 over the hashes of the standing sign-offs, in any order: what somebody who declares has before them."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def declaration_sha256(hashes: Iterable[str], wording: str) -> str:
    """SHA-256 over the standing sign-offs' hashes, sorted, and the wording: what a declaration is bound to."""
    return hashlib.sha256("\n".join([*sorted(hashes), wording]).encode()).hexdigest()


# ----------------------------------------------------------------------------------------------------- what is missing


@dataclass(frozen=True)
class Facts:
    """What a finished portfolio follows from: the states of its competencies, what is asked again although signed off,
    and how many versions of its evidence are hidden because somebody flagged a patient.
    """

    state: str
    states: Mapping[int, CompetencyState]
    asked_again: Collection[int] = frozenset()
    hidden: int = 0

    @property
    def in_scope(self) -> list[int]:
        """The competencies that apply."""
        return [key for key, state in self.states.items() if state is not CompetencyState.OUT_OF_SCOPE]

    @property
    def open(self) -> dict[int, CompetencyState]:
        """The competencies in scope that are not settled, with the state that says why."""
        unsettled = {}
        for key in self.in_scope:
            if self.states[key] is not CompetencyState.SIGNED_OFF:
                unsettled[key] = self.states[key]
            elif key in self.asked_again:
                unsettled[key] = CompetencyState.WAITING
        return unsettled


def missing(facts: Facts) -> list[str]:
    """What stands between a portfolio and its end, in sentences; nothing where it is finished.

    Every competency in scope is signed off, and not stale, expired, revoked or asked again; no version is hidden; the
    learner is learning. No date is in it: the clock finishes nobody.
    """
    told = []
    if facts.state not in LEARNING:
        told.append(f"The enrolment is “{EnrolmentState(facts.state).label}”, so nothing is declared now.")
    if not facts.in_scope:
        told.append("No competency applies yet. Agree the scope first.")
    if left := len(facts.open):
        told.append(f"{left} {'competency is' if left == 1 else 'competencies are'} not signed off.")
    if facts.hidden:
        pieces = "piece of evidence is" if facts.hidden == 1 else "pieces of evidence are"
        told.append(f"{facts.hidden} {pieces} hidden until somebody decides whether a patient is named.")
    return told


def check_finished(facts: Facts) -> None:
    """Raise StateError `not_finished` where something is missing."""
    told = missing(facts)
    if told:
        raise StateError(f"{' '.join(told)} Nothing was saved.", code="not_finished")


# -------------------------------------------------------------------------------------------------------- declarations


@dataclass(frozen=True)
class Made:
    """A declaration as it was made."""

    kind: DeclarationKind
    round: int
    wording: str
    sha256: str
    made_at: datetime


@dataclass(frozen=True)
class Round:
    """The round that the next declaration belongs to: what holds in it, and the one that no longer does before it."""

    number: int
    made: Mapping[DeclarationKind, Made] = field(default_factory=dict)
    broken: Made | None = None

    @property
    def next(self) -> DeclarationKind | None:
        """Whose turn it is; None where all three hold."""
        return next((kind for kind in ORDER if kind not in self.made), None)

    @property
    def complete(self) -> bool:
        """Whether learner, mentor and hub have declared over the sign-offs that stand now."""
        return self.next is None


def round_of(made: Iterable[Made], hashes: Collection[str], *, not_before: datetime | None = None) -> Round:
    """The round of today over the standing sign-offs' hashes.

    A declaration holds as long as the same sign-offs stand. Where one of the newest round does not, or where the round
    was made before a verifier referred the portfolio back (`not_before`), a new round begins.
    """
    rows = list(made)
    if not rows:
        return Round(1)
    newest = max(row.round for row in rows)
    mine = [row for row in rows if row.round == newest]
    if not_before is not None and any(row.made_at <= not_before for row in mine):
        return Round(newest + 1)
    broken = next((row for row in mine if row.sha256 != declaration_sha256(hashes, row.wording)), None)
    if broken is not None:
        return Round(newest + 1, broken=broken)
    return Round(newest, {row.kind: row for row in mine})


def check_turn(kind: DeclarationKind, now: Round) -> None:
    """Raise StateError where a declaration of that kind comes too early or is made already."""
    if now.next == kind:
        return
    if now.next is None or kind in now.made:
        raise StateError(f"The {kind.label.lower()} is already made.", code="already_declared")
    raise StateError(f"First comes the {now.next.label.lower()}. Nothing was saved.", code="not_your_turn")


def check_who(
    kind: DeclarationKind, *, by_id: int, learner_id: int, is_gp_mentor: bool, stated_by: int | None = None
) -> None:
    """Raise DomainError unless the declaration is this person's to make.

    The learner declares for themselves, the GP mentor of today states, and the hub's check is made by somebody who is
    neither: three people say that a portfolio is finished.
    """
    if kind == DeclarationKind.LEARNER:
        if by_id != learner_id:
            raise DomainError("Only the learner makes this declaration.", code="not_the_learner")
        return
    if by_id == learner_id:
        raise DomainError("Nobody decides on their own portfolio.", code="own")
    if kind == DeclarationKind.MENTOR and not is_gp_mentor:
        raise DomainError("Only the learner's GP mentor of today makes this statement.", code="not_gp_mentor")
    if kind == DeclarationKind.HUB and (is_gp_mentor or by_id == stated_by):
        raise DomainError("Somebody else than the learner's mentor makes the hub's check.", code="mentor_checks")


def check_list(ticked: Collection[str]) -> None:
    """Raise DomainError where the hub's check leaves something unchecked."""
    if set(ticked) != set(CHECKS):
        raise DomainError("Tick every check, or tell the learner what is missing", field="checks", code="unchecked")


# ------------------------------------------------------------------------------------------------------ where it leads


@dataclass(frozen=True)
class Arrival:
    """What must be known before an enrolment arrives at an end: its route, whether it is finished and declared, whether
    the declared sign-offs still stand, and the outcome that a verifier has recorded since it was submitted.
    """

    route: str
    finished: bool
    declared: bool
    outcome: str = ""


GUARDED = (
    EnrolmentState.SUBMITTED,
    EnrolmentState.COMPLETED_IN_HOUSE,
    EnrolmentState.VERIFIED,
    EnrolmentState.REFERRED,
)


def check_arrival(to: str, arrival: Arrival) -> None:
    """Raise StateError where a portfolio may not arrive in that state, whoever moves it and on whatever page."""
    if to in {EnrolmentState.SUBMITTED, EnrolmentState.COMPLETED_IN_HOUSE} and not arrival.finished:
        raise StateError("The portfolio is not finished. Nothing was saved.", field="to", code="not_finished")
    if to != EnrolmentState.REFERRED and not arrival.declared:
        raise StateError(
            "Learner, GP mentor and hub have not all declared over the sign-offs that stand now. Nothing was saved.",
            field="to",
            code="not_declared",
        )
    if to == EnrolmentState.SUBMITTED and arrival.route == Route.IN_HOUSE:
        raise StateError(
            "This learner completes in house. Change the route first. Nothing was saved.", field="to", code="route"
        )
    if to == EnrolmentState.COMPLETED_IN_HOUSE and arrival.route != Route.IN_HOUSE:
        raise StateError(
            "This learner is verified externally. Change the route first. Nothing was saved.", field="to", code="route"
        )
    if to in {EnrolmentState.VERIFIED, EnrolmentState.REFERRED} and arrival.outcome != to:
        raise StateError("No verification came to this outcome. Nothing was saved.", field="to", code="no_outcome")
