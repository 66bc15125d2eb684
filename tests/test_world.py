"""Proves that the standing world and every factory make rows that the constraints accept."""

import pytest

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import RoleKey
from learners.enums import DecisionKind, EnrolmentState
from learners.models import Enrolment, SignOffRequest
from tests import factories
from tests.factories import make_cohort, make_decision, make_enrolment, make_report, make_request


def test_world_gives_each_person_their_role(world):
    hub = world.north

    held = {person.email.split("@")[0]: access.role_keys(person) for person in (
        hub.coordinator, hub.hub_lead, hub.mentor, hub.practice_manager, hub.learner,
        world.national_lead, world.national_analyst, world.verifier, world.support, world.stranger, world.deactivated,
    )}  # fmt: skip

    assert held == {
        "coordinator.north": [RoleKey.COORDINATOR],
        "hub_lead.north": [RoleKey.HUB_LEAD],
        "mentor.north": [RoleKey.MENTOR],
        "practice_manager.north": [RoleKey.PRACTICE_MANAGER],
        "learner.north": [RoleKey.LEARNER],
        "national_lead": [RoleKey.NATIONAL_LEAD],
        "national_analyst": [RoleKey.NATIONAL_ANALYST],
        "verifier": [RoleKey.VERIFIER],
        "support": [RoleKey.SUPPORT],
        "stranger": [],
        "deactivated": [],
    }


def test_world_coordinator_sees_own_learners_only(world):
    seen = set(Enrolment.objects.visible_to(world.south.coordinator))

    assert seen == {world.south.enrolment, world.south.other_enrolment}


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(EnrolmentState))
def test_make_enrolment_ends_where_its_last_change_leads(state):
    enrolment = make_enrolment(state=state, cohort=make_cohort(places=1))

    assert enrolment.changes.last().to_state == state


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(DecisionKind))
def test_make_decision_closes_the_request_as_its_kind_says(kind):
    decision = make_decision(request=make_request(), kind=kind)

    assert (SignOffRequest.objects.get().closed_at is not None) == (
        decision.kind in {DecisionKind.SIGNED_OFF, DecisionKind.RETURNED}
    )


NEED_MORE = {"make_placement", "make_link", "make_certificate", "make_verification", "make_witness"}  # one of a kind


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in factories.__all__ if name not in NEED_MORE])
def test_factory_makes_two_valid_rows(name):
    make = getattr(factories, name)
    required = {"make_placement": "enrolment", "make_mentorship": "enrolment", "make_pause": "enrolment"}
    given = [{required[name]: make_enrolment()} if name in required else {} for _ in range(2)]

    first, second = (make(**fields) for fields in given)

    assert first.pk != second.pk


@pytest.mark.django_db
def test_make_report_takes_every_state():
    from evaluation.enums import ReportState

    assert [make_report(state=state).state for state in ReportState] == list(ReportState)
