"""A learner's plan: stages, milestones, and the one thing that is next, true for every reader."""

from dataclasses import replace
from datetime import date

import pytest

from learners.enums import EnrolmentState
from learners.rules.plan import Situation, milestones, next_step, stage

LEARNING = Situation(
    stage="learning", in_scope=10, signed=2, returned=0, waiting=0, waited_days=0, stalled_days=None, paused=False
)


def test_every_state_has_a_stage():
    assert {stage(state) for state in EnrolmentState} == {"before", "learning", "judged", "over", "left"}


def test_milestones_run_from_start_to_the_last_day_with_an_extension():
    found = milestones(starts=date(2019, 10, 1), months=9, extension=3, at_month_3=25, at_month_6=60)

    assert [(row.label, row.day) for row in found] == [
        ("Start", date(2019, 10, 1)),
        ("First review", date(2020, 1, 1)),
        ("Second review", date(2020, 4, 1)),
        ("Planned end", date(2020, 7, 1)),
        ("Last day with an extension", date(2020, 10, 1)),
    ]
    assert found[1].expected == "25% signed off"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "The learner adds evidence for a competency that is not started."),
        ({"stage": "before"}, "Start on the agreed day: nothing is asked before then."),
        ({"stage": "left"}, "Nothing: the record is kept and the learner can still read it."),
        ({"stage": "over"}, "Nothing: the programme is completed."),
        ({"stage": "judged"}, "The verifier looks at the portfolio."),
        ({"paused": True, "waiting": 2}, "Agree a day to come back: the clock stands still until then."),
        ({"signed": 10}, "Submit the portfolio for verification: everything in scope is signed off."),
        ({"waiting": 1}, "The mentor decides on 1 request; the oldest came today."),
        (
            {"waiting": 2, "waited_days": 1, "returned": 4},
            "The mentor decides on 2 requests; the oldest has waited 1 day.",
        ),
        ({"returned": 1, "stalled_days": 30}, "The learner answers what was returned: 1 competency."),
        ({"returned": 2}, "The learner answers what was returned: 2 competencies."),
        ({"stalled_days": 30}, "Get in touch: nothing was submitted or decided for 30 days."),
    ],
)
def test_next_step_is_the_most_pressing_thing(changes, expected):
    assert next_step(replace(LEARNING, **changes)) == expected
