"""The one clock and the calendar of the programme: moments are stored in UTC, days and months are London's."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """This moment, aware. Where CLOCK_FILE names a file with an ISO moment, that one: other processes move with it."""
    if settings.CLOCK_FILE and (path := Path(settings.CLOCK_FILE)).exists():
        return datetime.fromisoformat(path.read_text(encoding="utf-8").strip()).astimezone(UTC)
    return timezone.now()


def today() -> date:
    """The date in London now."""
    return london_date(now())


def london_date(moment: datetime) -> date:
    """The day in London that `moment` falls in."""
    return moment.astimezone(LONDON).date()


def start_of_day(day: date) -> datetime:
    """The first moment of `day` in London."""
    return datetime.combine(day, time.min, tzinfo=LONDON)


def end_of_day(day: date) -> datetime:
    """The first moment after `day` in London: `moment < end_of_day(day)` includes the whole day."""
    return start_of_day(day + timedelta(days=1))


def add_months(day: date, months: int) -> date:
    """The same day so many months later or earlier; the last of the month where that day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def months_between(start: date, end: date) -> int:
    """Whole months from `start` to `end`, never negative."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return max(months, 0)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month in London, such as 2019-10."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that holds `day`."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month written as YYYY-MM; ValueError for anything else."""
        parsed = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
        return cls(parsed.year, parsed.month)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return add_months(self.first, 1) - timedelta(days=1)

    @property
    def cut_off(self) -> datetime:
        """The first moment after the month in London: what is recorded before it counts."""
        return end_of_day(self.last)

    @property
    def label(self) -> str:
        """Such as "October 2019"."""
        return self.first.strftime("%B %Y")

    def plus(self, months: int) -> "Month":
        """The month so many months later or earlier."""
        return Month.of(add_months(self.first, months))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def last_closed_month(moment: datetime | None = None) -> Month:
    """The month before the one that `moment` (now) falls in, in London."""
    return Month.of(london_date(moment or now())).plus(-1)
