"""How a learner stands against the pace expected of them, and one line of encouragement that is true."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Percent signed off and expected by today (rules.enrolment.expected_percent), and days idle where stalled."""

    percent: int
    expected: int
    stalled: int | None = None

    @property
    def text(self) -> str:
        """The pace in one sentence."""
        if self.percent >= self.expected:
            return f"On pace: about {self.expected}% is expected by today."
        return f"Behind the usual pace: about {self.expected}% is expected by today."


@dataclass(frozen=True)
class Standing:
    """Counts of a learner's competencies: in scope, signed off, lately (28 days), waiting, sent back."""

    in_scope: int
    signed: int
    lately: int = 0
    waiting: int = 0
    returned: int = 0


def encouragement(standing: Standing) -> str:
    """One line that is true of these counts, the best news first."""
    if standing.in_scope and standing.signed == standing.in_scope:
        return "Every competency in your scope is signed off."
    if standing.lately:
        return f"{_count(standing.lately)} signed off in the last 28 days."
    if standing.returned:
        return f"Your mentor has said what is missing for {standing.returned}: a short answer may be all it takes."
    if standing.waiting:
        return f"{_count(standing.waiting)} with your mentor now: nothing more to do there."
    if standing.signed:
        return f"{standing.signed} of {standing.in_scope} signed off already."
    return "One short account of something you did this week is enough to start."


def _count(number: int) -> str:
    return f"{number} {'competency' if number == 1 else 'competencies'}"
