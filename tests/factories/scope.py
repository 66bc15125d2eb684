"""Makes proposals of a scope, and standards of the Care Certificate."""

from gpa_programme.core.periods import now
from learners.enums import ScopeState
from learners.models import CareStandard, Enrolment, ScopeAgreement


def make_scope_agreement(
    *, enrolment: Enrolment, competencies=None, state: ScopeState = ScopeState.PROPOSED, **fields
) -> ScopeAgreement:
    """A proposal by the learner of the scope as it is, open unless `state` says otherwise."""
    fields.setdefault("proposed_by", enrolment.learner)
    if state != ScopeState.PROPOSED:
        fields.setdefault("decided_by", fields["proposed_by"])
        fields.setdefault("decided_at", now())
    number = enrolment.scope_agreements.count() + 1
    agreement = ScopeAgreement.objects.create(enrolment=enrolment, number=number, state=state, **fields)
    if competencies is None:
        competencies = [item.competency for item in enrolment.scope.current().select_related("competency")]
    agreement.competencies.set(competencies)
    return agreement


def make_care_standard(*, edition: str = "2015", number: int = 6, title: str = "Communication", competencies=()):
    """A standard that covers these competencies; making it twice is making it once."""
    standard, _made = CareStandard.objects.get_or_create(edition=edition, number=number, defaults={"title": title})
    standard.competencies.add(*competencies)
    return standard
