"""What a learner says they bring, the claim of a Care Certificate as prior learning, the route, and the standards."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import DomainError
from gpa_programme.core.periods import now, today
from learners.actions import evidence
from learners.enums import CareCertificate, EvidenceKind
from learners.models import Background, CareStandard, Competency, CompetencyFramework, Enrolment, EvidenceVersion
from learners.queries.background import background_of, claim_of
from learners.rules import background as rules
from learners.rules.evidence import Content


def save_background(
    *,
    enrolment: Enrolment,
    previous_role: str,
    care_certificate: str,
    certified_on: date | None,
    edition: str,
    by: User,
) -> Background:
    """Keep what the learner brings. Date and edition are kept only of a certificate that is held or in progress.

    Raises DomainError `not_own`, and what rules.check_background refuses.
    """
    if enrolment.learner_id != by.pk:
        raise DomainError("Only the learner says what they bring.", code="not_own")
    rules.check_background(certificate=care_certificate, certified_on=certified_on, edition=edition, today=today())
    held = care_certificate == CareCertificate.HELD
    with transaction.atomic():
        background, _made = Background.objects.update_or_create(
            enrolment=enrolment,
            defaults={
                "previous_role": previous_role.strip(),
                "care_certificate": care_certificate,
                "certified_on": certified_on if held else None,
                "edition": "" if care_certificate == CareCertificate.NONE else edition,
                "saved_at": now(),
            },
        )
        _record("background_saved", enrolment, by=by, care_certificate=care_certificate, edition=background.edition)
    return background


def claim_certificate(*, enrolment: Enrolment, by: User) -> EvidenceVersion:
    """One draft that claims the learner's Care Certificate as prior learning for everything it covers and they need.

    Asked again while that draft is open, the same one. The learner adds the certificate and submits it as any other.
    Raises as actions.evidence.start_item does, and DomainError `nothing_to_claim`.
    """
    evidence.check_writer(enrolment, by=by)
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        claim = claim_of(locked, background_of(locked))
        if claim is None or not claim.lines:
            raise DomainError(
                "There is nothing to claim: say first that you hold the certificate.", code="nothing_to_claim"
            )
        title = rules.claim_title(claim.edition)
        started = _started(locked, title)
        if started is not None:
            return started
        draft = evidence.start_item(
            enrolment=locked, kind=EvidenceKind.CERTIFICATE, by=by, competencies=[one for one, _line in claim.lines]
        )
        links = {one.code: line for one, line in claim.lines}
        content = Content(title, "", no_patient_details=False, links=links, prior_learning=True)
        return evidence.save_draft(version=draft, revision=draft.revision, content=content, by=by)


def _started(enrolment: Enrolment, title: str) -> EvidenceVersion | None:
    drafts = EvidenceVersion.objects.filter(
        item__enrolment=enrolment, item__kind=EvidenceKind.CERTIFICATE, title=title, prior_learning=True, sha256=""
    )
    return drafts.select_related("item").order_by("pk").first()


def map_standard(
    *, standard: CareStandard, framework: CompetencyFramework, codes: Collection[str], by: User
) -> CareStandard:
    """Say which competencies of a framework holding a standard is prior learning for; other frameworks' stay."""
    with transaction.atomic():
        locked = CareStandard.objects.select_for_update(of=("self",), no_key=True).get(pk=standard.pk)
        before = set(locked.competencies.filter(framework=framework).values_list("code", flat=True))
        wanted = list(Competency.objects.filter(framework=framework, code__in=codes))
        after = {one.code for one in wanted}
        if before == after:
            return locked
        locked.competencies.remove(*locked.competencies.filter(framework=framework))
        locked.competencies.add(*wanted)
        audit.record(
            "care_standard_mapped",
            by=by,
            record_type="framework",
            record=framework.pk,
            standard=f"{locked.edition}/{locked.number}",
            added=sorted(after - before),
            removed=sorted(before - after),
        )
    return locked


def _record(verb: str, enrolment: Enrolment, *, by: User, **detail: str) -> None:
    audit.record(verb, by=by, record_type="enrolment", record=enrolment.ref, hub=enrolment.cohort.hub_id, **detail)
