"""Verification: the population frozen, an independent verifier, blind readings, outcomes, and what was not drawn."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import User
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now, today
from gpa_programme.notices.models import Message
from learners.actions import enrolment as enrolments
from learners.actions import signoff, verification
from learners.enums import EnrolmentState
from learners.models import BlindReading, Enrolment, ScopeItem, Verification
from learners.queries import verification as queries
from learners.queries.verification import sample_page, verification_page
from learners.rules.verification import WINDOW, draw, population_sha256
from tests.factories import (
    make_enrolment,
    make_hub_membership,
    make_mentorship,
    make_national_role,
    make_practice_membership,
)
from tests.learners.finishing import assigned, concluded, declare_all, drawn, read_all, submitted
from tests.learners.portfolios import competencies

pytestmark = pytest.mark.django_db

S = EnrolmentState


@pytest.fixture
def both(world):
    """Both learners of the north, submitted."""
    return [submitted(world.north, one) for one in (world.north.enrolment, world.north.other_enrolment)]


@pytest.fixture
def half(world, both):
    """A sample that drew one of them."""
    return drawn(world, percent=10)


def parts(sample):
    return sample.verifications.get(drawn=True), sample.verifications.get(drawn=False)


def state_of(enrolment):
    return Enrolment.objects.get(pk=enrolment.pk).state


def code_of(refused, act, **told):
    with pytest.raises(refused) as refusal:
        act(**told)
    return refusal.value.code


# ------------------------------------------------------------------------------------------------------------- drawing


def test_draw_freezes_the_population_and_writes_a_row_for_each_portfolio(world, both, half):
    assert [row["ref"] for row in half.population] == sorted(one.ref for one in both)
    assert half.population[0]["competencies"] == {one.code: "D1" for one in competencies(both[0])}
    one, other = parts(half)
    assert (len(one.codes), other.codes, one.until - one.since) == (2, [], WINDOW)
    assert half.drawn == {one.enrolment.ref: one.codes}


def test_sample_drawn_again_is_the_same_although_scope_changed_since(world, both, half):
    ScopeItem.objects.filter(enrolment__in=both, competency=competencies(both[0])[0]).update(until=now())

    assert sample_page(world.national_lead, half).drawn_again()


def test_sample_whose_record_was_changed_is_not_drawn_again(world, half):
    _one, other = parts(half)
    page = sample_page(world.national_lead, half)
    page.sample.seed = next(f"{number}" for number in range(99) if _draws(page, f"{number}", other.enrolment.ref))

    assert not page.drawn_again()


def _draws(page, seed, ref):
    return ref in draw(page.population, seed, 10, 2)


def test_draw_of_a_hub_does_not_show_another_hubs_learners(world, both):
    submitted(world.south, world.south.enrolment)
    sample = drawn(world)

    seen = sample_page(world.south.coordinator, sample)

    assert [one.ref for one in seen.population] == [world.south.enrolment.ref] == list(seen.drawn)
    assert seen.drawn_again()


def test_what_is_in_an_open_sample_is_not_drawn_again(world, half):
    assert code_of(StateError, lambda: drawn(world)) == "nobody_waits"


def test_draw_over_others_than_those_on_the_page_is_a_conflict(world, both):
    population = queries.candidates_of(queries.waiting_for_sample(world.programme))
    enrolments.move(
        enrolment=both[0], to=S.ACTIVE, effective_on=today(), by=world.north.coordinator, reason="Taken back"
    )

    code = code_of(
        ConflictError,
        verification.draw,
        programme=world.programme,
        seed="seed",
        percent=10,
        competencies_each=2,
        seen_sha256=population_sha256(population),
        by=world.national_lead,
    )

    assert code == "population_changed"


def test_submission_taken_back_leaves_the_sample_and_is_drawn_again_after_the_next(world, both, half):
    one, _other = parts(half)
    enrolments.move(
        enrolment=one.enrolment, to=S.ACTIVE, effective_on=today(), by=world.north.coordinator, reason="Too early"
    )

    one.refresh_from_db()
    assert (one.outcome, one.decided_by) == ("left", world.north.coordinator)
    enrolments.move(enrolment=one.enrolment, to=S.SUBMITTED, effective_on=today(), by=world.north.coordinator)
    assert [row.enrolment for row in drawn(world).verifications.all()] == [one.enrolment]


# ----------------------------------------------------------------------------------------------------------- verifiers


def test_assigning_tells_the_verifier_with_no_name_of_a_learner(world, half):
    one = assigned(world, parts(half)[0])

    told = Message.objects.get(template="verification_assigned")
    assert (one.verifier, told.person, told.context["ref"]) == (world.verifier, world.verifier, one.enrolment.ref)
    assert one.enrolment.learner.name not in str(told.context)


def verifier(**more):
    return make_national_role(role=RoleKey.VERIFIER, **more).user


def test_verifier_with_a_tie_to_the_learner_is_refused(world, half):
    one, _other = parts(half)
    mentor, staff, manager = verifier(), verifier(), verifier()
    make_mentorship(enrolment=one.enrolment, mentor=mentor, until=today() - timedelta(days=1), kind="second")
    make_hub_membership(user=staff, hub=world.north.hub)
    make_practice_membership(user=manager, practice=world.north.practice)

    refused = [mentor, staff, manager, world.north.coordinator]
    window = {"since": today(), "until": today()}
    assert [
        code_of(DomainError, verification.assign, verification=one, verifier=person, by=world.national_lead, **window)
        for person in refused
    ] == ["not_independent"] * 4
    assigned(world, one, verifier())


def test_verifier_who_became_a_mentor_of_the_learner_reads_no_more(world, half):
    one = assigned(world, parts(half)[0])
    make_mentorship(enrolment=one.enrolment, mentor=world.verifier, kind="cover")

    code = code_of(
        DomainError,
        verification.read_blind,
        verification=one,
        competency=verification_page(one).readings[0].competency,
        verdict="would_sign",
        by=world.verifier,
    )

    assert code == "not_independent"


def test_verifier_is_not_changed_once_reading_has_begun_but_the_days_are(world, half):
    one = assigned(world, parts(half)[0])
    first = verification_page(one).readings[0].competency
    verification.read_blind(verification=one, competency=first, verdict="would_sign", by=world.verifier)
    later = {"verification": one, "since": today(), "until": today() + timedelta(days=60), "by": world.national_lead}

    assert code_of(StateError, verification.assign, verifier=verifier(), **later) == "begun"
    verification.assign(verifier=world.verifier, **later)
    one.refresh_from_db()
    assert one.until == today() + timedelta(days=60)
    assert Message.objects.filter(template="verification_assigned").count() == 1


# ------------------------------------------------------------------------------------------------------------- reading


def reading(found, by, **more):
    first = verification_page(found).readings[0].competency
    told = {"verification": found, "competency": first, "verdict": "would_sign", "by": by, **more}
    return verification.read_blind(**told)


def test_reading_is_bound_to_the_signoff_that_stands_and_given_once(world, half):
    one = assigned(world, parts(half)[0])

    given = reading(one, world.verifier, verdict="would_return", reason="No dates")

    assert given.decision == one.enrolment.decisions.get(competency=given.competency)
    assert code_of(ConflictError, reading, found=one, by=world.verifier) == "already_read"
    assert BlindReading.objects.count() == 1


def test_reading_is_the_verifiers_inside_the_window_and_of_what_was_drawn(world, half, clock):
    one = assigned(world, parts(half)[0])
    other = next(row for row in competencies(one.enrolment) if row.code not in one.codes)

    assert code_of(DomainError, reading, found=one, by=verifier()) == "not_yours"
    assert code_of(StateError, reading, found=one, by=world.verifier, competency=other) == "not_drawn"
    assert code_of(DomainError, reading, found=one, by=world.verifier, verdict="would_return") == "reason"
    clock.set(now() + timedelta(days=29))
    assert code_of(DomainError, reading, found=one, by=world.verifier) == "outside_window"


def test_last_reading_opens_the_rest_of_the_portfolio(world, half):
    one = assigned(world, parts(half)[0])
    reading(one, world.verifier)
    one.refresh_from_db()
    assert one.read_at is None
    second = verification_page(one).readings[1].competency
    verification.read_blind(verification=one, competency=second, verdict="would_sign", by=world.verifier)

    one.refresh_from_db()
    assert one.read_at is not None


# ------------------------------------------------------------------------------------------------------------- outcome


def test_outcome_waits_for_every_reading(world, half):
    one = assigned(world, parts(half)[0])
    reading(one, world.verifier)

    told = {"verification": one, "outcome": "verified", "by": world.verifier}
    assert code_of(StateError, verification.conclude, **told) == "unread"


def test_verified_moves_the_enrolment_tells_the_learner_and_lets_the_rest_pass(world, half):
    one, other = parts(half)

    concluded(world, one)

    other.refresh_from_db()
    assert [state_of(one.enrolment), state_of(other.enrolment)] == [S.VERIFIED, S.VERIFIED]
    assert (other.outcome, other.read_at) == ("verified", None)
    told = Message.objects.filter(template="verification_outcome")
    assert {row.person for row in told} == {one.enrolment.learner, other.enrolment.learner}


def test_rest_waits_until_every_drawn_portfolio_of_its_hub_is_decided(world):
    third = make_enrolment(cohort=world.north.cohort, mentor=world.north.mentor)
    for enrolment in (world.north.enrolment, world.north.other_enrolment, third):
        submitted(world.north, enrolment)
    sample = drawn(world, percent=50)
    first, second = sample.verifications.filter(drawn=True)
    rest = sample.verifications.get(drawn=False)

    concluded(world, first)
    assert state_of(rest.enrolment) == S.SUBMITTED
    concluded(world, second)
    assert state_of(rest.enrolment) == S.VERIFIED


def test_another_hubs_rest_does_not_pass(world, both):
    south = submitted(world.south, world.south.enrolment)
    submitted(world.south, world.south.other_enrolment)
    sample = drawn(world, percent=10)

    concluded(world, sample.verifications.get(drawn=True, enrolment__cohort=world.north.cohort))

    assert state_of(south) == S.SUBMITTED


def test_referred_needs_a_reason_and_the_learner_goes_on_to_a_new_round(world, half):
    one, other = parts(half)
    concluded(world, one, "referred", "Dates are missing")

    enrolment = Enrolment.objects.get(pk=one.enrolment_id)
    assert (enrolment.state, state_of(other.enrolment)) == (S.REFERRED, S.SUBMITTED)
    assert enrolment.changes.last().reason == "Dates are missing"
    again = {"enrolment": enrolment, "to": S.SUBMITTED, "effective_on": today(), "by": world.north.coordinator}
    assert code_of(StateError, enrolments.move, **again) == "not_declared"
    declare_all(world.north, enrolment)
    enrolments.move(**again)
    assert set(enrolment.declarations.values_list("round", flat=True)) == {1, 2}


def test_verified_is_refused_where_a_mentor_took_a_signoff_back_meanwhile(world, half):
    one = assigned(world, parts(half)[0])
    read_all(one)
    signoff.revoke(decision=one.enrolment.decisions.first(), reason="An audit", by=world.north.mentor)

    told = {"verification": one, "by": world.verifier}
    assert code_of(StateError, verification.conclude, outcome="verified", **told) == "not_declared"
    verification.conclude(outcome="referred", reason="A sign-off was taken back", **told)
    assert state_of(one.enrolment) == S.REFERRED


def test_portfolio_whose_signoffs_changed_does_not_pass_with_the_sample(world, half):
    one, other = parts(half)
    signoff.revoke(decision=other.enrolment.decisions.first(), reason="An audit", by=world.north.mentor)

    concluded(world, one)

    assert state_of(other.enrolment) == S.SUBMITTED
    assert queries.rest_of(half, world.north.hub).is_held_up


def test_national_lead_lets_the_rest_pass_with_a_reason_after_a_referral(world, half):
    one, other = parts(half)
    rest = {"sample": half, "hub": world.north.hub, "by": world.national_lead}
    assert code_of(StateError, verification.pass_rest, reason="Sound", **rest) == "early"
    concluded(world, one, "referred", "Dates are missing")
    assert code_of(DomainError, verification.pass_rest, reason=" ", **rest) == "reason"

    assert verification.pass_rest(reason="The fault was one learner's alone", **rest) == 1

    other.refresh_from_db()
    assert (state_of(other.enrolment), other.reason) == (S.VERIFIED, "The fault was one learner's alone")
    assert code_of(StateError, verification.pass_rest, reason="Again", **rest) == "no_rest"


def test_national_lead_draws_more_of_the_rest_after_a_referral(world, half):
    one, other = parts(half)
    concluded(world, one, "referred", "Dates are missing")

    more = verification.draw_more(
        sample=half,
        hub=world.north.hub,
        seed="second",
        percent=100,
        competencies_each=1,
        reason="One more",
        by=world.national_lead,
    )

    other.refresh_from_db()
    assert other.outcome == "left"
    assert [(row.enrolment, row.drawn) for row in more.verifications.all()] == [(other.enrolment, True)]
    assert [row["ref"] for row in more.population] == [other.enrolment.ref]


def test_reader_gets_no_grant_before_every_blind_reading_and_none_after_the_outcome(world, half):
    def reads():
        person = User.objects.get(pk=world.verifier.pk)
        return [grant.scope.enrolment for grant in access.grants(person) if grant.role == RoleKey.READER]

    one = assigned(world, parts(half)[0])
    reading(one, world.verifier)
    before = reads()
    second = verification_page(one).readings[1].competency
    verification.read_blind(verification=one, competency=second, verdict="would_sign", by=world.verifier)
    between = reads()
    verification.conclude(verification=one, outcome="verified", by=world.verifier)

    assert (before, between, reads()) == ([], [one.enrolment_id], [])


def test_database_refuses_a_drawn_portfolio_verified_without_readings(world, half):
    one, _other = parts(half)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.filter(pk=one.pk).update(outcome="verified", decided_by=world.verifier, decided_at=now())
