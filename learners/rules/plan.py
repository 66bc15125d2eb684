"""A learner's plan: the milestones of a cohort, where a learner stands in words, and the one thing that is next."""

from dataclasses import dataclass
from datetime import date

from gpa_programme.core.periods import add_months
from learners.enums import EnrolmentState

S = EnrolmentState


def stage(state: str) -> str:
    """Where a learner stands in plain words: before, learning, judged, over or left. What is next depends on it."""
    return _STAGES[EnrolmentState(state)]


_STAGES = {
    S.APPLIED: "before",
    S.RESERVE: "before",
    S.OFFERED: "before",
    S.ACCEPTED: "before",
    S.ACTIVE: "learning",
    S.REFERRED: "learning",
    S.SUBMITTED: "judged",
    S.VERIFIED: "judged",
    S.COMPLETED: "over",
    S.COMPLETED_IN_HOUSE: "over",
    S.DECLINED: "left",
    S.LAPSED: "left",
    S.WITHDRAWN: "left",
    S.TRANSFERRED: "left",
}


@dataclass(frozen=True)
class Milestone:
    """A day in the plan of a learner or cohort and what is expected by then."""

    label: str
    day: date
    expected: str


def milestones(*, starts: date, months: int, extension: int, at_month_3: int, at_month_6: int) -> list[Milestone]:
    """The plan of a cohort by month: start, reviews, planned end and the last day with an extension."""
    end = add_months(starts, months)
    reviews = [
        Milestone("First review", add_months(starts, 3), f"{at_month_3}% signed off"),
        Milestone("Second review", add_months(starts, 6), f"{at_month_6}% signed off"),
    ]
    return [
        Milestone("Start", starts, "Induction and baseline survey"),
        *(review for review in reviews if review.day < end),
        Milestone("Planned end", end, "Everything in scope signed off"),
        Milestone("Last day with an extension", add_months(end, extension), "Verified and certified"),
    ]


@dataclass(frozen=True)
class Situation:
    """What is known of a learner when one asks what is next."""

    stage: str
    in_scope: int
    signed: int
    returned: int
    waiting: int
    waited_days: int
    stalled_days: int | None
    paused: bool


def next_step(situation: Situation) -> str:  # noqa: PLR0911  one line a case, the most pressing first
    """The one thing that moves this learner on, in a sentence that is true for every reader."""
    if situation.stage == "before":
        return "Start on the agreed day: nothing is asked before then."
    if situation.stage == "left":
        return "Nothing: the record is kept and the learner can still read it."
    if situation.stage == "over":
        return "Nothing: the programme is completed."
    if situation.stage == "judged":
        return "The verifier looks at the portfolio."
    if situation.paused:
        return "Agree a day to come back: the clock stands still until then."
    if situation.in_scope and situation.signed == situation.in_scope:
        return "Submit the portfolio for verification: everything in scope is signed off."
    if situation.waiting:
        return f"The mentor decides on {_many(situation.waiting, 'request')}; {_waited(situation.waited_days)}."
    if situation.returned:
        return f"The learner answers what was returned: {_many(situation.returned, 'competency', 'competencies')}."
    if situation.stalled_days is not None:
        return f"Get in touch: nothing was submitted or decided for {_many(situation.stalled_days, 'day')}."
    return "The learner adds evidence for a competency that is not started."


def _waited(days: int) -> str:
    return f"the oldest has waited {_many(days, 'day')}" if days else "the oldest came today"


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"
