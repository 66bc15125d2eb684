"""Another practice: from a day on, with another GP mentor or the same."""

from datetime import timedelta

import pytest

from gpa_programme.core.errors import DomainError
from gpa_programme.core.periods import now, today
from gpa_programme.home.checks import CHECKS
from gpa_programme.notices.models import Message
from learners.actions import transfer as actions
from learners.enums import MentorKind
from learners.queries.states import enrolment_states
from learners.queries.waiting import waiting_for
from tests.factories import (
    make_practice,
)
from tests.learners.moving import half_way
from tests.world import build_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
GRACE = {"mentor_name": "Grace Lamb", "mentor_email": "grace.lamb@people.example"}


@pytest.fixture
def world(db, clock):
    clock.set(now())
    return build_world()


@pytest.fixture
def old(world):
    return half_way(world)


def states(enrolment, **kwargs):
    return enrolment_states([enrolment.pk], **kwargs)[enrolment.pk]


def breaches():
    return {check.name: check.count() for check in CHECKS if check.count()}


def fresh(person):
    vars(person).pop("_grants", None)
    return person


def told(template):
    return [row.person or row.address for row in Message.objects.filter(template=template).order_by("pk")]


def test_practice_changes_from_a_day_and_what_waits_stays(world, old):
    practice = make_practice(region=world.regions[0])
    before, waits = states(old, own=True), list(waiting_for(world.north.mentor))

    actions.change_practice(
        enrolment=old, practice=practice, on=today() - 2 * DAY, reason="Moved", by=world.north.coordinator
    )

    rows = [(row.practice, row.until) for row in old.placements.order_by("since")]
    assert rows == [(world.north.practice, today() - 3 * DAY), (practice, None)]
    assert (states(old, own=True), list(waiting_for(fresh(world.north.mentor)))) == (before, waits)
    assert told("practice_changed") == [old.learner]
    assert breaches() == {}


def test_practice_and_gp_mentor_change_together(world, old):
    practice = make_practice(region=world.regions[0])
    for _twice in range(2):
        actions.change_practice(
            enrolment=old, practice=practice, on=today(), reason="Moved", by=world.north.coordinator, **GRACE
        )

    gp = old.mentorships.get(kind=MentorKind.GP, until=None)
    assert (gp.mentor.email, gp.since) == ("grace.lamb@people.example", today())
    assert [asked.enrolment for asked in waiting_for(gp.mentor)] == [old]
    assert list(waiting_for(fresh(world.north.mentor))) == []
    assert old.placements.count() == 2


@pytest.mark.parametrize(
    ("days", "reason", "code"), [(1, "x", "future"), (-900, "x", "early"), (0, " ", "reason_required")]
)
def test_practice_change_is_refused_at_its_field(world, old, days, reason, code):
    with pytest.raises(DomainError) as refusal:
        actions.change_practice(
            enrolment=old, practice=make_practice(), on=today() + days * DAY, reason=reason, by=world.north.coordinator
        )
    assert refusal.value.code == code
    assert old.placements.count() == 1
