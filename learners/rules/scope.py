"""What mentor and learner may do with a proposed scope, and what changes from one scope to the next."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gpa_programme.core.errors import ConflictError, DomainError, StateError
from learners.enums import CompetencyKind, EnrolmentState, ScopeState

REASON_MAX = 1_000
OPTIONAL = (CompetencyKind.ADMINISTRATIVE, CompetencyKind.CLINICAL)
AGREEING = (EnrolmentState.ACCEPTED, EnrolmentState.ACTIVE, EnrolmentState.REFERRED)


class Side(StrEnum):
    """The two who agree a scope."""

    LEARNER = "learner"
    MENTOR = "mentor"


class Many(StrEnum):
    """How much of a group of competencies applies."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


def side_of(*, person: int, learner: int, mentors: Collection[int]) -> Side:
    """For which side somebody speaks today; DomainError where they are neither the learner nor a mentor of today.

    Whoever is the learner speaks as the learner, whatever else they are.
    """
    if person == learner:
        return Side.LEARNER
    if person in mentors:
        return Side.MENTOR
    raise DomainError("Only the learner and a mentor of today agree a scope. Nothing was saved.", code="not_a_side")


def may_agree(state: str) -> bool:
    """Whether the scope of a learner in this state of enrolment can change."""
    return state in AGREEING


def check_open(state: str) -> None:
    """Raise unless the scope of a learner in this state can change."""
    if not may_agree(state):
        raise StateError(
            "A scope changes only before and while somebody learns. Nothing was saved.", code="not_learning"
        )


def chosen(kinds: Mapping[str, str], ticked: Mapping[str, Many], some: Mapping[str, Collection[str]]) -> set[str]:
    """The codes of a scope: core always; of each other group all, none or the ticked ones.

    `kinds` is the kind of each code, `ticked` how much of a kind applies, `some` the ticked codes of a kind.
    """
    return {code for code, kind in kinds.items() if _applies(code, kind, ticked, some)}


def _applies(code: str, kind: str, ticked: Mapping[str, Many], some: Mapping[str, Collection[str]]) -> bool:
    if kind == CompetencyKind.CORE:
        return True
    much = ticked.get(kind, Many.NONE)
    return much == Many.ALL or (much == Many.SOME and code in some.get(kind, ()))


def check_proposal(*, wanted: Collection[str], now: Collection[str], agreed_before: bool, reason: str) -> None:
    """Raise unless there is something to agree, and a reason once a scope was agreed."""
    if agreed_before and set(wanted) == set(now):
        raise DomainError("This is the scope as it is. Change something, or leave it.", code="no_change")
    if agreed_before and not reason.strip():
        raise DomainError("Enter why the scope should change", field="reason", code="reason")


def check_answer(*, state: str, proposer: Side, answering: Side) -> None:
    """Raise unless a proposal is open and comes from the other side: nobody agrees to their own."""
    if state != ScopeState.PROPOSED:
        raise ConflictError(
            f"This proposal is closed: {ScopeState(state).label.lower()}. Nothing was saved.", code="closed"
        )
    if proposer == answering:
        other = "mentor" if proposer == Side.LEARNER else "learner"
        raise DomainError(f"This is your own side's proposal: the {other} answers it.", code="own_proposal")


def check_proposer(*, side: Side, proposer: int, mentors: Collection[int]) -> None:
    """Raise where a mentor's proposal outlived their mentorship: it cannot bind the mentors of today."""
    if side == Side.MENTOR and proposer not in mentors:
        raise StateError(
            "Whoever proposed this is no longer a mentor, so it cannot be agreed. Decline it, or propose it yourself.",
            code="proposer_left",
        )


@dataclass(frozen=True)
class Difference:
    """What a scope adds to the one before and what leaves it, as codes in order."""

    added: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether both are the same."""
        return not (self.added or self.left)

    @property
    def text(self) -> str:
        """The difference in words: "adds CLI-03, CLI-04; leaves out ADM-02"."""
        parts = [
            f"{word} {', '.join(codes)}" for word, codes in (("adds", self.added), ("leaves out", self.left)) if codes
        ]
        return "; ".join(parts) or "the same as before"


def difference(before: Iterable[str], after: Iterable[str]) -> Difference:
    """What changes from one set of codes to another."""
    old, new = set(before), set(after)
    return Difference(tuple(sorted(new - old)), tuple(sorted(old - new)))
