"""The demonstration's calendar: the programme starts so that its seventh month is now, and people work on weekdays."""

import itertools
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from gpa_programme.core.periods import Month, add_months, start_of_day

FRIDAY = 4
DAYS_A_MONTH = 30.4
# Share of scope signed off after so many months: the programme's expected pace (DESIGN.md section 5).
PACE = ((0.0, 0.0), (3.0, 0.25), (6.0, 0.60), (9.0, 1.0))


@dataclass(frozen=True)
class Timeline:
    """Today, and when the programmes of the demonstration start and end."""

    today: date

    @property
    def starts(self) -> date:
        """The first of the month six months ago: month seven is now."""
        return Month.of(self.today).plus(-6).first

    @property
    def ends(self) -> date:
        """The last day of the twelfth month."""
        return Month.of(self.starts).plus(11).last

    @property
    def pilot_starts(self) -> date:
        """The pilot ran eighteen months before, for twelve."""
        return add_months(self.starts, -18)

    @property
    def pilot_ends(self) -> date:
        """Its last day."""
        return Month.of(self.pilot_starts).plus(11).last

    @property
    def yesterday(self) -> date:
        """The last day on which anything of the demonstration happened."""
        return self.today - timedelta(days=1)

    def ago(self, days: int) -> date:
        """The day so many days ago."""
        return self.today - timedelta(days=days)


def weekday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - FRIDAY, 0))


@lru_cache(maxsize=4096)
def _midnight(day: date) -> datetime:
    return start_of_day(day).astimezone(UTC)


def working_hour(day: date, rng: random.Random) -> datetime:
    """A moment between 8 and 18 o'clock in London of that day or the Friday before a weekend."""
    return _midnight(weekday(day)) + timedelta(minutes=480 + int(rng.random() * 600))


def share_after(months: float) -> float:
    """The share of scope expected after so many months, 1 at most."""
    for (month, share), (next_month, next_share) in itertools.pairwise(PACE):
        if months <= next_month:
            return share + (next_share - share) * (months - month) / (next_month - month)
    return 1.0


def months_until(wanted: float) -> float:
    """After how many months that share is expected: the inverse of share_after."""
    for (month, share), (next_month, next_share) in itertools.pairwise(PACE):
        if wanted <= next_share:
            return month + (next_month - month) * (wanted - share) / (next_share - share)
    return PACE[-1][0]
