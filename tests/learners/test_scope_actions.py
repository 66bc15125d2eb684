"""Agreeing a scope: who may propose and answer, what an agreement does to items, requests and denominators."""

import pytest

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now, today
from gpa_programme.notices.models import Message
from learners.actions import scope as actions
from learners.enums import CompetencyKind, CompetencyState, ScopeState
from learners.models import ScopeItem
from learners.queries.scope import scope_page, scope_standing
from learners.queries.states import enrolment_states, progress
from learners.rules import scope as rules
from learners.rules.scope import Many, Side
from tests.factories import (
    make_competency,
    make_decision,
    make_enrolment,
    make_framework,
    make_mentorship,
    make_request,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner():
    """A learner with two core and one clinical competency in scope, and one clinical outside; a mentor of today."""
    framework = make_framework(competencies=2)
    inside, _outside = (make_competency(framework=framework, kind=CompetencyKind.CLINICAL) for _ in range(2))
    scope = [*framework.competencies.filter(kind=CompetencyKind.CORE), inside]
    return make_enrolment(framework=framework, scope=scope, mentor=make_user(name="Dr Hale"))


def mentor_of(enrolment):
    return enrolment.mentorships.get(kind="gp").mentor


def codes_of(enrolment):
    return sorted(enrolment.scope.current().values_list("competency__code", flat=True))


def agreed(enrolment, codes, reason="The practice asks for it"):
    """The mentor proposes, the learner agrees."""
    proposal = actions.propose(enrolment=enrolment, codes=codes, reason=reason, by=mentor_of(enrolment))
    return actions.agree(agreement=proposal, by=enrolment.learner)


# ------------------------------------------------------------------------------------------------------------- agreeing


def test_first_agreement_may_be_the_scope_as_enrolled_and_needs_no_reason(learner):
    before = list(learner.scope.values("pk", "since", "until"))
    proposal = actions.propose(enrolment=learner, codes=["D1-03"], by=learner.learner)
    actions.agree(agreement=proposal, by=mentor_of(learner))

    assert list(learner.scope.values("pk", "since", "until")) == before
    assert (scope_standing(learner).agreed, scope_page(learner).agreed.difference.text) == (True, "the same as before")


def test_agreement_dates_what_leaves_and_what_comes_and_the_denominator_follows(learner):
    moment = now()
    agreement = agreed(learner, ["D1-04"])

    assert codes_of(learner) == ["D1-01", "D1-02", "D1-04"]
    left = ScopeItem.objects.get(enrolment=learner, competency__code="D1-03")
    came = ScopeItem.objects.get(enrolment=learner, competency__code="D1-04")
    assert left.until == came.since == agreement.decided_at >= moment
    assert came.agreement == agreement
    assert progress(enrolment_states([learner.pk])[learner.pk]).in_scope == 3
    then = {one.competency.code for one in learner.scope.current(at=moment).select_related("competency")}
    assert then == {"D1-01", "D1-02", "D1-03"}


def test_core_competencies_stay_whatever_is_proposed(learner):
    agreed(learner, [])

    assert codes_of(learner) == ["D1-01", "D1-02"]


def test_competency_that_leaves_closes_its_request_and_only_that(learner):
    third = learner.framework.competencies.get(code="D1-03")
    gone, stays = make_request(enrolment=learner, competency=third), make_request(enrolment=learner)
    agreed(learner, [])

    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.closed_because, stays.closed_at) == ("out_of_scope", None)


def test_decision_counts_again_when_its_competency_comes_back(learner):
    third = learner.framework.competencies.get(code="D1-03")
    decision = make_decision(request=make_request(enrolment=learner, competency=third))
    states = []
    for codes in ([], ["D1-03"]):
        agreed(learner, codes)
        states.append(enrolment_states([learner.pk])[learner.pk][third.pk])

    assert states == [CompetencyState.OUT_OF_SCOPE, CompetencyState.SIGNED_OFF]
    decision.refresh_from_db()
    assert learner.scope.filter(competency=third).count() == 2


def test_each_step_is_in_the_trail_and_the_other_side_is_told(learner, django_capture_on_commit_callbacks):
    proposal = actions.propose(enrolment=learner, codes=["D1-04"], reason="New clinic", by=mentor_of(learner))
    actions.decline(agreement=proposal, answer="Not yet", by=learner.learner)
    agreed(learner, ["D1-04"])

    verbs = AuditEvent.objects.filter(record=learner.ref, verb__startswith="scope_").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "scope_proposed", "scope_declined", "scope_proposed", "scope_agreed",
    ]  # fmt: skip
    told = Message.objects.order_by("pk").values_list("template", "person")
    mentor, learns = mentor_of(learner).pk, learner.learner_id
    assert list(told) == [
        ("scope_proposed", learns), ("scope_answered", mentor), ("scope_proposed", learns), ("scope_answered", mentor),
    ]  # fmt: skip
    assert not any("New clinic" in str(message.context) for message in Message.objects.all())


# ------------------------------------------------------------------------------------------------------------- refusals


def refused(call, **kwargs):
    with pytest.raises(DomainError) as error:
        call(**kwargs)
    return error.value.code


def test_nobody_agrees_to_their_own_proposal_nor_to_their_sides(learner):
    second = make_mentorship(enrolment=learner, kind="second").mentor
    by_mentor = actions.propose(enrolment=learner, codes=[], by=mentor_of(learner))

    assert [refused(actions.agree, agreement=by_mentor, by=one) for one in (mentor_of(learner), second)] == [
        "own_proposal",
        "own_proposal",
    ]
    assert codes_of(learner) == ["D1-01", "D1-02", "D1-03"]


def test_without_the_guard_a_proposer_would_agree_with_themselves(learner, monkeypatch):
    proposal = actions.propose(enrolment=learner, codes=[], by=learner.learner)
    monkeypatch.setattr(rules, "check_answer", lambda **_: None)
    actions.agree(agreement=proposal, by=learner.learner)

    assert codes_of(learner) == ["D1-01", "D1-02"]  # the twin: only the guard stands in between


def test_only_the_learner_and_a_mentor_of_today_take_part(learner):
    gone = make_mentorship(enrolment=learner, kind="second", until=today().replace(day=1), since=learner.starts).mentor
    proposal = actions.propose(enrolment=learner, codes=[], by=learner.learner)
    if today().day == 1:
        learner.mentorships.filter(mentor=gone).update(until=learner.starts)

    for person in (gone, make_user()):
        assert refused(actions.agree, agreement=proposal, by=person) == "not_a_side"
        assert refused(actions.decline, agreement=proposal, answer="No", by=person) == "not_a_side"
        assert refused(actions.take_back, agreement=proposal, by=person) == "not_own"


def test_proposal_of_a_mentor_who_left_is_not_agreed_but_declined(learner):
    mentor = mentor_of(learner)
    proposal = actions.propose(enrolment=learner, codes=[], by=mentor)
    learner.mentorships.update(until=learner.starts)

    assert refused(actions.agree, agreement=proposal, by=learner.learner) == "proposer_left"
    assert actions.decline(agreement=proposal, answer="They left", by=learner.learner).state == ScopeState.DECLINED


def test_second_proposal_waits_for_the_first(learner):
    actions.propose(enrolment=learner, codes=[], by=learner.learner)

    with pytest.raises(ConflictError):
        actions.propose(enrolment=learner, codes=["D1-04"], by=mentor_of(learner))
    assert learner.scope_agreements.count() == 1


def test_after_the_first_agreement_a_change_needs_a_reason_and_a_change(learner):
    agreed(learner, ["D1-03"], reason="")
    facts = {"enrolment": learner, "by": learner.learner}

    assert refused(actions.propose, codes=["D1-04"], reason=" ", **facts) == "reason"
    assert refused(actions.propose, codes=["D1-03"], reason="The same", **facts) == "no_change"


def test_answered_proposal_is_closed_to_everybody(learner):
    proposal = actions.propose(enrolment=learner, codes=[], by=learner.learner)
    actions.agree(agreement=proposal, by=mentor_of(learner))

    for call, more in ((actions.agree, {}), (actions.decline, {"answer": "No"}), (actions.take_back, {})):
        by = learner.learner if call is actions.take_back else mentor_of(learner)
        with pytest.raises(ConflictError):
            call(agreement=proposal, by=by, **more)


def test_proposer_takes_back_once_and_may_propose_again(learner):
    proposal = actions.propose(enrolment=learner, codes=[], by=learner.learner)
    first = actions.take_back(agreement=proposal, by=learner.learner)
    again = actions.take_back(agreement=proposal, by=learner.learner)

    assert first.decided_at == again.decided_at
    assert actions.propose(enrolment=learner, codes=[], by=learner.learner).number == 2


def test_scope_of_a_portfolio_under_verification_stands(learner):
    proposal = actions.propose(enrolment=learner, codes=[], by=learner.learner)
    learner.state = "submitted"
    learner.save(update_fields=["state"])

    with pytest.raises(StateError):
        actions.agree(agreement=proposal, by=mentor_of(learner))
    with pytest.raises(StateError):
        actions.propose(enrolment=learner, codes=[], by=mentor_of(learner))


def test_proposal_for_an_older_framework_is_not_agreed(learner):
    proposal = actions.propose(enrolment=learner, codes=[], by=learner.learner)
    learner.framework = make_framework(programme=learner.framework.programme, competencies=2)
    learner.save(update_fields=["framework"])

    assert refused(actions.agree, agreement=proposal, by=mentor_of(learner)) == "framework_changed"


def test_decline_without_a_word_is_refused(learner):
    proposal = actions.propose(enrolment=learner, codes=[], by=learner.learner)

    assert refused(actions.decline, agreement=proposal, answer=" ", by=mentor_of(learner)) == "answer"


# -------------------------------------------------------------------------------------------------------------- history


def test_history_tells_each_difference_from_what_was_agreed_before(learner):
    agreed(learner, ["D1-04"])
    actions.decline(
        agreement=actions.propose(enrolment=learner, codes=[], reason="Less", by=mentor_of(learner)),
        answer="No",
        by=learner.learner,
    )
    agreed(learner, ["D1-03", "D1-04"])

    told = [
        (entry.agreement.number, entry.agreement.state, entry.difference.text) for entry in scope_page(learner).history
    ]
    assert told == [
        (3, "agreed", "adds D1-03"),
        (2, "declined", "leaves out D1-04"),
        (1, "agreed", "adds D1-04; leaves out D1-03"),
    ]


def test_standing_says_whose_answer_is_waited_for(learner):
    first = scope_standing(learner).text(own=True)
    actions.propose(enrolment=learner, codes=[], by=mentor_of(learner))

    assert first == "Which competencies apply is not agreed yet between mentor and learner."
    assert scope_standing(learner).waits_for is Side.LEARNER
    assert scope_standing(learner).text(own=True) == "A scope is proposed and waits for you to agree."


KINDS = {"A": "core", "B": "administrative", "C": "administrative", "D": "clinical"}


@pytest.mark.parametrize("many", Many)
@pytest.mark.parametrize("ticked", [set(), {"B"}, {"A", "B", "C", "D"}])
def test_chosen_scope_holds_the_core_and_follows_each_group(many, ticked):
    found = rules.chosen(KINDS, {"administrative": many}, {"administrative": ticked})

    group = {Many.ALL: {"B", "C"}, Many.SOME: {"B", "C"} & ticked, Many.NONE: set()}[many]
    assert found == {"A"} | group
