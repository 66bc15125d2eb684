"""Several requests signed off at once: only to approve, only what was opened, all or none."""

from datetime import timedelta

import pytest
from django.test import Client

from gpa_programme.core.errors import ConflictError, DomainError
from gpa_programme.core.periods import now
from gpa_programme.notices.models import Message
from learners.actions import signoff as actions
from learners.models import Competency, Decision, EvidenceFile, RequestVersion, SignOffRequest
from learners.queries.waiting import case_of
from tests.factories import (
    make_competency,
    make_decision,
    make_evidence,
    make_mentorship,
    make_request,
    make_user,
    make_version,
)
from tests.factories.learners import DomainFactory
from tests.learners.portfolios import competencies, text_of
from tests.markup import complaints

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(north):
    return [
        make_request(enrolment=north.enrolment, competency=competency, requested_at=now() - timedelta(days=3))
        for competency in competencies(north.enrolment)
    ]


@pytest.fixture
def client(north, browse):
    return browse(north.mentor)


@pytest.fixture
def address(north):
    return f"/waiting/together/?learner={north.enrolment.ref}&domain=D1"


def hashes(requests):
    return {request: case_of(request).seen_sha256 for request in requests}


def read(client, *requests):
    for request in requests:
        client.get(f"/waiting/{request.ref}/")


def send(client, address, requests, **more):
    said = {f"seen_{request.ref}": seen for request, seen in hashes(requests).items()}
    return client.post(address, {"chosen": [request.ref for request in requests], "confirmed": "on", **said, **more})


def test_only_what_was_opened_can_be_ticked(asked, client, address):
    read(client, asked[0], asked[1])

    response = client.get(address)

    html = response.content.decode()
    assert [f'value="{request.ref}"' in html for request in asked] == [True, True, False]
    assert "Open these first" in html
    assert complaints(html) == []


def test_each_gets_a_decision_of_its_own_with_its_own_hash_and_one_mail_goes(north, asked, client, address):
    read(client, *asked)

    response = send(client, address, asked)

    decisions = list(Decision.objects.order_by("pk"))
    assert response.headers["Location"] == "/waiting/"
    assert [decision.request for decision in decisions] == asked
    assert len({decision.sha256 for decision in decisions}) == len({decision.statement for decision in decisions}) == 3
    assert {decision.kind for decision in decisions} == {"signed_off"}
    assert [mail.template for mail in Message.objects.filter(person=north.learner)] == ["decided_together"]


def test_sent_twice_it_says_that_nothing_waits_any_more(asked, client, address):
    read(client, *asked)
    send(client, address, asked)

    again = client.post(address, {"chosen": [asked[0].ref], "confirmed": "on"}, follow=True)

    assert "None of these waits for you now. Nothing was changed." in text_of(again)
    assert Decision.objects.count() == 3


def test_one_that_another_decided_meanwhile_stops_all_and_is_named(north, asked, client, address):
    read(client, *asked)
    other = make_mentorship(enrolment=north.enrolment, kind="second", mentor=make_user(name="Sam Second")).mentor
    seen = hashes(asked)
    make_decision(request=asked[1], by=other, capacity="second")

    with pytest.raises(ConflictError) as refusal:
        actions.sign_off_together(seen=seen, by=north.mentor)

    assert refusal.value.message.startswith(f"{asked[1].competency}: Sam Second decided this first")
    assert Decision.objects.count() == 1
    assert SignOffRequest.objects.open().count() == 2


def test_one_whose_evidence_changed_is_not_ready_until_it_is_opened_again(north, asked, client, address):
    read(client, *asked)
    newer = make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now())
    before = hashes(asked)
    RequestVersion.objects.create(request=asked[2], version=newer)

    with pytest.raises(ConflictError) as refusal:
        actions.sign_off_together(seen=before, by=north.mentor)
    response = send(client, address, asked)

    assert refusal.value.code == "evidence_changed"
    assert (response.status_code, "Select again" in text_of(response)) == (400, True)
    assert not Decision.objects.exists()


def test_what_was_not_opened_is_refused_by_the_action_too(north, asked, client, monkeypatch):
    read(client, asked[0])

    with pytest.raises(DomainError) as refusal:
        actions.sign_off_together(seen=hashes(asked[:2]), by=north.mentor)
    assert refusal.value.code == "not_opened"
    assert not Decision.objects.exists()

    monkeypatch.setattr(actions.rules, "check_together", lambda **_facts: None)
    assert len(actions.sign_off_together(seen=hashes(asked[:2]), by=north.mentor)) == 2


def test_opening_counts_for_the_one_who_opened(north, asked, client):
    other = make_mentorship(enrolment=north.enrolment, kind="second").mentor
    read(client, *asked)

    with pytest.raises(DomainError) as refusal:
        actions.sign_off_together(seen=hashes(asked), by=other)
    assert refusal.value.code == "not_opened"


def test_two_learners_or_two_domains_do_not_go_together(north, asked, client):
    theirs = make_request(enrolment=north.other_enrolment)
    domain = DomainFactory(framework=north.enrolment.framework)
    competency = make_competency(framework=north.enrolment.framework, domain=domain)
    elsewhere = make_request(
        enrolment=north.enrolment,
        competency=competency,
        version=make_version(
            item=make_evidence(enrolment=north.enrolment), competencies=[competency], submitted_at=now()
        ),
    )
    read(client, theirs, elsewhere, *asked)

    for pair in ([asked[0], theirs], [asked[0], elsewhere], []):
        with pytest.raises(DomainError) as refusal:
            actions.sign_off_together(seen=hashes(pair), by=north.mentor)
        assert refusal.value.code == "groups"


def test_pictures_need_their_tick(north, asked, client, address):
    EvidenceFile.objects.create(
        version=asked[0].versions.get(), name="photo.jpg", content_type="image/jpeg", size=1, sha256="0" * 64,
        stored_as="evidence/photo", unread=True,
    )  # fmt: skip
    read(client, *asked)

    without = send(client, address, asked)
    assert (without.status_code, Decision.objects.count()) == (400, 0)
    send(client, address, asked, pictures_looked_at="on")

    looked = Decision.objects.order_by("pk").values_list("pictures_looked_at", flat=True)
    assert list(looked) == [True, False, False]


def test_nothing_selected_or_confirmed_is_refused_with_what_to_do(asked, client, address):
    read(client, *asked)

    response = client.post(address, {})

    words = text_of(response)
    assert response.status_code == 400
    assert ["Select at least one" in words, "Tick the box to confirm" in words] == [True, True]
    assert complaints(response.content.decode()) == []


def test_what_this_mentor_may_not_sign_is_not_offered(asked, client, address):
    Competency.objects.filter(pk=asked[0].competency_id).update(may_sign=["second"])
    read(client, *asked)

    html = client.get(address).content.decode()

    assert [f'value="{request.ref}"' in html for request in asked] == [False, True, True]


def test_group_of_another_mentor_is_not_found(north, asked, browse, address):
    found = [browse(who).get(address).status_code for who in (north.learner, north.coordinator, make_user())]
    other = make_mentorship(enrolment=make_request().enrolment).mentor

    assert found == [403, 403, 403]
    assert browse(other).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_together_asks_the_same_number_of_queries(north, client, address, rows, django_assert_num_queries):
    requests = [
        make_request(enrolment=north.enrolment, competency=competency)
        for competency in competencies(north.enrolment)[:rows]
    ]
    read(client, *requests)

    with django_assert_num_queries(16):
        client.get(address)
