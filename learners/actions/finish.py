"""What finishes a portfolio: the learner's declaration, the mentor's statement, the hub's check, and where it goes."""

from collections.abc import Collection

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError
from gpa_programme.core.periods import today
from learners.actions.enrolment import move
from learners.emails import finish as emails
from learners.enums import DeclarationKind, EnrolmentState, Route
from learners.models import Declaration, Enrolment, EnrolmentChange
from learners.queries.finish import Position, is_gp_mentor, position_of
from learners.rules import finish as rules
from learners.rules.background import check_route
from learners.rules.said import check_kept

K = DeclarationKind


def declare(*, enrolment: Enrolment, seen_sha256: str, by: User) -> Declaration:
    """The learner declares that the portfolio is finished. Raises as _make does."""
    return _make(enrolment, K.LEARNER, seen_sha256, by)


def state_as_mentor(*, enrolment: Enrolment, seen_sha256: str, note: str = "", by: User) -> Declaration:
    """The GP mentor of today states that the learner is competent. Raises as _make does."""
    return _make(enrolment, K.MENTOR, seen_sha256, by, note)


def check_as_hub(
    *, enrolment: Enrolment, seen_sha256: str, checks: Collection[str], note: str = "", by: User
) -> Declaration:
    """The hub confirms every check of its list. Raises as _make does, and DomainError `unchecked`."""
    rules.check_list(checks)
    return _make(enrolment, K.HUB, seen_sha256, by, note)


def _make(enrolment: Enrolment, kind: DeclarationKind, seen_sha256: str, by: User, note: str = "") -> Declaration:
    """Write one declaration over the sign-offs that stand; sent twice it is made once.

    Raises DomainError where it is not this person's to make, StateError `not_finished`, `not_your_turn` or
    `already_declared`, ConflictError `signoffs_changed` where other sign-offs stand than those on the page.
    """
    with transaction.atomic():
        locked = _lock(enrolment)
        found = position_of(locked)
        mine = locked.declarations.filter(round=found.round.number, kind=kind, by=by).first()
        if mine is not None:
            return mine
        _check_who(locked, kind, by, found)
        rules.check_finished(found.facts)
        rules.check_turn(kind, found.round)
        if seen_sha256 != found.seen_sha256:
            raise ConflictError(
                "Sign-offs changed since you opened this. Look at them, then declare. Nothing was saved.",
                code="signoffs_changed",
            )
        return _write(locked, kind, by, note, found)


def _lock(enrolment: Enrolment) -> Enrolment:
    """The enrolment with its row locked: declarations of one portfolio are made one after the other."""
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("learner", "cohort__programme", "cohort__hub").get(pk=enrolment.pk)


def _check_who(enrolment: Enrolment, kind: DeclarationKind, by: User, found: Position) -> None:
    stated = enrolment.declarations.filter(round=found.round.number, kind=K.MENTOR).first()
    rules.check_who(
        kind,
        by_id=by.pk,
        learner_id=enrolment.learner_id,
        is_gp_mentor=is_gp_mentor(by, enrolment),
        stated_by=stated.by_id if stated else None,
    )


def wording_of(enrolment: Enrolment, kind: DeclarationKind, signed: int) -> str:
    """The wording of a declaration on this portfolio, over so many sign-offs."""
    cohort = enrolment.cohort
    return rules.statement(
        kind, learner=str(enrolment.learner), signed=signed, role=cohort.programme.role, hub=cohort.hub.name
    )


def _write(enrolment: Enrolment, kind: DeclarationKind, by: User, note: str, found: Position) -> Declaration:
    check_kept({"note": note}, today=today())
    wording = wording_of(enrolment, kind, len(found.standing))
    declaration = Declaration.objects.create(
        enrolment=enrolment,
        round=found.round.number,
        kind=kind,
        by=by,
        wording=wording,
        note=note.strip(),
        sha256=rules.declaration_sha256(found.hashes, wording),
    )
    audit.record(
        f"declared_{kind}",
        by=by,
        record_type="enrolment",
        record=enrolment.ref,
        hub=enrolment.cohort.hub_id,
        round=declaration.round,
        sha256=declaration.sha256,
    )
    if kind == K.LEARNER:
        emails.statement_asked(enrolment)
    elif kind == K.MENTOR:
        emails.check_asked(enrolment)
    return declaration


# ------------------------------------------------------------------------------------------------------ where it leads


def submit(*, enrolment: Enrolment, by: User) -> EnrolmentChange:
    """Hand the portfolio in for external verification. Raises as move does."""
    return move(enrolment=enrolment, to=EnrolmentState.SUBMITTED, effective_on=today(), by=by)


def complete_in_house(*, enrolment: Enrolment, reason: str, by: User) -> EnrolmentChange:
    """End without an award, on the hub's own word. Raises as move does."""
    return move(enrolment=enrolment, to=EnrolmentState.COMPLETED_IN_HOUSE, effective_on=today(), reason=reason, by=by)


def set_route(*, enrolment: Enrolment, route: str, reason: str, by: User) -> None:
    """Choose how a learner gets to the end, before the portfolio is judged; the reason is kept.

    Raises DomainError for an unknown route or without a reason, StateError `too_late`.
    """
    if route not in Route.values:
        raise DomainError("Select a route", field="route", code="unknown_route")
    if not reason.strip():
        raise DomainError("Enter a reason", field="reason", code="reason")
    check_kept({"reason": reason}, today=today())
    with transaction.atomic():
        locked = _lock(enrolment)
        check_route(locked.state)
        if locked.route == route:
            return
        before, locked.route = locked.route, route
        locked.save(update_fields=["route"])
        audit.record(
            "route_changed",
            by=by,
            record_type="enrolment",
            record=locked.ref,
            hub=locked.cohort.hub_id,
            reason=reason.strip(),
            source=before,
            target=route,
        )
    enrolment.route = route
