"""How a scope is agreed: mentor or learner proposes, the other agrees or declines, the proposer may take back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now, today
from learners.actions.requests import close_open
from learners.emails import scope as emails
from learners.enums import ClosedBecause, CompetencyKind, ScopeState
from learners.models import Competency, Enrolment, ScopeAgreement, ScopeItem
from learners.queries.scope import mentor_ids_today, side_of_proposer
from learners.rules import scope as rules
from learners.rules.said import check_kept
from learners.rules.scope import Side


def propose(*, enrolment: Enrolment, codes: Collection[str], by: User, reason: str = "") -> ScopeAgreement:
    """Propose which competencies apply; core ones always do. The other side is told and asked to agree.

    Raises DomainError `not_a_side`, `no_change`, `reason` or `details`, StateError `not_learning`, ConflictError
    `open_proposal` where one waits already.
    """
    check_kept({"reason": reason}, today=today())
    with transaction.atomic():
        locked = _lock(enrolment)
        rules.check_open(locked.state)
        side = rules.side_of(person=by.pk, learner=locked.learner_id, mentors=mentor_ids_today(locked))
        _refuse_second(locked)
        known = Competency.objects.filter(framework=locked.framework_id)
        wanted = [one for one in known if one.kind == CompetencyKind.CORE or one.code in codes]
        rules.check_proposal(
            wanted={one.code for one in wanted},
            now=set(locked.scope.current().values_list("competency__code", flat=True)),
            agreed_before=locked.scope_agreements.filter(state=ScopeState.AGREED).exists(),
            reason=reason,
        )
        agreement = ScopeAgreement.objects.create(
            enrolment=locked,
            number=locked.scope_agreements.count() + 1,
            reason=reason.strip()[: rules.REASON_MAX],
            proposed_by=by,
        )
        agreement.competencies.set(wanted)
        _record("scope_proposed", agreement, by=by, reason=agreement.reason, competencies=len(wanted))
        emails.proposed(agreement, to_learner=side is Side.MENTOR)
    return agreement


def agree(*, agreement: ScopeAgreement, by: User) -> ScopeAgreement:
    """Agree to the other side's proposal: from now on it is the scope.

    Open requests of competencies that leave are closed; decisions are kept, and count again when a competency comes
    back. Raises as _answer does, and StateError `proposer_left` or `framework_changed`.
    """
    with transaction.atomic():
        locked, side = _answer(agreement, by)
        rules.check_proposer(
            side=side_of_proposer(locked), proposer=locked.proposed_by_id, mentors=mentor_ids_today(locked.enrolment)
        )
        wanted = set(locked.competencies.values_list("pk", flat=True))
        if locked.competencies.exclude(framework=locked.enrolment.framework_id).exists():
            raise StateError(
                "The learner has moved to another version of the framework since. Decline this, and propose anew.",
                code="framework_changed",
            )
        moment = now()
        _close(locked, ScopeState.AGREED, by, moment)
        left = _apply(locked, wanted, moment)
        closed = close_open(
            enrolment=locked.enrolment,
            because=ClosedBecause.OUT_OF_SCOPE,
            by=by,
            competencies=left,
            reason=locked.reason,
        )
        _record(
            "scope_agreed",
            locked,
            by=by,
            reason=locked.reason,
            competencies=len(wanted),
            left=len(left),
            closed_requests=[request.ref for request in closed],
        )
        emails.answered(locked, by=by, to_learner=side is Side.MENTOR)
    return locked


def decline(*, agreement: ScopeAgreement, answer: str, by: User) -> ScopeAgreement:
    """Decline the other side's proposal with a word; the scope stays as it is.

    Raises as _answer does, and DomainError `answer` or `details`.
    """
    if not answer.strip():
        raise DomainError("Enter why you decline", field="answer", code="answer")
    check_kept({"answer": answer}, today=today())
    with transaction.atomic():
        locked, side = _answer(agreement, by)
        locked.answer = answer.strip()[: rules.REASON_MAX]
        _close(locked, ScopeState.DECLINED, by, now())
        _record("scope_declined", locked, by=by, reason=locked.answer)
        emails.answered(locked, by=by, to_learner=side is Side.MENTOR)
    return locked


def take_back(*, agreement: ScopeAgreement, by: User) -> ScopeAgreement:
    """Take an own proposal back before it is answered; twice is once. Raises DomainError `not_own`, ConflictError."""
    with transaction.atomic():
        locked = _lock_agreement(agreement)
        if locked.proposed_by_id != by.pk:
            raise DomainError("Only who proposed it takes it back. Nothing was saved.", code="not_own")
        if locked.state == ScopeState.TAKEN_BACK:
            return locked
        if locked.state != ScopeState.PROPOSED:
            raise ConflictError(f"It was answered already: {locked.status.label.lower()}.", code="closed")
        _close(locked, ScopeState.TAKEN_BACK, by, now())
        _record("scope_taken_back", locked, by=by)
    return locked


def _lock(enrolment: Enrolment) -> Enrolment:
    """The enrolment with its row locked: submitting, deciding on scope and moving come one after the other."""
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("cohort", "learner").get(pk=enrolment.pk)


def _lock_agreement(agreement: ScopeAgreement) -> ScopeAgreement:
    enrolment = _lock(agreement.enrolment)
    locked = ScopeAgreement.objects.select_related("proposed_by").get(pk=agreement.pk)
    locked.enrolment = enrolment
    return locked


def _refuse_second(enrolment: Enrolment) -> None:
    waiting = enrolment.scope_agreements.filter(state=ScopeState.PROPOSED).select_related("proposed_by").first()
    if waiting is not None:
        raise ConflictError(
            f"{waiting.proposed_by} proposed a scope already. Answer that first. Nothing was saved.",
            code="open_proposal",
        )


def _answer(agreement: ScopeAgreement, by: User) -> tuple[ScopeAgreement, Side]:
    """The open proposal, locked, and for which side the person answers.

    Raises ConflictError `closed`, DomainError `own_proposal` or `not_a_side`, StateError `not_learning`.
    """
    locked = _lock_agreement(agreement)
    rules.check_open(locked.enrolment.state)
    side = rules.side_of(person=by.pk, learner=locked.enrolment.learner_id, mentors=mentor_ids_today(locked.enrolment))
    rules.check_answer(state=locked.state, proposer=side_of_proposer(locked), answering=side)
    return locked, side


def _close(agreement: ScopeAgreement, state: ScopeState, by: User, moment: datetime) -> None:
    agreement.state, agreement.decided_by, agreement.decided_at = state, by, moment
    agreement.save(update_fields=["state", "decided_by", "decided_at", "answer"])


def _apply(agreement: ScopeAgreement, wanted: set[int], moment: datetime) -> set[int]:
    """End what no longer applies and begin what newly does; what ended."""
    enrolment = agreement.enrolment
    current = set(enrolment.scope.current().values_list("competency", flat=True))
    left = current - wanted
    enrolment.scope.current().filter(competency__in=left).update(until=moment)
    ScopeItem.objects.bulk_create(
        ScopeItem(enrolment=enrolment, competency_id=one, since=moment, agreement=agreement)
        for one in sorted(wanted - current)
    )
    return left


def _record(verb: str, agreement: ScopeAgreement, *, by: User, reason: str = "", **detail: object) -> None:
    audit.record(
        verb,
        by=by,
        record_type="enrolment",
        record=agreement.enrolment.ref,
        hub=agreement.enrolment.cohort.hub_id,
        reason=reason,
        number=agreement.number,
        **detail,
    )
