"""The clock and the calendar: London's days and months, whatever UTC says."""

from datetime import UTC, date, datetime

import pytest

from gpa_programme.core.periods import (
    Month,
    add_months,
    end_of_day,
    last_closed_month,
    london_date,
    months_between,
    now,
    start_of_day,
)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2020, 3, 31, 22, 30, tzinfo=UTC), date(2020, 3, 31)),
        (datetime(2020, 3, 31, 23, 30, tzinfo=UTC), date(2020, 4, 1)),
        (datetime(2019, 10, 27, 0, 30, tzinfo=UTC), date(2019, 10, 27)),
        (datetime(2019, 10, 31, 23, 59, 59, tzinfo=UTC), date(2019, 10, 31)),
        (datetime(2019, 12, 31, 23, 59, tzinfo=UTC), date(2019, 12, 31)),
    ],
)
def test_day_of_a_moment_is_londons(moment: datetime, day: date) -> None:
    assert london_date(moment) == day


@pytest.mark.parametrize(("day", "hours"), [(date(2019, 10, 27), 25), (date(2020, 3, 29), 23), (date(2020, 2, 29), 24)])
def test_day_has_the_hours_of_its_clock_change(day: date, hours: int) -> None:
    length = end_of_day(day).astimezone(UTC) - start_of_day(day).astimezone(UTC)

    assert length.total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2019, 1, 31), 1, date(2019, 2, 28)),
        (date(2019, 12, 1), 1, date(2020, 1, 1)),
        (date(2019, 11, 30), 1, date(2019, 12, 30)),
        (date(2020, 3, 31), -1, date(2020, 2, 29)),
        (date(2019, 1, 15), -12, date(2018, 1, 15)),
    ],
)
def test_months_added_keep_the_day_where_it_exists(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


def test_months_between_counts_whole_months_only() -> None:
    days = (date(2019, 5, 14), date(2019, 5, 15), date(2019, 4, 1))

    assert [months_between(date(2019, 4, 15), day) for day in days] == [0, 1, 0]


def test_month_knows_its_ends_and_its_cut_off() -> None:
    month = Month.parse("2019-10")

    assert (month.first, month.last, month.label, str(month)) == (
        date(2019, 10, 1), date(2019, 10, 31), "October 2019", "2019-10",
    )  # fmt: skip
    assert month.cut_off.astimezone(UTC) == datetime(2019, 11, 1, 0, 0, tzinfo=UTC)
    assert Month.parse("2019-09").cut_off.astimezone(UTC) == datetime(2019, 9, 30, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2019-13", "2019", "october", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Month.parse(text)


def test_last_closed_month_turns_at_londons_midnight() -> None:
    before, after = datetime(2020, 3, 31, 22, 59, tzinfo=UTC), datetime(2020, 3, 31, 23, 0, tzinfo=UTC)

    assert [str(last_closed_month(moment)) for moment in (before, after)] == ["2020-02", "2020-03"]


def test_clock_file_stops_the_clock(clock) -> None:
    moment = datetime(2019, 10, 15, 9, 0, tzinfo=UTC)
    clock.set(moment)

    assert now() == moment
