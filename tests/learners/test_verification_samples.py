"""Pages of the sample: drawn with a seed, drawn again, given to a verifier, and the rest decided about."""

import pytest

from gpa_programme.accounts.enums import RoleKey
from learners.enums import DecisionKind
from learners.models import Verification, VerificationSample
from tests.factories import (
    make_decision,
    make_national_role,
)
from tests.learners.finishing import SEED, assigned, concluded, drawn, submitted
from tests.learners.portfolios import text_of
from tests.markup import complaints

pytestmark = pytest.mark.django_db


@pytest.fixture
def north(world):
    """The north hub, whose two learners have handed in."""
    for enrolment in (world.north.enrolment, world.north.other_enrolment):
        submitted(world.north, enrolment)
    return world.north


@pytest.fixture
def found(world, north):
    """A drawn portfolio, given to the verifier."""
    return assigned(world, drawn(world, percent=10).verifications.get(drawn=True))


# ------------------------------------------------------------------------------------------------------------- drawing


SIZES = {"percent": "50", "competencies_each": "2"}


def test_draw_asks_first_and_shows_the_seed_and_how_many_but_not_which(world, north, browse):
    client = browse(world.national_lead)

    page = client.post("/verification/draw/", {"programme": world.programme.slug, "seed": SEED, **SIZES})

    words = text_of(page)
    assert [SEED in words, "North hub: 1 of 2" in words, north.enrolment.ref in words] == [True, True, False]
    assert not VerificationSample.objects.exists()


def test_draw_confirmed_is_drawn_by_that_seed(world, north, browse):
    client = browse(world.national_lead)
    page = client.post("/verification/draw/", {"programme": world.programme.slug, "seed": "", **SIZES})
    hidden = dict(page.context["hidden"])

    done = client.post("/verification/draw/", hidden)

    sample = VerificationSample.objects.get()
    assert done.headers["Location"] == f"/verification/samples/{sample.pk}/"
    assert (sample.seed, sample.portfolios_percent, sample.by) == (hidden["seed"], 50, world.national_lead)
    assert len(sample.seed) == 16
    again = client.post("/verification/draw/", hidden)
    assert (again.status_code, VerificationSample.objects.count()) == (302, 1)


def test_draw_refuses_a_seed_that_nobody_could_type_again(world, north, browse):
    page = browse(world.national_lead).post(
        "/verification/draw/", {"programme": world.programme.slug, "seed": "a/b", **SIZES}
    )

    assert "Enter a seed of 1 to 32 letters" in text_of(page)
    assert complaints(page.content.decode()) == []


def test_sample_shows_seed_population_and_draw_and_can_be_drawn_again(world, found, browse):
    client = browse(world.national_lead)

    page, again = (
        client.get(f"/verification/samples/{found.sample_id}/"),
        client.get(f"/verification/samples/{found.sample_id}/?again=1"),
    )

    words = text_of(page)
    assert [part in words for part in (SEED, "10% of each hub", *found.codes, found.enrolment.ref)] == [True] * 5
    assert ["Drawn again" in words, "Drawn again: the same." in text_of(again)] == [False, True]
    assert complaints(again.content.decode()) == []


def test_sample_of_the_hub_leaves_out_other_hubs(world, north, browse):
    south = submitted(world.south, world.south.enrolment)
    sample = drawn(world)

    words = text_of(browse(north.coordinator).get(f"/verification/samples/{sample.pk}/?again=1"))

    assert [north.enrolment.ref in words, south.ref in words, "Drawn again: the same." in words] == [True, False, True]


def test_rest_is_decided_about_on_its_own_page(world, found, browse):
    concluded(world, found, "referred", "Dates are missing")
    client = browse(world.national_lead)
    address = f"/verification/samples/{found.sample_id}/{world.north.hub.slug}/"
    assert "Draw more, or let them pass" in text_of(client.get(f"/verification/samples/{found.sample_id}/"))

    said = {"choice": "pass", "percent": "50", "competencies_each": "2"}
    refused = client.post(address, {**said, "reason": ""})
    asked = client.post(address, {**said, "reason": "One learner's fault alone"})
    waiting = Verification.objects.get(sample=found.sample_id, drawn=False).outcome
    done = client.post(address, dict(asked.context["hidden"]), follow=True)

    assert "Enter a reason" in text_of(refused)
    words = text_of(asked)
    parts = ("Let 1 portfolio of North hub pass?", "is verified without being read", "cannot be taken back", "by email")
    assert [part in words for part in parts] == [True] * 4
    assert complaints(asked.content.decode()) == []
    assert (waiting, "1 portfolio of North hub has passed." in text_of(done)) == ("", True)
    assert Verification.objects.get(sample=found.sample_id, drawn=False).outcome == "verified"


def test_rest_that_no_longer_stands_for_all_its_sign_offs_is_counted_apart(world, found, browse):
    concluded(world, found, "referred", "Dates are missing")
    rest = Verification.objects.get(sample=found.sample_id, drawn=False)
    revoked = rest.enrolment.decisions.first()
    make_decision(request=revoked.request, kind=DecisionKind.REVOKED, by=world.north.mentor)
    address = f"/verification/samples/{found.sample_id}/{world.north.hub.slug}/"

    said = {"choice": "pass", "percent": "50", "competencies_each": "2", "reason": "One learner's fault alone"}
    asked = browse(world.national_lead).post(address, said)

    words = text_of(asked)
    assert "Let 0 portfolios of North hub pass?" in words
    assert "1 other waits until its hub takes the submission back: a sign-off in it no longer stands." in words


def test_rest_drawn_again_leads_to_the_new_sample(world, found, browse):
    concluded(world, found, "referred", "Dates are missing")
    address = f"/verification/samples/{found.sample_id}/{world.north.hub.slug}/"

    done = browse(world.national_lead).post(
        address, {"choice": "more", "percent": "100", "competencies_each": "1", "reason": "One more"}
    )

    assert done.headers["Location"] == VerificationSample.objects.first().get_absolute_url()
    assert VerificationSample.objects.count() == 2


def test_assigning_offers_verifiers_and_refuses_one_with_a_tie(world, north, browse):
    sample = drawn(world)
    one = sample.verifications.get(enrolment=north.enrolment)
    mentor = make_national_role(role=RoleKey.VERIFIER, user=north.mentor).user
    client = browse(world.national_lead)
    days = {"since_day": "1", "since_month": "1", "since_year": "2020"}
    until = {"until_day": "1", "until_month": "1", "until_year": "2100"}

    refused = client.post(f"/verification/{one.pk}/assign/", {"verifier": mentor.pk, **days, **until})
    done = client.post(f"/verification/{one.pk}/assign/", {"verifier": world.verifier.pk, **days, **until})

    assert "A mentor of the learner cannot verify the portfolio" in text_of(refused)
    assert done.headers["Location"] == sample.get_absolute_url()
    one.refresh_from_db()
    assert one.verifier == world.verifier
