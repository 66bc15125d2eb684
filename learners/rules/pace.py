"""How a learner stands against the pace expected of them, where it leads and why, and one true line to go on with.

A pause stops the clock: every count of days here is of days that ran, and `stopped` is the one place that counts the
others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from math import ceil, exp

from learners.enums import LEARNING
from learners.rules.enrolment import expected_percent, stalled_days

Span = tuple[date, date | None]  # a pause: its first and its last day, None while it is open

DAY, WEEK = timedelta(days=1), 7
WINDOW = 12 * WEEK  # days that ran, over which the present rate is taken
LATELY = 4 * WEEK
LEAST_DAYS, LEAST_SIGNED = 4 * WEEK, 3
TAIL = 0.1  # each side of an 80% interval
HORIZON = 104  # weeks: what is further off is not a date anybody can plan with


# ------------------------------------------------------------------------------------------------------- the clock


def stopped(pauses: Sequence[Span], since: date, until: date) -> int:
    """Days from `since` up to, but without, `until` on which the clock stood still; days paused twice count once."""
    total, edge = 0, since
    for first, last in sorted((first, min(last + DAY if last else until, until)) for first, last in pauses):
        begins = max(first, edge)
        if last > begins:
            total += (last - begins).days
            edge = last
    return total


def paused_on(pauses: Sequence[Span], day: date) -> bool:
    """Whether the clock stands still on that day."""
    return any(first <= day and (last is None or day <= last) for first, last in pauses)


def _window(pauses: Sequence[Span], starts: date, today: date) -> tuple[date, int]:
    """Since when the present rate is taken, and how many days ran since: WINDOW of them where there were so many."""
    since = max(starts, today - WINDOW * DAY)
    while (ran := (today - since).days - stopped(pauses, since, today)) < WINDOW and since > starts:
        since = max(starts, since - (WINDOW - ran) * DAY)
    return since, max(ran, 0)


# --------------------------------------------------------------------------------------------------------- the facts


@dataclass(frozen=True)
class Thresholds:
    """What the programme expects: months to finish, percent at months 3 and 6, days until idle and until too long."""

    months: int = 9
    at_month_3: int = 25
    at_month_6: int = 60
    stalled_days: int = 28
    long_wait_days: int = 14


@dataclass(frozen=True)
class Facts:
    """What pace and help follow from.

    `signed_on` are the days of the sign-offs that stand; `returned` says how often a competency came back since it was
    last signed off; `waiting` requests are open, the oldest for `waited_days`.
    """

    state: str
    starts: date
    today: date
    thresholds: Thresholds = Thresholds()
    pauses: Sequence[Span] = ()
    last_activity: date | None = None
    signed_on: Sequence[date] = ()
    returned: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    waited_days: int = 0
    agreed_end: date | None = None

    @property
    def overdue_since(self) -> date | None:
        """The agreed end that has passed for who is still learning; None where it has not."""
        return self.agreed_end if self.learning and self.agreed_end and self.agreed_end < self.today else None

    @property
    def paused(self) -> bool:
        """Whether the clock stands still today."""
        return self.paused_since is not None

    @property
    def paused_since(self) -> date | None:
        """Since when the clock stands still; None while it runs."""
        return next((first for first, last in self.pauses if paused_on([(first, last)], self.today)), None)

    @property
    def learning(self) -> bool:
        """Whether the learner is one whose pace counts."""
        return self.state in LEARNING

    @property
    def signed_lately(self) -> int:
        """How many sign-offs that stand are of the last 28 days."""
        return sum(day > self.today - LATELY * DAY for day in self.signed_on)

    @property
    def stalled(self) -> int | None:
        """Days without activity of who stands still (rules.enrolment.stalled_days), paused days not counted."""
        since = max(self.starts, self.last_activity or self.starts)
        return stalled_days(
            state=self.state,
            starts=since,
            last_activity=None,
            paused=self.paused,
            today=self.today - stopped(self.pauses, since, self.today) * DAY,
            limit=self.thresholds.stalled_days,
        )

    @property
    def expected(self) -> int:
        """The percent expected by today (rules.enrolment.expected_percent), with the clock stopped in pauses."""
        return expected_percent(
            starts=self.starts,
            today=self.today - stopped(self.pauses, self.starts, self.today) * DAY,
            months=self.thresholds.months,
            at_month_3=self.thresholds.at_month_3,
            at_month_6=self.thresholds.at_month_6,
        )


# ------------------------------------------------------------------------------------------------------ the forecast


@dataclass(frozen=True)
class Forecast:
    """Weeks that the rest needs at the present rate, with the ends of an 80% range, and the days they lead to.

    `counted` sign-offs in `ran` days are the rate. Weeks are of days that run; `days` is None during a pause, when
    nobody knows from which day they count. None for an end means: further off than two years.
    """

    remaining: int
    counted: int
    ran: int
    weeks: int
    soonest: int
    latest: int | None
    days: tuple[date | None, date, date | None] | None

    @property
    def text(self) -> str:
        """The forecast in one sentence."""
        if self.weeks > HORIZON:
            return f"At the present rate the remaining {self.remaining} need more than two years."
        span = _range(f"{self.soonest}", f"{self.latest}" if self.latest else "more than 104")
        said = f"At the present rate the remaining {self.remaining} need about {_many(self.weeks, 'week')} ({span})"
        if self.days is None:
            return f"{said}, counted from the end of the pause."
        middle, soonest, latest = self.days
        by = f"{_day(soonest)} to {_day(latest)}" if latest else f"not before {_day(soonest)}"
        return f"{said}: about {_day(middle)} ({by})." if middle else f"{said}."


def _range(low: str, high: str) -> str:
    return f"likely {low}" if low == high else f"likely {low} to {high}"


@cache
def poisson_range(count: int) -> tuple[float, float]:
    """The exact 80% interval of a Poisson mean from one count (Garwood 1936, Biometrika 28: 437-442).

    The low end makes `count` or more happen once in ten times, the high end `count` or fewer.
    """
    low = _mean_where(lambda mean: 1 - _at_most(count - 1, mean), TAIL) if count else 0.0
    high = _mean_where(lambda mean: -_at_most(count, mean), -TAIL)
    return low, high


def _at_most(count: int, mean: float) -> float:
    term = total = exp(-mean)
    for number in range(1, count + 1):
        term *= mean / number
        total += term
    return total


def _mean_where(rising: Callable[[float], float], goal: float) -> float:
    below, above = 0.0, 1.0
    while rising(above) < goal:
        above *= 2
    for _ in range(60):
        middle = (below + above) / 2
        below, above = (middle, above) if rising(middle) < goal else (below, middle)
    return (below + above) / 2


def forecast(facts: Facts, *, remaining: int) -> Forecast | None:
    """Where the present rate leads; None with nothing left, for who is not learning, and where it is too early to tell.

    The rate is the sign-offs of the last 12 weeks that ran; under 4 such weeks or 3 sign-offs it says nothing.
    """
    since, ran = _window(facts.pauses, facts.starts, facts.today)
    counted = sum(since <= day <= facts.today for day in facts.signed_on)
    if not remaining or not facts.learning or ran < LEAST_DAYS or counted < LEAST_SIGNED:
        return None
    low, high = poisson_range(counted)
    weeks, soonest, latest = (ceil(remaining * ran / WEEK / rate) for rate in (counted, high, low))
    days = None
    if not facts.paused:
        days = (_after(facts.today, weeks), facts.today + soonest * WEEK * DAY, _after(facts.today, latest))
    return Forecast(remaining, counted, ran, weeks, soonest, latest if latest <= HORIZON else None, days)


def _after(today: date, weeks: int) -> date | None:
    return today + weeks * WEEK * DAY if weeks <= HORIZON else None


# ---------------------------------------------------------------------------------------------------------- the pace


@dataclass(frozen=True)
class Pace:
    """Percent signed off and expected by today, days idle where stalled, the forecast, what drives it in words, and the
    agreed end where it has passed.
    """

    percent: int
    expected: int
    stalled: int | None = None
    learning: bool = True
    paused: bool = False
    forecast: Forecast | None = None
    why: tuple[str, ...] = ()
    overdue_since: date | None = None

    @property
    def behind(self) -> bool:
        """Whether less is signed off than expected by today."""
        return self.learning and self.percent < self.expected

    @property
    def text(self) -> str:
        """The pace in one sentence."""
        if self.overdue_since:
            return f"Overdue since {_day(self.overdue_since)}, the agreed end: {self.percent}% is signed off."
        if self.behind:
            return f"Behind the usual pace: about {self.expected}% is expected by today."
        return f"On pace: about {self.expected}% is expected by today."

    @property
    def outlook(self) -> str:
        """Where it leads in one sentence: the forecast, or that it is too early for one."""
        if self.forecast:
            return self.forecast.text
        if not self.learning or self.percent == 100:
            return ""
        return "Too few sign-offs yet to say when everything will be done."


def pace(facts: Facts, *, percent: int, in_scope: int, signed: int, sent_back: int) -> Pace:
    """The learner's pace today; `sent_back` competencies wait for the learner."""
    ahead = forecast(facts, remaining=in_scope - signed)
    why = tuple(_why(facts, ahead, sent_back)) if facts.learning and signed < in_scope else ()
    return Pace(percent, facts.expected, facts.stalled, facts.learning, facts.paused, ahead, why, facts.overdue_since)


def _why(facts: Facts, ahead: Forecast | None, sent_back: int) -> list[str]:
    """What drives the pace, the rate first."""
    found = []
    if ahead:
        a_week = ahead.counted * WEEK / ahead.ran
        weeks = _many(ahead.ran // WEEK, "week")
        found.append(f"{ahead.counted} were signed off in the {weeks} that count, about {a_week:.1f} a week.")
    if facts.waiting:
        waited = f"the oldest for {_many(facts.waited_days, 'day')}" if facts.waited_days else "all since today"
        found.append(f"{_many(facts.waiting, 'request')} {_is(facts.waiting)} with the mentor, {waited}.")
    if sent_back:
        found.append(f"{_count(sent_back)} came back and {_wait(sent_back)} for the learner.")
    if facts.stalled is not None:
        found.append(f"Nothing was submitted or decided for {facts.stalled} days.")
    if still := stopped(facts.pauses, facts.starts, facts.today):
        found.append(f"The clock stood still for {_many(still, 'day')}: they do not count.")
    return found


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
    return _many(number, "competency", "competencies")


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _wait(number: int) -> str:
    return "waits" if number == 1 else "wait"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
