"""The end of a portfolio: what must hold, who declares in which order, what breaks a declaration, where it leads."""

from datetime import UTC, datetime, timedelta

import pytest

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now, today
from gpa_programme.notices.models import Message
from learners.actions import enrolment as enrolments
from learners.actions import finish, signoff
from learners.enums import CompetencyState, DeclarationKind, EnrolmentState, MentorKind
from learners.models import Competency, Declaration, Mentorship, PatientFlag, ScopeItem
from learners.queries.finish import finish_page, position_of
from learners.rules import finish as rules
from tests.factories import (
    make_decision,
    make_enrolment,
    make_hub_membership,
    make_mentorship,
    make_national_role,
    make_request,
    make_version,
)
from tests.learners.finishing import declare_all, seen, sign_everything, submitted, to_in_house
from tests.learners.portfolios import competencies
from tests.world import build_world

pytestmark = pytest.mark.django_db

K, S = DeclarationKind, EnrolmentState
C = CompetencyState


@pytest.fixture
def hub(north):
    sign_everything(north.enrolment)
    return north


def declare(hub, by=None):
    return finish.declare(enrolment=hub.enrolment, seen_sha256=seen(hub.enrolment), by=by or hub.learner)


def state(hub, by=None):
    return finish.state_as_mentor(enrolment=hub.enrolment, seen_sha256=seen(hub.enrolment), by=by or hub.mentor)


def check(hub, by=None, checks=tuple(rules.CHECKS)):
    return finish.check_as_hub(
        enrolment=hub.enrolment, seen_sha256=seen(hub.enrolment), checks=checks, by=by or hub.coordinator
    )


def code_of(refused, act, *args, **kwargs):
    with pytest.raises(refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.code


# ------------------------------------------------------------------------------------------------------------ the rule


def facts(state=S.ACTIVE, hidden=0, asked_again=(), **states):
    return rules.Facts(state, dict(enumerate(states.values())), asked_again, hidden)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (facts(a=C.SIGNED_OFF, b=C.OUT_OF_SCOPE), []),
        (facts(a=C.SIGNED_OFF, b=C.STALE), ["1 competency is not signed off."]),
        (facts(a=C.EXPIRED, b=C.REVOKED, c=C.WAITING), ["3 competencies are not signed off."]),
        (facts(a=C.SIGNED_OFF, asked_again=(0,)), ["1 competency is not signed off."]),
        (facts(a=C.OUT_OF_SCOPE), ["No competency applies yet. Agree the scope first."]),
        (
            facts(a=C.SIGNED_OFF, hidden=1),
            ["1 piece of evidence is hidden until somebody decides whether a patient is named."],
        ),
        (
            facts(state=S.SUBMITTED, a=C.SIGNED_OFF),
            ["The enrolment is “Submitted for verification”, so nothing is declared now."],
        ),
    ],
)
def test_missing_names_what_stands_between_a_portfolio_and_its_end(given, told):
    assert rules.missing(given) == told


def test_states_that_are_not_signed_off_all_count_as_missing():
    unsettled = [one for one in C if one not in {C.SIGNED_OFF, C.OUT_OF_SCOPE}]

    assert [rules.missing(facts(a=C.SIGNED_OFF, b=one)) for one in unsettled] == [
        ["1 competency is not signed off."]
    ] * len(unsettled)


def made(kind, hashes, round_number=1, day=1):
    wording = f"{kind} says so"
    moment = datetime(2026, 3, day, 9, tzinfo=UTC)
    return rules.Made(kind, round_number, wording, rules.declaration_sha256(hashes, wording), moment)


def test_round_holds_as_long_as_the_same_signoffs_stand_in_any_order():
    rows = [made(kind, ["a", "b"]) for kind in rules.ORDER]

    found = rules.round_of(rows, ["b", "a"])

    assert (found.number, found.complete, found.broken) == (1, True, None)


def test_round_begins_anew_where_another_signoff_stands():
    rows = [made(kind, ["a", "b"]) for kind in rules.ORDER]

    found = rules.round_of(rows, ["a", "c"])

    assert (found.number, found.next, found.broken) == (2, K.LEARNER, rows[0])


def test_round_is_spent_once_the_portfolio_was_referred_back():
    rows = [made(kind, ["a"]) for kind in rules.ORDER]

    assert rules.round_of(rows, ["a"], not_before=datetime(2026, 3, 2, tzinfo=UTC)).number == 2
    assert rules.round_of(rows, ["a"], not_before=datetime(2026, 2, 2, tzinfo=UTC)).complete


# ---------------------------------------------------------------------------------------------------------- declaring


def test_three_people_declare_in_order_over_the_same_signoffs(hub):
    rows = [declare(hub), state(hub), check(hub)]

    hashes = position_of(hub.enrolment).hashes
    assert [(row.kind, row.round, row.by) for row in rows] == [
        ("learner", 1, hub.learner),
        ("mentor", 1, hub.mentor),
        ("hub", 1, hub.coordinator),
    ]
    assert [row.sha256 for row in rows] == [rules.declaration_sha256(hashes, row.wording) for row in rows]
    assert len(hashes) == 3
    assert position_of(hub.enrolment).round.complete


def test_declarations_keep_their_wording_and_ask_the_next_person_by_mail(hub):
    learner, mentor = declare(hub), state(hub)

    assert "all 3 competencies that apply to me" in learner.wording
    assert "Learner North works safely and competently as a General Practice Assistant" in mentor.wording
    told = Message.objects.filter(template__startswith="finish_").order_by("pk")
    assert [(one.template, one.person, one.address) for one in told] == [
        ("finish_statement_asked", hub.mentor, ""),
        ("finish_check_asked", None, hub.hub.mailbox),
    ]
    assert hub.learner.name not in str(told[1].context)
    assert AuditEvent.objects.filter(verb="declared_learner", record=hub.enrolment.ref).count() == 1


def test_declaration_is_refused_while_anything_is_missing(north):
    sign_everything(north.other_enrolment)

    assert code_of(StateError, declare, north) == "not_finished"
    assert not Declaration.objects.exists()


def test_declaration_is_refused_while_a_version_is_hidden(hub):
    version = hub.enrolment.evidence.first().versions.first()
    PatientFlag.objects.create(version=version, where="Second line", raised_by=hub.mentor)

    assert code_of(StateError, declare, hub) == "not_finished"


def test_declaration_is_refused_while_a_signed_competency_is_asked_again(hub):
    make_request(enrolment=hub.enrolment, competency=competencies(hub.enrolment)[0])

    assert code_of(StateError, declare, hub) == "not_finished"


def test_declarations_wait_for_each_other(hub):
    assert code_of(StateError, state, hub) == "not_your_turn"
    assert code_of(StateError, check, hub) == "not_your_turn"


def test_declaration_sent_twice_is_made_once(hub):
    assert declare(hub) == declare(hub)
    assert Declaration.objects.count() == 1


def test_declaration_over_signoffs_that_changed_since_is_a_conflict(hub):
    before = seen(hub.enrolment)
    one = competencies(hub.enrolment)[0]
    make_decision(request=make_request(enrolment=hub.enrolment, competency=one))

    code = code_of(ConflictError, finish.declare, enrolment=hub.enrolment, seen_sha256=before, by=hub.learner)

    assert code == "signoffs_changed"


def test_nobody_declares_for_another(hub):
    assert code_of(DomainError, declare, hub, by=hub.mentor) == "not_the_learner"
    declare(hub)
    assert code_of(DomainError, state, hub, by=hub.other_learner) == "not_gp_mentor"
    assert code_of(DomainError, state, hub, by=hub.learner) == "own"
    state(hub)
    assert code_of(DomainError, check, hub, by=hub.learner) == "own"
    assert code_of(DomainError, check, hub, by=hub.mentor) == "mentor_checks"


def test_statement_is_the_gp_mentors_of_today_alone(hub):
    declare(hub)
    second = make_mentorship(enrolment=hub.enrolment, kind=MentorKind.SECOND).mentor
    Mentorship.objects.filter(enrolment=hub.enrolment, kind=MentorKind.GP).update(until=today() - timedelta(days=1))

    assert code_of(DomainError, state, hub, by=second) == "not_gp_mentor"
    assert code_of(DomainError, state, hub) == "not_gp_mentor"


def test_mentor_who_made_the_statement_does_not_check_for_the_hub_though_they_left_since(hub):
    declare(hub)
    state(hub)
    Mentorship.objects.filter(enrolment=hub.enrolment).update(until=today() - timedelta(days=1))
    make_hub_membership(user=hub.mentor, hub=hub.hub)

    assert code_of(DomainError, check, hub, by=hub.mentor) == "mentor_checks"


def test_hub_confirms_every_check(hub):
    declare(hub)
    state(hub)

    assert code_of(DomainError, check, hub, checks=["scope"]) == "unchecked"
    assert "no patient can be recognised" in check(hub).wording


# ------------------------------------------------------------------------------------------------ what breaks a round


def test_revoked_signoff_breaks_the_declarations_and_the_page_says_which(hub):
    declare_all(hub, hub.enrolment)
    one = competencies(hub.enrolment)[1]
    signoff.revoke(decision=hub.enrolment.decisions.get(competency=one), reason="An audit", by=hub.mentor)

    page = finish_page(hub.enrolment)

    assert (page.position.round.number, page.turn, page.ready) == (2, None, False)
    assert [(line.competency, line.state) for line in page.changed] == [(one, C.REVOKED)]
    assert page.broken.kind == "learner"


def test_newer_signoff_breaks_the_declarations_and_a_second_round_makes_them_hold(hub):
    declare_all(hub, hub.enrolment)
    one = competencies(hub.enrolment)[1]
    make_decision(request=make_request(enrolment=hub.enrolment, competency=one))

    page = finish_page(hub.enrolment)
    assert [(line.competency, line.state) for line in page.changed] == [(one, C.SIGNED_OFF)]

    declare_all(hub, hub.enrolment)
    assert position_of(hub.enrolment).round.complete
    assert Declaration.objects.filter(round=2).count() == 3


def test_scope_that_shrinks_breaks_the_declarations_and_the_page_says_so(hub):
    declare_all(hub, hub.enrolment)
    ScopeItem.objects.filter(enrolment=hub.enrolment, competency=competencies(hub.enrolment)[2]).update(until=now())

    page = finish_page(hub.enrolment)

    assert (page.scope_changed, page.changed, page.position.round.number) == (True, [], 2)


def test_clock_alone_declares_and_completes_nothing_but_an_expired_signoff_no_longer_stands(hub, clock):
    declare_all(hub, hub.enrolment)
    Competency.objects.filter(pk=competencies(hub.enrolment)[0].pk).update(valid_for_months=12)
    clock.set(now() + timedelta(days=800))

    page = finish_page(hub.enrolment)

    assert [line.state for line in page.open] == [C.EXPIRED]
    assert (page.ready, page.enrolment.state) == (False, "active")


# ------------------------------------------------------------------------------------------------------ where it leads


def test_submitting_by_hand_does_not_go_round_the_declarations(hub):
    def move():
        enrolments.move(enrolment=hub.enrolment, to=S.SUBMITTED, effective_on=today(), by=hub.coordinator)

    assert code_of(StateError, move) == "not_declared"
    declare(hub)
    state(hub)
    assert code_of(StateError, move) == "not_declared"
    check(hub)
    move()
    assert hub.enrolment.state == S.SUBMITTED


def test_submitting_by_hand_goes_through_where_the_guard_is_away(hub, monkeypatch):
    monkeypatch.setattr(enrolments, "check_arrival", lambda to, arrival: None)

    enrolments.move(enrolment=hub.enrolment, to=S.SUBMITTED, effective_on=today(), by=hub.coordinator)

    assert hub.enrolment.state == S.SUBMITTED


def test_submitting_is_refused_while_evidence_declared_on_is_hidden(hub):
    declare_all(hub, hub.enrolment)
    version = make_version(item=hub.enrolment.evidence.first(), submitted_at=now() - timedelta(days=90))
    PatientFlag.objects.create(version=version, where="Second line", raised_by=hub.mentor)

    assert code_of(StateError, finish.submit, enrolment=hub.enrolment, by=hub.coordinator) == "not_finished"


def test_verified_and_referred_need_an_outcome_even_from_a_verifier_of_the_hub(hub, world_verifier):
    submitted(hub, hub.enrolment)

    for to in (S.VERIFIED, S.REFERRED):
        code = code_of(
            StateError,
            enrolments.move,
            enrolment=hub.enrolment,
            to=to,
            effective_on=today(),
            by=world_verifier,
            reason="A reason",
        )
        assert code == "no_outcome"


@pytest.fixture
def world_verifier(hub):
    person = make_national_role(role=RoleKey.VERIFIER).user
    make_hub_membership(user=person, hub=hub.hub)
    return person


def test_in_house_is_for_its_route_and_the_hub_lead_alone(hub):
    declare_all(hub, hub.enrolment)

    def end(by):
        finish.complete_in_house(enrolment=hub.enrolment, reason="No award is sought", by=by)

    assert code_of(StateError, end, hub.hub_lead) == "route"
    to_in_house(hub, hub.enrolment)
    assert code_of(StateError, finish.submit, enrolment=hub.enrolment, by=hub.coordinator) == "route"
    assert code_of(StateError, end, hub.coordinator) == "move_not_yours"
    end(hub.hub_lead)
    assert hub.enrolment.state == S.COMPLETED_IN_HOUSE


def test_in_house_needs_the_declarations_too(hub):
    to_in_house(hub, hub.enrolment)

    code = code_of(StateError, finish.complete_in_house, enrolment=hub.enrolment, reason="No award", by=hub.hub_lead)

    assert code == "not_declared"


def test_route_needs_a_reason_and_a_learner_who_is_learning(hub):
    assert (
        code_of(DomainError, finish.set_route, enrolment=hub.enrolment, route="in_house", reason=" ", by=hub.hub_lead)
        == "reason"
    )
    submitted(hub, hub.enrolment)
    assert (
        code_of(DomainError, finish.set_route, enrolment=hub.enrolment, route="in_house", reason="x", by=hub.hub_lead)
        == "too_late"
    )


def test_signoff_that_expires_after_submission_still_stands_for_the_verifier(hub, clock):
    submitted(hub, hub.enrolment)
    Competency.objects.filter(framework=hub.enrolment.framework).update(valid_for_months=12)
    clock.set(now() + timedelta(days=800))

    assert position_of(hub.enrolment).round.complete


def test_portfolio_that_changed_hub_is_declared_over_the_signoffs_of_both(db):
    world = build_world()
    north, south = world.north, world.south
    sign_everything(north.enrolment)
    enrolments.move(
        enrolment=north.enrolment, to=S.TRANSFERRED, effective_on=today(), by=north.coordinator, reason="Moved"
    )
    later = make_enrolment(
        cohort=south.cohort, learner=north.learner, mentor=south.mentor, first=north.enrolment, starts=today()
    )

    finish.declare(enrolment=later, seen_sha256=seen(later), by=north.learner)

    assert len(position_of(later).hashes) == 3
