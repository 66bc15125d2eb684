"""Pauses in measures: the clock of pace and of standing still stops as it does on the learner's own pages."""

from datetime import UTC, date, datetime, timedelta

import pytest

from evaluation.measures import door
from gpa_programme.core.periods import now
from learners.enums import EnrolmentState
from learners.models import ScopeItem
from learners.queries.board import board
from learners.queries.enrolments import learner_page
from learners.rules import pace
from tests.factories import (
    make_cohort,
    make_competency,
    make_decision,
    make_enrolment,
    make_evidence,
    make_pause,
    make_request,
    make_version,
)

pytestmark = pytest.mark.django_db


def pair(figure):
    """What was counted, of how many."""
    return figure.numerator, figure.denominator


def test_days_of_a_pause_that_has_ended_are_no_days_without_activity(clock, monkeypatch):
    """Of the 110 days from 1 January to 21 April 50 ran; with a pause that began on 9 January, 27."""
    clock.set(datetime(2026, 4, 21, 12, tzinfo=UTC))
    enrolment = make_enrolment(starts=date(2026, 1, 1))
    pause = make_pause(enrolment=enrolment, since=date(2026, 2, 1), until=date(2026, 4, 1))
    unit = door.Unit.of(enrolment.cohort)

    def stalled():
        return pair(door.figure("learners_stalled", unit))

    assert learner_page(enrolment).stalled_days == 50
    assert stalled() == (1, 1)
    pause.since = date(2026, 1, 9)
    pause.save()
    assert learner_page(enrolment).stalled_days is None
    assert stalled() == (0, 1)

    monkeypatch.setattr(pace, "stopped", lambda *_args: 0)
    assert stalled() == (1, 1)


def test_days_of_a_pause_that_has_ended_are_not_expected_of_anybody(clock):
    """One of 33 is 3%: less than the 12% due after 42 of the 90 days to month 3, more than the 2% due after 7."""
    clock.set(datetime(2026, 2, 12, 12, tzinfo=UTC))
    enrolment = make_enrolment(starts=date(2026, 1, 1))
    signed = enrolment.scope.order_by("pk").first()
    request = make_request(enrolment=enrolment, competency=signed.competency)
    make_decision(request=request, decided_at=now() - timedelta(minutes=5))
    for _ in range(31):
        competency = make_competency(framework=enrolment.framework)
        ScopeItem.objects.create(enrolment=enrolment, competency=competency)
    unit = door.Unit.of(enrolment.cohort)
    assert pair(door.figure("on_pace_share", unit)) == (0, 1)

    make_pause(enrolment=enrolment, since=date(2026, 1, 8), until=date(2026, 2, 11))

    assert pair(door.figure("on_pace_share", unit)) == (1, 1)
    assert not learner_page(enrolment).behind


def test_learner_from_another_hub_brings_their_activity_and_pauses(clock):
    clock.set(datetime(2026, 4, 21, 12, tzinfo=UTC))
    before = make_enrolment(starts=date(2026, 1, 1), state=EnrolmentState.TRANSFERRED)
    cohort = make_cohort(programme=before.cohort.programme)
    after = make_enrolment(cohort=cohort, starts=date(2026, 1, 1), learner=before.learner, first=before)
    unit = door.Unit.of(cohort)
    assert pair(door.figure("learners_stalled", unit)) == (1, 1)

    version = make_version(item=make_evidence(enrolment=before), submitted_at=now() - timedelta(days=10))
    on_board = {row.enrolment: row.stalled_days for row in board(cohort).rows}

    assert pair(door.figure("learners_stalled", unit)) == (0, 1)
    assert (learner_page(after).stalled_days, on_board) == (None, {after: None})

    version.submitted_at = now() - timedelta(days=40)
    version.save()
    assert pair(door.figure("learners_stalled", unit)) == (1, 1)
    make_pause(enrolment=before, since=date(2026, 3, 20), until=date(2026, 4, 10))
    assert pair(door.figure("learners_stalled", unit)) == (0, 1)
