"""Versions of a framework in a row: what was learned under the first counts and is read under the last."""

import pytest

from gpa_programme.core.errors import StateError
from learners.actions import signoff
from learners.actions.framework_moves import move_framework
from learners.enums import CompetencyState
from learners.models import CompetencyMapping, EvidenceLink, SignOffRequest
from learners.queries.competency import competency_of, competency_page
from learners.queries.frameworks import move_of, newer_versions
from learners.queries.states import enrolment_states
from learners.queries.waiting import case_of
from tests.factories import (
    make_cohort,
    make_decision,
    make_enrolment,
    make_evidence,
    make_framework,
    make_mentorship,
    make_request,
    make_user,
    make_version,
)
from tests.learners.portfolios import competencies

pytestmark = pytest.mark.django_db
WHY = "The newest one fits the post"


def next_version(framework, version):
    """A newer version of the same competencies, each mapped from the version before."""
    newer = make_framework(programme=framework.programme, competencies=framework.competencies.count(), version=version)
    for old, new in zip(framework.competencies.all(), newer.competencies.all(), strict=True):
        CompetencyMapping.objects.create(old=old, new=new, carries=True)
    return newer


@pytest.fixture
def learner():
    """A learner on version 1 of three: one competency signed off, one asked for, one with a draft."""
    cohort = make_cohort()
    first = make_framework(programme=cohort.programme, competencies=3, version=1)
    enrolment = make_enrolment(cohort=cohort, framework=first)
    make_mentorship(enrolment=enrolment)
    signed, asked, drafted = competencies(enrolment)
    make_decision(request=make_request(enrolment=enrolment, competency=signed))
    make_request(enrolment=enrolment, competency=asked)
    make_version(item=make_evidence(enrolment=enrolment), competencies=[drafted])
    second = next_version(first, 2)
    return enrolment, second, next_version(second, 3)


def states(enrolment):
    """The states in the order of the framework, as the learner sees them."""
    return [state.value for state in enrolment_states([enrolment.pk], own=True)[enrolment.pk].values()]


def test_going_over_two_versions_at_once_loses_nothing(learner):
    enrolment, _second, third = learner
    promised = move_of(enrolment, third)

    move_framework(enrolment=enrolment, to=third, reason=WHY, by=make_user())

    assert states(enrolment) == ["signed_off", "waiting", "drafting"]
    assert (len(promised.kept), promised.lost, promised.new) == (1, [], [])
    assert SignOffRequest.objects.open().get().competency.framework == third
    assert EvidenceLink.objects.filter(competency__framework=third, version__sha256="").count() == 1


def test_sign_off_that_one_of_two_mappings_does_not_carry_is_lost_and_said_so(learner):
    enrolment, second, third = learner
    CompetencyMapping.objects.filter(old__framework=second).update(carries=False)
    promised = move_of(enrolment, third)

    move_framework(enrolment=enrolment, to=third, reason=WHY, by=make_user())

    assert (promised.kept, len(promised.lost)) == ([], 1)
    assert states(enrolment)[0] == "not_started"


def test_nobody_goes_back_to_an_older_version(learner):
    enrolment, second, third = learner
    first = enrolment.framework
    offered = [row.version for row in newer_versions(enrolment)]
    move_framework(enrolment=enrolment, to=second, reason=WHY, by=make_user())

    with pytest.raises(StateError) as refusal:
        move_framework(enrolment=enrolment, to=first, reason=WHY, by=make_user())

    assert (offered, refusal.value.code) == ([3, 2], "no_version")
    assert [row.version for row in newer_versions(enrolment)] == [third.version]


def test_evidence_and_sign_off_of_two_versions_ago_are_on_the_page(learner):
    enrolment, second, third = learner
    for version in (second, third):
        move_framework(enrolment=enrolment, to=version, reason=WHY, by=make_user())
    signed, asked, _drafted = third.competencies.all()

    shown = competency_page(competency_of(enrolment, signed.code), own=True, reader=enrolment.learner)
    case = case_of(SignOffRequest.objects.open().get(competency=asked))

    assert (len(shown.versions), len(shown.requests), shown.standing is not None) == (1, 1, True)
    assert [one.justification for one in case.evidence] == ["It shows it"]


def test_sign_off_that_a_later_one_replaced_cannot_be_taken_back(learner):
    enrolment, second, _third = learner
    replaced = enrolment.decisions.get()
    move_framework(enrolment=enrolment, to=second, reason=WHY, by=make_user())
    renewed = make_decision(request=make_request(enrolment=enrolment, competency=second.competencies.first()))

    with pytest.raises(StateError) as refusal:
        signoff.revoke(decision=replaced, reason="It was signed too early", by=replaced.by)

    assert (refusal.value.code, states(enrolment)[0]) == ("not_standing", "signed_off")
    signoff.revoke(decision=renewed, reason="It was signed too early", by=renewed.by)
    assert states(enrolment)[0] == CompetencyState.REVOKED


def test_sign_off_of_an_earlier_version_that_stands_can_be_taken_back(learner):
    enrolment, second, third = learner
    decision = enrolment.decisions.get()
    for version in (second, third):
        move_framework(enrolment=enrolment, to=version, reason=WHY, by=make_user())

    signoff.revoke(decision=decision, reason="It was signed too early", by=decision.by)

    assert states(enrolment)[0] == CompetencyState.REVOKED
