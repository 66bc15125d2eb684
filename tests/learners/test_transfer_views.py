"""Pages of moving on: another practice, an offer to another hub, and its answer."""

from datetime import timedelta

import pytest

from gpa_programme.core.periods import now, today
from learners.actions import transfer as actions
from learners.models import Enrolment, TransferOffer
from tests.factories import make_practice, make_request, make_user
from tests.learners.portfolios import text_of
from tests.learners.racing import overtaken_by
from tests.markup import Page
from tests.world import build_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def offer(world):
    return TransferOffer.objects.create(
        enrolment=world.north.enrolment, to_cohort=world.south.cohort, reason="Moves to her family",
        offered_by=world.north.coordinator,
    )  # fmt: skip


def typed(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def grace(**more):
    return {"mentor_name": "Grace Lamb", "mentor_email": "g@people.example", **typed("on", today()), **more}


def test_practice_is_searched_checked_and_changed(world, browse):
    hub, enrolment = browse(world.north.coordinator), world.north.enrolment
    practice = make_practice(region=world.regions[0], name="Hillside surgery")
    address = f"/learners/{enrolment.ref}/practice/"

    found = hub.get(f"{address}?q=hillside").content.decode()
    assert f"?practice={practice.ods_code}" in found
    assert Page(found).complaints == []
    there = f"{address}?practice={practice.ods_code}"
    facts = {**typed("on", today()), "reason": "Moved"}
    check = hub.post(there, facts)
    assert "The GP mentor stays the same" in text_of(check)
    hub.post(there, {**facts, "confirmed": "yes"})

    assert enrolment.placements.get(until=None).practice == practice
    assert "Hillside surgery" in text_of(hub.get(f"/learners/{enrolment.ref}/"))


def test_transfer_in_the_list_of_moves_leads_to_the_offer(world, browse):
    hub, enrolment = browse(world.north.coordinator), world.north.enrolment
    for method in (hub.get, hub.post):
        response = method(f"/learners/{enrolment.ref}/move/?to=transferred")
        assert response.headers["Location"] == f"/learners/{enrolment.ref}/transfer/"
    enrolment.refresh_from_db()
    assert enrolment.state == "active"


def test_offer_names_what_will_happen_and_can_be_taken_back(world, browse):
    hub, enrolment = browse(world.north.coordinator), world.north.enrolment
    make_request(enrolment=enrolment)
    address = f"/learners/{enrolment.ref}/transfer/"

    first = hub.get(address)
    words = text_of(first)
    assert ["Place 1 is released" in words, "1 open request included" in words, "Money:" in words] == [True] * 3
    assert [name in words for name in ("North hub, Cohort 1", "South hub, Cohort 1", "Second hub, Cohort 1")] == [
        False, True, True,
    ]  # fmt: skip
    assert Page(first.content.decode()).complaints == []
    facts = {"to_cohort": world.south.cohort.pk, "reason": "Moves to her family"}
    hub.post(address, facts)
    assert not TransferOffer.objects.exists()
    hub.post(address, {**facts, "confirmed": "yes"})
    waits = hub.get(address)
    assert "is offered to South hub" in text_of(waits)
    assert Page(waits.content.decode()).complaints == []
    hub.post(address, {"action": "take_back"})

    assert TransferOffer.objects.get().state == "taken_back"


def test_offer_answered_meanwhile_is_not_taken_back_and_its_hub_is_told_why(world, offer, browse):
    hub, address = browse(world.north.coordinator), f"/learners/{world.north.enrolment.ref}/transfer/"
    declined = {"offer": offer, "answer": "We have no place", "by": world.south.coordinator}

    with overtaken_by(lambda: actions.decline(**declined)):
        answer = hub.post(address, {"action": "take_back"}, follow=True)

    assert "This transfer is settled: declined. Nothing was saved." in text_of(answer)
    offer.refresh_from_db()
    assert (offer.state, offer.answer) == ("declined", "We have no place")


def test_receiving_hub_sees_name_practice_progress_and_why_and_no_more(world, offer, browse):
    make_request(enrolment=offer.enrolment, requested_at=now() - 8 * DAY)
    there = browse(world.south.coordinator)

    page = there.get(f"/transfers/{offer.pk}/")

    words = text_of(page)
    shown = ("Learner North", "North surgery", "0 of 3", "the oldest for 8 days", "Moves to her family")
    assert [part in words for part in shown] == [True] * 5
    hidden = (offer.enrolment.learner.email, offer.enrolment.ref, "What I did", "Mentor North")
    assert [part in page.content.decode() for part in hidden] == [False] * 4
    assert Page(page.content.decode()).complaints == []
    assert there.get(f"/learners/{offer.enrolment.ref}/").status_code == 404


def test_receiving_hub_accepts_and_the_learner_carries_on_there(world, offer, browse):
    there = browse(world.south.coordinator)
    address = f"/transfers/{offer.pk}/accept/?practice={world.south.practice.ods_code}"

    check = there.post(address, grace())
    assert "The whole portfolio comes along" in text_of(check)
    done = there.post(address, grace(confirmed="yes"))

    made = Enrolment.objects.get(first=offer.enrolment)
    assert done.headers["Location"] == f"/learners/{made.ref}/"
    assert there.get(f"/learners/{made.ref}/").status_code == 200
    again = there.post(address, grace(confirmed="yes"))
    assert again.headers["Location"] == f"/learners/{made.ref}/"
    assert "settled" in text_of(there.get(f"/transfers/{offer.pk}/accept/", follow=True))
    portfolio = browse(offer.enrolment.learner).get("/portfolio/")
    assert portfolio.status_code == 200
    assert "Choose a portfolio" not in text_of(portfolio)


def test_receiving_hub_declines_with_a_reason_that_the_other_reads(world, offer, browse):
    there = browse(world.south.coordinator)
    assert "Enter" in text_of(there.post(f"/transfers/{offer.pk}/decline/", {"answer": ""}))
    there.post(f"/transfers/{offer.pk}/decline/", {"answer": "No place until May"})

    here = browse(world.north.coordinator).get(f"/learners/{offer.enrolment.ref}/transfer/")
    assert "South hub declined" in text_of(here)
    assert "No place until May" in text_of(here)


@pytest.mark.parametrize("path", ["", "accept/", "decline/"])
def test_offer_stranger_and_sending_hub_404_national_403(world, offer, browse, path):
    people = (make_user(), world.north.coordinator, world.second.coordinator, world.south.mentor, world.national_lead)
    found = [browse(who).get(f"/transfers/{offer.pk}/{path}").status_code for who in people]

    assert found == [404, 404, 404, 404, 403]


@pytest.mark.parametrize("path", ["practice/", "transfer/"])
def test_moving_a_learner_stranger_404_colleague_403(world, browse, path):
    north = world.north
    people = (make_user(), world.south.coordinator, north.learner, north.mentor, north.practice_manager)
    found = [browse(who).post(f"/learners/{north.enrolment.ref}/{path}", {}).status_code for who in people]

    assert found == [404, 404, 403, 403, 403]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_offers_asks_the_same_number_of_queries(world, browse, rows, django_assert_num_queries):
    for enrolment in (world.north.enrolment, world.north.other_enrolment, world.second.enrolment)[:rows]:
        TransferOffer.objects.create(
            enrolment=enrolment, to_cohort=world.south.cohort, reason="x", offered_by=world.north.coordinator
        )
    there = browse(world.south.coordinator)
    there.get("/transfers/")

    with django_assert_num_queries(10):
        response = there.get("/transfers/")
    assert text_of(response).count("Waiting for the other hub") == rows


def test_offer_is_a_task_of_the_receiving_hub_alone(world, offer, browse):
    assert "Answer 1 transfer offered to you" in text_of(browse(world.south.coordinator).get("/"))
    assert "offered to you" not in text_of(browse(world.north.coordinator).get("/"))
