"""When a mentor is asked again: which reminder a request is due, when a digest comes, how long it may be put off."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import LONDON, add_months, london_date
from learners.enums import DigestRhythm
from learners.rules.mentors import DAY, said

SOON = timedelta(minutes=30)
MORNING = time(7)
LONGEST_SNOOZE = timedelta(days=14)
LONGEST_UNCOVERED = 12  # months
MONDAY = 0


class Thresholds(NamedTuple):
    """After how many days mentors are reminded, reminded again, and the hub is told: data of the programme."""

    remind: int
    again: int
    hub: int


class Away(NamedTuple):
    """Days on which a mentor is away, both included."""

    since: date
    until: date

    def covers(self, day: date) -> bool:
        """Whether the mentor is away on that day."""
        return self.since <= day <= self.until


def step_due(waited: int, reminded: int, thresholds: Thresholds) -> int | None:
    """The reminder that is due after so many days, as its days; None where none is or it went already.

    After days off only the latest is sent: whoever slept through the first gets the second alone.
    """
    reached = max((step for step in thresholds if waited >= step), default=0)
    return reached if reached > reminded else None


def digest_due(rhythm: str, now: datetime, away: Iterable[Away] = ()) -> datetime:
    """When a line that is written now goes: within the hour, or at 7 in London, next day or next Monday.

    While the mentor is away nothing goes: it waits for the morning on which they are back.
    """
    due = _by_rhythm(rhythm, now)
    for absence in sorted(away):
        if absence.covers(london_date(due)):
            due = back_at(absence.until)
    return due


def back_at(until: date) -> datetime:
    """The morning after the last day away: what was held back goes then."""
    return _morning(until + DAY)


def reminder_due(rhythm: str, now: datetime, away: Iterable[Away] = ()) -> datetime:
    """When a reminder goes: with the mentor's rhythm, and at the earliest at 7 in the morning."""
    return digest_due(DigestRhythm.DAILY if rhythm == DigestRhythm.SOON else rhythm, now, away)


def _by_rhythm(rhythm: str, now: datetime) -> datetime:
    if rhythm == DigestRhythm.SOON:
        return now + SOON
    day = london_date(now)
    if _morning(day) <= now:
        day += DAY
    while rhythm == DigestRhythm.WEEKLY and day.weekday() != MONDAY:
        day += DAY
    return _morning(day)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=LONDON)


def latest_snooze(*, today: date, requested_on: date, hub_days: int) -> date:
    """Until when a request may be put off: two weeks, and never past the day on which the hub is told."""
    return min(today + LONGEST_SNOOZE, requested_on + timedelta(days=hub_days))


def check_snooze(until: date, *, today: date, requested_on: date, hub_days: int) -> None:
    """Raise unless the day is after today and not too late."""
    latest = latest_snooze(today=today, requested_on=requested_on, hub_days=hub_days)
    if latest <= today:
        raise StateError(
            f"This has waited {hub_days} days, so it can no longer be put off. Decide, or hand it on.",
            code="waited_too_long",
        )
    if until <= today:
        raise DomainError("The day must be after today", field="until", code="not_future")
    if until > latest:
        raise DomainError(f"The day must be on or before {said(latest)}", field="until", code="too_late")


def check_absence(away: Away, *, today: date, others: Iterable[Away], covered: bool) -> None:
    """An absence is ahead or now, and a mentor is away once at a time; for longer than a year only with cover."""
    if away.until < away.since:
        raise DomainError("The last day cannot be before the first day", field="until", code="until_before_since")
    if away.since < today:
        raise DomainError("The first day must be today or later", field="since", code="past")
    if not covered and away.until >= add_months(away.since, LONGEST_UNCOVERED):
        raise DomainError(
            "This is a year or longer: choose an earlier last day, or name somebody who covers",
            field="until",
            code="long",
        )
    clash = next((other for other in others if other.since <= away.until and away.since <= other.until), None)
    if clash is not None:
        raise DomainError(
            f"You are away from {said(clash.since)} to {said(clash.until)} already. Cancel that first.",
            field="since",
            code="overlap",
        )
