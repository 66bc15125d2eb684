"""Words that stay for good are read for patients' details: decisions, scopes, reading, declarations, verification."""

import pytest

from gpa_programme.core.errors import DomainError
from gpa_programme.core.periods import now, today
from learners.actions import finish, reading, scope, signoff
from learners.models import Decision, ReadingReason, ScopeAgreement
from learners.rules.said import check_kept
from learners.rules.signoff import seen_sha256
from tests.factories import make_evidence, make_request, make_version
from tests.learners.portfolios import competencies

pytestmark = pytest.mark.django_db
PATIENT = "Ask again about 943 476 5919 before the next one"
TOLD = "Remove “943 476 5919”: it looks like an NHS number. Others read this, and it cannot be changed later"


def asked_of(north):
    """A request that waits for the mentor, and the hash over what it names."""
    version = make_version(
        item=make_evidence(enrolment=north.enrolment),
        competencies=competencies(north.enrolment)[:1],
        submitted_at=now(),
    )
    request = make_request(version=version)
    return request, seen_sha256(request.versions.values_list("sha256", flat=True))


def returned(north):
    request, seen = asked_of(north)
    signoff.return_for_more(
        request=request, versions_seen_sha256=seen, reason=PATIENT, would_satisfy="A second call", by=north.mentor
    )


def handed_on(north):
    request, seen = asked_of(north)
    signoff.cannot_judge(request=request, versions_seen_sha256=seen, reason=PATIENT, by=north.mentor)


def opened(north):
    reading.open_for_reason(enrolment=north.enrolment, reason=PATIENT, by=north.coordinator)


def proposed(north):
    scope.propose(enrolment=north.enrolment, codes=set(), reason=PATIENT, by=north.learner)


def rerouted(north):
    finish.set_route(enrolment=north.enrolment, route="in_house", reason=PATIENT, by=north.coordinator)


@pytest.mark.parametrize("deed", [returned, handed_on, opened, proposed, rerouted])
def test_reason_with_a_patients_number_is_refused_at_its_field(north, deed):
    with pytest.raises(DomainError) as refused:
        deed(north)

    assert (str(refused.value), refused.value.field, refused.value.code) == (TOLD, "reason", "details")
    assert [model.objects.count() for model in (Decision, ReadingReason)] == [0, 0]
    assert not ScopeAgreement.objects.filter(reason=PATIENT).exists()


def test_words_without_a_detail_pass():
    check_kept({"reason": "One call is not enough to judge", "would_satisfy": ""}, today=today())
