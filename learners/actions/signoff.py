"""What a mentor does with a request: sign off, return, say "cannot judge", take an own sign-off back."""

from django.db import transaction
from django.db.models import Q

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, StateError
from gpa_programme.core.periods import now, today
from learners.emails import signoff as emails
from learners.enums import PLACE_HOLDING, DecisionKind
from learners.models import Decision, Enrolment, SignOffRequest
from learners.rules import signoff as rules


def sign_off(*, request: SignOffRequest, versions_seen_sha256: str, by: User) -> Decision:
    """Sign the competency off on the versions seen. Raises as _decide does."""
    return _decide(request, DecisionKind.SIGNED_OFF, versions_seen_sha256, by)


def return_for_more(
    *, request: SignOffRequest, versions_seen_sha256: str, reason: str, would_satisfy: str, by: User
) -> Decision:
    """Send the request back with a reason and what would satisfy. Raises as _decide does."""
    return _decide(request, DecisionKind.RETURNED, versions_seen_sha256, by, reason, would_satisfy)


def cannot_judge(*, request: SignOffRequest, versions_seen_sha256: str, reason: str, by: User) -> Decision:
    """Say that somebody else must decide; the request stays open. Raises as _decide does."""
    return _decide(request, DecisionKind.CANNOT_JUDGE, versions_seen_sha256, by, reason)


def revoke(*, decision: Decision, reason: str, by: User) -> Decision:
    """Take an own sign-off back with a reason; it stays on record. Raises StateError `not_standing` and `not_own`."""
    rules.check_words(DecisionKind.REVOKED, reason=reason)
    with transaction.atomic():
        locked = _lock(decision.request)
        if decision.by_id != by.pk:
            raise StateError("Only the person who signed off takes it back here.", code="not_own")
        Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=locked.enrolment_id)
        standing = Decision.objects.filter(
            enrolment=locked.enrolment_id,
            competency=locked.competency_id,
            kind__in=[DecisionKind.SIGNED_OFF, DecisionKind.REVOKED],
        )
        last = standing.order_by("-pk").first()
        if last is None or last.pk != decision.pk or decision.kind != DecisionKind.SIGNED_OFF:
            raise StateError("There is no sign-off to take back.", code="not_standing")
        return _write(locked, DecisionKind.REVOKED, by, decision.capacity, reason)


def _decide(
    request: SignOffRequest,
    kind: DecisionKind,
    versions_seen_sha256: str,
    by: User,
    reason: str = "",
    would_satisfy: str = "",
) -> Decision:
    """Write one decision; the first that closes the request wins.

    Raises ConflictError `already_decided` with who and when, ConflictError `evidence_changed` where a version was
    submitted since, DomainError `own`, `not_mentor`, `reason` or `would_satisfy`.
    """
    rules.check_words(kind, reason=reason, would_satisfy=would_satisfy)
    with transaction.atomic():
        locked = _lock(request)
        enrolment = locked.enrolment
        rules.check_not_own(learner_id=enrolment.learner_id, by_id=by.pk)
        capacity = rules.capacity_of(_kinds_today(locked, by))
        if enrolment.state not in PLACE_HOLDING:
            raise StateError(f"{enrolment.learner} has left the programme. Nothing was saved.", code="left")
        if locked.closed_at is not None:
            raise ConflictError(_who_decided(locked), code="already_decided")
        if rules.seen_sha256(_hashes(locked)) != versions_seen_sha256:
            raise ConflictError(
                "The learner submitted more evidence since you opened this. Read it, then decide.",
                code="evidence_changed",
            )
        return _write(locked, kind, by, capacity, reason, would_satisfy)


def _lock(request: SignOffRequest) -> SignOffRequest:
    """The request with its row locked: two mentors who decide at once come one after the other."""
    rows = SignOffRequest.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("enrolment__cohort", "enrolment__learner", "competency").get(pk=request.pk)


def _kinds_today(request: SignOffRequest, by: User) -> list[str]:
    day = today()
    current = request.enrolment.mentorships.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
    return list(current.filter(mentor=by).values_list("kind", flat=True))


def _hashes(request: SignOffRequest) -> list[str]:
    return list(request.versions.values_list("sha256", flat=True))


def _who_decided(request: SignOffRequest) -> str:
    last = request.decisions.select_related("by").exclude(kind=DecisionKind.CANNOT_JUDGE).order_by("pk").first()
    if last is None:
        return "This request was closed, so there is nothing left to decide."
    return f"{last.by} decided this first: {last.status.label.lower()} on {last.effective_on:%-d %B %Y}."


def _write(
    request: SignOffRequest, kind: DecisionKind, by: User, capacity: str, reason: str = "", would_satisfy: str = ""
) -> Decision:
    enrolment, moment = request.enrolment, now()
    wording = rules.statement(kind, learner=str(enrolment.learner), competency=str(request.competency))
    decision = Decision.objects.create(
        request=request,
        enrolment=enrolment,
        competency=request.competency,
        learner=enrolment.learner,
        kind=kind,
        by=by,
        capacity=capacity,
        statement=wording,
        reason=reason.strip(),
        would_satisfy=would_satisfy.strip(),
        effective_on=today(),
        decided_at=moment,
        sha256=rules.decision_sha256(_hashes(request), wording),
    )
    if kind in {DecisionKind.SIGNED_OFF, DecisionKind.RETURNED}:
        request.closed_at = moment
        request.save(update_fields=["closed_at"])
    audit.record(
        f"signoff_{kind}",
        by=by,
        record_type="signoff_request",
        record=request.ref,
        hub=enrolment.cohort.hub_id,
        enrolment=enrolment.ref,
        competency=request.competency.code,
        sha256=decision.sha256,
    )
    emails.decided(decision)
    return decision
