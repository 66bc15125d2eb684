"""Pages of a mentor: the list, the request with everything needed to decide, and the decision."""

from datetime import timedelta

import pytest

from gpa_programme.audit.models import ReadLog
from gpa_programme.core.periods import now
from learners.models import Decision, Enrolment, RequestVersion
from learners.queries.waiting import case_of
from tests.factories import make_decision, make_evidence, make_mentorship, make_request, make_user, make_version
from tests.learners.portfolios import competencies, text_of
from tests.markup import Page

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
    return client.post(f"/waiting/{asked.ref}/", {"action": action, "seen": seen(asked), **said})


def test_waiting_lists_the_oldest_first(north, asked, client):
    younger = make_request(enrolment=north.other_enrolment, requested_at=now() - timedelta(days=2))

    response = client.get("/waiting/")

    html = response.content.decode()
    assert 0 < html.index(f"/waiting/{asked.ref}/") < html.index(f"/waiting/{younger.ref}/")
    assert Page(html).complaints == []


def test_waiting_leaves_out_leavers_and_the_decided(north, asked, client):
    make_decision(request=make_request(enrolment=north.other_enrolment))
    Enrolment.objects.filter(pk=north.enrolment.pk).update(state="withdrawn")

    assert "Nothing waits for you" in text_of(client.get("/waiting/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_waiting_asks_the_same_number_of_queries(north, client, rows, django_assert_num_queries):
    for competency in competencies(north.enrolment)[:rows]:
        make_request(enrolment=north.enrolment, competency=competency)
    client.get("/waiting/")

    with django_assert_num_queries(9):
        client.get("/waiting/")


@pytest.mark.parametrize("rows", [1, 3])
def test_request_asks_the_same_number_of_queries(north, asked, client, rows, django_assert_num_queries):
    for _ in range(rows):
        version = make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now())
        RequestVersion.objects.create(request=asked, version=version)
    client.get(f"/waiting/{asked.ref}/")

    with django_assert_num_queries(15):
        client.get(f"/waiting/{asked.ref}/")


def test_request_shows_everything_needed_and_records_the_look(north, asked, client):
    response = client.get(f"/waiting/{asked.ref}/")

    words = text_of(response)
    parts = ("What I did and what I learned.", "It shows it", "Learner North", "Waiting 8 days", "Sign off")
    assert [part in words for part in parts] == [True] * 5
    assert Page(response.content.decode()).complaints == []
    assert list(ReadLog.objects.values_list("reader", "record_type", "record")) == [
        (north.mentor.pk, "signoff_request", asked.ref)
    ]
    assert not Decision.objects.exists()


def test_sign_off_needs_the_tick_and_then_tells_the_learner(north, asked, client, browse):
    without = decide(client, asked, "sign_off")
    done = decide(client, asked, "sign_off", confirmed="on")

    assert "Tick the box" in text_of(without)
    assert Page(without.content.decode()).complaints == []
    assert done.headers["Location"] == "/waiting/"
    assert Decision.objects.get().kind == "signed_off"
    assert "Signed off" in text_of(browse(north.learner).get(f"/portfolio/{asked.competency.code}/"))


def test_return_without_words_keeps_what_was_typed_and_names_the_field(asked, client):
    response = decide(client, asked, "return", reason="Too short")

    html = response.content.decode()
    assert ["Enter what would satisfy you" in html, "Too short" in html, 'href="#return_would_satisfy"' in html] == [
        True
    ] * 3
    assert Page(html).complaints == []
    assert not Decision.objects.exists()


def test_return_is_seen_by_the_learner_with_both_reasons(north, asked, client, browse):
    decide(client, asked, "return", reason="Too short", would_satisfy="A second call")

    words = text_of(browse(north.learner).get(f"/portfolio/{asked.competency.code}/"))
    assert ["Too short" in words, "A second call" in words] == [True, True]


def test_cannot_judge_keeps_the_request_on_the_list(asked, client):
    decide(client, asked, "cannot_judge", reason="I did not see it")

    assert asked.ref in client.get("/waiting/").content.decode()
    assert "I did not see it" in text_of(client.get(f"/waiting/{asked.ref}/"))


def test_decision_over_changed_evidence_shows_the_new_evidence_and_saves_nothing(north, asked, client):
    before = seen(asked)
    newer = make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now(), title="Added since")
    RequestVersion.objects.create(request=asked, version=newer)

    response = client.post(f"/waiting/{asked.ref}/", {"action": "sign_off", "seen": before, "confirmed": "on"})

    words = text_of(response)
    assert response.status_code == 409
    assert ["more evidence since you opened this" in words, "Added since" in words] == [True, True]
    assert not Decision.objects.exists()
    assert seen(asked) in response.content.decode()


def test_second_mentor_sees_who_decided_and_when(north, asked, client, browse):
    other = make_mentorship(enrolment=north.enrolment, kind="second", mentor=make_user(name="Sam Second")).mentor
    late = seen(asked)
    decide(client, asked, "sign_off", confirmed="on")

    response = browse(other).post(f"/waiting/{asked.ref}/", {"action": "sign_off", "seen": late, "confirmed": "on"})

    assert response.status_code == 409
    assert "Mentor North decided this first: signed off on" in text_of(response)
    assert Decision.objects.count() == 1


def test_undo_takes_the_own_sign_off_back_with_a_reason(asked, client):
    decide(client, asked, "sign_off", confirmed="on")

    offered = text_of(client.get(f"/waiting/{asked.ref}/"))
    without = client.post(f"/waiting/{asked.ref}/revoke/", {"reason": ""})
    client.post(f"/waiting/{asked.ref}/revoke/", {"reason": "Wrong learner"})

    assert "Undo: take back your sign-off" in offered
    assert "Enter why you take it back" in text_of(without)
    assert list(Decision.objects.order_by("pk").values_list("kind", flat=True)) == ["signed_off", "revoked"]
    again = client.post(f"/waiting/{asked.ref}/revoke/", {"reason": "Wrong learner"})
    assert again.status_code == 409


def test_unknown_button_decides_nothing(asked, client):
    assert decide(client, asked, "approve_all").status_code == 200
    assert not Decision.objects.exists()


@pytest.mark.parametrize("path", ["", "revoke/"])
def test_request_stranger_404_learner_403(north, asked, browse, path):
    people = (north.learner, north.other_learner, north.coordinator, north.practice_manager, make_user())
    found = [
        browse(person).post(f"/waiting/{asked.ref}/{path}", {"action": "sign_off", "seen": seen(asked)}).status_code
        for person in people
    ]

    assert found == [403, 404, 404, 404, 404]
    assert not Decision.objects.exists()


def test_waiting_is_refused_to_people_who_mentor_nobody(north, browse):
    assert browse(north.coordinator).get("/waiting/").status_code == 403
