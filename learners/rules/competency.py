"""The state of one competency for one learner, computed here and nowhere else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from learners.enums import CompetencyState, DecisionKind


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state of a competency follows from.

    `standing` is the newest of its sign-offs and revocations: a sign-off holds until it is revoked or made anew.
    `expired` and `changed` speak of that sign-off: its time ran out, or a later version of an item it was decided on
    was submitted. `returned` says that the newest decision sent it back. "Cannot judge" changes nothing: the request
    stays open for another mentor.
    """

    in_scope: bool = True
    standing: DecisionKind | None = None
    expired: bool = False
    changed: bool = False
    returned: bool = False
    waiting: bool = False
    drafting: bool = False


def state_of(facts: Facts) -> CompetencyState:  # noqa: PLR0911  one line a state, in order of precedence
    """The first state that fits, in the order of DESIGN.md section 3.

    Two readings of that order. Revoked, expired and stale last until a newer sign-off: a new request is on the mentor's
    list but does not hide them. Returned lasts until the learner asks again: an open request is always newer than the
    decision that sent the last one back, so it makes the competency waiting.
    """
    if not facts.in_scope:
        return CompetencyState.OUT_OF_SCOPE
    if facts.standing == DecisionKind.REVOKED:
        return CompetencyState.REVOKED
    if facts.standing == DecisionKind.SIGNED_OFF:
        return _of_signed_off(facts)
    if facts.returned and not facts.waiting:
        return CompetencyState.RETURNED
    if facts.waiting:
        return CompetencyState.WAITING
    if facts.drafting:
        return CompetencyState.DRAFTING
    return CompetencyState.NOT_STARTED


def _of_signed_off(facts: Facts) -> CompetencyState:
    if facts.expired:
        return CompetencyState.EXPIRED
    if facts.changed:
        return CompetencyState.STALE
    return CompetencyState.SIGNED_OFF


@dataclass(frozen=True)
class Progress:
    """Competencies signed off and in scope; `percent` is whole and rounded down: 100 only when all are."""

    signed: int
    in_scope: int
    percent: int

    @property
    def text(self) -> str:
        """Such as "24 of 58"."""
        return f"{self.signed} of {self.in_scope}"


def progress(states: Mapping[int, CompetencyState] | Iterable[CompetencyState]) -> Progress:
    """Signed off ÷ in scope over a learner's states. Only "signed off" counts: not expired, stale or revoked."""
    found = list(states.values() if isinstance(states, Mapping) else states)
    in_scope = sum(state is not CompetencyState.OUT_OF_SCOPE for state in found)
    signed = sum(state is CompetencyState.SIGNED_OFF for state in found)
    return Progress(signed, in_scope, signed * 100 // in_scope if in_scope else 0)
