"""Makes evidence, requests for sign-off and decisions on them; hashes as learners/rules computes them."""

from datetime import datetime, timedelta

from gpa_programme.core.periods import london_date, now
from learners.enums import DecisionKind, EvidenceKind, MentorKind, VersionState
from learners.models import (
    Competency,
    Decision,
    Enrolment,
    EvidenceItem,
    EvidenceLink,
    EvidenceVersion,
    RequestVersion,
    SignOffRequest,
)
from learners.rules import evidence as evidence_rules
from learners.rules import signoff as signoff_rules
from tests.factories.learners import make_enrolment, make_mentorship

CLOSING = {DecisionKind.SIGNED_OFF, DecisionKind.RETURNED}


def make_evidence(*, enrolment: Enrolment | None = None, kind: EvidenceKind = EvidenceKind.REFLECTION) -> EvidenceItem:
    """An item without a version yet; make_version adds what it says."""
    return EvidenceItem.objects.create(enrolment=enrolment or make_enrolment(), kind=kind)


def make_version(
    *,
    item: EvidenceItem | None = None,
    competencies: list[Competency] | None = None,
    submitted_at: datetime | None = None,
    **fields,
) -> EvidenceVersion:
    """The item's next version, a draft; with `submitted_at` given, a frozen one. `competencies` default to the first
    in the learner's scope.
    """
    item = item or make_evidence()
    if competencies is None:
        first = item.enrolment.scope.order_by("competency__position").first()
        competencies = [first.competency] if first else []
    fields.setdefault("title", "An account")
    fields.setdefault("text", "What I did and what I learned.")
    fields.setdefault("saved_at", submitted_at or now())
    version = EvidenceVersion.objects.create(item=item, number=item.versions.count() + 1, **fields)
    EvidenceLink.objects.bulk_create(
        [
            EvidenceLink(version=version, competency=competency, justification="It shows it")
            for competency in competencies
        ]
    )
    if submitted_at:
        version.state, version.submitted_at, version.no_patient_details = VersionState.SUBMITTED, submitted_at, True
        version.sha256 = _hash_of(version)
        version.save()
    return version


def make_request(
    *,
    enrolment: Enrolment | None = None,
    competency: Competency | None = None,
    version: EvidenceVersion | None = None,
    requested_at: datetime | None = None,
) -> SignOffRequest:
    """An open request on one submitted version, made an hour ago unless told otherwise."""
    requested_at = requested_at or now() - timedelta(hours=1)
    enrolment = enrolment or (version.item.enrolment if version else make_enrolment())
    competency = competency or (
        version.links.first().competency
        if version
        else enrolment.scope.order_by("competency__position").first().competency
    )
    version = version or make_version(
        item=make_evidence(enrolment=enrolment), competencies=[competency], submitted_at=requested_at
    )
    request = SignOffRequest.objects.create(enrolment=enrolment, competency=competency, requested_at=requested_at)
    RequestVersion.objects.create(request=request, version=version)
    return request


def make_decision(
    *, request: SignOffRequest | None = None, kind: DecisionKind = DecisionKind.SIGNED_OFF, by=None, **fields
) -> Decision:
    """A decision by the learner's GP mentor (made if there is none), now; it closes the request as its kind says."""
    request = request or make_request()
    enrolment = request.enrolment
    by = by or _mentor(enrolment)
    decided_at = fields.setdefault("decided_at", now())
    wording = signoff_rules.statement(kind, learner=str(enrolment.learner), competency=str(request.competency))
    fields = {
        "request": request,
        "enrolment": enrolment,
        "competency": request.competency,
        "learner": enrolment.learner,
        "kind": kind,
        "by": by,
        "capacity": MentorKind.GP,
        "statement": wording,
        "reason": "" if kind == DecisionKind.SIGNED_OFF else "It does not show it yet",
        "would_satisfy": "One more example" if kind == DecisionKind.RETURNED else "",
        "effective_on": london_date(decided_at),
        "sha256": signoff_rules.decision_sha256(request.versions.values_list("sha256", flat=True), wording),
    } | fields
    decision = Decision.objects.create(**fields)
    if kind in CLOSING and request.closed_at is None:
        request.closed_at = decided_at
        request.save(update_fields=["closed_at"])
    return decision


def _mentor(enrolment: Enrolment):
    held = enrolment.mentorships.filter(until__isnull=True).order_by("pk").first() or make_mentorship(
        enrolment=enrolment
    )
    return held.mentor


def _hash_of(version: EvidenceVersion) -> str:
    links = {link.competency.code: link.justification for link in version.links.select_related("competency")}
    return evidence_rules.version_sha256(
        ref=version.item.ref,
        number=version.number,
        kind=version.item.kind,
        content=evidence_rules.Content(version.title, version.text, True, links),
        files=version.files.values_list("name", "sha256"),
    )
