"""Whether a learner needs help, with its reason: who stands still, what keeps coming back, who is waited for."""

from dataclasses import dataclass
from enum import StrEnum

from learners.rules.pace import Facts

TWICE = 2


class HelpCause(StrEnum):
    """Why somebody needs help."""

    MENTOR = "mentor"
    RETURNED = "returned"
    IDLE = "idle"


@dataclass(frozen=True)
class Help:
    """One reason: for those who can help, and as it is said to the learner."""

    cause: HelpCause
    reason: str
    to_learner: str


def help_needed(facts: Facts) -> tuple[Help, ...]:
    """Every reason for help, the most pressing first; nothing for who is not learning, or paused but for the mentor.

    Where the mentor's queue is the cause it is the mentor who needs help: a learner who waits is not called idle.
    """
    if not facts.learning:
        return ()
    mentor = _of_mentor(facts)
    if facts.paused:
        return tuple(mentor)
    return (*mentor, *_of_returned(facts), *([] if mentor else _of_idle(facts)))


def _of_mentor(facts: Facts) -> list[Help]:
    if not facts.waiting or facts.waited_days <= facts.thresholds.long_wait_days:
        return []
    requests = f"{facts.waiting} request{'' if facts.waiting == 1 else 's'}"
    return [
        Help(
            HelpCause.MENTOR,
            f"The mentor needs help: {requests} not answered, the oldest for {facts.waited_days} days.",
            f"Your mentor has not answered for {facts.waited_days} days. You have done your part; your hub can see it.",
        )
    ]


def _of_returned(facts: Facts) -> list[Help]:
    return [
        Help(
            HelpCause.RETURNED,
            f"{code} was returned {times} times.",
            f"{code} came back {times} times. Ask your mentor for ten minutes to talk it through.",
        )
        for code, times in sorted(facts.returned.items())
        if times >= TWICE
    ]


def _of_idle(facts: Facts) -> list[Help]:
    if facts.stalled is None:
        return []
    return [
        Help(
            HelpCause.IDLE,
            f"Nothing was submitted or decided for {facts.stalled} days.",
            f"Nothing was submitted or decided for {facts.stalled} days. A short piece is enough to get going again. "
            "If something is in the way, tell your hub: a pause can be agreed.",
        )
    ]
