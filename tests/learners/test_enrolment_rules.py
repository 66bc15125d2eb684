"""The transition table as data, and the pure decisions on places, pace and standing still."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import PLACE_HOLDING, EnrolmentState, WithdrawalReason
from learners.rules import enrolment as rules
from learners.rules.enrolment import TRANSITIONS, PlaceEffect

STATES = Path(__file__).resolve().parent.parent.parent / "docs" / "states.md"
WHO = {
    "coordinator": "coordinator",
    "hub_lead": "hub lead",
    "learner": "learner",
    "verifier": "verifier",
    "national_lead": "national lead",
}
S = EnrolmentState


def holds(state):
    return state in PLACE_HOLDING


def as_row(line):
    """A line of the table as docs/states.md prints it."""
    source = S(line.source).label if line.source else "(new)"
    who = ", ".join(sorted(WHO.get(role, "the system") for role in line.who))
    reason = "yes" if line.reason else "no"
    return f"| {source} | {line.target.label} | {line.verb} | {who} | {reason} | {line.place} | {line.money} |"


def test_table_names_each_pair_once():
    pairs = [(line.source, line.target) for line in TRANSITIONS]

    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("line", TRANSITIONS, ids=lambda line: f"{line.source or 'new'}-{line.target}")
def test_place_effect_follows_from_the_states(line):
    expected = {
        (False, True): PlaceEffect.TAKES,
        (True, True): PlaceEffect.KEEPS,
        (True, False): PlaceEffect.RELEASES,
        (False, False): PlaceEffect.NONE,
    }

    assert line.place == expected[holds(line.source), holds(line.target)]


def test_every_state_can_be_reached_and_ends_are_ends():
    reached = {line.target for line in TRANSITIONS}
    left = {line.source for line in TRANSITIONS if line.source}

    assert reached == set(EnrolmentState)
    assert set(EnrolmentState) - left == {
        S.COMPLETED, S.COMPLETED_IN_HOUSE, S.DECLINED, S.LAPSED, S.TRANSFERRED,
    }  # fmt: skip


def test_leaving_early_and_going_back_need_a_reason():
    without = {(line.source, line.target) for line in TRANSITIONS if not line.reason}
    ends = {S.WITHDRAWN, S.DECLINED, S.TRANSFERRED, S.REFERRED, S.COMPLETED_IN_HOUSE}

    assert {pair for pair in without if pair[1] in ends} == set()
    assert (S.SUBMITTED, S.ACTIVE) not in without


def test_nobody_refers_back_but_a_verifier_and_only_the_national_lead_passes_what_was_not_drawn():
    judged = {line.target: line.who for line in TRANSITIONS if line.target in {S.VERIFIED, S.REFERRED}}

    assert judged == {S.REFERRED: frozenset({"verifier"}), S.VERIFIED: frozenset({"verifier", "national_lead"})}


def test_states_document_prints_exactly_the_table():
    text = STATES.read_text(encoding="utf-8")
    section = text.split("## Enrolment\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (?!From |---).*\|$", section, flags=re.MULTILINE)

    assert rows == [as_row(line) for line in TRANSITIONS]


def test_transition_outside_the_table_is_refused():
    with pytest.raises(StateError) as refusal:
        rules.transition(S.COMPLETED, S.ACTIVE)

    assert refusal.value.code == "no_such_move"


def test_moves_of_a_coordinator_leave_out_what_only_the_lead_may_do():
    found = [line.target for line in rules.moves(S.ACTIVE, {"coordinator"})]

    assert found == [S.SUBMITTED, S.WITHDRAWN, S.TRANSFERRED]
    assert [line.target for line in rules.moves(S.WITHDRAWN, {"hub_lead"})] == [S.ACTIVE]
    assert rules.moves(S.WITHDRAWN, {"coordinator"}) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roles": {"mentor"}}, "move_not_yours"),
        ({"effective_on": date(2020, 1, 11)}, "future"),
        ({"effective_on": date(2019, 12, 31)}, "before_last_change"),
        ({"reason": "  "}, "reason_required"),
    ],
)
def test_check_move_refuses(changes, code):
    told = {
        "roles": {"coordinator"},
        "effective_on": date(2020, 1, 10),
        "not_before": date(2020, 1, 1),
        "today": date(2020, 1, 10),
        "reason": "Left the practice",
    }
    line = rules.transition(S.ACTIVE, S.WITHDRAWN)
    rules.check_move(line, **told)

    with pytest.raises(DomainError) as refusal:
        rules.check_move(line, **{**told, **changes})

    assert refusal.value.code == code


def test_reason_code_belongs_to_withdrawals_alone():
    rules.check_reason_code(S.WITHDRAWN, WithdrawalReason.WORKLOAD)
    rules.check_reason_code(S.ACTIVE, "")

    for target, code in ((S.WITHDRAWN, ""), (S.WITHDRAWN, "bored"), (S.ACTIVE, WithdrawalReason.WORKLOAD)):
        with pytest.raises(DomainError):
            rules.check_reason_code(target, code)


def test_lowest_free_place_goes_by_number_not_by_key():
    assert rules.lowest_free([(3, 30), (1, 99), (2, 50)], {99}) == 50
    assert rules.lowest_free([(1, 99)], {99}) is None


@pytest.mark.parametrize(
    ("state", "last", "paused", "expected"),
    [
        (S.ACTIVE, datetime(2020, 1, 3, 12, tzinfo=UTC), False, 28),
        (S.ACTIVE, datetime(2020, 1, 4, 12, tzinfo=UTC), False, None),
        (S.ACTIVE, None, False, 30),
        (S.ACTIVE, datetime(2019, 6, 1, 12, tzinfo=UTC), False, 30),
        (S.REFERRED, None, False, 30),
        (S.ACTIVE, None, True, None),
        (S.SUBMITTED, None, False, None),
        (S.WITHDRAWN, None, False, None),
    ],
)
def test_stalled_days(state, last, paused, expected):
    days = rules.stalled_days(
        state=state, starts=date(2020, 1, 1), last_activity=last, paused=paused, today=date(2020, 1, 31), limit=28
    )

    assert days == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2019, 9, 1), 0),
        (date(2019, 10, 1), 0),
        (date(2020, 1, 1), 25),
        (date(2020, 4, 1), 60),
        (date(2020, 5, 16), 80),
        (date(2020, 7, 1), 100),
        (date(2021, 1, 1), 100),
    ],
)
def test_expected_percent_runs_straight_between_the_milestones(today, expected):
    percent = rules.expected_percent(starts=date(2019, 10, 1), today=today, months=9, at_month_3=25, at_month_6=60)

    assert percent == expected


def test_expected_percent_of_a_short_programme_skips_later_milestones():
    assert (
        rules.expected_percent(starts=date(2020, 1, 1), today=date(2020, 5, 1), months=4, at_month_3=25, at_month_6=60)
        == 100
    )


def test_waited_days_counts_whole_days_and_never_less_than_none():
    since = datetime(2020, 1, 1, 12, tzinfo=UTC)

    assert rules.waited_days(since, datetime(2020, 1, 8, 11, tzinfo=UTC)) == 6
    assert rules.waited_days(since, datetime(2019, 12, 31, tzinfo=UTC)) == 0
