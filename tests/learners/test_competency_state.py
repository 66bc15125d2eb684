"""The state of a competency: the table of cases, every combination of facts, and the rows it is read from."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_programme.core.periods import now
from learners.enums import CompetencyState, DecisionKind
from learners.models import Competency, ScopeItem
from learners.queries.states import cohort_states, enrolment_states, progress
from learners.rules.competency import Facts, state_of
from tests.factories import (
    make_cohort,
    make_competency,
    make_decision,
    make_enrolment,
    make_evidence,
    make_framework,
    make_request,
    make_version,
)
from tests.learners.portfolios import competencies

S, D = CompetencyState, DecisionKind
CASES = {
    "nothing yet": (Facts(), S.NOT_STARTED),
    "a draft": (Facts(drafting=True), S.DRAFTING),
    "asked": (Facts(waiting=True), S.WAITING),
    "asked, and drafting more": (Facts(waiting=True, drafting=True), S.WAITING),
    "returned": (Facts(returned=True), S.RETURNED),
    "returned, and drafting the answer": (Facts(returned=True, drafting=True), S.RETURNED),
    "returned, then asked again": (Facts(returned=True, waiting=True), S.WAITING),
    "signed off": (Facts(standing=D.SIGNED_OFF), S.SIGNED_OFF),
    "signed off, and another item offered": (Facts(standing=D.SIGNED_OFF, waiting=True), S.SIGNED_OFF),
    "signed off, then changed": (Facts(standing=D.SIGNED_OFF, changed=True, waiting=True), S.STALE),
    "signed off, changed, change returned": (Facts(standing=D.SIGNED_OFF, changed=True, returned=True), S.STALE),
    "signed off too long ago": (Facts(standing=D.SIGNED_OFF, expired=True, changed=True), S.EXPIRED),
    "revoked": (Facts(standing=D.REVOKED), S.REVOKED),
    "revoked, asked again": (Facts(standing=D.REVOKED, waiting=True), S.REVOKED),
    "revoked, asked again, returned": (Facts(standing=D.REVOKED, returned=True), S.REVOKED),
    "revoked beats the clock": (Facts(standing=D.REVOKED, expired=True, changed=True), S.REVOKED),
    "out of scope beats all": (Facts(in_scope=False, standing=D.SIGNED_OFF, waiting=True), S.OUT_OF_SCOPE),
}


@pytest.mark.parametrize(("facts", "state"), CASES.values(), ids=CASES.keys())
def test_state_of_facts_is_the_first_that_fits(facts, state):
    assert state_of(facts) is state


FLAGS = st.builds(
    Facts,
    in_scope=st.booleans(),
    standing=st.sampled_from([None, D.SIGNED_OFF, D.REVOKED]),
    expired=st.booleans(),
    changed=st.booleans(),
    returned=st.booleans(),
    waiting=st.booleans(),
    drafting=st.booleans(),
)


@given(FLAGS)
def test_state_of_any_facts_counts_only_a_sign_off_that_holds(facts):
    holds = facts.in_scope and facts.standing is D.SIGNED_OFF and not facts.expired and not facts.changed

    assert (state_of(facts) is S.SIGNED_OFF) == holds


@given(FLAGS)
def test_state_of_any_facts_agrees_with_the_list_of_the_design(facts):
    signed = facts.standing is D.SIGNED_OFF
    order = [
        (not facts.in_scope, S.OUT_OF_SCOPE),
        (facts.standing is D.REVOKED, S.REVOKED),
        (signed and facts.expired, S.EXPIRED),
        (signed and facts.changed, S.STALE),
        (signed, S.SIGNED_OFF),
        (facts.returned and not facts.waiting, S.RETURNED),
        (facts.waiting, S.WAITING),
        (facts.drafting, S.DRAFTING),
        (True, S.NOT_STARTED),
    ]

    assert state_of(facts) is next(state for holds, state in order if holds)


def test_progress_of_states_counts_signed_off_in_scope_and_rounds_down():
    found = progress([S.SIGNED_OFF, S.STALE, S.NOT_STARTED, S.OUT_OF_SCOPE])

    assert (found.signed, found.in_scope, found.percent, found.text) == (1, 3, 33, "1 of 3")


def test_progress_without_scope_is_zero_percent():
    assert progress({}).percent == 0


@pytest.fixture
def enrolment(db):
    """A learner with three competencies in scope and a fourth, clinical one that is not."""
    cohort = make_cohort()
    framework = make_framework(programme=cohort.programme, competencies=3)
    make_competency(framework=framework, kind="clinical")
    return make_enrolment(cohort=cohort, starts=date(2026, 6, 1))


@pytest.fixture
def first(enrolment):
    return competencies(enrolment)[0]


def states(enrolment, **options):
    found = enrolment_states([enrolment.pk], **options)[enrolment.pk]
    return [found[competency.pk] for competency in competencies(enrolment)]


def test_cohort_states_new_learner_has_not_started_what_is_in_scope(enrolment):
    assert states(enrolment) == [S.NOT_STARTED, S.NOT_STARTED, S.NOT_STARTED, S.OUT_OF_SCOPE]


def test_cohort_states_draft_shows_to_its_owner_only(enrolment, first):
    make_version(item=make_evidence(enrolment=enrolment), competencies=[first])

    assert states(enrolment, own=True)[0] is S.DRAFTING
    assert states(enrolment)[0] is S.NOT_STARTED


def test_cohort_states_follow_a_competency_through_its_life(enrolment, first):
    item, seen = make_evidence(enrolment=enrolment), []

    def asked():
        version = make_version(item=item, competencies=[first], submitted_at=now())
        return make_request(version=version, competency=first)

    def look():
        seen.append(states(enrolment)[0])

    make_decision(request=asked(), kind="returned")
    look()
    request = asked()
    look()
    make_decision(request=request)
    look()
    draft = make_version(item=item, competencies=[first])
    look()
    draft.state, draft.submitted_at, draft.sha256 = "submitted", now(), "c" * 64
    draft.save()
    look()
    make_decision(request=make_request(version=draft, competency=first))
    look()
    make_decision(request=draft.requests.get(), kind="revoked")
    look()

    assert seen == [S.RETURNED, S.WAITING, S.SIGNED_OFF, S.SIGNED_OFF, S.STALE, S.SIGNED_OFF, S.REVOKED]


def test_cohort_states_cannot_judge_leaves_it_waiting(enrolment, first):
    make_decision(request=make_request(enrolment=enrolment, competency=first), kind="cannot_judge")

    assert states(enrolment)[0] is S.WAITING


def test_cohort_states_at_a_cut_off_know_nothing_recorded_later(enrolment, first):
    start = datetime(2026, 9, 1, tzinfo=UTC)
    item = make_evidence(enrolment=enrolment)
    version = make_version(item=item, competencies=[first], submitted_at=start)
    request = make_request(version=version, competency=first, requested_at=start)
    make_decision(request=request, decided_at=start + timedelta(days=5))
    make_version(item=item, competencies=[first], submitted_at=start + timedelta(days=9))

    seen = [states(enrolment, at=start + timedelta(days=day))[0] for day in (0, 1, 5, 6, 9, 10)]

    assert seen == [S.NOT_STARTED, S.WAITING, S.WAITING, S.SIGNED_OFF, S.SIGNED_OFF, S.STALE]
    assert states(enrolment)[0] is S.STALE


def test_cohort_states_sign_off_expires_after_its_months(enrolment, first):
    Competency.objects.filter(pk=first.pk).update(valid_for_months=12)
    request = make_request(enrolment=enrolment, competency=first)
    make_decision(request=request, decided_at=datetime(2026, 7, 1, tzinfo=UTC))

    seen = [states(enrolment, at=datetime(2027, *day, 12, tzinfo=UTC))[0] for day in ((6, 29), (6, 30), (7, 1))]

    assert seen == [S.SIGNED_OFF, S.SIGNED_OFF, S.EXPIRED]


def test_cohort_states_scope_taken_away_hides_the_sign_off(enrolment, first):
    make_decision(request=make_request(enrolment=enrolment, competency=first))
    ScopeItem.objects.filter(enrolment=enrolment, competency=first).delete()

    assert states(enrolment)[0] is S.OUT_OF_SCOPE


@pytest.mark.parametrize("learners", [1, 3])
def test_cohort_states_ask_the_same_number_of_queries_however_many_learners(
    enrolment, learners, django_assert_num_queries
):
    for _ in range(learners - 1):
        make_enrolment(cohort=enrolment.cohort)
    for row in enrolment.cohort.enrolments.all():
        make_decision(request=make_request(enrolment=row))

    with django_assert_num_queries(7):
        found = cohort_states([enrolment.cohort_id])

    assert [progress(mine).signed for mine in found.values()] == [1] * learners
