"""Reads of certificates: what one is frozen from, one by its code, and who may open its file."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.periods import today
from learners.enums import CertificateKind, RequestRoute, VerificationOutcome
from learners.models import Certificate, Competency, Enrolment, Verification
from learners.queries.finish import standing_of
from learners.queries.states import enrolment_states
from learners.rules import certificates as rules
from learners.rules.certificates import Signed


def content_of(enrolment: Enrolment, *, code: str, address: str, kind: str, issued_on: date) -> dict[str, Any]:
    """What a certificate says, frozen on the day it is issued: who, what, where, how, and each competency."""
    cohort = enrolment.cohort
    placement = enrolment.placements.select_related("practice").filter(until__isnull=True).first()
    return {
        "code": code,
        "address": address,
        "kind": kind,
        "name": str(enrolment.learner),
        "programme": cohort.programme.name,
        "role": cohort.programme.role,
        "framework": str(enrolment.framework),
        "hub": cohort.hub.name,
        "practice": placement.practice.name if placement else "",
        "route": enrolment.route,
        "verification": _verification(enrolment, kind),
        "starts": enrolment.starts.isoformat(),
        "issued_on": issued_on.isoformat(),
        "domains": rules.by_domain(_signed(enrolment)),
        "invented": cohort.programme.invented,
    }


def _signed(enrolment: Enrolment) -> list[Signed]:
    standing = standing_of(enrolment, enrolment_states([enrolment.pk])[enrolment.pk])
    rows = Competency.objects.filter(pk__in=standing).select_related("domain").order_by("position")
    return [Signed(one.domain.name, one.code, one.title, standing[one.pk].route == RequestRoute.PRIOR) for one in rows]


def _verification(enrolment: Enrolment, kind: str) -> str:
    """How the portfolio was verified: read, passed with its sample, before this system kept it, or not at all."""
    rows = Verification.objects.filter(enrolment=enrolment, outcome=VerificationOutcome.VERIFIED).order_by("-pk")
    drawn = rows.values_list("drawn", flat=True).first()
    if drawn is None:
        return rules.BEFORE if kind == CertificateKind.ACCREDITED else ""
    return rules.READ if drawn else rules.WITH_SAMPLE


def to_issue(user: Any) -> QuerySet[Enrolment]:
    """The learners of the person's hubs who have reached an end and never had a certificate, the earliest first."""
    hubs = access.hub_ids(user, Permission.ISSUE_CERTIFICATE) or set()
    rows = Enrolment.objects.filter(cohort__hub__in=hubs, state__in=list(rules.KINDS), certificates__isnull=True)
    return rows.exclude(learner=user.pk).select_related("learner").order_by("starts", "pk")


def new_certificates(user: Any) -> QuerySet[Certificate]:
    """The person's own certificates that are current and were issued lately."""
    since = today() - timedelta(days=rules.NEW_DAYS)
    rows = Certificate.objects.filter(enrolment__learner=user.pk, withdrawn_on__isnull=True, issued_on__gte=since)
    return rows.order_by("-issued_on", "-pk")


def by_code(code: str) -> Certificate | None:
    """The certificate of that code, for anybody who asks."""
    return Certificate.objects.filter(code=code).first()


def certificate_for(user: Any, code: str) -> Certificate | None:
    """The certificate of that code where the person may open its file: its learner, hub, national team."""
    rows = Certificate.objects.visible_to(user).select_related("enrolment__learner", "enrolment__cohort__hub")
    return rows.prefetch_related("enrolment__placements").filter(code=code).first()
