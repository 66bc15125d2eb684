"""Who may open the pages of enrolment: strangers find nothing, colleagues are told why, readers only read."""

import pytest
from django.urls import reverse

from learners.enums import EnrolmentState
from tests.factories import make_enrolment, make_place
from tests.world import build_world

pytestmark = pytest.mark.django_db
S = EnrolmentState


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def north(world):
    return world.north


@pytest.fixture
def browse(client):
    """Sign somebody in and give their client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def text_of(response):
    return " ".join(response.content.decode().split())


def addresses(hub_world):
    ref = hub_world.enrolment.ref
    return [
        reverse("cohort-enrol", kwargs={"pk": hub_world.cohort.pk}),
        reverse("learner", kwargs={"ref": ref}),
        reverse("learner-enrolled", kwargs={"ref": ref}),
        reverse("learner-move", kwargs={"ref": ref}),
    ]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("reader", ["stranger", "coordinator_elsewhere", "learner_elsewhere"])
def test_strangers_find_nothing_and_cannot_tell_it_from_what_does_not_exist(browse, world, reader, method):
    people = {
        "stranger": world.stranger,
        "coordinator_elsewhere": world.south.coordinator,
        "learner_elsewhere": world.south.learner,
    }
    client = browse(people[reader])
    nowhere = getattr(client, method)("/learners/ZZZ-ZZZZ/")

    for address in addresses(world.north):
        response = getattr(client, method)(address)
        assert response.status_code == 404
        assert response.content == nowhere.content


@pytest.mark.parametrize("method", ["get", "post"])
def test_colleagues_without_the_right_are_told_why(browse, world, method):
    north = world.north
    enrol, _learner, enrolled, move = addresses(north)
    refused = [
        (world.national_lead, enrol),
        (world.national_lead, move),
        (north.mentor, move),
        (north.learner, enrolled),
    ]

    for user, address in refused:
        response = getattr(browse(user), method)(address)
        assert response.status_code == 403
        assert "Your role does not include it here" in text_of(response)


def test_pages_that_only_show_refuse_a_post(browse, north):
    client = browse(north.coordinator)

    assert client.post(north.enrolment.get_absolute_url()).status_code == 405
    assert client.post(reverse("learner-enrolled", kwargs={"ref": north.enrolment.ref})).status_code == 405


def test_signed_out_readers_are_asked_to_sign_in(client, north):
    response = client.get(north.enrolment.get_absolute_url())

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_withdrawn_learner_still_reads_their_own_page(browse, north):
    enrolment = make_enrolment(cohort=north.cohort, state=S.WITHDRAWN, place=make_place(cohort=north.cohort))

    assert browse(enrolment.learner).get(enrolment.get_absolute_url()).status_code == 200
