"""The one thing that a learner does next, in the order of what hurts."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What is next for a learner."""

    ANSWER = "answer"
    AGREE_SCOPE = "agree_scope"
    FINISH_DRAFT = "finish_draft"
    START = "start"
    WAIT = "wait"
    DONE = "done"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Holding:
    """What a portfolio holds: whether the learner writes, and how much of each."""

    may_write: bool
    in_scope: int = 0
    signed: int = 0
    needs: int = 0
    scope_waits: bool = False
    drafts: int = 0
    not_started: int = 0


def next_step(holding: Holding) -> Step:
    """What came back first, then a scope to agree, a draft to finish, something to start; else it is the mentor's."""
    steps = (
        (not holding.may_write, Step.NOTHING),
        (holding.needs, Step.ANSWER),
        (holding.scope_waits, Step.AGREE_SCOPE),
        (holding.in_scope and holding.signed == holding.in_scope, Step.DONE),
        (holding.drafts, Step.FINISH_DRAFT),
        (holding.not_started, Step.START),
    )
    return next((step for holds, step in steps if holds), Step.WAIT)
