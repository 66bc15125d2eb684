"""Who may mentor whom, from when until when, and when a mentor may stop: pure decisions over dated intervals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import add_months
from learners.enums import MentorKind

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Interval:
    """Days from `since` to `until`, both included; open where `until` is None. `name` is whose they are."""

    since: date
    until: date | None
    name: str = ""

    def covers(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.since <= day and (self.until is None or day <= self.until)

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share a day."""
        return (other.until is None or self.since <= other.until) and (self.until is None or other.since <= self.until)

    def within(self, bounds: "Interval") -> "Interval | None":
        """The part of it that lies inside the bounds; None where there is none."""
        if not self.overlaps(bounds):
            return None
        ends = [day for day in (self.until, bounds.until) if day is not None]
        return Interval(max(self.since, bounds.since), min(ends, default=None), self.name)


def bounds(*, starts: date, agreed_end: date, extension_months: int, today: date) -> Interval:
    """The days on which somebody may mentor a learner: from the start, or from today where that comes first, to the
    last day with an extension. The clock passing the agreed end makes a learner overdue, so it is counted from today.
    """
    return Interval(min(starts, today), add_months(max(agreed_end, today), extension_months))


def check_person(*, learner_email: str, mentor_email: str, field: str = "email") -> None:
    """Nobody mentors themselves."""
    if learner_email.strip().lower() == mentor_email.strip().lower():
        raise DomainError("The mentor must be another person than the learner", field=field, code="mentor_is_learner")


def check_account(*, is_active: bool, field: str = "email") -> None:
    """A closed account mentors nobody."""
    if not is_active:
        raise DomainError("This person's account is closed. Ask the national team.", field=field, code="closed")


def check_dates(wanted: Interval, allowed: Interval, *, kind: MentorKind) -> None:
    """A mentorship lies inside the enrolment; cover ends on a named day."""
    if wanted.until is None and kind is MentorKind.COVER:
        raise DomainError("Enter the last day of the cover", field="until", code="until_required")
    if wanted.until is not None and wanted.until < wanted.since:
        raise DomainError("The last day cannot be before the first day", field="until", code="until_before_since")
    if wanted.since < allowed.since:
        raise DomainError(
            f"The first day must be on or after {said(allowed.since)}", field="since", code="before_enrolment"
        )
    if allowed.until is None:
        return
    if wanted.since > allowed.until:
        raise DomainError(
            f"The first day must be on or before {said(allowed.until)}", field="since", code="after_enrolment"
        )
    if wanted.until is not None and wanted.until > allowed.until:
        raise DomainError(
            f"The last day must be on or before {said(allowed.until)}", field="until", code="after_enrolment"
        )


def check_free(wanted: Interval, others: Iterable[Interval], *, kind: MentorKind) -> None:
    """One mentor of a kind at a time."""
    found = next((other for other in others if other.overlaps(wanted)), None)
    if found is not None:
        raise DomainError(
            f"{found.name} is {kind.in_a_sentence} {period(found)}. Choose other days, or end that first.",
            field="since",
            code="overlap",
        )


def check_take_over(since: date, *, held: Interval, last_decided: date | None) -> None:
    """Who takes over begins after the day on which the one before began, and after their last decision."""
    if since <= held.since:
        raise DomainError(
            f"{held.name} has been GP mentor since {said(held.since)}: choose a later day",
            field="since",
            code="too_early",
        )
    if last_decided is not None and since <= last_decided:
        raise DomainError(
            f"{held.name} decided as GP mentor on {said(last_decided)}: choose a later day",
            field="since",
            code="decided_since",
        )


def check_end(
    last: date, *, held: Interval, last_decided: date | None, kind: MentorKind, waiting: int, learning: bool
) -> None:
    """Who stops leaves nothing behind: a learner keeps a GP mentor while they learn or anything waits."""
    if last < held.since:
        raise DomainError(f"The last day must be on or after {said(held.since)}", field="until", code="before_start")
    if held.until is not None and last > held.until:
        raise DomainError(
            f"This ends on {said(held.until)} already: choose that day or an earlier one", field="until", code="longer"
        )
    if last_decided is not None and last < last_decided:
        raise DomainError(
            f"{held.name} decided on {said(last_decided)}: choose that day or a later one",
            field="until",
            code="decided_since",
        )
    if kind is MentorKind.GP and (waiting or learning):
        raise StateError(
            "A learner needs a GP mentor while they are learning. Name who takes over: change the GP mentor instead.",
            code="last_gp_mentor",
        )


def period(interval: Interval) -> str:
    """The days in words: "from 3 May 2026" or "from 3 May 2026 to 10 May 2026"."""
    until = f" to {said(interval.until)}" if interval.until else ""
    return f"from {said(interval.since)}{until}"


def said(day: date) -> str:
    """A day in words: 3 May 2026."""
    return f"{day.day} {day:%B %Y}"
