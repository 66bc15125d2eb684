"""Pages of mentors, of a mentor's settings and absences, and of putting a request off."""

from datetime import timedelta

import pytest

from gpa_programme.core.periods import now, today
from learners.actions import mentors as actions
from learners.enums import MentorKind
from learners.models import Absence, MentorSettings, Mentorship, Snooze
from tests.factories import make_mentorship, make_request, make_user
from tests.learners.portfolios import competencies, text_of
from tests.markup import Page

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def typed(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


@pytest.fixture
def hub(north, browse):
    return browse(north.coordinator)


@pytest.fixture
def client(north, browse):
    return browse(north.mentor)


def at(north, path=""):
    return f"/learners/{north.enrolment.ref}/mentors/{path}"


def grace(**more):
    return {"name": "Grace Lamb", "email": "grace@people.example", **typed("since", today()), **more}


def test_page_says_who_mentors_now_later_and_before(north, hub):
    old = make_mentorship(
        enrolment=north.enrolment, kind=MentorKind.SECOND, mentor=make_user(name="Una Gone"), until=today() - DAY
    )
    make_mentorship(
        enrolment=north.enrolment, kind=MentorKind.COVER, mentor=make_user(name="Cov Er"),
        since=today() + DAY, until=today() + 3 * DAY,
    )  # fmt: skip
    Absence.objects.create(mentor=north.mentor, since=today(), until=today() + DAY, recorded_by=north.mentor)

    response = hub.get(at(north))

    words = text_of(response)
    assert [
        words.index(part) for part in ("Mentor North , GP mentor", "Cov Er , Cover", "Una Gone , Second")
    ] == sorted(words.index(part) for part in ("Mentor North , GP mentor", "Cov Er , Cover", "Una Gone , Second"))
    assert "Away until" in words
    assert f"{old.pk}/end/" not in response.content.decode()
    assert Page(response.content.decode()).complaints == []


def test_addresses_and_buttons_are_shown_to_those_who_need_them(north, browse):
    shown = {}
    people = ("learner", "mentor", "coordinator", "practice_manager")
    for who in people:
        words = browse(getattr(north, who)).get(at(north)).content.decode()
        shown[who] = (north.mentor.email in words, "/mentors/change/" in words)

    assert shown == {
        "learner": (True, False), "mentor": (True, False), "coordinator": (True, True),
        "practice_manager": (False, False),
    }  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_same_number_of_queries(north, hub, rows, django_assert_num_queries):
    for number in range(rows):
        make_mentorship(
            enrolment=north.enrolment, kind=MentorKind.COVER,
            since=today() - (9 - 2 * number) * DAY, until=today() - (8 - 2 * number) * DAY,
        )  # fmt: skip
    hub.get(at(north))

    with django_assert_num_queries(13):
        hub.get(at(north))


def test_gp_mentor_changes_after_a_look_at_what_happens(north, hub):
    make_request(enrolment=north.enrolment)

    check = hub.post(at(north, "change/"), grace())
    assert Mentorship.objects.filter(enrolment=north.enrolment).count() == 1
    words = text_of(check)
    assert "Mentor North stops the day before" in words
    assert "1 open request now" in words
    assert Page(check.content.decode()).complaints == []

    done = hub.post(at(north, "change/"), grace(confirmed="yes"), follow=True)
    assert "Grace Lamb is GP mentor from" in text_of(done)
    assert north.enrolment.mentorships.get(until=None).mentor.email == "grace@people.example"


def test_what_the_rules_refuse_is_said_at_the_field_and_keeps_what_was_typed(north, hub):
    response = hub.post(at(north, "change/"), grace(email=north.learner.email, confirmed="yes"))

    html = response.content.decode()
    assert ["must be another person" in html, 'href="#id_email"' in html, "Grace Lamb" in html] == [True] * 3
    assert Page(html).complaints == []


def test_second_mentor_is_named_and_ended(north, hub):
    facts = grace(kind="second")
    assert "On these days they see the portfolio" in text_of(hub.post(at(north, "add/"), facts))
    hub.post(at(north, "add/"), {**facts, "confirmed": "yes"})
    made = north.enrolment.mentorships.get(kind="second")

    ended = typed("last", today())
    assert "no longer see the portfolio" in text_of(hub.post(at(north, f"{made.pk}/end/"), ended))
    hub.post(at(north, f"{made.pk}/end/"), {**ended, "confirmed": "yes"})

    made.refresh_from_db()
    assert made.until == today()


def test_end_of_the_gp_mentor_says_what_to_do_instead(north, hub):
    held = north.enrolment.mentorships.get()
    response = hub.post(at(north, f"{held.pk}/end/"), {**typed("last", today()), "confirmed": "yes"})

    assert "change the GP mentor instead" in text_of(response)
    held.refresh_from_db()
    assert held.until is None


def test_a_gp_mentor_keeps_the_capitals_where_they_stop(north, hub):
    shown = hub.get(at(north, f"{north.enrolment.mentorships.get().pk}/end/"))

    assert "End with Mentor North as GP mentor" in text_of(shown)


@pytest.mark.parametrize("path", ["add/", "change/", "end"])
def test_changing_mentors_stranger_404_colleague_403(north, browse, path):
    if path == "end":
        path = f"{north.enrolment.mentorships.get().pk}/end/"
    people = (make_user(), north.other_learner, north.learner, north.mentor, north.practice_manager)
    found = [browse(who).post(at(north, path), grace(kind="second", confirmed="yes")).status_code for who in people]

    assert found == [404, 404, 403, 403, 403]
    assert Mentorship.objects.filter(enrolment=north.enrolment).count() == 1


def test_mentorship_of_another_learner_is_not_found_here(north, hub):
    other = north.other_enrolment.mentorships.get()
    assert hub.post(at(north, f"{other.pk}/end/"), {}).status_code == 404


# ------------------------------------------------------------------------------------------------- a mentor's settings


def test_rhythm_is_saved_and_shown(north, client):
    client.post("/waiting/settings/", {"rhythm": "weekly"})

    assert MentorSettings.objects.get().rhythm == "weekly"
    html = client.get("/waiting/settings/").content.decode()
    assert Page(html).complaints == []
    assert "No absence is recorded" in html


def test_absence_is_checked_saved_listed_and_cancelled(north, client):
    facts = {
        **typed("since", today() + DAY), **typed("until", today() + 4 * DAY),
        "name": "Cov Er", "email": "c@people.example",
    }  # fmt: skip
    check = text_of(client.post("/waiting/settings/away/", facts))
    assert "Learner North, Other Learner North" in check
    assert not Absence.objects.exists()

    client.post("/waiting/settings/away/", {**facts, "confirmed": "yes"})
    made = Absence.objects.get()
    assert "Cov Er covers" in text_of(client.get("/waiting/settings/"))
    assert "Cov Er does not cover" in text_of(client.get(f"/waiting/settings/away/{made.pk}/cancel/"))

    client.post(f"/waiting/settings/away/{made.pk}/cancel/")
    assert not Absence.objects.exists()
    assert not Mentorship.objects.filter(kind="cover").exists()


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (5, 4, "The last day cannot be before the first day"),
        (-1, 4, "The first day must be today or later"),
        (1, 400, "This is a year or longer: choose an earlier last day, or name somebody who covers"),
    ],
)
def test_days_away_are_checked_before_anything_is_confirmed(client, since, until, said):
    facts = {**typed("since", today() + since * DAY), **typed("until", today() + until * DAY), "nobody": "on"}

    answer = client.post("/waiting/settings/away/", facts)

    assert [said in text_of(answer), "Check your absence" in text_of(answer)] == [True, False]
    assert Page(answer.content.decode()).complaints == []


def test_absence_without_cover_is_asked_about(client):
    facts = {**typed("since", today() + DAY), **typed("until", today() + 4 * DAY)}

    asked = text_of(client.post("/waiting/settings/away/", facts))
    check = text_of(client.post("/waiting/settings/away/", {**facts, "nobody": "on"}))
    client.post("/waiting/settings/away/", {**facts, "nobody": "on", "confirmed": "yes"})

    assert "Enter who covers for you, or tick that nobody does" in asked
    assert "Nobody covers: what waits will wait" in check
    assert Absence.objects.get().cover is None


def test_name_without_address_is_asked_for(north, client):
    facts = {**typed("since", today()), **typed("until", today()), "name": "Cov Er"}
    response = client.post("/waiting/settings/away/", facts)
    assert "Enter their email address, or leave the name empty too" in text_of(response)


def test_absence_of_somebody_else_is_not_found(north, world_mentor, browse):
    made = Absence.objects.create(
        mentor=north.mentor, since=today() + DAY, until=today() + DAY, recorded_by=north.mentor
    )
    found = [
        browse(who).post(f"/waiting/settings/away/{made.pk}/cancel/").status_code
        for who in (make_user(), north.learner, world_mentor, north.mentor)
    ]

    assert found == [403, 403, 404, 302]


@pytest.fixture
def world_mentor(north):
    return make_mentorship(enrolment=north.other_enrolment, kind=MentorKind.SECOND).mentor


# ------------------------------------------------------------------------------------------------------------- put off


def test_request_is_put_off_and_stays_on_the_list(north, client):
    asked = make_request(enrolment=north.enrolment, requested_at=now() - 3 * DAY)
    address = f"/waiting/{asked.ref}/snooze/"

    assert Page(client.get(address).content.decode()).complaints == []
    assert f'href="{address}"' in client.get(f"/waiting/{asked.ref}/").content.decode()
    client.post(address, typed("until", today() + 5 * DAY))

    assert Snooze.objects.get().until == today() + 5 * DAY
    assert asked.ref in client.get("/waiting/").content.decode()
    assert "You put this off until" in text_of(client.get(address))


def test_too_long_is_refused_and_after_the_hubs_day_nothing_is_offered(north, client):
    asked = make_request(enrolment=north.enrolment, requested_at=now() - 3 * DAY)
    late = make_request(
        enrolment=north.enrolment, competency=competencies(north.enrolment)[1], requested_at=now() - 22 * DAY
    )

    assert "must be on or before" in text_of(
        client.post(f"/waiting/{asked.ref}/snooze/", typed("until", today() + 15 * DAY))
    )
    shown = text_of(client.get(f"/waiting/{late.ref}/snooze/"))
    assert "can no longer be put off: the hub is told after 21 days." in shown
    assert not Snooze.objects.exists()


def test_putting_off_stranger_404_learner_403(north, browse):
    asked = make_request(enrolment=north.enrolment)
    people = (make_user(), north.coordinator, north.learner)
    facts = typed("until", today() + DAY)
    found = [browse(who).post(f"/waiting/{asked.ref}/snooze/", facts).status_code for who in people]

    assert found == [404, 404, 403]
    assert not Snooze.objects.exists()


# ------------------------------------------------------------------------------------------------------------ hub pages


def test_cohort_and_learner_pages_show_the_mentor_of_today(north, hub):
    actions.change_gp_mentor(
        enrolment=north.enrolment, name="Grace Lamb", email="g@people.example", since=today() + 5 * DAY,
        by=north.coordinator,
    )  # fmt: skip

    cohort = text_of(hub.get(f"/cohorts/{north.cohort.pk}/"))
    assert ["Mentor North" in cohort, "Grace Lamb" in cohort] == [True, False]
    learner = text_of(hub.get(f"/learners/{north.enrolment.ref}/"))
    assert ["Mentor North" in learner, "Grace Lamb" in learner] == [True, True]
