"""What a mentor's decision must hold, in whose words it is made, and the hashes it is bound to."""

import hashlib
from collections.abc import Iterable

from gpa_programme.core.errors import DomainError
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


def decision_sha256(version_hashes: Iterable[str], wording: str) -> str:
    """SHA-256 over the versions' hashes and the statement: what a decision is bound to."""
    return hashlib.sha256("\n".join([*sorted(version_hashes), wording]).encode()).hexdigest()


def capacity_of(kinds: Iterable[str]) -> MentorKind:
    """In which capacity somebody decides who is mentor of those kinds today. Raises DomainError where there is none."""
    held = set(kinds)
    found = next((kind for kind in PRECEDENCE if kind in held), None)
    if found is None:
        raise DomainError("You are not a mentor of this learner today, so you cannot decide.", code="not_mentor")
    return found


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
