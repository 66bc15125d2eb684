"""A mentor away: the cover sees the lists exactly between the days; digests wait; hub, cover and learners are told."""

from datetime import timedelta

import pytest

from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import london_date, now, today
from gpa_programme.home.checks import CHECKS
from gpa_programme.notices.models import Message
from learners.actions import absences as actions
from learners.actions import mentors
from learners.actions.requests import ask
from learners.emails import signoff
from learners.enums import MentorKind
from learners.models import Absence, Mentorship
from learners.queries.waiting import waiting_for
from tests.factories import make_decision, make_mentorship, make_request, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def stopped(clock):
    clock.set(now())


def away(north, since=2, until=5, **person):
    person = {"name": "Cov Er", "email": "cover@people.example"} | person
    return actions.record_absence(
        mentor=north.mentor, since=today() + since * DAY, until=today() + until * DAY, **person
    )


def fresh(person):
    vars(person).pop("_grants", None)
    return person


def told(template):
    return [row.person or row.address for row in Message.objects.filter(template=template).order_by("pk")]


def covers():
    rows = Mentorship.objects.filter(kind=MentorKind.COVER).order_by("enrolment")
    return [(row.since - today(), row.until - today()) for row in rows]


def test_cover_sees_the_lists_exactly_between_the_days(north, clock):
    asked = {make_request(enrolment=north.enrolment), make_request(enrolment=north.other_enrolment)}
    cover = away(north).cover

    seen = []
    for _day in range(7):
        seen.append(set(waiting_for(fresh(cover))) == asked)
        mentors.hand_over_due()
        clock.move(days=1)

    assert seen == [False, False, True, True, True, True, False]
    assert told("digest_waiting").count(cover) == 2
    assert {check.name: check.count() for check in CHECKS if check.count()} == {}


def test_cover_hub_and_learners_are_told(north):
    made = away(north)

    assert told("cover_named") == [made.cover]
    assert told("mentor_away") == [north.hub.mailbox]
    assert set(told("mentors_changed")) == {north.learner, north.other_learner}
    assert Message.objects.get(template="cover_named").context["learners"] == ["Learner North", "Other Learner North"]


def test_absence_sent_twice_is_recorded_once(north):
    assert away(north) == away(north)
    assert len(covers()) == 2


def test_digest_waits_until_the_mentor_is_back_and_goes_to_the_cover(north, clock):
    before = signoff_line(north)
    made = away(north, since=0)
    later = signoff_line(north)
    request = ask(
        enrolment=north.enrolment,
        competency=make_request(enrolment=north.enrolment).competency,
        versions=[],
    )

    lines = Message.objects.filter(digest="waiting", person=north.mentor)
    assert {london_date(line.due_at) for line in lines} == {today() + 6 * DAY}
    assert {before, later} <= set(lines)
    to_cover = Message.objects.filter(person=made.cover, context__href=request.get_absolute_url())
    assert all(london_date(line.due_at) == today() for line in to_cover)
    assert to_cover.count() == 1


def signoff_line(north):
    return signoff.waits_for(
        make_request(enrolment=north.other_enrolment, competency=_next(north)), north.mentor, again=False
    )


def _next(north):
    taken = north.other_enrolment.requests.values("competency")
    return north.other_enrolment.framework.competencies.exclude(pk__in=taken).first()


def test_cover_is_cut_to_the_mentorship(north):
    Mentorship.objects.filter(enrolment=north.other_enrolment).update(until=today() + 3 * DAY)
    away(north)

    assert covers() == [(2 * DAY, 5 * DAY), (2 * DAY, 3 * DAY)]


def test_learner_who_has_cover_already_is_named_and_nothing_is_saved(north):
    make_mentorship(
        enrolment=north.other_enrolment, kind=MentorKind.COVER, mentor=make_user(name="Al Ready"),
        since=today() + 5 * DAY, until=today() + 8 * DAY,
    )  # fmt: skip

    with pytest.raises(DomainError) as refusal:
        away(north)

    assert (refusal.value.code, refusal.value.field) == ("covered", "since")
    assert "Other Learner North already has cover: Al Ready" in refusal.value.message
    assert (Absence.objects.count(), len(covers()), told("cover_named")) == (0, 1, [])


@pytest.mark.parametrize(
    ("email", "code"),
    [("learner.north@world.example", "mentor_is_learner"), ("Mentor.North@world.example", "self")],
)
def test_cover_is_neither_the_learner_nor_the_mentor(north, email, code):
    with pytest.raises(DomainError) as refusal:
        away(north, email=email)
    assert (refusal.value.code, refusal.value.field) == (code, "email")
    assert not Absence.objects.exists()


def test_closed_account_covers_nobody(north):
    with pytest.raises(DomainError) as refusal:
        away(north, email=make_user(is_active=False).email)
    assert refusal.value.code == "closed"


def test_absence_without_cover_says_so_to_the_hub(north):
    away(north, name="", email="")

    assert covers() == []
    assert Message.objects.get(template="mentor_away").context["cover"] == ""


def test_absence_taken_back_before_it_begins_leaves_nothing(north):
    made = away(north)

    actions.cancel_absence(absence=made, by=north.mentor)

    assert (Absence.objects.count(), covers()) == (0, [])
    assert told("cover_ends") == [made.cover]
    assert told("mentor_back") == [north.hub.mailbox]


def test_mentor_back_early_keeps_what_the_cover_decided(north, clock):
    made = away(north, since=0)
    clock.move(days=2)
    request = make_request(enrolment=north.enrolment)
    make_decision(request=request, by=made.cover, capacity=MentorKind.COVER)
    line = signoff_line(north)

    actions.cancel_absence(absence=made, by=north.mentor)

    made.refresh_from_db()
    line.refresh_from_db()
    assert made.until == today() - DAY
    assert covers() == [(-2 * DAY, 0 * DAY), (-2 * DAY, 0 * DAY)]
    assert london_date(line.due_at) == today()
    assert {check.name: check.count() for check in CHECKS if check.count()} == {}
    clock.move(days=1)
    with pytest.raises(StateError) as refusal:
        actions.cancel_absence(absence=made, by=north.mentor)
    assert refusal.value.code == "over"


def test_new_rhythm_moves_the_lines_that_wait(north):
    line = signoff_line(north)
    soon = line.due_at

    actions.set_rhythm(rhythm="weekly", by=north.mentor)
    line.refresh_from_db()
    assert (line.due_at.weekday(), line.due_at > soon) == (0, True)
    actions.set_rhythm(rhythm="soon", by=north.mentor)
    line.refresh_from_db()
    assert line.due_at == soon
