"""The home page's tasks: each role's, each with the page where it is done, at a fixed number of queries."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import now, today
from gpa_programme.home.queries.tasks import tasks_of
from learners.actions import finish, flags, signoff
from learners.enums import EvidenceKind, FlagState, VersionState
from learners.models import EvidenceVersion, PatientFlag
from learners.queries import due
from learners.queries.finish import position_of
from learners.rules.finish import CHECKS
from tests.factories import (
    make_certificate,
    make_decision,
    make_enrolment,
    make_evidence,
    make_hub_membership,
    make_mentorship,
    make_observation,
    make_report,
    make_request,
    make_user,
    make_verification,
    make_version,
    make_witness,
)
from tests.factories.scope import make_scope_agreement
from tests.learners.finishing import sign_everything, submitted
from tests.learners.portfolios import competencies
from tests.world import HubWorld, World

pytestmark = pytest.mark.django_db
ROWS = pytest.mark.parametrize("rows", [1, 3])


def found(person):
    """What a person who comes anew meets: the address of each task by its label."""
    return {task.label: task.href for task in tasks_of(User.objects.get(pk=person.pk))}


def numbers(person) -> list[int]:
    """The first number in each label that has one."""
    return [int(digits[0]) for label in found(person) if (digits := re.findall(r"\d+", label))]


def asked(person) -> int:
    """How many queries it costs."""
    fresh = User.objects.get(pk=person.pk)
    with CaptureQueriesContext(connection) as queries:
        tasks_of(fresh)
    return len(queries)


def learners_of(hub: HubWorld, rows: int):
    """So many active learners of the hub and of its mentor."""
    third = make_enrolment(cohort=hub.cohort, practice=hub.practice, mentor=hub.mentor)
    return [hub.enrolment, hub.other_enrolment, third][:rows]


def declared(enrolment, hub, *, stated=False, checked=False):
    """Everything signed off and declared, by as many of the three as are wanted."""
    sign_everything(enrolment)
    facts = {"enrolment": enrolment, "seen_sha256": position_of(enrolment).seen_sha256}
    finish.declare(**facts, by=enrolment.learner)
    if stated:
        finish.state_as_mentor(**facts, by=hub.mentor)
    if checked:
        finish.check_as_hub(**facts, checks=list(CHECKS), by=hub.coordinator)


# ------------------------------------------------------------------------------------------------------------- learner


def test_learner_meets_what_came_back_until_it_is_asked_again(world: World) -> None:
    learner, enrolment = world.north.learner, world.north.enrolment
    first, second, _third = competencies(enrolment)
    decision = make_decision(request=make_request(enrolment=enrolment, competency=second), kind="returned")
    href = f"/portfolio/{second.code}/?enrolment={enrolment.ref}"
    assert found(learner)["Answer what came back: 1 competency"] == href

    task = next(task for task in tasks_of(learner) if task.label.startswith("Answer what came back"))
    assert task.hint == f"{second}. You have not said that you read it."
    signoff.acknowledge(decision=decision, by=learner)
    task = next(task for task in tasks_of(learner) if task.label.startswith("Answer what came back"))
    assert task.hint == f"{second}."

    make_decision(request=make_request(enrolment=enrolment, competency=first), kind="returned")
    assert (
        found(learner)["Answer what came back: 2 competencies"] == f"/portfolio/{first.code}/?enrolment={enrolment.ref}"
    )
    for competency in (first, second):
        make_request(enrolment=enrolment, competency=competency)
    assert not [label for label in found(learner) if label.startswith("Answer what came back")]


def test_learner_meets_what_is_held_answered_and_half_written_apart(world: World) -> None:
    enrolment = world.north.enrolment
    held, draft = (make_version(item=make_evidence(enrolment=enrolment)) for _ in range(2))
    EvidenceVersion.objects.filter(pk=held.pk).update(state=VersionState.HELD)
    answered = make_witness(enrolment=enrolment, token="one", statement="I saw it").version
    make_witness(enrolment=enrolment, token="two")
    late = make_witness(enrolment=enrolment, token="three", asked_at=now() - timedelta(days=40)).version

    tasks = found(world.north.learner)

    assert tasks["Check for patient details: 1 piece of evidence"] == held.item.get_absolute_url()
    assert tasks["Read a colleague's statement and submit: 1 piece of evidence"] == answered.item.get_absolute_url()
    assert tasks["Finish 2 drafts"] in {draft.item.get_absolute_url(), late.item.get_absolute_url()}


def test_learner_meets_the_declaration_once_everything_is_signed_off(world: World) -> None:
    learner, enrolment = world.north.learner, world.north.enrolment
    decisions = sign_everything(enrolment)
    address = f"/portfolio/finish/?enrolment={enrolment.ref}"
    assert found(learner)["Declare your portfolio finished"] == address

    flags.raise_flag(version=decisions[0].request.versions.get(), file=None, where="Line 2", by=world.north.mentor)
    assert "Declare your portfolio finished" not in found(learner)

    PatientFlag.objects.all().delete()
    declared_by_now = {"enrolment": enrolment, "seen_sha256": position_of(enrolment).seen_sha256}
    finish.declare(**declared_by_now, by=learner)
    assert "Declare your portfolio finished" not in found(learner)


def test_learner_with_something_open_is_not_asked_to_declare(world: World) -> None:
    enrolment = world.north.enrolment
    for competency in competencies(enrolment)[:2]:
        make_decision(request=make_request(enrolment=enrolment, competency=competency))

    assert "Declare your portfolio finished" not in found(world.north.learner)


def test_scope_waits_for_the_other_side_alone(world: World) -> None:
    north = world.north
    own = make_scope_agreement(enrolment=north.enrolment, proposed_by=north.mentor)
    theirs = make_scope_agreement(enrolment=north.other_enrolment)

    learner, other, mentor = (found(who) for who in (north.learner, north.other_learner, north.mentor))

    address = f"/learners/{north.enrolment.ref}/scope/{own.number}/"
    assert learner["Answer the scope that your mentor proposes"] == address
    assert mentor["Answer 1 proposed scope"] == f"/learners/{north.other_enrolment.ref}/scope/{theirs.number}/"
    assert [label for label in other if "scope" in label] == []


def test_certificate_is_news_for_four_weeks(world: World) -> None:
    done = make_enrolment(state="completed", cohort=world.north.cohort)
    certificate = make_certificate(enrolment=done)
    assert found(done.learner) == {"Open your certificate": certificate.get_absolute_url()}

    certificate.issued_on = today() - timedelta(days=29)
    certificate.save()

    assert found(done.learner) == {}


@ROWS
def test_learner_costs_the_same_whatever_waits(world: World, rows: int) -> None:
    enrolment = world.north.enrolment
    for number, competency in enumerate(competencies(enrolment)[:rows]):
        make_decision(request=make_request(enrolment=enrolment, competency=competency), kind="returned")
        held = make_version(item=make_evidence(enrolment=enrolment))
        EvidenceVersion.objects.filter(pk=held.pk).update(state=VersionState.HELD)
        make_witness(enrolment=enrolment, token=str(number), statement="I saw it")
        make_version(item=make_evidence(enrolment=enrolment))
    make_scope_agreement(enrolment=enrolment, proposed_by=world.north.mentor)

    assert numbers(world.north.learner) == [rows] * 4
    assert asked(world.north.learner) == 19


@ROWS
def test_learner_who_can_declare_costs_the_same(world: World, rows: int) -> None:
    for competency in competencies(world.north.enrolment)[rows:]:
        world.north.enrolment.scope.filter(competency=competency).delete()
    for competency in competencies(world.north.enrolment)[:rows]:
        make_decision(request=make_request(enrolment=world.north.enrolment, competency=competency))

    assert "Declare your portfolio finished" in found(world.north.learner)
    assert asked(world.north.learner) == 25


# -------------------------------------------------------------------------------------------------------------- mentor


def watched(enrolment, observer, competency):
    """A request on what the observer watched, typed on the learner's device."""
    version = make_version(
        item=make_evidence(enrolment=enrolment, kind=EvidenceKind.OBSERVATION),
        competencies=[competency],
        submitted_at=now(),
    )
    make_observation(version=version, observer=observer)
    return make_request(enrolment=enrolment, competency=competency, version=version)


def test_mentor_meets_what_they_watched_until_midnight(world: World) -> None:
    north = world.north
    request = watched(north.enrolment, north.mentor, competencies(north.enrolment)[0])
    watched(north.other_enrolment, make_user(), competencies(north.enrolment)[0])
    assert found(north.mentor)["Confirm what you watched: 1 request"] == request.get_absolute_url()

    observation = request.versions.get().observation
    observation.confirm_by = now() - timedelta(minutes=1)
    observation.save()

    assert not [label for label in found(north.mentor) if label.startswith("Confirm")]


def test_statement_waits_for_the_gp_mentor_after_the_learner(world: World) -> None:
    north = world.north
    sign_everything(north.other_enrolment)
    declared(north.enrolment, north)
    label, address = "Make your statement on 1 finished portfolio", f"/learners/{north.enrolment.ref}/finish/statement/"
    assert found(north.mentor)[label] == address

    finish.state_as_mentor(
        enrolment=north.enrolment, seen_sha256=position_of(north.enrolment).seen_sha256, by=north.mentor
    )

    assert label not in found(north.mentor)


def test_second_mentor_is_not_asked_for_the_statement(world: World) -> None:
    declared(world.north.enrolment, world.north)
    world.north.enrolment.mentorships.update(kind="second")

    assert due.to_state(world.north.mentor) == []


@ROWS
def test_mentor_costs_the_same_whatever_waits(world: World, rows: int) -> None:
    north = world.north
    for enrolment in learners_of(north, rows):
        declared(enrolment, north)
        make_scope_agreement(enrolment=enrolment)
        other = make_enrolment(cohort=north.cohort, mentor=north.mentor)
        watched(other, north.mentor, competencies(other)[0])

    assert numbers(north.mentor) == [rows] * 4
    assert asked(north.mentor) == 24


def test_mentor_with_requests_alone_costs_little(world: World) -> None:
    for competency in competencies(world.north.enrolment):
        make_request(enrolment=world.north.enrolment, competency=competency)

        assert asked(world.north.mentor) == 9


# ----------------------------------------------------------------------------------------------------------------- hub


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
