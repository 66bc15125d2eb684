"""Pages of a mentor: the list, the request with everything needed to decide, and the decision."""

from datetime import timedelta

import pytest

from gpa_programme.audit.models import ReadLog
from gpa_programme.core.periods import now, today
from gpa_programme.notices.models import Message
from learners.models import Competency, Decision, Enrolment, EvidenceFile, RequestVersion, Snooze
from learners.queries.waiting import case_of
from tests.factories import (
    make_decision,
    make_evidence,
    make_mentorship,
    make_observation,
    make_request,
    make_user,
    make_version,
)
from tests.learners.portfolios import competencies, text_of
from tests.markup import complaints

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(north):
    return make_request(enrolment=north.enrolment, requested_at=now() - timedelta(days=8))


@pytest.fixture
def client(north, browse):
    return browse(north.mentor)


def seen(asked):
    return case_of(asked).seen_sha256


def decide(client, asked, action, **said):
    return client.post(f"/waiting/{asked.ref}/", {"decision": action, "seen": seen(asked), **said})


def test_waiting_lists_the_oldest_first(north, asked, client):
    younger = make_request(enrolment=north.other_enrolment, requested_at=now() - timedelta(days=2))

    response = client.get("/waiting/")

    html = response.content.decode()
    assert 0 < html.index(f"/waiting/{asked.ref}/") < html.index(f"/waiting/{younger.ref}/")
    assert complaints(html) == []


def test_waiting_is_filtered_by_learner_and_domain_in_the_address(north, asked, client):
    other = make_request(enrolment=north.other_enrolment)

    one = client.get(f"/waiting/?learner={north.enrolment.ref}&domain=D1").content.decode()
    none = client.get("/waiting/?domain=D9").content.decode()

    assert [f"/waiting/{row.ref}/" in one for row in (asked, other)] == [True, False]
    assert "Select a valid choice" in none
    assert complaints(one) == []


def test_waiting_exports_exactly_the_rows_shown(north, asked, client):
    make_request(enrolment=north.other_enrolment)

    lines = client.get(f"/waiting/?learner={north.enrolment.ref}&export=csv").content.decode("utf-8-sig").splitlines()

    assert lines[0] == "Competency,Learner,Domain,Asked on,Days waiting,Note"
    assert [line.split(",")[1] for line in lines[1:]] == ["Learner North"]


def test_waiting_marks_what_was_put_off_and_keeps_its_age(north, asked, client):
    Snooze.objects.create(request=asked, mentor=north.mentor, until=today() + timedelta(days=3))

    words = text_of(client.get("/waiting/"))

    assert f"Put off until {today() + timedelta(days=3):%-d %B}" in words


def test_what_was_watched_and_is_confirmed_today_stands_first_and_says_so(north, asked, client):
    watched = make_request(enrolment=north.other_enrolment, requested_at=now())
    make_observation(version=watched.versions.get(), observer=north.mentor)
    others = make_request(enrolment=north.enrolment, competency=competencies(north.enrolment)[1], requested_at=now())
    make_observation(version=others.versions.get())

    lines = client.get("/waiting/?export=csv").content.decode("utf-8-sig").splitlines()[1:]

    assert ["Today: confirm what you watched" in line for line in lines] == [True, False, False]
    assert [line.split(",")[1] for line in lines] == [str(one.enrolment.learner) for one in (watched, asked, others)]


def test_waiting_leaves_out_leavers_and_the_decided(north, asked, client):
    make_decision(request=make_request(enrolment=north.other_enrolment))
    Enrolment.objects.filter(pk=north.enrolment.pk).update(state="withdrawn")

    assert "Nothing waits for you" in text_of(client.get("/waiting/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_waiting_asks_the_same_number_of_queries(north, client, rows, django_assert_num_queries):
    for competency in competencies(north.enrolment)[:rows]:
        make_request(enrolment=north.enrolment, competency=competency)
    client.get("/waiting/")

    with django_assert_num_queries(12):
        client.get("/waiting/")


@pytest.mark.parametrize("rows", [1, 3])
def test_request_asks_the_same_number_of_queries(north, asked, client, rows, django_assert_num_queries):
    for _ in range(rows):
        version = make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now())
        RequestVersion.objects.create(request=asked, version=version)
    client.get(f"/waiting/{asked.ref}/")

    with django_assert_num_queries(25):
        client.get(f"/waiting/{asked.ref}/")


def test_request_shows_everything_needed_and_records_the_look(north, asked, client):
    response = client.get(f"/waiting/{asked.ref}/")

    words = text_of(response)
    parts = ("What I did and what I learned.", "It shows it", "Learner North", "Waiting 8 days", "Sign off")
    assert [part in words for part in parts] == [True] * 5
    assert complaints(response.content.decode()) == []
    assert list(ReadLog.objects.values_list("reader", "record_type", "record")) == [
        (north.mentor.pk, "signoff_request", f"{asked.ref}@{seen(asked)[:32]}")
    ]
    assert not Decision.objects.exists()


def test_sign_off_needs_a_choice_and_then_tells_the_learner(north, asked, client, browse):
    without = client.post(f"/waiting/{asked.ref}/", {"seen": seen(asked)})
    done = decide(client, asked, "sign_off")

    assert (without.status_code, "Select what you decide" in text_of(without)) == (400, True)
    assert complaints(without.content.decode()) == []
    assert done.headers["Location"] == f"/waiting/{asked.ref}/"
    assert Decision.objects.get().kind == "signed_off"
    assert "Signed off" in text_of(browse(north.learner).get(f"/portfolio/{asked.competency.code}/"))


def test_after_a_decision_the_next_one_is_a_tap_away(north, asked, client):
    following = make_request(enrolment=north.other_enrolment, requested_at=now() - timedelta(days=2))
    make_request(enrolment=north.other_enrolment, competency=competencies(north.enrolment)[1])

    page = client.post(
        f"/waiting/{asked.ref}/", {"decision": "sign_off", "seen": seen(asked)}, follow=True
    ).content.decode()

    assert f'href="/waiting/{following.ref}/">Open next' in page
    assert "Decided. Next: " in " ".join(page.split())
    assert complaints(page) == []


def test_next_leaves_out_what_was_put_off_and_what_i_cannot_judge(north, asked, client):
    _first, second, third = competencies(north.enrolment)
    later = make_request(enrolment=north.enrolment, competency=second)
    cannot = make_request(enrolment=north.enrolment, competency=third)
    Snooze.objects.create(request=later, mentor=north.mentor, until=today() + timedelta(days=1))
    decide(client, cannot, "cannot_judge", why="Not my field", handed_to="hub")
    decide(client, asked, "sign_off")

    assert "Nothing else waits for you" in text_of(client.get(f"/waiting/{asked.ref}/"))


def test_return_without_words_keeps_what_was_typed_and_names_the_field(asked, client):
    response = decide(client, asked, "return", reason="Too short")

    html = response.content.decode()
    parts = ("Enter what would satisfy you", "Too short", 'href="#id_would_satisfy"')
    assert (response.status_code, [part in html for part in parts]) == (400, [True] * 3)
    assert complaints(html) == []
    assert not Decision.objects.exists()


def test_return_is_seen_by_the_learner_with_both_reasons(north, asked, client, browse):
    decide(client, asked, "return", reason="Too short", would_satisfy="A second call")

    words = text_of(browse(north.learner).get(f"/portfolio/{asked.competency.code}/"))
    assert ["Too short" in words, "A second call" in words] == [True, True]


def test_cannot_judge_goes_to_the_mentor_chosen_and_stands_apart_on_the_own_list(north, asked, client, browse):
    other = make_mentorship(enrolment=north.enrolment, kind="second", mentor=make_user(name="Sam Second")).mentor

    offered = text_of(client.get(f"/waiting/{asked.ref}/"))
    decide(client, asked, "cannot_judge", why="I did not see it", handed_to=str(other.pk))

    assert "Sam Second, second mentor" in offered
    assert Decision.objects.get().handed_to == other
    mine, theirs = text_of(client.get("/waiting/")), text_of(browse(other).get("/waiting/"))
    assert "You said that you cannot judge these" in mine
    assert "Handed to you by Mentor North" in theirs
    assert "You said that you cannot judge these" not in theirs
    assert "Handed on to Sam Second" in text_of(client.get(f"/waiting/{asked.ref}/"))
    assert [mail.template for mail in Message.objects.filter(person=other)] == ["handed_on"]


def test_cannot_judge_tells_the_hub_where_nobody_else_can(north, asked, client):
    decide(client, asked, "cannot_judge", why="I did not see it", handed_to="hub")

    mail = Message.objects.get(template="nobody_judges")
    assert (mail.address, mail.context["href"]) == (north.hub.mailbox, f"/learners/{north.enrolment.ref}/")
    assert "I did not see it" not in str(mail.context)


def test_cannot_judge_needs_a_reason_and_somebody(asked, client):
    response = decide(client, asked, "cannot_judge")

    words = text_of(response)
    asked_for = ("Enter why you cannot judge this", "Select who should judge it instead")
    assert (response.status_code, [part in words for part in asked_for]) == (400, [True, True])


def test_mentor_of_a_kind_that_may_not_sign_is_told_beforehand_and_can_only_hand_on(north, asked, client):
    Competency.objects.filter(pk=asked.competency_id).update(may_sign=["second"])

    page = client.get(f"/waiting/{asked.ref}/")

    words = text_of(page)
    assert ["You cannot decide on it today" in words, 'value="sign_off"' in page.content.decode()] == [True, False]
    refused = decide(client, asked, "sign_off")
    assert (refused.status_code, "The framework says who may decide" in text_of(refused)) == (400, True)
    assert decide(client, asked, "cannot_judge", why="Not mine", handed_to="hub").status_code == 302


def test_sign_off_over_a_picture_needs_the_word_that_it_was_looked_at(north, asked, client):
    EvidenceFile.objects.create(
        version=asked.versions.get(), name="photo.jpg", content_type="image/jpeg", size=1, sha256="0" * 64,
        stored_as="evidence/photo", unread=True,
    )  # fmt: skip

    page = text_of(client.get(f"/waiting/{asked.ref}/"))
    without = decide(client, asked, "sign_off")

    assert "Look at the pictures and scans" in page
    assert (without.status_code, "no name, number or face" in text_of(without)) == (400, True)
    assert not Decision.objects.exists()
    decide(client, asked, "sign_off_looked")
    assert Decision.objects.get().pictures_looked_at
    assert "I looked at every picture and scan" in text_of(client.get(f"/waiting/{asked.ref}/"))


def test_decision_over_changed_evidence_shows_the_new_evidence_and_saves_nothing(north, asked, client):
    before = seen(asked)
    newer = make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now(), title="Added since")
    RequestVersion.objects.create(request=asked, version=newer)

    response = client.post(f"/waiting/{asked.ref}/", {"decision": "sign_off", "seen": before})

    words = text_of(response)
    assert response.status_code == 409
    assert ["more evidence since you opened this" in words, "Added since" in words] == [True, True]
    assert not Decision.objects.exists()
    assert seen(asked) in response.content.decode()


def test_second_mentor_sees_who_decided_and_when(north, asked, client, browse):
    other = make_mentorship(enrolment=north.enrolment, kind="second", mentor=make_user(name="Sam Second")).mentor
    late = seen(asked)
    decide(client, asked, "sign_off")

    response = browse(other).post(f"/waiting/{asked.ref}/", {"decision": "sign_off", "seen": late})

    assert response.status_code == 409
    assert "Mentor North decided this first: signed off on" in text_of(response)
    assert Decision.objects.count() == 1


def test_taking_back_asks_first_and_for_a_reason(asked, client):
    decide(client, asked, "sign_off")

    offered = client.get(f"/waiting/{asked.ref}/").content.decode()
    confirm = client.get(f"/waiting/{asked.ref}/revoke/")
    without = client.post(f"/waiting/{asked.ref}/revoke/", {"reason": ""})
    client.post(f"/waiting/{asked.ref}/revoke/", {"reason": "Wrong learner"})

    assert f'href="/waiting/{asked.ref}/revoke/"' in offered
    assert "It no longer counts." in text_of(confirm)
    assert complaints(confirm.content.decode()) == []
    assert (without.status_code, "Enter why you take it back" in text_of(without)) == (400, True)
    assert list(Decision.objects.order_by("pk").values_list("kind", flat=True)) == ["signed_off", "revoked"]
    again = client.post(f"/waiting/{asked.ref}/revoke/", {"reason": "Wrong learner"})
    assert again.status_code == 409


def test_gp_mentor_takes_back_what_another_signed_from_the_learners_page(north, asked, client, browse):
    other = make_mentorship(enrolment=north.enrolment, kind="second", mentor=make_user(name="Sam Second")).mentor
    third = make_mentorship(enrolment=north.enrolment, kind="cover", mentor=make_user(name="Cora Cover")).mentor
    decide(browse(other), asked, "sign_off")
    page = f"/learners/{north.enrolment.ref}/portfolio/{asked.competency.code}/"
    link = f'href="/waiting/{asked.ref}/revoke/"'

    assert [link in browse(who).get(page).content.decode() for who in (north.mentor, other, third)] == [
        True, True, False,
    ]  # fmt: skip
    assert browse(third).post(f"/waiting/{asked.ref}/revoke/", {"reason": "No"}).status_code == 409
    client.post(f"/waiting/{asked.ref}/revoke/", {"reason": "It was another learner's"})
    assert Decision.objects.get(kind="revoked").by == north.mentor


def test_unknown_choice_decides_nothing(asked, client):
    assert decide(client, asked, "approve_all").status_code == 400
    assert not Decision.objects.exists()


@pytest.mark.parametrize("path", ["", "revoke/"])
def test_request_stranger_404_learner_403(north, asked, browse, path):
    people = (north.learner, north.other_learner, north.coordinator, north.practice_manager, make_user())
    found = [
        browse(person).post(f"/waiting/{asked.ref}/{path}", {"decision": "sign_off", "seen": seen(asked)}).status_code
        for person in people
    ]

    assert found == [403, 404, 404, 404, 404]
    assert not Decision.objects.exists()


def test_waiting_is_refused_to_people_who_mentor_nobody(north, browse):
    assert browse(north.coordinator).get("/waiting/").status_code == 403


def test_statement_on_the_page_is_the_one_that_is_kept(north, asked, client):
    shown = text_of(client.get(f"/waiting/{asked.ref}/"))

    decide(client, asked, "sign_off")

    assert Decision.objects.get().statement in shown
