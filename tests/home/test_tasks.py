"""The tasks of learners and mentors on the home page: each with the page where it is done, at a fixed cost."""

from datetime import timedelta

import pytest

from gpa_programme.core.periods import now, today
from gpa_programme.home.queries.tasks import tasks_of
from learners.actions import finish, flags, signoff
from learners.enums import EvidenceKind, VersionState
from learners.models import EvidenceVersion, PatientFlag
from learners.queries import due
from learners.queries.finish import position_of
from tests.factories import (
    make_certificate,
    make_decision,
    make_enrolment,
    make_evidence,
    make_observation,
    make_request,
    make_user,
    make_version,
    make_witness,
)
from tests.factories.scope import make_scope_agreement
from tests.home.tasks import asked, declared, found, learners_of, numbers
from tests.learners.finishing import sign_everything
from tests.learners.portfolios import competencies
from tests.world import World

pytestmark = pytest.mark.django_db
ROWS = pytest.mark.parametrize("rows", [1, 3])


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
