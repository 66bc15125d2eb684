"""What a mentor does with requests: sign off, return, hand on, take a sign-off back; the learner says "read"."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now, today
from learners.actions.observations import confirm
from learners.actions.requests import check_open, lock_request
from learners.emails import signoff as emails
from learners.enums import PLACE_HOLDING, DecisionKind
from learners.models import Acknowledgement, Decision, Enrolment, EvidenceFile, Observation, SignOffRequest
from learners.queries.competency import standing_now
from learners.queries.flags import hidden_versions
from learners.queries.judging import able_to_judge, kinds_today, opened_by
from learners.queries.observations import unconfirmed_of, watched_by, wording_of
from learners.rules import signoff as rules
from learners.rules.said import check_kept


def sign_off(
    *, request: SignOffRequest, versions_seen_sha256: str, by: User, pictures_looked_at: bool = False
) -> Decision:
    """Sign the competency off on the versions seen. Raises as _decide does, and DomainError at `pictures_looked_at`
    where a file that only a person can read is named and nobody says that they looked.
    """
    with transaction.atomic():
        decision = _decide(
            request,
            DecisionKind.SIGNED_OFF,
            versions_seen_sha256,
            by,
            looked=pictures_looked_at,
            watched=watched_by(request, by),
        )
        emails.decided(decision)
    return decision


def sign_off_together(
    *, seen: Mapping[SignOffRequest, str], by: User, pictures_looked_at: bool = False
) -> list[Decision]:
    """Sign several off at once, each with a decision of its own on the versions seen: all, or none of them.

    Only what belongs to one learner and one domain, what the person opened as it is now, and what rests on nothing
    watched that waits for its observer's word. Raises DomainError `groups`, `not_opened` or `unconfirmed`; and what
    refused one of them, with its name, as ConflictError or DomainError.
    """
    requests = sorted(seen, key=lambda request: request.pk)
    groups = {(request.enrolment_id, request.competency.domain_id) for request in requests}
    marks = {rules.seen_mark(request.ref, seen[request]) for request in requests}
    waits = unconfirmed_of(requests)
    rules.check_together(
        groups=len(groups),
        opened=marks <= opened_by(by, marks),
        unconfirmed=[str(request.competency) for request in requests if request.pk in waits],
    )
    with transaction.atomic():
        Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=requests[0].enrolment_id)
        decisions = [_decide_one_of(request, seen[request], by, looked=pictures_looked_at) for request in requests]
        emails.decided_together(decisions)
    return decisions


def _decide_one_of(request: SignOffRequest, seen: str, by: User, *, looked: bool) -> Decision:
    try:
        return _decide(request, DecisionKind.SIGNED_OFF, seen, by, looked=looked)
    except DomainError as error:
        raise type(error)(f"{request.competency}: {error.message}", field=error.field, code=error.code) from error


def return_for_more(
    *, request: SignOffRequest, versions_seen_sha256: str, reason: str, would_satisfy: str, by: User
) -> Decision:
    """Send the request back with a reason and what would satisfy. Raises as _decide does."""
    with transaction.atomic():
        decision = _decide(request, DecisionKind.RETURNED, versions_seen_sha256, by, reason, would_satisfy)
        emails.decided(decision)
    return decision


def cannot_judge(
    *, request: SignOffRequest, versions_seen_sha256: str, reason: str, by: User, handed_to: User | None = None
) -> Decision:
    """Hand the request on, which stays open: to another mentor of today who may decide on it, or (None) to the hub.

    Raises as _decide does, and DomainError at `handed_to`.
    """
    with transaction.atomic():
        able = {row.mentor_id for row in able_to_judge(request, but=by)}
        rules.check_handed_to(handed_to.pk if handed_to else None, able=able)
        decision = _decide(request, DecisionKind.CANNOT_JUDGE, versions_seen_sha256, by, reason, handed_to=handed_to)
        emails.decided(decision)
        if handed_to is None:
            emails.nobody_judges(decision)
        else:
            emails.handed_on(decision, handed_to)
    return decision


def acknowledge(*, decision: Decision, by: User) -> Acknowledgement:
    """The learner says that they have read a decision; twice is once. Raises DomainError `not_own`."""
    if decision.learner_id != by.pk:
        raise DomainError("Only the learner says that they have read this.", code="not_own")
    with transaction.atomic():
        lock_request(decision.request)
        made, new = Acknowledgement.objects.get_or_create(decision=decision)
        if new:
            audit.record(
                "decision_read",
                by=by,
                record_type="signoff_request",
                record=decision.request.ref,
                hub=decision.enrolment.cohort.hub_id,
                decision=decision.pk,
            )
    return made


def revoke(*, decision: Decision, reason: str, by: User) -> Decision:
    """Take a sign-off back with a reason; it stays on record.

    For who signed it, and for the GP mentor of today. Raises StateError `not_standing` and `not_own`, DomainError
    `not_mentor`.
    """
    rules.check_words(DecisionKind.REVOKED, reason=reason)
    check_kept({"reason": reason}, today=today())
    with transaction.atomic():
        Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=decision.enrolment_id)
        locked = lock_request(decision.request)
        rules.check_not_own(learner_id=locked.enrolment.learner_id, by_id=by.pk)
        kinds = kinds_today(locked.enrolment, by)
        if not rules.may_revoke(own=decision.by_id == by.pk, kinds=kinds):
            raise StateError(
                "Only the mentor who signed off, or the learner's GP mentor now, takes a sign-off back.", code="not_own"
            )
        standing = standing_now(locked)
        if standing is None or standing.pk != decision.pk:
            raise StateError("There is no sign-off to take back.", code="not_standing")
        revoked = _write(locked, DecisionKind.REVOKED, by, rules.capacity_of(kinds), reason)
        emails.decided(revoked)
    return revoked


def _decide(
    request: SignOffRequest,
    kind: DecisionKind,
    versions_seen_sha256: str,
    by: User,
    reason: str = "",
    would_satisfy: str = "",
    *,
    looked: bool = False,
    handed_to: User | None = None,
    watched: Observation | None = None,
) -> Decision:
    """Write one decision in the caller's transaction; the first that closes the request wins.

    Raises ConflictError `already_decided` with who and when, ConflictError `evidence_changed` where a version was
    submitted since, DomainError `own`, `not_mentor`, `may_not_sign`, `reason`, `would_satisfy`, `details` or
    `pictures`.
    """
    rules.check_words(kind, reason=reason, would_satisfy=would_satisfy)
    check_kept({"reason": reason, "would_satisfy": would_satisfy}, today=today())
    locked = lock_request(request)
    enrolment = locked.enrolment
    rules.check_not_own(learner_id=enrolment.learner_id, by_id=by.pk)
    capacity = rules.capacity_for(kind, kinds_today(enrolment, by), locked.competency.may_sign)
    if enrolment.state not in PLACE_HOLDING:
        raise StateError(f"{enrolment.learner} has left the programme. Nothing was saved.", code="left")
    check_open(locked)
    if hidden_versions(locked.versions.values_list("pk", flat=True)):
        raise StateError(
            "Part of this is hidden, because somebody says that it names a patient. Nothing was saved: decide on it "
            "when that is settled.",
            code="hidden",
        )
    if rules.seen_sha256(_hashes(locked)) != versions_seen_sha256:
        raise ConflictError(
            "The learner submitted more evidence since you opened this. Read it, then decide.",
            code="evidence_changed",
        )
    unread = kind == DecisionKind.SIGNED_OFF and _names_unread_files(locked)
    rules.check_pictures(kind, unread=unread, looked=looked)
    return _write(
        locked,
        kind,
        by,
        capacity,
        reason,
        would_satisfy,
        watched=watched,
        handed_to=handed_to,
        pictures_looked_at=unread and looked,
    )


def _names_unread_files(request: SignOffRequest) -> bool:
    """Whether the request names a file that only a person can read."""
    files = EvidenceFile.objects.filter(version__requests=request, unread=True, destroyed_at__isnull=True)
    return files.exists()


def _hashes(request: SignOffRequest) -> list[str]:
    return list(request.versions.values_list("sha256", flat=True))


def _write(
    request: SignOffRequest,
    kind: DecisionKind,
    by: User,
    capacity: str,
    reason: str = "",
    would_satisfy: str = "",
    *,
    watched: Observation | None = None,
    **more: Any,
) -> Decision:
    enrolment, moment = request.enrolment, now()
    wording = wording_of(request, kind, watched)
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
        **more,
    )
    if kind in {DecisionKind.SIGNED_OFF, DecisionKind.RETURNED}:
        request.closed_at = moment
        request.save(update_fields=["closed_at"])
    if watched is not None:
        confirm(request=request, by=by, at=moment)
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
    return decision
