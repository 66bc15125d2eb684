"""What issues and withdraws certificates: content frozen, drawn once as a PDF, stored under its hash."""

import hashlib
import io

import segno
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.documents import pdf_bytes
from gpa_programme.core.periods import today
from hubs.models import Cohort
from learners.actions.enrolment import move
from learners.emails import finish as emails
from learners.enums import EnrolmentState
from learners.models import Certificate, Enrolment
from learners.queries.certificates import content_of
from learners.rules import certificates as rules


def issue(*, enrolment: Enrolment, by: User) -> Certificate:
    """Issue the certificate of a verified or completed learner; a verified one is completed by it.

    Raises DomainError on one's own, StateError `state` or `issued`, and as move does.
    """
    with transaction.atomic():
        Cohort.objects.select_for_update(of=("self",)).get(pk=enrolment.cohort_id)
        rows = Enrolment.objects.select_related("learner", "framework", "cohort__programme", "cohort__hub")
        current = rows.get(pk=enrolment.pk)
        kind = rules.check_issue(
            state=current.state,
            has_current=current.certificates.filter(withdrawn_on__isnull=True).exists(),
            learner_id=current.learner_id,
            by_id=by.pk,
        )
        if current.state == EnrolmentState.VERIFIED:
            move(enrolment=current, to=EnrolmentState.COMPLETED, effective_on=today(), by=by)
        certificate = _make(current, kind, by)
        emails.certificate_issued(certificate)
    enrolment.state = current.state
    return certificate


def _make(enrolment: Enrolment, kind: str, by: User) -> Certificate:
    code, day = rules.new_code(), today()
    address = settings.SITE_URL + reverse("certificate", kwargs={"code": code})
    content = content_of(enrolment, code=code, address=address, kind=kind, issued_on=day)
    data = drawn(content)
    sha256 = hashlib.sha256(data).hexdigest()
    certificate = Certificate.objects.create(
        enrolment=enrolment,
        code=code,
        kind=kind,
        content=content,
        issued_on=day,
        issued_by=by,
        stored_as=_store(data, sha256),
        sha256=sha256,
    )
    _record("certificate_issued", certificate, by, sha256=sha256, kind=kind)
    return certificate


def drawn(content: dict[str, object]) -> bytes:
    """The PDF of a certificate's frozen content: the same content gives the same bytes."""
    picture = io.BytesIO()
    segno.make(str(content["address"]), error="m").save(picture, kind="svg", scale=4, border=2, xmldecl=False)
    return pdf_bytes("certificate", rules.document(content), {"qr": picture.getvalue().decode()})


def _store(data: bytes, sha256: str) -> str:
    """Write the bytes under their hash; the same bytes are the same file."""
    name = f"certificates/{sha256[:2]}/{sha256}.pdf"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
    return name


def withdraw(*, certificate: Certificate, reason: str, by: User) -> Certificate:
    """Withdraw a certificate: its public page says so from today, the learner is told. The enrolment stays as it is.

    Raises DomainError `reason`, StateError `withdrawn`.
    """
    with transaction.atomic():
        rows = Certificate.objects.select_for_update(of=("self",), no_key=True)
        row = rows.select_related("enrolment__learner", "enrolment__cohort__hub").get(pk=certificate.pk)
        rules.check_withdraw(withdrawn=row.withdrawn_on is not None, reason=reason)
        row.withdrawn_on, row.withdrawn_by, row.withdrawn_reason = today(), by, reason.strip()
        row.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_reason"])
        _record("certificate_withdrawn", row, by, reason=reason.strip())
        emails.certificate_withdrawn(row)
    return row


def _record(verb: str, certificate: Certificate, by: User, *, reason: str = "", **detail: object) -> None:
    enrolment = certificate.enrolment
    audit.record(
        verb,
        by=by,
        record_type="enrolment",
        record=enrolment.ref,
        hub=enrolment.cohort.hub_id,
        reason=reason,
        certificate=certificate.code,
        **detail,
    )
