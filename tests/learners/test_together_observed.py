"""Several at once and what was watched: an observation that waits for its observer's word is decided by itself."""

from datetime import timedelta

import pytest

from gpa_programme.core.errors import DomainError
from gpa_programme.core.periods import now
from learners.actions import signoff as actions
from learners.enums import EvidenceKind
from learners.models import Decision
from learners.queries.waiting import case_of
from tests.factories import (
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
    """Two requests on written evidence, and one between them on what was watched."""
    first, second, third = competencies(north.enrolment)
    version = make_version(
        item=make_evidence(enrolment=north.enrolment, kind=EvidenceKind.OBSERVATION),
        competencies=[second],
        submitted_at=now(),
    )
    return [
        make_request(enrolment=north.enrolment, competency=first),
        make_request(enrolment=north.enrolment, competency=second, version=version),
        make_request(enrolment=north.enrolment, competency=third),
    ]


@pytest.fixture
def observation(north, asked):
    return make_observation(version=asked[1].versions.get(), observer=north.mentor)


@pytest.fixture
def client(north, browse, asked):
    """The mentor, who has opened all of them."""
    client = browse(north.mentor)
    for request in asked:
        client.get(f"/waiting/{request.ref}/")
    return client


@pytest.fixture
def address(north):
    return f"/waiting/together/?learner={north.enrolment.ref}&domain=D1"


def hashes(requests):
    return {request: case_of(request).seen_sha256 for request in requests}


def offered(client, address, asked):
    html = client.get(address).content.decode()
    return [f'value="{request.ref}"' in html for request in asked]


def test_what_waits_for_the_readers_word_is_named_with_its_reason(asked, observation, client, address):
    response = client.get(address)

    words = text_of(response)
    assert offered(client, address, asked) == [True, False, True]
    assert "Decide on these one by one" in words
    assert f"{asked[1].competency} You are said to have watched this today. Open it: signing it off there" in words
    assert "Open these first" not in words
    assert complaints(response.content.decode()) == []


def test_what_waits_for_another_mentors_word_is_named_with_whose(north, asked, observation, client, address):
    observation.observer = make_mentorship(
        enrolment=north.enrolment, kind="second", mentor=make_user(name="Sam Second")
    ).mentor
    observation.save()

    words = text_of(client.get(address))

    assert offered(client, address, asked) == [True, False, True]
    assert "Sam Second is said to have watched this today, and can confirm it until the day ends." in words


def test_it_is_not_signed_off_with_the_others_by_hand_either(asked, observation, client, address):
    said = {f"seen_{request.ref}": seen for request, seen in hashes(asked).items()}

    response = client.post(address, {"chosen": [request.ref for request in asked], "confirmed": "on", **said})

    assert response.status_code == 400
    assert not Decision.objects.exists()


def test_action_refuses_it_by_name_and_signs_none(north, asked, observation, client, monkeypatch):
    with pytest.raises(DomainError) as refusal:
        actions.sign_off_together(seen=hashes(asked), by=north.mentor)

    assert (refusal.value.code, str(asked[1].competency) in refusal.value.message) == ("unconfirmed", True)
    assert not Decision.objects.exists()

    monkeypatch.setattr(actions, "unconfirmed_of", lambda _requests: {})
    actions.sign_off_together(seen=hashes(asked), by=north.mentor)
    observation.refresh_from_db()
    assert (Decision.objects.count(), observation.confirmed_at) == (3, None)


def test_signed_off_by_itself_it_is_confirmed_in_the_words_of_who_watched(north, asked, observation, client):
    decision = actions.sign_off(request=asked[1], versions_seen_sha256=hashes(asked)[asked[1]], by=north.mentor)

    observation.refresh_from_db()
    assert decision.statement.startswith(f"I watched {north.learner} on ")
    assert observation.confirmed_at == decision.decided_at


@pytest.mark.parametrize(
    "now_is",
    [
        {"confirmed_at": now()},
        {"on_learners_device": False},
        {"confirm_by": now() - timedelta(minutes=1)},
    ],
    ids=["confirmed", "recorded by the observer", "too late: judged as written evidence"],
)
def test_what_waits_for_nobodys_word_goes_with_the_others(north, asked, observation, client, address, now_is):
    type(observation).objects.filter(pk=observation.pk).update(**now_is)

    assert offered(client, address, asked) == [True, True, True]
    assert len(actions.sign_off_together(seen=hashes(asked), by=north.mentor)) == 3
