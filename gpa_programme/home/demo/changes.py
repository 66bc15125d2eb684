"""The chain of moves that led an invented learner to where they stand: state, day, and whose move it was."""

from datetime import date, timedelta
from typing import NamedTuple

from gpa_programme.home.demo.slots import Slot
from gpa_programme.home.demo.timeline import Timeline
from learners.enums import EnrolmentState

S = EnrolmentState
HUB, LEAD, LEARNER, VERIFIER, SYSTEM = "coordinator", "hub.lead", "learner", "verifier", ""

REASONS = {
    S.DECLINED: "Took another post before the start.",
    S.REFERRED: "Two pieces need dates; the witness is not named.",
    S.COMPLETED_IN_HOUSE: "Assessed by the hub's own panel; the certificate is the hub's.",
    S.WITHDRAWN: "Told the coordinator in writing; the practice agrees.",
    S.TRANSFERRED: "Moved house; goes on in another hub's cohort.",
}


class Move(NamedTuple):
    """One move: to which state, on which day, and whose."""

    to: EnrolmentState
    on: date
    whose: str


def chain(slot: Slot, line: Timeline) -> list[Move]:
    """Every move of a person, oldest first."""
    waiting = {
        S.APPLIED: [Move(S.APPLIED, line.ago(12), HUB)],
        S.RESERVE: [Move(S.APPLIED, line.ago(20), HUB), Move(S.RESERVE, line.ago(10), HUB)],
        S.OFFERED: [Move(S.APPLIED, line.ago(25), HUB), Move(S.OFFERED, line.ago(4), HUB)],
        S.ACCEPTED: [
            Move(S.APPLIED, line.ago(40), HUB),
            Move(S.OFFERED, line.ago(18), HUB),
            Move(S.ACCEPTED, line.ago(9), LEARNER),
        ],
    }
    return waiting.get(slot.state) or _started(slot)


def _started(slot: Slot) -> list[Move]:
    offered = [
        Move(S.APPLIED, slot.starts - timedelta(days=45), HUB),
        Move(S.OFFERED, slot.starts - timedelta(days=30), HUB),
    ]
    if slot.state == S.DECLINED:
        return [*offered, Move(S.DECLINED, slot.moved[0], LEARNER)]
    if slot.state == S.LAPSED:
        return [*offered, Move(S.LAPSED, slot.moved[0], SYSTEM)]
    active = [
        *offered,
        Move(S.ACCEPTED, slot.starts - timedelta(days=21), LEARNER),
        Move(S.ACTIVE, slot.starts, SYSTEM),
    ]
    return active + [Move(to, on, whose) for (to, whose), on in zip(AFTER.get(slot.state, ()), slot.moved, strict=True)]


AFTER = {
    S.SUBMITTED: ((S.SUBMITTED, LEARNER),),
    S.REFERRED: ((S.SUBMITTED, LEARNER), (S.REFERRED, VERIFIER)),
    S.VERIFIED: ((S.SUBMITTED, LEARNER), (S.VERIFIED, VERIFIER)),
    S.COMPLETED: ((S.SUBMITTED, LEARNER), (S.VERIFIED, VERIFIER), (S.COMPLETED, HUB)),
    S.COMPLETED_IN_HOUSE: ((S.COMPLETED_IN_HOUSE, LEAD),),
    S.WITHDRAWN: ((S.WITHDRAWN, HUB),),
    S.TRANSFERRED: ((S.TRANSFERRED, HUB),),
}
