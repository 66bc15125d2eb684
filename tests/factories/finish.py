"""Makes the end of a portfolio: samples with one portfolio in them, and certificates."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gpa_programme.core.periods import today
from learners.enums import CertificateKind
from learners.models import Certificate, Enrolment, Verification, VerificationSample
from tests.factories.accounts import make_user


def make_verification(*, enrolment: Enrolment, codes: list[str] | None = None, **fields) -> Verification:
    """A portfolio alone in its sample: drawn with these competencies, or with none given all of its scope."""
    scope = [item.competency for item in enrolment.scope.current().select_related("competency__domain")]
    codes = codes if codes is not None else [one.code for one in scope]
    fields.setdefault("drawn", bool(codes))
    sample = VerificationSample.objects.create(
        programme=enrolment.cohort.programme,
        seed="seed",
        portfolios_percent=100,
        competencies_each=max(len(codes), 1),
        population=[
            {
                "ref": enrolment.ref,
                "hub": enrolment.cohort.hub.slug,
                "competencies": {one.code: one.domain.code for one in scope},
            }
        ],
        drawn={enrolment.ref: codes} if codes else {},
        by=fields.pop("by", None) or make_user(),
    )
    fields.setdefault("since", today())
    fields.setdefault("until", today() + timedelta(days=28))
    return Verification.objects.create(sample=sample, enrolment=enrolment, **fields)


def make_certificate(*, enrolment: Enrolment, code: str = "K7MP-2Q4R-XW9B", **fields) -> Certificate:
    """A current certificate; its file says only whose it is."""
    cohort, day = enrolment.cohort, today()
    content = {
        "code": code,
        "address": f"http://localhost/certificates/{code}/",
        "kind": CertificateKind.ACCREDITED,
        "name": str(enrolment.learner),
        "programme": cohort.programme.name,
        "role": cohort.programme.role,
        "framework": str(enrolment.framework),
        "hub": cohort.hub.name,
        "practice": "A surgery",
        "route": enrolment.route,
        "verification": "read",
        "starts": enrolment.starts.isoformat(),
        "issued_on": day.isoformat(),
        "domains": [],
        "invented": False,
    }
    fields.setdefault("kind", CertificateKind.ACCREDITED)
    fields.setdefault("issued_by", None)
    fields["issued_by"] = fields["issued_by"] or make_user()
    return Certificate.objects.create(
        enrolment=enrolment,
        code=code,
        content=content,
        issued_on=day,
        stored_as=default_storage.save(f"certificates/{code}.pdf", ContentFile(f"Of {enrolment.ref}".encode())),
        sha256="c" * 64,
        **fields,
    )
