"""Protected time by week: which weeks are asked about, and what they come to in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from learners.enums import ProtectedHours

SHOWN = 8
WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Week:
    """One week: what was said of it, None where nothing was."""

    monday: date
    had: ProtectedHours | None


@dataclass(frozen=True)
class Weeks:
    """The last weeks, the newest first: the first is the one that runs."""

    weeks: Sequence[Week]

    @property
    def this(self) -> Week:
        """The week that runs."""
        return self.weeks[0]

    @property
    def text(self) -> str:
        """Such as "6 of the last 8 weeks, part of it in 1, nothing said of 1"; empty where nothing was ever said."""
        known = [week.had for week in self.weeks if week.had or week is not self.this]
        if not any(known):
            return ""
        full = f"{known.count(ProtectedHours.YES)} of the last {len(known)} week{'' if len(known) == 1 else 's'}"
        parts = [f"part of it in {known.count(ProtectedHours.PART)}"] if ProtectedHours.PART in known else []
        silent = known.count(None)
        return ", ".join([full, *parts, *([f"nothing said of {silent}"] if silent else [])])


def last_weeks(said: Mapping[date, str], *, starts: date, today: date) -> Weeks:
    """The last weeks up to this one, none before the learner started; always at least this one."""
    this = monday_of(today)
    count = max(1, min(SHOWN, (this - monday_of(starts)) // WEEK + 1))
    mondays = [this - number * WEEK for number in range(count)]
    return Weeks([Week(monday, ProtectedHours(said[monday]) if monday in said else None) for monday in mondays])
