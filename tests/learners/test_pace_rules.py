"""The clock, the forecast and the reasons for help, as pure decisions; what must always hold of them, by property."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from learners.enums import ProtectedHours
from learners.rules import pace as rules
from learners.rules.help import HelpCause, help_needed
from learners.rules.portfolio import Holding, Step, next_step
from learners.rules.protected import last_weeks, monday_of

START = date(2026, 1, 5)
TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)
days_since_start = st.integers(0, 300).map(lambda days: START + days * DAY)


@st.composite
def spans(draw):
    """A pause somewhere around the learner's time; one in four is open."""
    first = draw(days_since_start) - draw(st.integers(0, 40)) * DAY
    open_ended = draw(st.integers(0, 3)) == 0
    return first, None if open_ended else first + draw(st.integers(0, 60)) * DAY


@st.composite
def facts(draw):
    """A learner who is learning, with sign-offs since their start."""
    today = draw(days_since_start)
    signed = [day for day in draw(st.lists(days_since_start, max_size=40)) if day <= today]
    activity = max(signed, default=None)
    pauses = draw(st.lists(spans(), max_size=3))
    return rules.Facts("active", START, today, pauses=pauses, signed_on=sorted(signed), last_activity=activity)


def learner(**changes):
    """Somebody in their fifth month, nothing paused, nothing signed off."""
    return replace(rules.Facts("active", START, TODAY), **changes)


def sign_offs(count, *, until=TODAY, every=5):
    return [until - number * every * DAY for number in range(count)][::-1]


# ------------------------------------------------------------------------------------------------------------ the clock


@given(st.lists(spans(), max_size=4), days_since_start, days_since_start)
def test_days_that_stood_still_are_the_days_inside_a_pause(pauses, one, other):
    since, until = min(one, other), max(one, other)
    counted = sum(rules.paused_on(pauses, since + number * DAY) for number in range((until - since).days))

    assert rules.stopped(pauses, since, until) == counted


@given(facts(), spans())
def test_pausing_never_makes_the_pace_look_worse(before, pause):
    after = replace(before, pauses=[*before.pauses, pause])

    assert after.expected <= before.expected
    assert (after.stalled or 0) <= (before.stalled or 0)
    ahead, then = rules.forecast(before, remaining=20), rules.forecast(after, remaining=20)
    if ahead and then:
        assert then.weeks <= ahead.weeks


@given(facts(), st.integers(1, 30))
def test_a_sign_off_of_today_makes_the_forecast_shorter(before, remaining):
    after = replace(before, signed_on=[*before.signed_on, before.today])
    ahead, then = rules.forecast(before, remaining=remaining + 1), rules.forecast(after, remaining=remaining)

    if ahead:
        assert then is not None
        assert (then.weeks, then.soonest) <= (ahead.weeks, ahead.soonest)
        assert (then.latest or rules.HORIZON + 1) <= (ahead.latest or rules.HORIZON + 1)


@given(facts(), st.integers(1, 46))
def test_the_range_holds_the_forecast(before, remaining):
    ahead = rules.forecast(before, remaining=remaining)

    if ahead:
        assert ahead.soonest <= ahead.weeks
        assert ahead.latest is None or ahead.weeks <= ahead.latest


def test_a_pause_that_is_over_moves_what_is_expected_by_its_days():
    paused = learner(pauses=[(date(2026, 2, 1), date(2026, 2, 28))])

    assert paused.expected == learner(today=TODAY - 28 * DAY).expected < learner().expected


def test_days_of_a_pause_are_no_days_without_activity():
    last = TODAY - 40 * DAY
    paused = learner(last_activity=last, pauses=[(last + 5 * DAY, last + 19 * DAY)])

    assert (learner(last_activity=last).stalled, paused.stalled) == (40, None)


# --------------------------------------------------------------------------------------------------------- the forecast


@pytest.mark.parametrize("count", [0, 1, 3, 10, 40])
def test_poisson_range_is_the_exact_one(count):
    low, high = rules.poisson_range(count)

    assert low == pytest.approx(chi2.ppf(0.1, 2 * count) / 2 if count else 0)
    assert high == pytest.approx(chi2.ppf(0.9, 2 * count + 2) / 2)


def test_forecast_says_weeks_days_and_range():
    ahead = rules.forecast(learner(signed_on=sign_offs(12, every=7)), remaining=24)

    assert (ahead.counted, ahead.ran, ahead.weeks, ahead.soonest, ahead.latest) == (12, 84, 24, 17, 37)
    assert ahead.text == (
        "At the present rate the remaining 24 need about 24 weeks (likely 17 to 37): "
        "about 16 November 2026 (28 September 2026 to 15 February 2027)."
    )


@pytest.mark.parametrize(
    ("changes", "remaining"),
    [
        ({"signed_on": sign_offs(2)}, 10),
        ({"signed_on": sign_offs(4), "starts": TODAY - 27 * DAY}, 10),
        ({"signed_on": sign_offs(9), "state": "submitted"}, 10),
        ({"signed_on": sign_offs(9)}, 0),
    ],
    ids=["two sign-offs", "under four weeks", "not learning", "nothing left"],
)
def test_too_few_to_tell_makes_no_forecast(changes, remaining):
    assert rules.forecast(learner(**changes), remaining=remaining) is None


def test_during_a_pause_the_forecast_names_no_day():
    ahead = rules.forecast(learner(signed_on=sign_offs(12, every=7), pauses=[(TODAY - 3 * DAY, None)]), remaining=24)

    assert ahead.days is None
    assert ahead.text.endswith("counted from the end of the pause.")


def test_a_rate_that_leads_nowhere_says_so_without_a_day():
    ahead = rules.forecast(learner(signed_on=sign_offs(3, every=20)), remaining=46)

    assert ahead.text == "At the present rate the remaining 46 need more than two years."


def test_pace_says_what_drives_it():
    pace = rules.pace(
        learner(
            last_activity=TODAY,
            signed_on=sign_offs(12, every=7),
            waiting=2,
            waited_days=16,
            pauses=[(START, START + 6 * DAY)],
        ),
        percent=33,
        in_scope=36,
        signed=12,
        sent_back=1,
    )

    assert pace.why == (
        "12 were signed off in the 12 weeks that count, about 1.0 a week.",
        "2 requests are with the mentor, the oldest for 16 days.",
        "1 competency came back and waits for the learner.",
        "The clock stood still for 7 days: they do not count.",
    )


# ----------------------------------------------------------------------------------------------------------------- help


def causes(**changes):
    return [one.cause for one in help_needed(learner(**changes))]


IDLE = TODAY - 30 * DAY


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"last_activity": TODAY}, []),
        ({"last_activity": IDLE}, [HelpCause.IDLE]),
        ({"last_activity": TODAY, "returned": {"CAR-01": 1}}, []),
        ({"last_activity": TODAY, "returned": {"CAR-01": 2}}, [HelpCause.RETURNED]),
        ({"last_activity": TODAY, "waiting": 1, "waited_days": 14}, []),
        ({"last_activity": TODAY, "waiting": 1, "waited_days": 15}, [HelpCause.MENTOR]),
        ({"last_activity": IDLE, "waiting": 1, "waited_days": 30}, [HelpCause.MENTOR]),
        ({"last_activity": IDLE, "returned": {"CAR-01": 3}}, [HelpCause.RETURNED, HelpCause.IDLE]),
        ({"last_activity": IDLE, "pauses": [(TODAY, None)]}, []),
        ({"last_activity": IDLE, "state": "submitted"}, []),
    ],
)
def test_help_is_needed_for_a_reason(changes, expected):
    assert causes(**changes) == expected


def test_a_learner_whose_mentor_is_waited_for_is_told_that_it_is_not_them():
    (one,) = help_needed(learner(last_activity=IDLE, waiting=4, waited_days=30))

    assert one.reason == "The mentor needs help: 4 requests not answered, the oldest for 30 days."
    assert "You have done your part" in one.to_learner


@given(facts(), spans())
def test_pausing_never_adds_a_reason_for_help(before, pause):
    after = replace(before, pauses=[*before.pauses, pause])

    assert {one.cause for one in help_needed(after)} <= {one.cause for one in help_needed(before)}


# --------------------------------------------------------------------------------------------------- next and protected


@pytest.mark.parametrize(
    ("holding", "step"),
    [
        (Holding(False, needs=1), Step.NOTHING),
        (Holding(True, in_scope=3, needs=1, scope_waits=True, drafts=1), Step.ANSWER),
        (Holding(True, in_scope=3, scope_waits=True, drafts=1), Step.AGREE_SCOPE),
        (Holding(True, in_scope=3, drafts=1, not_started=2), Step.FINISH_DRAFT),
        (Holding(True, in_scope=3, not_started=2), Step.START),
        (Holding(True, in_scope=3, signed=1), Step.WAIT),
        (Holding(True, in_scope=3, signed=3, drafts=1), Step.DONE),
    ],
)
def test_one_thing_is_next(holding, step):
    assert next_step(holding) is step


def test_protected_weeks_count_the_running_one_only_once_something_is_said():
    monday = monday_of(TODAY)
    said = {monday - 7 * number * DAY: ProtectedHours.YES for number in range(1, 7)}
    silent = last_weeks(said, starts=START, today=TODAY)
    spoken = last_weeks({**said, monday: ProtectedHours.PART}, starts=START, today=TODAY)

    assert silent.text == "6 of the last 7 weeks, nothing said of 1"
    assert spoken.text == "6 of the last 8 weeks, part of it in 1, nothing said of 1"


def test_protected_weeks_begin_with_the_learner():
    assert [week.monday for week in last_weeks({}, starts=TODAY, today=TODAY).weeks] == [TODAY]
    assert last_weeks({}, starts=START, today=TODAY).text == ""


# ------------------------------------------------------------------------------------------------------ the agreed end


@pytest.mark.parametrize(
    ("state", "end", "since"),
    [
        ("active", TODAY - DAY, TODAY - DAY),
        ("active", TODAY, None),
        ("active", None, None),
        ("referred", TODAY - DAY, TODAY - DAY),
        ("submitted", TODAY - DAY, None),
    ],
)
def test_overdue_is_who_still_learns_after_the_agreed_end(state, end, since):
    held = learner(state=state, agreed_end=end)
    found = rules.pace(held, percent=100, in_scope=3, signed=3, sent_back=0)

    assert (held.overdue_since, found.overdue_since) == (since, since)
    assert found.text.startswith("Overdue since 31 May 2026, the agreed end") == (since is not None)
