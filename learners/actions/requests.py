"""Requests for sign-off: raised over exact versions, sent again, taken back, closed when nobody can decide them."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError
from gpa_programme.core.periods import london_date, now, today
from learners.actions.evidence import check_writer
from learners.emails import signoff as emails
from learners.enums import ClosedBecause, DecisionKind, RequestRoute
from learners.models import Competency, Enrolment, EvidenceVersion, RequestVersion, SignOffRequest
from learners.queries.competency import askable_versions
from learners.queries.states import enrolment_states
from learners.rules import requests as rules


def ask(
    *,
    enrolment: Enrolment,
    competency: Competency,
    versions: Iterable[EvidenceVersion],
    route: RequestRoute = RequestRoute.USUAL,
) -> SignOffRequest:
    """The open request for the competency, made where there is none, naming the versions; its mentors are told.

    Belongs inside the caller's transaction, under the enrolment's lock.
    """
    request = (
        SignOffRequest.objects.select_for_update(of=("self",), no_key=True)
        .open()
        .filter(enrolment=enrolment, competency=competency)
        .first()
    )
    again = request is not None
    if request is None:
        request = SignOffRequest.objects.create(enrolment=enrolment, competency=competency, route=route)
    for version in versions:
        RequestVersion.objects.get_or_create(request=request, version=version)
    _tell_mentors(request, again=again)
    return request


def ask_again(*, enrolment: Enrolment, competency: Competency, versions: Collection[int], by: User) -> SignOffRequest:
    """Ask for a competency over versions that were submitted before; its mentors are told.

    For what came back, was taken back, has expired, was revoked or was changed. Prior learning stays prior learning
    where every version named shows it. Raises StateError `open` or `settled`, DomainError at `versions`.
    """
    check_writer(enrolment, by=by)
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        rules.check_ask(
            enrolment_states([locked.pk])[locked.pk][competency.pk],
            open_request=SignOffRequest.objects.open().filter(enrolment=locked, competency=competency).exists(),
        )
        askable = {version.pk: version for version in askable_versions(locked, competency)}
        rules.check_chosen(versions, askable=askable.keys())
        chosen = [askable[pk] for pk in sorted(set(versions))]
        route = rules.route_of(version.prior_learning for version in chosen)
        request = ask(enrolment=locked, competency=competency, versions=chosen, route=route)
        _record(
            "request_made_again", request, by=by, versions=[version.sha256 for version in chosen], route=route.value
        )
    return request


def withdraw(*, request: SignOffRequest, by: User) -> SignOffRequest:
    """Take an open request back; it stays on record with who and when. Raises ConflictError `already_decided`."""
    with transaction.atomic():
        locked = lock_request(request)
        _check_own(locked, by=by)
        check_open(locked)
        _close(locked, because=ClosedBecause.WITHDRAWN, by=by)
    return locked


def resend(*, request: SignOffRequest, by: User) -> SignOffRequest:
    """Tell the mentors of an open request again. Raises StateError `too_soon`, ConflictError `already_decided`."""
    with transaction.atomic():
        locked = lock_request(request)
        _check_own(locked, by=by)
        check_open(locked)
        rules.check_resend(last_told=london_date(locked.resent_at or locked.requested_at), today=today())
        locked.resent_at = now()
        locked.save(update_fields=["resent_at"])
        _tell_mentors(locked, resent=True)
        _record("request_resent", locked, by=by)
    return locked


def lock_request(request: SignOffRequest) -> SignOffRequest:
    """The request with its row locked: two people who act on it at once come one after the other."""
    rows = SignOffRequest.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("enrolment__cohort__hub", "enrolment__learner", "competency").get(pk=request.pk)


def check_open(request: SignOffRequest) -> None:
    """Raise ConflictError `already_decided` with who and when, or with why it is closed."""
    if request.closed_at is None:
        return
    if request.closed_because:
        reason = f"This request is closed: {ClosedBecause(request.closed_because).label.lower()}."
        raise ConflictError(reason, code="already_decided")
    first = request.decisions.select_related("by").exclude(kind=DecisionKind.CANNOT_JUDGE).order_by("pk").first()
    if first is None:
        raise ConflictError("This request was closed, so there is nothing left to decide.", code="already_decided")
    raise ConflictError(
        f"{first.by} decided this first: {first.status.label.lower()} on {first.effective_on:%-d %B %Y}.",
        code="already_decided",
    )


def close_open(
    *,
    enrolment: Enrolment,
    because: ClosedBecause,
    by: User | None,
    competencies: Collection[int] | None = None,
    reason: str = "",
) -> list[SignOffRequest]:
    """Close the learner's open requests (those for `competencies`, or all) without a decision; they stay on record."""
    with transaction.atomic():
        rows = SignOffRequest.objects.select_for_update(of=("self",), no_key=True).open().filter(enrolment=enrolment)
        if competencies is not None:
            rows = rows.filter(competency__in=competencies)
        closed = list(rows.select_related("competency", "enrolment__cohort"))
        for request in closed:
            _close(request, because=because, by=by, reason=reason)
    return closed


def _close(request: SignOffRequest, *, because: ClosedBecause, by: User | None, reason: str = "") -> None:
    request.closed_at, request.closed_because = now(), because
    request.save(update_fields=["closed_at", "closed_because"])
    _record("request_closed", request, by=by, reason=reason, because=because.value)


def _check_own(request: SignOffRequest, *, by: User) -> None:
    if request.enrolment.learner_id != by.pk:
        raise DomainError("Only the learner takes back or sends again what they asked for.", code="not_own")


def _tell_mentors(request: SignOffRequest, *, again: bool = False, resent: bool = False) -> None:
    """A line in the digest of every mentor of today."""
    day, enrolment = today(), request.enrolment
    current = enrolment.mentorships.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
    for mentorship in current.select_related("mentor").exclude(mentor=enrolment.learner_id):
        emails.waits_for(request, mentorship.mentor, again=again, resent=resent)


def _record(verb: str, request: SignOffRequest, *, by: User | None, reason: str = "", **detail: object) -> None:
    audit.record(
        verb,
        by=by,
        record_type="signoff_request",
        record=request.ref,
        hub=request.enrolment.cohort.hub_id,
        reason=reason,
        competency=request.competency.code,
        enrolment=request.enrolment.ref,
        **detail,
    )
