"""Who mentors a learner: a second mentor, a change with hand-over, an end; days, people and mails."""

from datetime import timedelta

import pytest

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import add_months, now, today
from gpa_programme.home.checks import CHECKS
from gpa_programme.notices.models import Message
from learners.actions import mentors as actions
from learners.enums import EnrolmentState, MentorKind
from learners.models import Enrolment, Mentorship
from learners.queries.waiting import waiting_for
from tests.factories import make_decision, make_request, make_user

pytestmark = pytest.mark.django_db
GP, SECOND, COVER = MentorKind.GP, MentorKind.SECOND, MentorKind.COVER
DAY = timedelta(days=1)


def fresh(person):
    vars(person).pop("_grants", None)
    return person


def add(north, kind=SECOND, since=None, until=None, **person):
    person = {"name": "Grace Lamb", "email": "grace.lamb@people.example"} | person
    return actions.add_mentor(
        enrolment=north.enrolment, kind=kind, since=since or today(), until=until, by=north.coordinator, **person
    )


def change(north, since=None, **person):
    person = {"name": "Grace Lamb", "email": "grace.lamb@people.example"} | person
    return actions.change_gp_mentor(enrolment=north.enrolment, since=since or today(), by=north.coordinator, **person)


def mails(template):
    return list(Message.objects.filter(template=template).order_by("pk"))


def breaches():
    return {check.name: check.count() for check in CHECKS if check.count()}


def test_second_mentor_is_invited_sees_the_list_and_is_told_with_the_learner(north):
    asked = make_request(enrolment=north.enrolment)

    made = add(north)

    assert (made.kind, made.since, made.until) == ("second", today(), None)
    assert list(waiting_for(made.mentor)) == [asked]
    assert [mail.person.email for mail in mails("mentor_named")] == ["grace.lamb@people.example"]
    assert mails("mentors_changed")[0].person == north.learner
    assert [mail.context["href"] for mail in mails("digest_waiting")] == [asked.get_absolute_url()]
    event = AuditEvent.objects.get(verb="mentor_named")
    assert (event.record, event.actor) == (north.enrolment.ref, north.coordinator.pk)


def test_same_mentor_sent_twice_is_named_once(north):
    assert add(north) == add(north)
    assert len(mails("mentor_named")) == 1


def test_nobody_mentors_themselves(north):
    for act in (add, change):
        with pytest.raises(DomainError) as refusal:
            act(north, email=" Learner.North@World.example ")
        assert (refusal.value.code, refusal.value.field) == ("mentor_is_learner", "email")
    assert Mentorship.objects.filter(enrolment=north.enrolment).count() == 1


def test_closed_account_mentors_nobody(north):
    closed = make_user(email="closed@people.example", is_active=False)
    with pytest.raises(DomainError) as refusal:
        add(north, email=closed.email)
    assert refusal.value.code == "closed"


def test_one_mentor_of_a_kind_at_a_time(north):
    add(north, kind=COVER, since=today() + 5 * DAY, until=today() + 9 * DAY)

    with pytest.raises(DomainError) as refusal:
        add(north, kind=COVER, since=today() + 9 * DAY, until=today() + 12 * DAY, email="other@people.example")
    assert refusal.value.code == "overlap"
    assert "Grace Lamb is cover from" in refusal.value.message
    add(north, kind=COVER, since=today() + 10 * DAY, until=today() + 12 * DAY, email="other@people.example")
    assert breaches() == {}


@pytest.mark.parametrize(
    ("kind", "since", "until", "field"),
    [
        (COVER, 0, None, "until"),
        (SECOND, 5, 4, "until"),
        (SECOND, -400, None, "since"),
        (SECOND, 0, 900, "until"),
        (SECOND, 900, None, "since"),
    ],
)
def test_days_outside_the_enrolment_are_refused_at_their_field(north, kind, since, until, field):
    last = None if until is None else today() + until * DAY
    with pytest.raises(DomainError) as refusal:
        add(north, kind=kind, since=today() + since * DAY, until=last)
    assert refusal.value.field == field


def test_leaver_gets_no_mentor(north):
    Enrolment.objects.filter(pk=north.enrolment.pk).update(state=EnrolmentState.WITHDRAWN)
    with pytest.raises(StateError) as refusal:
        add(north)
    assert refusal.value.code == "left"


def test_change_hands_over_what_waits_and_closes_the_door_behind_the_one_before(north):
    asked = make_request(enrolment=north.enrolment, requested_at=now() - 8 * DAY)
    Message.objects.all().delete()

    made = change(north)

    old = Mentorship.objects.get(enrolment=north.enrolment, mentor=north.mentor)
    assert (old.until, made.since, made.kind) == (today() - DAY, today(), "gp")
    assert list(waiting_for(made.mentor)) == [asked]
    assert [row.enrolment for row in waiting_for(fresh(north.mentor))] == []
    assert [mail.person for mail in mails("digest_waiting")] == [made.mentor]
    assert [mail.person for mail in mails("mentor_stops")] == [north.mentor]
    assert "instead of Mentor North" in mails("mentors_changed")[0].context["lines"][0]
    assert breaches() == {}


def test_line_that_still_waited_in_the_digest_of_the_one_before_is_dropped(north):
    asked = make_request(enrolment=north.enrolment)
    other = make_request(enrolment=north.other_enrolment)
    for request in (asked, other):
        Message.objects.create(
            person=north.mentor, template="digest_waiting", template_sha256="", digest="waiting",
            context={"href": request.get_absolute_url()},
        )  # fmt: skip

    change(north)

    left = Message.objects.filter(person=north.mentor, digest="waiting")
    assert [mail.context["href"] for mail in left] == [other.get_absolute_url()]


def test_change_ahead_leaves_the_list_until_the_day_and_then_tells_the_new_mentor_once(north, clock):
    clock.set(now())
    asked = make_request(enrolment=north.enrolment)
    made = change(north, since=today() + 3 * DAY)
    later = make_request(enrolment=north.enrolment, competency=north.enrolment.scope.last().competency)

    assert set(waiting_for(fresh(north.mentor))) == {asked, later}
    assert list(waiting_for(made.mentor)) == []
    assert actions.hand_over_due() == 0

    clock.move(days=4)  # nothing ran on the day itself
    assert actions.hand_over_due() == 2
    assert actions.hand_over_due() == 0
    assert {mail.context["href"] for mail in mails("digest_waiting")} == {
        asked.get_absolute_url(), later.get_absolute_url(),
    }  # fmt: skip
    assert set(waiting_for(fresh(made.mentor))) == {asked, later}
    assert list(waiting_for(fresh(north.mentor))) == []


def test_planned_change_can_be_replaced_and_taken_back(north):
    change(north, since=today() + 3 * DAY)
    second = change(north, since=today() + 5 * DAY, name="Ida Frost", email="ida@people.example")

    rows = list(Mentorship.objects.filter(enrolment=north.enrolment).order_by("since"))
    assert [(row.mentor, row.until) for row in rows] == [
        (north.mentor, today() + 4 * DAY), (second.mentor, None),
    ]  # fmt: skip

    kept = change(north, since=today() + 5 * DAY, name="Mentor North", email=north.mentor.email)
    assert (kept.mentor, kept.until) == (north.mentor, None)
    assert Mentorship.objects.filter(enrolment=north.enrolment).count() == 1


def test_present_gp_mentor_is_not_named_again(north):
    with pytest.raises(StateError) as refusal:
        change(north, name="x", email=north.mentor.email)
    assert refusal.value.code == "same"


def test_change_before_the_last_decision_of_the_one_before_is_refused(north):
    make_decision(request=make_request(enrolment=north.enrolment), by=north.mentor)

    with pytest.raises(DomainError) as refusal:
        change(north)
    assert (refusal.value.code, refusal.value.field) == ("decided_since", "since")
    change(north, since=today() + DAY)
    assert breaches() == {}


def test_change_without_that_guard_would_orphan_a_decision(north, monkeypatch):
    make_decision(request=make_request(enrolment=north.enrolment), by=north.mentor)
    monkeypatch.setattr(actions.rules, "check_take_over", lambda *args, **facts: None)

    change(north)

    assert breaches() == {"decider_was_no_mentor": 1}


def test_change_on_the_day_the_one_before_began_is_refused(north):
    with pytest.raises(DomainError) as refusal:
        change(north, since=north.enrolment.starts)
    assert refusal.value.code == "too_early"


def test_end_of_the_gp_mentor_is_refused_while_the_learner_learns_or_anything_waits(north):
    held = north.enrolment.mentorships.get()
    for state in (EnrolmentState.ACTIVE, EnrolmentState.SUBMITTED):
        Enrolment.objects.filter(pk=north.enrolment.pk).update(state=state)
        if state == EnrolmentState.SUBMITTED:
            make_request(enrolment=north.enrolment)
        with pytest.raises(StateError) as refusal:
            actions.end_mentorship(mentorship=held, last=today(), by=north.coordinator)
        assert refusal.value.code == "last_gp_mentor"
    north.enrolment.requests.all().update(closed_at=now(), closed_because="withdrawn")

    actions.end_mentorship(mentorship=held, last=today(), by=north.coordinator)

    held.refresh_from_db()
    assert held.until == today()


def test_second_mentor_ends_and_is_told_who_decides_now(north):
    made = add(north, since=today() - 5 * DAY)

    actions.end_mentorship(mentorship=made, last=today() - DAY, by=north.coordinator)

    assert mails("mentor_stops")[0].context["others"] == "Mentor North"
    assert list(waiting_for(fresh(made.mentor))) == []
    with pytest.raises(StateError) as refusal:
        actions.end_mentorship(mentorship=made, last=today(), by=north.coordinator)
    assert refusal.value.code == "ended"


def test_cover_that_has_not_begun_is_dropped(north):
    made = add(north, kind=COVER, since=today() + 5 * DAY, until=today() + 9 * DAY)

    actions.end_mentorship(mentorship=made, last=today(), by=north.coordinator)

    assert not Mentorship.objects.filter(pk=made.pk).exists()
    assert AuditEvent.objects.filter(verb="mentor_dropped").count() == 1


def test_end_before_a_decision_is_refused(north):
    made = add(north, since=today() - 5 * DAY)
    make_decision(request=make_request(enrolment=north.enrolment), by=made.mentor, capacity=SECOND)

    with pytest.raises(DomainError) as refusal:
        actions.end_mentorship(mentorship=made, last=today() - DAY, by=north.coordinator)
    assert refusal.value.code == "decided_since"


def test_overdue_learner_still_gets_cover(north):
    Enrolment.objects.filter(pk=north.enrolment.pk).update(agreed_end=today() - 30 * DAY)
    north.enrolment.refresh_from_db()

    assert add(north, kind=COVER, since=today(), until=add_months(today(), 1)).kind == "cover"
