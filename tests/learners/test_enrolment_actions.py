"""Taking a place and moving along the table: what is written, what is refused, and that a double click is one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import add_months, today
from gpa_programme.notices.models import Message
from hubs.enums import HubRole
from learners import tasks
from learners.actions.enrolment import enrol, move, start_due
from learners.enums import CompetencyKind, EnrolmentState, MentorKind, WithdrawalReason
from learners.models import Enrolment, EnrolmentChange
from tests.factories import (
    make_cohort,
    make_competency,
    make_enrolment,
    make_framework,
    make_hub_membership,
    make_practice,
    make_user,
)

pytestmark = pytest.mark.django_db
S = EnrolmentState


@pytest.fixture
def cohort():
    cohort = make_cohort(places=2)
    framework = make_framework(programme=cohort.programme, competencies=2)
    make_competency(framework=framework, kind=CompetencyKind.ADMINISTRATIVE)
    make_competency(framework=framework, kind=CompetencyKind.CLINICAL)
    return cohort


@pytest.fixture
def coordinator(cohort):
    return make_hub_membership(hub=cohort.hub).user


@pytest.fixture
def practice(cohort):
    return make_practice(region=cohort.hub.region)


@pytest.fixture
def told(cohort, coordinator, practice):
    """A valid form."""
    return {
        "cohort": cohort,
        "learner_name": "Ada Moss",
        "learner_email": "Ada.Moss@practice.example",
        "practice": practice,
        "mentor_name": "Dr Ines Hale",
        "mentor_email": "ines.hale@practice.example",
        "starts": today() - timedelta(days=3),
        "kinds": [CompetencyKind.ADMINISTRATIVE],
        "by": coordinator,
    }


def test_enrol_takes_the_lowest_free_place_and_writes_all_that_belongs_to_it(told, cohort, practice):
    enrolment = enrol(**told)

    assert enrolment.place.number == 1
    assert enrolment.state == S.ACTIVE
    assert enrolment.agreed_end == add_months(enrolment.starts, 9)
    assert (enrolment.learner.name, enrolment.learner.email) == ("Ada Moss", "ada.moss@practice.example")
    assert [(row.practice, row.since) for row in enrolment.placements.all()] == [(practice, told["starts"])]
    assert [(row.mentor.name, row.kind) for row in enrolment.mentorships.all()] == [("Dr Ines Hale", MentorKind.GP)]
    assert sorted(item.competency.kind for item in enrolment.scope.all()) == ["administrative", "core", "core"]
    assert enrolment.framework == cohort.programme.frameworks.get()


def test_enrol_records_changes_audit_and_two_invitations(told, cohort, coordinator):
    enrolment = enrol(**told)

    changes = enrolment.changes.values_list("from_state", "to_state", "effective_on", "by")
    assert list(changes) == [
        ("", S.ACCEPTED, told["starts"], coordinator.pk),
        (S.ACCEPTED, S.ACTIVE, told["starts"], coordinator.pk),
    ]
    events = AuditEvent.objects.filter(record_type="enrolment").order_by("pk")
    assert [(event.verb, event.record, event.hub, event.actor) for event in events] == [
        ("enrolled", enrolment.ref, cohort.hub_id, coordinator.pk),
        ("enrolment_moved", enrolment.ref, cohort.hub_id, coordinator.pk),
    ]
    mails = Message.objects.order_by("pk").values_list("template", "person__email")
    assert list(mails) == [
        ("invited_learner", "ada.moss@practice.example"),
        ("invited_mentor", "ines.hale@practice.example"),
    ]


def test_enrol_for_a_later_day_stays_accepted_until_that_day(told):
    told["starts"] = today() + timedelta(days=5)

    enrolment = enrol(**told)

    assert enrolment.state == S.ACCEPTED
    assert [change.to_state for change in enrolment.changes.all()] == [S.ACCEPTED]
    assert enrolment.changes.get().effective_on == today()


def test_enrol_sent_twice_gives_the_first_enrolment_again_even_when_the_cohort_is_full(told, cohort):
    cohort.places.get(number=2).delete()

    first, second = enrol(**told), enrol(**told)

    assert second == first
    assert Enrolment.objects.count() == 1
    assert Message.objects.count() == 2


def test_enrol_in_a_full_cohort_is_refused_and_saves_nothing(told, cohort):
    make_enrolment(cohort=cohort)
    make_enrolment(cohort=cohort)

    with pytest.raises(ConflictError) as refusal:
        enrol(**told)

    assert refusal.value.code == "cohort_full"
    assert refusal.value.message == "The cohort is full (2 of 2). Nothing was saved."
    assert not User.objects.filter(email="ada.moss@practice.example").exists()
    assert Message.objects.count() == 0


def test_enrol_without_the_lock_is_refused_by_the_constraint_in_the_same_words(told, cohort, monkeypatch):
    taken = make_enrolment(cohort=cohort)
    make_enrolment(cohort=cohort)
    monkeypatch.setattr("learners.actions.enrolment.free_place", lambda cohort: taken.place)

    with pytest.raises(ConflictError) as refusal:
        enrol(**told)

    assert refusal.value.code == "cohort_full"
    assert refusal.value.message == "The cohort is full (2 of 2). Nothing was saved."
    assert Enrolment.objects.count() == 2


def test_place_taken_between_reading_and_writing_is_a_conflict_to_try_again(told, cohort, monkeypatch):
    taken = make_enrolment(cohort=cohort)
    monkeypatch.setattr("learners.actions.enrolment.free_place", lambda cohort: taken.place)

    with pytest.raises(ConflictError) as refusal:
        enrol(**told)

    assert refusal.value.code == "place_taken"


def test_database_refuses_a_second_current_enrolment_on_a_place_and_a_holder_without_one(cohort):
    enrolment = make_enrolment(cohort=cohort)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_enrolment(cohort=cohort, place=enrolment.place)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_enrolment(cohort=cohort, place=None)


def test_enrol_of_a_known_person_keeps_their_name_and_their_address(told):
    known = make_user(email="ada.moss@practice.example", name="Ada J Moss")

    enrolment = enrol(**told)

    assert enrolment.learner == known
    assert enrolment.learner.name == "Ada J Moss"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"mentor_email": "ADA.moss@practice.example"}, "mentor_email", "mentor_is_learner"),
        ({"starts": today() - timedelta(days=1000)}, "starts", "outside_programme"),
        ({"starts": today() + timedelta(days=1000)}, "starts", "outside_programme"),
    ],
)
def test_enrol_refuses_what_the_form_can_put_right(told, changes, field, code):
    with pytest.raises(DomainError) as refusal:
        enrol(**{**told, **changes})

    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert Enrolment.objects.count() == 0


def test_enrol_refuses_a_closed_account(told):
    make_user(email="ines.hale@practice.example", is_active=False)

    with pytest.raises(DomainError) as refusal:
        enrol(**told)

    assert (refusal.value.field, refusal.value.code) == ("mentor_email", "closed")


def test_enrol_of_somebody_with_a_place_is_refused_where_the_form_differs(told):
    enrol(**told)

    with pytest.raises(ConflictError) as refusal:
        enrol(**{**told, "mentor_email": "another@practice.example"})

    assert refusal.value.code == "already_enrolled"
    assert refusal.value.message == "Ada Moss already holds place 1 in this cohort. Nothing was saved."
    assert Message.objects.count() == 2


def test_enrol_of_somebody_with_a_place_in_another_cohort_names_no_cohort(told, cohort):
    elsewhere = make_cohort(programme=cohort.programme)
    make_enrolment(cohort=elsewhere, learner=make_user(email="ada.moss@practice.example"))

    with pytest.raises(ConflictError) as refusal:
        enrol(**told)

    assert refusal.value.code == "already_enrolled"
    assert elsewhere.hub.name not in refusal.value.message


def test_enrol_in_a_programme_without_a_published_framework_is_refused(told, cohort):
    cohort.programme.frameworks.update(state="draft", published_at=None)

    with pytest.raises(StateError) as refusal:
        enrol(**told)

    assert refusal.value.code == "no_framework"
    assert Enrolment.objects.count() == 0


def test_withdrawing_releases_the_place_for_the_next_learner_and_keeps_it_as_history(told, cohort, coordinator):
    cohort.places.get(number=2).delete()
    enrolment = enrol(**told)

    change = move(
        enrolment=enrolment,
        to=S.WITHDRAWN,
        effective_on=today(),
        by=coordinator,
        reason="Left the practice in spring",
        reason_code=WithdrawalReason.LEFT_PRACTICE,
    )
    following = enrol(**{**told, "learner_email": "bo.lane@practice.example", "learner_name": "Bo Lane"})

    assert (change.from_state, change.to_state, change.reason_code) == (S.ACTIVE, S.WITHDRAWN, "left_practice")
    assert enrolment.state == S.WITHDRAWN
    assert enrolment.place == following.place
    event = AuditEvent.objects.filter(verb="enrolment_moved", record=enrolment.ref).latest("pk")
    assert (event.reason, event.detail["target"]) == ("Left the practice in spring", "withdrawn")


def test_move_sent_twice_is_one_change(cohort, coordinator):
    enrolment = make_enrolment(cohort=cohort, state=S.ACCEPTED)

    first = move(enrolment=enrolment, to=S.ACTIVE, effective_on=today(), by=coordinator)
    second = move(enrolment=enrolment, to=S.ACTIVE, effective_on=today(), by=coordinator)

    assert second == first
    assert EnrolmentChange.objects.filter(enrolment=enrolment, to_state=S.ACTIVE).count() == 1


def test_move_outside_the_table_is_refused(cohort, coordinator):
    enrolment = make_enrolment(cohort=cohort, state=S.COMPLETED)

    with pytest.raises(StateError) as refusal:
        move(enrolment=enrolment, to=S.ACTIVE, effective_on=today(), by=coordinator)

    assert refusal.value.code == "no_such_move"
    assert enrolment.state == S.COMPLETED


def test_move_is_refused_to_another_hubs_coordinator(cohort):
    enrolment = make_enrolment(cohort=cohort, state=S.ACCEPTED)

    with pytest.raises(StateError) as refusal:
        move(enrolment=enrolment, to=S.ACTIVE, effective_on=today(), by=make_hub_membership().user)

    assert refusal.value.code == "move_not_yours"


def test_reinstating_takes_the_lowest_free_place(cohort):
    lead = make_hub_membership(hub=cohort.hub, role=HubRole.HUB_LEAD).user
    enrolment = make_enrolment(cohort=cohort, state=S.WITHDRAWN)
    make_enrolment(cohort=cohort)

    move(enrolment=enrolment, to=S.ACTIVE, effective_on=today(), by=lead, reason="Withdrawn by mistake")

    assert enrolment.place.number == 2


def test_reinstating_into_a_full_cohort_is_refused(cohort):
    lead = make_hub_membership(hub=cohort.hub, role=HubRole.HUB_LEAD).user
    enrolment = make_enrolment(cohort=cohort, state=S.WITHDRAWN)
    make_enrolment(cohort=cohort)
    make_enrolment(cohort=cohort)

    with pytest.raises(ConflictError) as refusal:
        move(enrolment=enrolment, to=S.ACTIVE, effective_on=today(), by=lead, reason="Withdrawn by mistake")

    assert refusal.value.code == "cohort_full"
    assert EnrolmentChange.objects.filter(enrolment=enrolment).count() == 5


def test_start_due_starts_those_whose_day_has_come_and_no_other(cohort):
    due = make_enrolment(cohort=cohort, state=S.ACCEPTED, starts=today())
    later = make_enrolment(cohort=cohort, state=S.ACCEPTED, starts=today() + timedelta(days=1))

    tasks.start_due()

    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.state, later.state) == (S.ACTIVE, S.ACCEPTED)
    assert due.changes.last().by is None
    assert start_due() == 0


@pytest.mark.parametrize("template", ["invited_learner", "invited_mentor"])
def test_invitation_points_at_the_sign_in_and_names_no_other_person(told, template, mailoutbox):
    from gpa_programme.notices.actions import deliver

    enrol(**told)

    deliver(Message.objects.get(template=template))

    mail = mailoutbox[0]
    assert "http://localhost:8000/accounts/login/code/" in mail.body
    assert ("Ada Moss" in mail.body) is False
    assert (str(told["practice"]) in mail.body, str(told["practice"]) in mail.alternatives[0][0]) == (True, True)


def test_reinstating_somebody_who_holds_another_place_of_the_programme_is_refused(cohort):
    lead = make_hub_membership(hub=cohort.hub, role=HubRole.HUB_LEAD).user
    enrolment = make_enrolment(cohort=cohort, state=S.WITHDRAWN)
    elsewhere = make_cohort(programme=cohort.programme, places=1)
    make_enrolment(cohort=elsewhere, learner=enrolment.learner)

    with pytest.raises(ConflictError) as refusal:
        move(enrolment=enrolment, to=S.ACTIVE, effective_on=today(), by=lead, reason="Withdrawn by mistake")

    assert refusal.value.code == "already_enrolled"
