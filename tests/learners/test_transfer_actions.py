"""Moving on: another hub that takes the whole portfolio over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import london_date, now, today
from gpa_programme.home.checks import CHECKS
from gpa_programme.notices.models import Message
from learners.actions import evidence, signoff, submission
from learners.actions import transfer as actions
from learners.actions.enrolment import enrol, move
from learners.enums import CompetencyState, EnrolmentState, MentorKind, OfferState
from learners.models import Background, Enrolment, EvidenceItem, Mentorship, SignOffRequest, TransferOffer
from learners.queries.chain import portfolio_ids
from learners.queries.competency import competency_of, competency_page
from learners.queries.states import enrolment_states
from learners.queries.waiting import case_of, file_for, waiting_for
from learners.rules.evidence import Content
from tests.factories import (
    make_mentorship,
    make_pause,
    make_user,
)
from tests.learners.moving import half_way
from tests.learners.portfolios import competencies
from tests.world import build_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
GRACE = {"mentor_name": "Grace Lamb", "mentor_email": "grace.lamb@people.example"}


@pytest.fixture
def world(db, clock):
    clock.set(now())
    return build_world()


@pytest.fixture
def old(world):
    return half_way(world)


def offered(world, **facts):
    facts = {"enrolment": world.north.enrolment, "to_cohort": world.south.cohort} | facts
    return actions.offer(reason="Moves to her family", by=world.north.coordinator, **facts)


def accepted(world, offer=None, on=None, **facts):
    facts = {"practice": world.south.practice, "by": world.south.coordinator} | GRACE | facts
    return actions.accept(offer=offer or offered(world), on=on or today(), **facts)


def states(enrolment, **kwargs):
    return enrolment_states([enrolment.pk], **kwargs)[enrolment.pk]


def breaches():
    return {check.name: check.count() for check in CHECKS if check.count()}


def fresh(person):
    vars(person).pop("_grants", None)
    return person


def told(template):
    return [row.person or row.address for row in Message.objects.filter(template=template).order_by("pk")]


# ---------------------------------------------------------------------------------------------------------------- hub


def test_portfolio_moves_whole(world, old):
    before = states(old, own=True)
    pages = {
        one.code: competency_page(competency_of(old, one.code), own=True, reader=old.learner)
        for one in competencies(old)
    }

    new = accepted(world)

    old.refresh_from_db()
    assert (old.state, new.state, new.first, new.place.number) == ("transferred", "active", old, 3)
    assert (new.starts, new.agreed_end, new.route, new.framework) == (
        old.starts,
        old.agreed_end,
        old.route,
        old.framework,
    )
    assert states(new, own=True) == before
    assert set(before.values()) == {CompetencyState.SIGNED_OFF, CompetencyState.WAITING, CompetencyState.DRAFTING}
    for code, page in pages.items():
        there = competency_page(competency_of(new, code), own=True, reader=new.learner)
        assert there.state == page.state
        assert [row.pk for row in there.versions] == [row.pk for row in page.versions]
    assert portfolio_ids(new) == [old.pk, new.pk]
    assert breaches() == {}


def test_what_waits_keeps_its_age_over_the_same_versions(world, old):
    asked = old.requests.open().get()
    new = accepted(world)

    asked.refresh_from_db()
    again = new.requests.get()
    assert (asked.closed_because, again.closed_at) == ("transferred", None)
    assert (again.requested_at, again.reminded_days) == (asked.requested_at, 7)
    assert set(again.versions.all()) == set(asked.versions.all())
    mentor = new.mentorships.get().mentor
    assert list(waiting_for(mentor)) == [again]
    assert told("digest_waiting") == [mentor]


def test_new_mentor_decides_on_what_was_written_before(world, old):
    new = accepted(world)
    again, mentor = new.requests.get(), new.mentorships.get().mentor

    signoff.sign_off(request=again, versions_seen_sha256=case_of(again).seen_sha256, by=mentor)

    assert states(new)[again.competency_id] is CompetencyState.SIGNED_OFF
    assert breaches() == {}


def test_hub_and_mentor_before_no_longer_read_and_the_hub_still_counts(world, old):
    item = EvidenceItem.objects.filter(enrolment=old, versions__state="submitted").first()
    decisions = old.decisions.count()
    new = accepted(world)

    assert list(waiting_for(fresh(world.north.mentor))) == []
    for person in (world.north.mentor, world.north.coordinator):
        seen = SignOffRequest.objects.visible_to(fresh(person))
        assert not seen.filter(enrolment__in=[old, new]).exists()
        assert file_for(person, item.ref, 1) is None
    assert not Enrolment.objects.visible_to(world.north.coordinator).filter(pk=new.pk).exists()
    assert not Enrolment.objects.visible_to(fresh(world.north.mentor)).filter(pk__in=[old.pk, new.pk]).exists()
    assert (old.decisions.count(), item.enrolment) == (decisions, old)
    mentorship = old.mentorships.get(mentor=world.north.mentor)
    assert (mentorship.until, old.placements.get().until) == (today(), today() - DAY)


def test_drafts_go_along_and_the_draft_of_an_old_item_is_still_written_and_submitted(world, old):
    learner = old.learner
    begun = EvidenceItem.objects.get(enrolment=old, versions__title="Only begun")
    stayed = EvidenceItem.objects.get(enrolment=old, versions__title="Second thoughts")
    code = competencies(old)[1].code
    new = accepted(world)

    begun.refresh_from_db()
    draft = stayed.versions.get(state="draft")
    assert (begun.enrolment, stayed.enrolment) == (new, old)
    evidence.save_draft(
        version=draft,
        revision=draft.revision,
        content=Content("Second thoughts", "What I did and learned, told at length.", True, {code: "It shows it"}),
        by=learner,
    )
    draft.refresh_from_db()
    requests = submission.submit(version=draft, by=learner)
    assert [request.enrolment for request in requests] == [new]
    assert draft.pk in new.requests.get().versions.values_list("pk", flat=True)
    assert evidence.new_version(item=EvidenceItem.objects.get(pk=stayed.pk), by=learner).number == 3
    assert breaches() == {}


def test_old_enrolment_takes_no_new_item(world, old):
    accepted(world)
    old.refresh_from_db()
    with pytest.raises(StateError) as refusal:
        evidence.start_item(enrolment=old, kind="RA", by=old.learner)
    assert refusal.value.code == "not_learning"


def test_scope_background_and_an_open_pause_go_along(world, old):
    old.scope.filter(competency=competencies(old)[2]).update(until=now())
    Background.objects.create(enrolment=old, previous_role="Receptionist")
    pause = make_pause(enrolment=old, since=today() - 10 * DAY)

    new = accepted(world)

    pause.refresh_from_db()
    assert set(new.scope.current().values_list("competency", flat=True)) == set(
        old.scope.current().values_list("competency", flat=True)
    )
    assert new.background.previous_role == "Receptionist"
    assert (pause.until, new.pauses.get().since, new.pauses.get().until) == (today() - DAY, today(), None)


def test_learner_hubs_and_both_mentors_are_told(world, old):
    new = accepted(world)

    assert told("transfer_offered") == [world.south.hub.mailbox]
    assert told("transfer_answered") == [world.north.hub.mailbox]
    assert told("moved_on") == [old.learner]
    assert told("mentor_named") == [new.mentorships.get().mentor]
    assert told("mentor_stops") == [world.north.mentor]


def test_second_mentor_and_planned_cover_of_the_hub_before_end(world, old):
    make_mentorship(enrolment=old, kind=MentorKind.SECOND)
    make_mentorship(enrolment=old, kind=MentorKind.COVER, since=today() + DAY, until=today() + 9 * DAY)

    accepted(world)

    assert {row.until for row in Mentorship.objects.filter(enrolment=old)} == {today()}


def test_transfer_on_to_a_third_hub_keeps_the_first(world, old, clock):
    before = states(old, own=True)
    new = accepted(world)
    clock.move(days=1)
    again = actions.offer(
        enrolment=new, to_cohort=world.second.cohort, reason="Once more", by=fresh(world.south.coordinator)
    )
    third = accepted(
        world, again, practice=world.second.practice, by=world.second.coordinator, mentor_email="third@people.example"
    )

    assert (third.first, portfolio_ids(third)) == (old, [old.pk, new.pk, third.pk])
    assert states(third, own=True) == before
    assert breaches() == {}


def test_accepting_twice_takes_the_learner_over_once(world, old):
    offer = offered(world)
    assert accepted(world, offer) == accepted(world, offer)
    assert Enrolment.objects.filter(learner=old.learner).count() == 2


def test_full_cohort_refuses_and_nothing_is_saved(world, old):
    offer = offered(world)
    for number in range(2):
        enrol(
            cohort=world.south.cohort, practice=world.south.practice, learner_name="x", mentor_name="y",
            learner_email=f"filler{number}@people.example", mentor_email="m@people.example",
            starts=today(), kinds=[], by=world.south.coordinator,
        )  # fmt: skip

    with pytest.raises(ConflictError) as refusal:
        accepted(world, offer)

    old.refresh_from_db()
    offer.refresh_from_db()
    assert refusal.value.code == "cohort_full"
    assert (old.state, offer.state, old.requests.open().count()) == ("active", OfferState.OPEN, 1)
    assert old.mentorships.get().until is None


def test_learner_is_not_their_own_mentor_there_either(world, old):
    with pytest.raises(DomainError) as refusal:
        accepted(world, mentor_email=old.learner.email)
    assert (refusal.value.code, refusal.value.field) == ("mentor_is_learner", "mentor_email")


def test_day_before_the_last_decision_is_refused(world, old):
    last = london_date(old.decisions.latest("pk").decided_at)
    with pytest.raises(DomainError) as refusal:
        accepted(world, on=last - DAY)
    assert (refusal.value.code, refusal.value.field) == ("decided_since", "on")
    assert accepted(world, on=last).mentorships.get().since == last
    assert breaches() == {}


def test_offer_of_somebody_who_left_the_hub_stands_and_the_trail_names_both(world, old):
    offer = offered(world)
    world.north.coordinator.hub_memberships.update(until=today() - DAY)

    new = accepted(world, TransferOffer.objects.get(pk=offer.pk))

    old.refresh_from_db()
    assert (old.state, new.learner, new.cohort) == (EnrolmentState.TRANSFERRED, old.learner, world.south.cohort)
    moved = AuditEvent.objects.get(record=old.ref, verb="enrolment_moved", detail__target="transferred")
    assert (moved.actor, moved.detail["offered_by"]) == (world.south.coordinator.pk, world.north.coordinator.pk)
    assert breaches() == {}


def test_only_an_accepted_offer_moves_a_learner_for_another_hub(world, old):
    with pytest.raises(StateError) as refusal:
        move(enrolment=old, to="transferred", effective_on=today(), by=world.south.coordinator, reason="To us")
    assert refusal.value.code == "move_not_yours"


@pytest.mark.parametrize("state", [EnrolmentState.WITHDRAWN, EnrolmentState.SUBMITTED])
def test_learner_who_cannot_be_transferred_is_not_offered(world, old, state):
    Enrolment.objects.filter(pk=old.pk).update(state=state)
    with pytest.raises(StateError):
        offered(world)


def test_offer_goes_to_another_hub_once_and_can_be_taken_back_or_declined(world, old):
    with pytest.raises(DomainError) as refusal:
        offered(world, to_cohort=world.north.cohort)
    assert refusal.value.code == "cohort"
    first = offered(world)
    assert offered(world) == first
    with pytest.raises(StateError) as refusal:
        offered(world, to_cohort=world.second.cohort)
    assert refusal.value.code == "offered"

    actions.take_back(offer=first, by=world.north.coordinator)
    second = offered(world, to_cohort=world.second.cohort)
    actions.decline(offer=second, answer="No place", by=world.second.coordinator)

    for settled in (first, second):
        with pytest.raises(StateError) as refusal:
            accepted(world, settled)
        assert refusal.value.code == "settled"
    assert list(TransferOffer.objects.order_by("pk").values_list("state", flat=True)) == ["taken_back", "declined"]
    assert old.mentorships.get().until is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_transfers_that_cross_both_arrive(world, old):
    there = world.south.enrolment
    offers = {
        offered(world): {},
        actions.offer(
            enrolment=there, to_cohort=world.north.cohort, reason="The other way", by=world.south.coordinator
        ): {"practice": world.north.practice, "by": world.north.coordinator, "mentor_email": "north@people.example"},
    }
    barrier, problems = Barrier(2), []

    def run(offer, facts):
        barrier.wait()
        try:
            accepted(world, offer, **facts)
        except Exception as error:  # noqa: BLE001  shown by the assertion
            problems.append(error)
        connection.close()

    with ThreadPoolExecutor(len(offers)) as pool:
        list(pool.map(lambda pair: run(*pair), offers.items()))
    assert problems == []
    assert Enrolment.objects.filter(first__in=[old, there]).count() == 2
    assert breaches() == {}


def test_accepted_in_the_north_who_has_not_started_starts_in_the_south(world, clock):
    learner = make_user(email="later@people.example")
    waiting = enrol(
        cohort=world.north.cohort, practice=world.north.practice, learner_name="x", learner_email=learner.email,
        mentor_name="y", mentor_email="m@people.example", starts=today() + 9 * DAY, kinds=[],
        by=world.north.coordinator,
    )  # fmt: skip

    new = accepted(world, offered(world, enrolment=waiting))

    assert new.state == "accepted"
    assert breaches() == {}
