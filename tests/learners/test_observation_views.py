"""Pages on which what was watched is recorded, and what a mentor is told of it when they decide."""

from datetime import timedelta

import pytest

from gpa_programme.core import work
from gpa_programme.core.periods import start_of_day, today
from gpa_programme.notices.models import Message, OutboxMail
from learners.models import Decision, EvidenceItem, Observation, SignOffRequest
from tests.factories import make_mentorship, make_request, make_user
from tests.learners.portfolios import competencies, text_of
from tests.markup import Page

pytestmark = pytest.mark.django_db
MORNING = start_of_day(today()) + timedelta(hours=9)


@pytest.fixture
def mentor(north, browse):
    return browse(north.mentor)


@pytest.fixture
def learner(north, browse):
    return browse(north.learner)


def seen(north, *, count=1, **changes):
    said = {
        "title": "Took blood pressure",
        "text": "She explained each step.",
        "competencies": [one.code for one in competencies(north.enrolment)[:count]],
        "no_patient_details": "on",
    }
    return {**said, **changes}


def recorded(north, **changes):
    day = today()
    on = {"observed_on_day": day.day, "observed_on_month": day.month, "observed_on_year": day.year}
    return seen(north, **{**on, "verdict": "sign", **changes})


def test_mentor_chooses_among_their_learners(north, mentor):
    response = mentor.get("/observe/")

    words = text_of(response)
    assert ["Learner North" in words, "Other Learner North" in words] == [True, True]
    assert Page(response.content.decode()).complaints == []


def test_learner_goes_straight_to_their_own_page_with_the_competency_ticked(north, learner):
    code = competencies(north.enrolment)[0].code

    response = learner.get(f"/observe/?enrolment={north.enrolment.ref}&competency={code}", follow=True)

    html = response.content.decode()
    assert response.request["PATH_INFO"] == "/observe/own/"
    assert f'value="{code}" checked' in html
    assert Page(html).complaints == []


def test_somebody_who_neither_learns_nor_mentors_reads_why_the_page_is_empty(north, browse):
    assert "Nobody to record this for" in text_of(browse(north.coordinator).get("/observe/"))


def test_mentor_records_and_signs_off_in_one_go(north, mentor):
    asked = make_request(enrolment=north.enrolment, competency=competencies(north.enrolment)[1])

    done = mentor.post(f"/observe/{north.enrolment.ref}/", recorded(north, count=2), follow=True)

    words = text_of(done)
    first, second = competencies(north.enrolment)[:2]
    assert f"Recorded and signed off for Learner North: {first}." in words
    assert f"Not signed off: {second}. Other evidence waits with it" in words
    assert Decision.objects.get().competency == first
    assert asked.versions.count() == 2


def test_mentor_is_told_of_everything_at_once_and_loses_nothing(north, mentor):
    sent = recorded(north, text="Rang 020 7946 0000.", title="", verdict="", observed_on_day="")

    refused = mentor.post(f"/observe/{north.enrolment.ref}/", sent)
    then = mentor.post(f"/observe/{north.enrolment.ref}/", {**recorded(north), "text": sent["text"]})

    assert ["must include a day" in text_of(refused), "Rang 020 7946 0000." in refused.content.decode()] == [True, True]
    assert "Remove “020 7946 0000”: it looks like a phone number" in text_of(then)
    assert Page(then.content.decode()).complaints == []
    assert not EvidenceItem.objects.exists()


def test_only_a_mentor_of_today_records(north, browse):
    past = make_mentorship(enrolment=north.enrolment, kind="second", until=today() - timedelta(days=1)).mentor

    people = (past, north.learner, north.coordinator, make_user())
    assert {browse(one).post(f"/observe/{north.enrolment.ref}/", recorded(north)).status_code for one in people} == {
        404
    }
    assert not EvidenceItem.objects.exists()


def test_learner_picks_the_mentor_who_is_there_and_never_themselves(north, learner):
    make_mentorship(enrolment=north.enrolment, kind="second", mentor=north.learner)
    make_mentorship(enrolment=north.enrolment, kind="cover", until=today() - timedelta(days=1))

    shown = learner.get("/observe/own/").content.decode()
    refused = learner.post("/observe/own/", seen(north, observer=north.learner.pk))

    assert shown.count('name="observer"') == 1
    assert "Select a valid choice" in text_of(refused) or "Select the mentor" in text_of(refused)
    assert not EvidenceItem.objects.exists()


def test_observer_is_asked_at_once_and_confirms_by_signing_off(north, learner, mentor, settings, clock):
    settings.EMAIL_BACKEND = "gpa_programme.notices.outbox.Backend"
    clock.set(MORNING)
    sent = learner.post("/observe/own/", seen(north, observer=north.mentor.pk), follow=True)
    assert work.do("message", Message.objects.get(template="observed_today").pk)
    asked = SignOffRequest.objects.get()

    shown = mentor.get(f"/waiting/{asked.ref}/")

    mail = OutboxMail.objects.get()
    assert "Sent. Mentor North has an email and can confirm it until the end of today." in text_of(sent)
    assert (mail.recipient, mail.subject) == (north.mentor.email, "Confirm what you saw today: Learner North")
    assert [f"/waiting/{asked.ref}/" in part for part in (mail.text, mail.html)] == [True, True]
    assert "She explained each step." not in mail.text + mail.html
    words = text_of(shown)
    on_day = f"I watched Learner North on {today().day} {today():%B %Y}"
    assert ["You are said to have watched this today" in words, on_day in words] == [True, True]
    assert Page(shown.content.decode()).complaints == []


def test_observer_after_midnight_reads_that_the_day_is_over(north, learner, mentor, clock):
    clock.set(MORNING)
    learner.post("/observe/own/", seen(north, observer=north.mentor.pk))
    clock.set(MORNING + timedelta(hours=16))

    words = text_of(mentor.get(f"/waiting/{SignOffRequest.objects.get().ref}/"))

    parts = ("The day is over", "Judge it as written evidence", "I have read this evidence.")
    assert [part in words for part in parts] == [True] * 3
    assert "You are said to have watched this" not in words


def test_another_mentor_is_told_whose_word_is_awaited(north, learner, browse):
    other = make_mentorship(enrolment=north.enrolment, kind="second").mentor
    learner.post("/observe/own/", seen(north, observer=north.mentor.pk))

    words = text_of(browse(other).get(f"/waiting/{SignOffRequest.objects.get().ref}/"))

    assert ["Mentor North is said to have watched this" in words, "I have read this evidence." in words] == [True] * 2


@pytest.mark.parametrize("rows", [1, 3])
def test_request_with_observations_asks_the_same_number_of_queries(
    north, learner, mentor, rows, django_assert_num_queries
):
    for _ in range(rows):
        learner.post("/observe/own/", seen(north, observer=north.mentor.pk))
    asked = SignOffRequest.objects.get()
    mentor.get(f"/waiting/{asked.ref}/")

    with django_assert_num_queries(25):
        mentor.get(f"/waiting/{asked.ref}/")
    assert Observation.objects.count() == rows
