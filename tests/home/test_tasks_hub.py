"""The tasks of hubs, of the national lead and of verifiers on the home page."""

from datetime import timedelta

import pytest

from gpa_programme.core.periods import now, today
from gpa_programme.home.queries.tasks import tasks_of
from learners.actions import finish, flags
from learners.enums import FlagState
from learners.models import PatientFlag
from learners.queries.finish import position_of
from learners.rules.finish import CHECKS
from tests.factories import (
    make_certificate,
    make_enrolment,
    make_hub_membership,
    make_mentorship,
    make_report,
    make_request,
    make_verification,
)
from tests.home.tasks import asked, declared, found, learners_of, numbers
from tests.learners.finishing import submitted
from tests.learners.portfolios import competencies
from tests.world import World

pytestmark = pytest.mark.django_db
ROWS = pytest.mark.parametrize("rows", [1, 3])


def test_coordinator_meets_late_reports_before_everything_else(world: World) -> None:
    report = make_report(programme=world.programme, hub=world.north.hub, period="2019-05", state="draft")

    first = tasks_of(world.north.coordinator)[0]

    assert first.href == report.get_absolute_url()
    assert first.due.endswith("late")


def test_hub_meets_the_check_then_the_handing_in_of_its_own(world: World) -> None:
    north = world.north
    declared(north.enrolment, north, stated=True)
    check, hand_in = "Check 1 finished portfolio", "Hand in or complete 1 finished portfolio"
    assert found(north.coordinator)[check] == f"/learners/{north.enrolment.ref}/finish/check/"
    assert check not in found(world.south.coordinator)

    finish.check_as_hub(
        enrolment=north.enrolment,
        seen_sha256=position_of(north.enrolment).seen_sha256,
        checks=list(CHECKS),
        by=north.coordinator,
    )
    tasks = found(north.hub_lead)
    assert (check in tasks, tasks[hand_in]) == (False, f"/learners/{north.enrolment.ref}/finish/")

    finish.submit(enrolment=north.enrolment, by=north.coordinator)
    assert hand_in not in found(north.hub_lead)


def test_check_is_no_task_of_the_coordinator_who_mentors_the_learner_or_made_the_statement(world: World) -> None:
    north, check = world.north, "Check 1 finished portfolio"
    declared(north.enrolment, north, stated=True)
    mentor_too = make_hub_membership(hub=north.hub, user=north.mentor).user
    assert [check in found(person) for person in (mentor_too, north.coordinator)] == [False, True]

    held = north.enrolment.mentorships.filter(mentor=north.mentor)
    held.update(since=today() - timedelta(days=9), until=today() - timedelta(days=1))
    assert check not in found(north.mentor)
    make_mentorship(enrolment=north.enrolment, mentor=north.coordinator)
    assert [check in found(person) for person in (north.coordinator, north.hub_lead)] == [False, True]


def test_declaration_that_a_new_decision_overtook_is_nobodys_to_check(world: World) -> None:
    north = world.north
    declared(north.enrolment, north, stated=True)
    make_request(enrolment=north.enrolment, competency=competencies(north.enrolment)[0])

    assert "Check 1 finished portfolio" not in found(north.coordinator)


def test_certificates_are_for_who_issues_them(world: World) -> None:
    done = make_enrolment(state="verified", cohort=world.north.cohort)
    label = "Issue 1 certificate"
    assert found(world.north.hub_lead)[label] == f"/learners/{done.ref}/certificate/"
    assert label not in found(world.north.coordinator)
    assert label not in found(world.south.hub_lead)

    make_certificate(enrolment=done)

    assert label not in found(world.north.hub_lead)


def test_mentors_are_chased_after_the_days_of_the_programme(world: World) -> None:
    north = world.north
    first, second, third = competencies(north.enrolment)
    for competency, days in ((first, 13), (second, 14), (third, 21)):
        make_request(
            enrolment=north.enrolment, competency=competency, requested_at=now() - timedelta(days=days, hours=1)
        )
    label = "Chase mentors: 2 requests waiting 14 days or more"

    task = next(task for task in tasks_of(north.coordinator) if task.label == label)
    assert task.href == f"/cohorts/{north.cohort.pk}/board/?sort=-waiting"
    assert task.hint == "Cohort 1. 1 of them has waited 21 days or more."
    assert label not in found(world.south.coordinator)

    world.programme.remind_again_days, world.programme.tell_hub_days = 10, 30
    world.programme.save()
    task = next(task for task in tasks_of(north.coordinator) if task.label.startswith("Chase"))
    assert (task.label, task.hint) == ("Chase mentors: 3 requests waiting 10 days or more", "Cohort 1.")


def test_nobody_is_chased_for_what_a_flag_hides(world: World) -> None:
    north = world.north
    request = make_request(enrolment=north.enrolment, requested_at=now() - timedelta(days=22))
    flags.raise_flag(version=request.versions.get(), file=None, where="Line 2", by=north.mentor)

    tasks = found(north.coordinator)

    assert tasks["Decide 1 flag: does it name a patient?"] == "/flags/"
    assert not [label for label in tasks if label.startswith("Chase")]
    PatientFlag.objects.update(state=FlagState.CLEARED, decided_at=now(), decided_by=north.coordinator)
    assert [label for label in found(north.coordinator) if label.startswith("Chase")]


@ROWS
def test_hub_costs_the_same_whatever_waits(world: World, rows: int) -> None:
    north = world.north
    for enrolment in learners_of(north, rows):
        declared(enrolment, north, stated=True, checked=True)
        other = make_enrolment(cohort=north.cohort, mentor=north.mentor)
        declared(other, north, stated=True)
        make_enrolment(state="verified", cohort=north.cohort)
        make_request(enrolment=make_enrolment(cohort=north.cohort), requested_at=now() - timedelta(days=30))

    assert numbers(north.hub_lead) == [rows] * 4
    assert asked(north.hub_lead) == 28


# ------------------------------------------------------------------------------------------------ national and verifier


def test_national_lead_draws_and_finds_verifiers(world: World) -> None:
    submitted(world.north, world.north.enrolment)
    submitted(world.south, world.south.enrolment)
    assert found(world.national_lead)["Draw a sample: 2 portfolios wait"] == "/verification/draw/"

    drawn = make_verification(enrolment=world.north.enrolment)
    tasks = found(world.national_lead)

    assert tasks["Draw a sample: 1 portfolio waits"] == "/verification/draw/"
    assert tasks["Find a verifier for 1 drawn portfolio"] == f"/verification/{drawn.pk}/assign/"
    assert "Draw a sample: 1 portfolio waits" not in found(world.national_analyst)


def test_verifier_reads_then_records_the_outcome(world: World) -> None:
    submitted(world.north, world.north.enrolment)
    verification = make_verification(enrolment=world.north.enrolment, verifier=world.verifier)
    assert found(world.verifier) == {"Read 1 sampled portfolio": f"/verification/{verification.pk}/"}

    verification.read_at = now()
    verification.save()
    assert found(world.verifier) == {
        "Record the outcome of 1 sampled portfolio": f"/verification/{verification.pk}/outcome/"
    }

    verification.until = today() - timedelta(days=1)
    verification.since = verification.until
    verification.save()
    assert found(world.verifier) == {}


@ROWS
def test_national_lead_and_verifier_cost_the_same_whatever_waits(world: World, rows: int) -> None:
    for _ in range(rows):
        make_enrolment(state="submitted", cohort=world.north.cohort)
        make_verification(enrolment=make_enrolment(state="submitted", cohort=world.north.cohort))
        make_verification(
            enrolment=make_enrolment(state="submitted", cohort=world.north.cohort), verifier=world.verifier
        )

    assert numbers(world.national_lead) == [rows] * 2
    assert numbers(world.verifier) == [rows]
    assert (asked(world.national_lead), asked(world.verifier)) == (10, 6)
