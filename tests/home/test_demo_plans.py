"""Proves the demonstration's pure parts: the same seed makes the same people, and no reference is made twice."""

import random

import pytest

from gpa_programme.core.periods import today
from gpa_programme.home.demo import plans, refs
from gpa_programme.home.demo.slots import TEMPERS, slots
from gpa_programme.home.demo.timeline import Timeline
from learners.enums import EnrolmentState


@pytest.mark.parametrize("day", range(1, 29, 9))
def test_plans_same_seed_same_people(day):
    line = Timeline(today().replace(day=day))

    def plan():
        rng = random.Random("same")
        made = slots("Y56", line, line.starts, TEMPERS["Y56"], rng)
        return made, [
            plans.portfolio(
                slot.wish, scope=list(range(58)), starts=slot.starts, last=slot.last, today=line.today, rng=rng
            )
            for slot in made
            if slot.state == EnrolmentState.ACTIVE
        ]

    assert plan() == plan()


def test_refs_never_repeat():
    made = [refs.spelled((number * refs.STEP + refs.OFFSET) % refs.SPAN) for number in range(100_000)]

    assert len(set(made)) == 100_000
    assert {len(ref) for ref in made} == {8}
