"""When a reminder is due, when a digest comes, how long a request may be put off: no database."""

from datetime import UTC, date, datetime

import pytest

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import DigestRhythm
from learners.rules.reminders import (
    Away,
    Thresholds,
    check_absence,
    check_snooze,
    digest_due,
    latest_snooze,
    reminder_due,
    step_due,
)

STEPS = Thresholds(7, 14, 21)
SUMMER = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)  # a Wednesday, 10 in London
WINTER = datetime(2026, 1, 7, 6, 0, tzinfo=UTC)  # a Wednesday, 6 in London


@pytest.mark.parametrize(
    ("waited", "reminded", "step"),
    [
        (6, 0, None), (7, 0, 7), (13, 7, None), (14, 7, 14), (14, 14, None), (21, 14, 21), (40, 21, None),
        (15, 0, 14), (30, 0, 21), (30, 7, 21),
    ],
)  # fmt: skip
def test_latest_step_that_did_not_go_is_due(waited, reminded, step):
    assert step_due(waited, reminded, STEPS) == step


@pytest.mark.parametrize(
    ("rhythm", "moment", "due"),
    [
        (DigestRhythm.SOON, SUMMER, datetime(2026, 7, 1, 9, 30, tzinfo=UTC)),
        (DigestRhythm.DAILY, SUMMER, datetime(2026, 7, 2, 6, 0, tzinfo=UTC)),
        (DigestRhythm.DAILY, WINTER, datetime(2026, 1, 7, 7, 0, tzinfo=UTC)),
        (DigestRhythm.WEEKLY, SUMMER, datetime(2026, 7, 6, 6, 0, tzinfo=UTC)),
        (DigestRhythm.WEEKLY, datetime(2026, 7, 6, 5, 59, tzinfo=UTC), datetime(2026, 7, 6, 6, 0, tzinfo=UTC)),
        (DigestRhythm.WEEKLY, datetime(2026, 7, 6, 6, 0, tzinfo=UTC), datetime(2026, 7, 13, 6, 0, tzinfo=UTC)),
        (DigestRhythm.DAILY, datetime(2026, 10, 24, 9, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC)),
    ],
)
def test_digest_comes_in_the_mentors_rhythm_at_seven_in_london(rhythm, moment, due):
    assert digest_due(rhythm, moment) == due


def test_digest_waits_until_the_mentor_is_back_also_over_two_absences():
    away = [Away(date(2026, 7, 4), date(2026, 7, 5)), Away(date(2026, 7, 1), date(2026, 7, 3))]

    assert digest_due(DigestRhythm.SOON, SUMMER, away) == datetime(2026, 7, 6, 6, 0, tzinfo=UTC)
    assert digest_due(DigestRhythm.SOON, SUMMER, away[:1]) == datetime(2026, 7, 1, 9, 30, tzinfo=UTC)


def test_reminder_never_comes_before_seven_in_the_morning():
    assert reminder_due(DigestRhythm.SOON, WINTER) == datetime(2026, 1, 7, 7, 0, tzinfo=UTC)
    assert reminder_due(DigestRhythm.WEEKLY, WINTER) == datetime(2026, 1, 12, 7, 0, tzinfo=UTC)


def test_request_is_put_off_two_weeks_at_most_and_never_past_the_hubs_day():
    today = date(2026, 7, 1)

    assert latest_snooze(today=today, requested_on=today, hub_days=21) == date(2026, 7, 15)
    assert latest_snooze(today=today, requested_on=date(2026, 6, 20), hub_days=21) == date(2026, 7, 11)


@pytest.mark.parametrize(
    ("until", "asked", "code"),
    [
        (date(2026, 7, 1), date(2026, 6, 25), "not_future"),
        (date(2026, 7, 16), date(2026, 6, 30), "too_late"),
        (date(2026, 7, 12), date(2026, 6, 20), "too_late"),
        (date(2026, 7, 2), date(2026, 6, 10), "waited_too_long"),
    ],
)
def test_day_too_early_or_too_late_is_refused(until, asked, code):
    with pytest.raises((DomainError, StateError)) as refusal:
        check_snooze(until, today=date(2026, 7, 1), requested_on=asked, hub_days=21)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [(5, 4, "until_before_since"), (1, 3, "past"), (9, 12, "overlap"), (12, 20, "overlap"), (1, 20, "past")],
)
def test_absence_is_ahead_and_alone(since, until, code):
    away = Away(date(2026, 7, since), date(2026, 7, until))
    with pytest.raises(DomainError) as refusal:
        check_absence(away, today=date(2026, 7, 2), others=[Away(date(2026, 7, 10), date(2026, 7, 12))], covered=True)
    assert refusal.value.code == code


def test_absence_of_a_year_needs_cover():
    begins, short = date(2026, 7, 2), Away(date(2026, 7, 2), date(2027, 7, 1))
    year = Away(begins, date(2027, 7, 2))

    check_absence(short, today=begins, others=[], covered=False)
    check_absence(year, today=begins, others=[], covered=True)
    with pytest.raises(DomainError) as refusal:
        check_absence(year, today=begins, others=[], covered=False)
    assert (refusal.value.field, refusal.value.code) == ("until", "long")
