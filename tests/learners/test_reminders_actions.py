"""Reminding at the programme's days: each step once, to who can act, the hub last; what is put off waits."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection

from gpa_programme.core.periods import now, today
from gpa_programme.notices.actions import deliver
from gpa_programme.notices.models import Message
from learners.actions import absences, reminders
from learners.enums import EnrolmentState, FlagState, MentorKind
from learners.models import Enrolment, Mentorship, PatientFlag, SignOffRequest, Snooze
from learners.queries.flags import hidden_anywhere, is_hidden
from learners.queries.reminders import due_ids
from learners.tasks import remind as bell
from tests.factories import (
    make_decision,
    make_enrolment,
    make_mentorship,
    make_pause,
    make_request,
    make_user,
    make_version,
)
from tests.learners.portfolios import competencies
from tests.learners.test_flag_actions import add, raised

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def stopped(clock):
    clock.set(now())


def waits(enrolment, days, number=0):
    return make_request(
        enrolment=enrolment,
        competency=competencies(enrolment)[number],
        requested_at=now() - days * DAY - timedelta(hours=1),
    )


def lines(template="digest_reminder"):
    about = "ref" if template == "digest_overdue" else "competency"
    rows = Message.objects.filter(template=template).order_by("pk")
    return [((row.person or row.address), row.context[about]) for row in rows]


def step(request):
    request.refresh_from_db()
    return request.reminded_days


def test_each_step_goes_once(north, clock):
    asked = waits(north.enrolment, 6)
    told = []
    for _day in range(40):
        reminders.remind()
        reminders.remind()
        told.append((step(asked), len(lines()), len(lines("digest_overdue"))))
        clock.move(days=1)

    assert [told[0], told[1], told[7], told[8], told[14], told[15], told[39]] == [
        (0, 0, 0), (7, 1, 0), (7, 1, 0), (14, 2, 0), (14, 2, 0), (21, 2, 1), (21, 2, 1),
    ]  # fmt: skip


def test_days_without_a_run_send_the_latest_step_alone(north):
    asked, longer = waits(north.enrolment, 15), waits(north.enrolment, 30, 1)

    assert reminders.remind() == 2

    assert (step(asked), step(longer)) == (14, 21)
    assert lines() == [(north.mentor, str(asked.competency))]
    assert lines("digest_overdue") == [(north.hub.mailbox, longer.enrolment.ref)]


def test_mentor_gets_one_mail_however_many_and_the_hub_another_without_evidence(north, settings):
    for number in range(3):
        waits(north.enrolment, 8, number)
    for number in range(2):
        waits(north.other_enrolment, 22, number)
    reminders.remind()
    for template in ("digest_reminder", "digest_overdue"):
        message = Message.objects.filter(template=template).first()
        Message.objects.filter(pk=message.pk).update(work_state="running", claim="x")
        message.refresh_from_db()
        deliver(message)

    subjects = [sent.subject for sent in mail.outbox]
    assert subjects == [
        "Reminder: 3 sign-off requests still wait for you",
        "2 sign-off requests wait too long for a mentor",
    ]
    assert [sent.to for sent in mail.outbox] == [[north.mentor.email], [north.hub.mailbox]]
    assert f"- {north.other_enrolment.ref}, for 22 days." in mail.outbox[1].body
    assert "What I did" not in mail.outbox[0].body + mail.outbox[1].body


def test_reminder_goes_in_the_mentors_rhythm(north):
    absences.set_rhythm(rhythm="weekly", by=north.mentor)
    waits(north.enrolment, 8)

    reminders.remind()

    due = Message.objects.get(template="digest_reminder").due_at
    assert (due.weekday(), due > now()) == (0, True)


def test_file_hidden_through_another_portfolio_reminds_nobody_until_that_is_decided(north):
    asked = waits(north.enrolment, 30)
    add(asked.versions.get())
    elsewhere = make_request(enrolment=make_enrolment()).versions.get()
    flag = raised(elsewhere, north, add(elsewhere))

    assert (reminders.remind(), step(asked)) == (0, 0)
    PatientFlag.objects.filter(pk=flag.pk).update(
        state=FlagState.CLEARED, answer="A street", decided_by=north.coordinator, decided_at=now()
    )
    assert (reminders.remind(), step(asked)) == (1, 21)


def test_words_hidden_in_a_later_version_remind_nobody_of_the_same_words(north):
    asked = waits(north.enrolment, 30)
    seen = asked.versions.get()
    again = make_version(item=seen.item, text=seen.text, answers=seen.answers, submitted_at=now())
    raised(again, north)

    assert is_hidden(seen)
    assert (reminders.remind(), step(asked)) == (0, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_hidden_anywhere_is_found_in_three_queries(north, count, django_assert_num_queries):
    for _ in range(count):
        held, said = (make_request(enrolment=make_enrolment()).versions.get() for _ in range(2))
        raised(held, north, add(held))
        raised(said, north)

    with django_assert_num_queries(3):
        assert len(hidden_anywhere()) == 2 * count


def test_leavers_hidden_evidence_and_the_decided_are_left_alone(north):
    gone, hidden = waits(north.enrolment, 8), waits(north.other_enrolment, 30)
    Enrolment.objects.filter(pk=north.enrolment.pk).update(state=EnrolmentState.WITHDRAWN)
    PatientFlag.objects.create(
        version=hidden.versions.get(), where="First line", state=FlagState.OPEN, raised_by=north.mentor
    )
    SignOffRequest.objects.filter(pk=waits(north.other_enrolment, 9, 1).pk).update(closed_at=now())

    assert reminders.remind() == 0
    assert (step(gone), step(hidden)) == (0, 0)


def test_mentor_of_a_paused_learner_is_reminded_all_the_same(north):
    make_pause(enrolment=north.enrolment)
    waits(north.enrolment, 8)

    assert reminders.remind() == 1


def test_absent_mentor_is_not_reminded_but_the_cover_is(north):
    asked = waits(north.enrolment, 8)
    absences.record_absence(
        mentor=north.mentor, since=today(), until=today() + 3 * DAY, name="Cov Er", email="cover@people.example"
    )

    reminders.remind()

    assert [str(who) for who, _what in lines()] == ["Cov Er"]
    assert step(asked) == 7


def test_step_waits_for_somebody_who_can_be_reminded(north, clock):
    asked = waits(north.enrolment, 8)
    absences.record_absence(mentor=north.mentor, since=today(), until=today() + 3 * DAY)

    assert reminders.remind() == 0
    assert step(asked) == 0
    clock.move(days=4)
    assert reminders.remind() == 1


def test_put_off_waits_until_the_day_and_then_reminds_once(north, clock):
    asked = waits(north.enrolment, 5)
    reminders.snooze(request=asked, until=today() + 6 * DAY, by=north.mentor)

    clock.move(days=3)
    assert reminders.remind() == 0
    clock.move(days=3)
    assert reminders.remind() == 1
    assert not Snooze.objects.exists()
    assert step(asked) == 7
    assert reminders.remind() == 0
    assert asked.requested_at == SignOffRequest.objects.get(pk=asked.pk).requested_at


def test_one_mentors_snooze_does_not_silence_the_other(north):
    second = make_mentorship(enrolment=north.enrolment, kind=MentorKind.SECOND).mentor
    asked = waits(north.enrolment, 8)
    reminders.snooze(request=asked, until=today() + DAY, by=north.mentor)

    reminders.remind()

    assert [who for who, _what in lines()] == [second]


def test_who_cannot_judge_is_not_reminded_and_whom_they_asked_is(north):
    second = make_mentorship(enrolment=north.enrolment, kind=MentorKind.SECOND).mentor
    asked = waits(north.enrolment, 8)
    make_decision(request=asked, kind="cannot_judge", by=north.mentor, handed_to=second)

    reminders.remind()
    assert [who for who, _what in lines()] == [second]

    make_decision(request=asked, kind="cannot_judge", by=second, handed_to=north.mentor)
    assert reminders.queries.handed_on([asked.pk]) == {(asked.pk, second.pk)}


def test_hub_hears_of_what_was_put_off_on_its_day(north, clock):
    asked = waits(north.enrolment, 20)
    reminders.snooze(request=asked, until=today() + DAY, by=north.mentor)

    clock.move(days=1)
    reminders.remind()

    assert len(lines("digest_overdue")) == 1


def test_bell_hands_over_and_reminds(north):
    waits(north.enrolment, 8)
    later = make_user(name="Late Comer")
    Mentorship.objects.filter(enrolment=north.enrolment).update(until=today() - DAY)
    make_mentorship(enrolment=north.enrolment, mentor=later, since=today())

    bell()

    assert [who for who, _what in lines("digest_waiting")] == [later]
    assert [who for who, _what in lines()] == [later]


@pytest.mark.parametrize("many", [1, 3])
def test_looking_for_what_is_due_costs_the_same(north, many, django_assert_num_queries):
    asked = [waits(north.enrolment, 8, number) for number in range(many)]
    with django_assert_num_queries(3):
        assert due_ids(now()) == [one.pk for one in asked]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_runs_at_once_send_once(north):
    for number in range(3):
        waits(north.enrolment, 8, number)
        waits(north.other_enrolment, 22, number)
    barrier, written = Barrier(2), []

    def run():
        barrier.wait()
        written.append(reminders.remind())
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(written), len(lines()), len(lines("digest_overdue"))) == (6, 3, 3)


def test_step_taken_by_another_run_is_not_taken_again(north, monkeypatch):
    asked = waits(north.enrolment, 8)
    stale = list(reminders.queries.due_among([asked.pk], now()))
    reminders.remind()
    monkeypatch.setattr(reminders.queries, "due_ids", lambda moment: [asked.pk])
    monkeypatch.setattr(reminders.queries, "due_among", lambda pks, moment: stale)

    assert reminders.remind() == 0
    assert len(lines()) == 1
