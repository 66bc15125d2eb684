"""Count and Figure: what was counted, and how it is written and linked wherever it is shown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil, floor

from evaluation.enums import UnitKind
from evaluation.measures.measure import Measure
from evaluation.measures.units import Unit
from gpa_programme.core.disclosure import MARK
from gpa_programme.core.periods import Month
from gpa_programme.core.statistics import Interval, wilson

NOT_KNOWN = "not yet known"
BOARD = {
    "learners_active": "board/",
    "competencies_signed_share": "board/",
    "new_sign_offs": "board/",
    "on_pace_share": "board/",
    "learners_stalled": "board/?stalled=1",
    "requests_over_14_days": "board/?sort=-waiting",
    "places_filled": "",
}
ELSEWHERE = {"evaluation_response": "/evaluation/", "returns_on_time": "/reports/"}


@dataclass(frozen=True)
class Count:
    """What was counted for one unit; counts of units add up to the count of the whole.

    `days` holds how many waited so many whole days, so that a median is taken over people and never over medians;
    `items` splits the count by competency code.
    """

    numerator: int = 0
    denominator: int | None = None
    days: Mapping[int, int] = field(default_factory=dict)
    items: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def __add__(self, other: "Count") -> "Count":
        denominators = [count.denominator for count in (self, other) if count.denominator is not None]
        items = dict(self.items)
        for code, (signed, in_scope) in other.items.items():
            before = items.get(code, (0, 0))
            items[code] = (before[0] + signed, before[1] + in_scope)
        return Count(
            self.numerator + other.numerator,
            sum(denominators) if denominators else None,
            dict(Counter(self.days) + Counter(other.days)),
            items,
        )

    @property
    def n(self) -> int:
        """How many things it speaks of: the denominator, or what was counted."""
        if self.days:
            return sum(self.days.values())
        return self.numerator if self.denominator is None else self.denominator

    def value_of(self, measure: Measure) -> float | None:
        """The figure: a percentage (0 to 100), a median, or the number; None where there is nothing to take it of."""
        if measure.shape == "median":
            return _median(self.days)
        if measure.shape == "share":
            return 100 * self.numerator / self.denominator if self.denominator else None
        return float(self.numerator)

    def known(self, measure: Measure) -> bool:
        """Whether there is a figure, so that a unit counts as covered; a count of nothing is 0, not unknown."""
        return self.value_of(measure) is not None


def _median(days: Mapping[int, int]) -> float | None:
    """The middle day, or the mean of the middle two, of days and how many waited them."""
    total = sum(days.values())
    if not total:
        return None
    low = high = None
    passed = 0
    for day in sorted(days):
        passed += days[day]
        if low is None and passed * 2 >= total:
            low = day
        if passed * 2 > total:
            high = day
            break
    assert low is not None
    assert high is not None
    return (low + high) / 2


@dataclass(frozen=True)
class Figure:
    """A measure of a unit in a period, as at a moment; what is not known says so in words, never as zero.

    `suppressed` is the reason why it is not shown, or None. `covered` of `expected` units beneath have a figure.
    """

    measure: Measure
    unit: Unit
    period: str
    numerator: int | None
    denominator: int | None
    value: float | None
    n: int
    as_at: datetime | None
    covered: int = 0
    expected: int = 0
    suppressed: str | None = None

    @property
    def known(self) -> bool:
        """Whether there is a figure to show."""
        return self.suppressed is None and self.value is not None

    @property
    def percent(self) -> int | None:
        """Whole percent of the denominator, rounded down so that 100 means all; None without one."""
        if not self.known or not self.denominator or self.numerator is None:
            return None
        return self.numerator * 100 // self.denominator

    @property
    def text(self) -> str:
        """Such as "37 of 40", "64%", "9 days", "not yet known"."""
        if self.suppressed is not None:
            return MARK
        if not self.known or self.value is None:
            return NOT_KNOWN
        if self.measure.shape == "share":
            return f"{self.percent}%"
        if self.measure.shape == "median":
            return f"{self.value:g} {'day' if self.value == 1 else 'days'}"
        return f"{self.numerator:,}" if self.denominator is None else f"{self.numerator:,} of {self.denominator:,}"

    @property
    def interval(self) -> Interval | None:
        """The 95% interval of a share, in percent (Wilson 1927); None where there is no share to show."""
        if not self.known or self.measure.shape != "share" or not self.denominator or self.numerator is None:
            return None
        found = wilson(self.numerator, self.denominator)
        return Interval(100 * found.estimate, 100 * found.low, 100 * found.high)

    @property
    def interval_text(self) -> str:
        """Such as "62% to 81%", rounded outwards; a dash where there is none."""
        if self.interval is None:
            return "–"
        return f"{floor(self.interval.low)}% to {ceil(self.interval.high)}%"

    @property
    def number(self) -> float | int | None:
        """The figure for a spreadsheet or a chart: whole percent, days, or the number."""
        if not self.known or self.value is None:
            return None
        if self.measure.shape == "share":
            return self.percent
        return int(self.value) if self.value.is_integer() else self.value

    @property
    def coverage(self) -> str:
        """Such as "6 of 7 hubs"; empty where everything is covered, or nothing is known."""
        if self.covered == self.expected or not self.known:
            return ""
        below = "cohorts" if self.unit.kind is UnitKind.HUB else "hubs"
        return f"{self.covered} of {self.expected} {below}"

    @property
    def month(self) -> Month:
        """Its period."""
        return Month.parse(self.period)

    @property
    def href(self) -> str:
        """The list behind it where there is one, else its definition."""
        key = self.measure.key
        if self.unit.kind is UnitKind.COHORT and key in BOARD:
            return f"/cohorts/{self.unit.key}/{BOARD[key]}"
        if self.unit.kind is UnitKind.HUB:
            return ELSEWHERE.get(key, f"/hubs/{self.unit.key}/#{self.measure.anchor}")
        return self.measure.href

    def href_in(self, query: str) -> str:
        """The same in another programme: `query` is such as "?programme=pilot" and goes before a place on the page."""
        address, mark, place = self.href.partition("#")
        return f"{address}{query}{mark}{place}"
