"""What a mentor's decision must hold, in whose words it is made, and the hashes it is bound to."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import date

from gpa_programme.core.errors import DomainError
from gpa_programme.core.periods import add_months
from learners.enums import DecisionKind, MentorKind

STATEMENTS = {
    DecisionKind.SIGNED_OFF: "I have read this evidence. I am satisfied that {learner} is competent in {competency}.",
    DecisionKind.RETURNED: "I have read this evidence. It does not yet show that {learner} is competent: {competency}.",
    DecisionKind.CANNOT_JUDGE: "I cannot judge from this whether {learner} is competent in {competency}.",
    DecisionKind.REVOKED: "I take back my sign-off of {competency} for {learner}.",
}
PRECEDENCE = (MentorKind.GP, MentorKind.SECOND, MentorKind.COVER)


def statement(kind: DecisionKind, *, learner: str, competency: str) -> str:
    """The wording that a mentor confirms with a decision of that kind."""
    return STATEMENTS[kind].format(learner=learner, competency=competency)


def seen_sha256(version_hashes: Iterable[str]) -> str:
    """SHA-256 over the hashes of the versions a request names, in any order: what a mentor has before them."""
    return hashlib.sha256("\n".join(sorted(version_hashes)).encode()).hexdigest()


def bound_bytes(version_hashes: Iterable[str], wording: str) -> bytes:
    """What a decision is bound to: the versions' hashes in order, a line each, and the statement."""
    return "\n".join([*sorted(version_hashes), wording]).encode()


def decision_sha256(version_hashes: Iterable[str], wording: str) -> str:
    """SHA-256 over `bound_bytes`."""
    return hashlib.sha256(bound_bytes(version_hashes, wording)).hexdigest()


def capacity_of(kinds: Iterable[str], may_sign: Collection[str] = tuple(MentorKind)) -> MentorKind:
    """In which capacity somebody decides who is mentor of those kinds today, of the kinds that may sign.

    Raises DomainError `not_mentor` where there is none, `may_not_sign` where the framework asks for another kind.
    """
    held = set(kinds)
    if not held:
        raise DomainError("You are not a mentor of this learner today, so you cannot decide.", code="not_mentor")
    found = next((kind for kind in PRECEDENCE if kind in held and kind in may_sign), None)
    if found is None:
        able = " or ".join(str(MentorKind(kind).label).lower() for kind in may_sign)
        raise DomainError(f"The framework says who may decide on this: {able}.", code="may_not_sign")
    return found


def capacity_for(kind: DecisionKind, kinds: Iterable[str], may_sign: Collection[str]) -> MentorKind:
    """In which capacity somebody makes a decision of that kind; handing on is open to a mentor of any kind.

    Raises as capacity_of does.
    """
    return capacity_of(kinds, tuple(MentorKind) if kind == DecisionKind.CANNOT_JUDGE else may_sign)


def may_revoke(*, own: bool, kinds: Collection[str]) -> bool:
    """Whether a mentor of these kinds today takes a sign-off back: their own, or as GP mentor anybody's."""
    return bool(kinds) and (own or MentorKind.GP in kinds)


def check_not_own(*, learner_id: int, by_id: int) -> None:
    """Raise DomainError where somebody would decide on their own evidence."""
    if learner_id == by_id:
        raise DomainError("Nobody decides on their own evidence.", code="own")


def check_words(kind: DecisionKind, *, reason: str, would_satisfy: str = "") -> None:
    """Raise DomainError where a decision lacks the words it owes to the learner."""
    if kind != DecisionKind.SIGNED_OFF and not reason.strip():
        raise DomainError("Enter a reason", field="reason", code="reason")
    if kind == DecisionKind.RETURNED and not would_satisfy.strip():
        raise DomainError("Enter what would satisfy you", field="would_satisfy", code="would_satisfy")


def check_pictures(kind: DecisionKind, *, unread: bool, looked: bool) -> None:
    """Raise DomainError where something is signed off that only a person can read, and nobody says they looked."""
    if kind == DecisionKind.SIGNED_OFF and unread and not looked:
        raise DomainError(
            "Look at every picture and scan, then say that there is no name, number or face on them",
            field="pictures_looked_at",
            code="pictures",
        )


def check_handed_to(to: int | None, *, able: Collection[int]) -> None:
    """Raise DomainError where a request is handed to somebody who may not decide on it today."""
    if to is not None and to not in able:
        raise DomainError(
            "Choose one of the learner's other mentors of today, or tell the hub", field="handed_to", code="handed_to"
        )


def check_together(*, groups: int, opened: bool, unconfirmed: Collection[str] = ()) -> None:
    """Raise DomainError where several are to be signed off at once that do not belong together or were not opened, or
    rest on an observation that waits for its observer's word (`unconfirmed`: their names): the wording for several says
    that somebody read it, not that somebody watched it.
    """
    if groups != 1:
        raise DomainError("Choose at least one, all of one learner and one group.", field="chosen", code="groups")
    if not opened:
        raise DomainError(
            "Open each one first: you sign off together only what you have opened as it is now.",
            field="chosen",
            code="not_opened",
        )
    if unconfirmed:
        raise DomainError(
            f"{', '.join(unconfirmed)}: what was watched waits to be confirmed. Open it and decide on it by itself. "
            "None was signed off.",
            field="chosen",
            code="unconfirmed",
        )


def seen_mark(ref: str, seen: str) -> str:
    """What the trail of reading says when somebody opened a request over exactly these versions."""
    return f"{ref}@{seen[:32]}"


def counts_until(effective_on: date, months: int | None) -> date | None:
    """The day from which a sign-off no longer counts; None where it holds for good."""
    return add_months(effective_on, months) if months else None
