"""Moving on: a learner changes practice, or is offered to another hub, which accepts with a place or declines."""

from datetime import date

from django.db import IntegrityError, transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import now, today
from hubs.enums import ProgrammeState
from hubs.models import Cohort, Organisation
from learners.actions import carry
from learners.actions import enrolment as enrolments
from learners.actions.mentors import change_gp_mentor, lock_enrolment
from learners.emails import transfer as emails
from learners.enums import EnrolmentState, OfferState
from learners.models import Enrolment, Placement, TransferOffer
from learners.queries import transfer as queries
from learners.rules import transfer as rules
from learners.rules.enrolment import transition
from learners.rules.mentors import DAY
from learners.rules.transfer import Where


def change_practice(
    *,
    enrolment: Enrolment,
    practice: Organisation,
    on: date,
    reason: str,
    by: User,
    mentor_name: str = "",
    mentor_email: str = "",
) -> Placement:
    """Another practice from a day of today or earlier; with an address, another GP mentor from that day as well.

    Evidence, decisions and what waits stay as they are. The same sent twice gives the first. Raises DomainError at the
    field that is wrong, StateError `left`.
    """
    with transaction.atomic():
        locked = lock_enrolment(enrolment)
        held = locked.placements.filter(until__isnull=True).select_related("practice").first()
        if held is not None and (held.practice_id, held.since) == (practice.pk, on):
            return held
        if not reason.strip():
            raise DomainError("Enter a reason", field="reason", code="reason_required")
        if held is not None:
            if held.practice_id == practice.pk:
                raise DomainError(f"{locked.learner} works at {practice.name} already.", code="same_practice")
            rules.check_practice_day(on, since=held.since, today=today())
            held.until = on - DAY
            held.save(update_fields=["until"])
        made = Placement.objects.create(enrolment=locked, practice=practice, since=on)
        _record("practice_changed", locked, by=by, reason=reason, practice=practice.ods_code, since=on.isoformat())
        emails.practice_changed(locked, practice, on)
        if mentor_email.strip():
            change_gp_mentor(enrolment=locked, name=mentor_name, email=mentor_email, since=on, by=by)
    return made


def offer(*, enrolment: Enrolment, to_cohort: Cohort, reason: str, by: User) -> TransferOffer:
    """Offer a learner to another hub's cohort of the same programme; that hub's mailbox is told.

    Until it accepts nothing changes. The same sent twice gives the first. Raises StateError where the learner cannot
    be transferred or is offered already, DomainError at the field that is wrong.
    """
    with transaction.atomic():
        locked = lock_enrolment(enrolment)
        transition(locked.state, EnrolmentState.TRANSFERRED)
        rules.check_offer(here=_where(locked.cohort), there=_where(to_cohort), reason=reason)
        waits = queries.open_offer(locked)
        if waits is not None and waits.to_cohort_id == to_cohort.pk:
            return waits
        if waits is not None:
            raise StateError(
                f"{locked.learner} is offered to {waits.to_cohort.hub} already. Take that back first.", code="offered"
            )
        made = TransferOffer.objects.create(enrolment=locked, to_cohort=to_cohort, reason=reason.strip(), offered_by=by)
        _record("transfer_offered", locked, by=by, reason=reason, to_cohort=to_cohort.pk)
        emails.offered(made)
    return made


def take_back(*, offer: TransferOffer, by: User) -> TransferOffer:
    """The sending hub takes an offer back. Raises StateError `settled`."""
    with transaction.atomic():
        locked = _lock_offer(offer)
        rules.check_open(locked.status)
        _settle(locked, OfferState.TAKEN_BACK, by=by)
        _record("transfer_taken_back", locked.enrolment, by=by)
    return locked


def decline(*, offer: TransferOffer, answer: str, by: User) -> TransferOffer:
    """The receiving hub declines with a reason, and the sending hub is told. Raises StateError `settled`."""
    if not answer.strip():
        raise DomainError("Enter a reason", field="answer", code="reason_required")
    with transaction.atomic():
        locked = _lock_offer(offer)
        rules.check_open(locked.status)
        _settle(locked, OfferState.DECLINED, by=by, answer=answer.strip())
        _record("transfer_declined", locked.enrolment, by=by, reason=answer)
        emails.answered(locked)
    return locked


def accept(
    *, offer: TransferOffer, practice: Organisation, on: date, mentor_name: str, mentor_email: str, by: User
) -> Enrolment:
    """Take a learner over: the old enrolment ends as transferred, a new one has the lowest free place here.

    The offer was the sending hub's decision, and stands although whoever made it has left since. The portfolio moves
    whole: scope, pause, drafts, and what waits with the day it was asked. The same sent twice gives the first.

    Raises ConflictError `cohort_full`, StateError where the offer is settled or may no longer be made, DomainError at
    the field that is wrong. Where it raises, nothing is saved.
    """
    try:
        with transaction.atomic():
            for pk in sorted({offer.enrolment.cohort_id, offer.to_cohort_id}):  # two that cross wait in one order
                enrolments.lock_cohort(pk)
            locked = _lock_offer(offer)
            if locked.status is OfferState.ACCEPTED and locked.became is not None:
                return locked.became
            rules.check_open(locked.status)
            made = _take_over(locked, practice, on, mentor_name, mentor_email, by)
            _settle(locked, OfferState.ACCEPTED, by=by, became=made)
            emails.answered(locked)
    except IntegrityError as error:
        if not enrolments.is_about_places(error):
            raise
        raise enrolments.place_conflict(offer.to_cohort) from error
    return made


def _take_over(
    offer: TransferOffer, practice: Organisation, on: date, mentor_name: str, mentor_email: str, by: User
) -> Enrolment:
    """The new enrolment with all that goes along."""
    old = lock_enrolment(offer.enrolment)
    rules.check_leaves(on, last_decided=queries.last_decided_on(old))
    before, waits = old.state, queries.open_requests(old)
    carry.close_mentors(old, on, by=by)
    enrolments.move(
        enrolment=old,
        to=EnrolmentState.TRANSFERRED.value,
        effective_on=on,
        by=by,
        reason=f"To {offer.to_cohort.hub}: {offer.reason}",
        offered_by=offer.offered_by,
    )
    enrolments.refuse_second_place(old, offer.to_cohort)
    made = Enrolment.objects.create(
        cohort=offer.to_cohort,
        place=enrolments.free_place(offer.to_cohort),
        learner=old.learner,
        framework=old.framework,
        state=EnrolmentState.ACCEPTED,
        starts=old.starts,
        agreed_end=old.agreed_end,
        route=old.route,
        first_id=old.first_id or old.pk,
    )
    carry.begin(made, active=before != EnrolmentState.ACCEPTED, on=on, came_from=old, by=by)
    carry.place(old, made, practice, on)
    carry.scope_and_pause(old, made, on, by=by)
    mentorship = carry.mentor(made, name=mentor_name, email=mentor_email, on=on, by=by)
    carry.drafts(made)
    carry.requests(made, waits)
    emails.moved_on(made, practice, mentorship)
    return made


def _lock_offer(offer: TransferOffer) -> TransferOffer:
    rows = TransferOffer.objects.select_for_update(of=("self",), no_key=True)
    related = ("enrolment__cohort__hub", "enrolment__cohort__programme", "enrolment__learner", "to_cohort__hub")
    return rows.select_related(*related, "to_cohort__programme", "offered_by", "became").get(pk=offer.pk)


def _settle(
    offer: TransferOffer, state: OfferState, *, by: User, answer: str = "", became: Enrolment | None = None
) -> None:
    offer.state, offer.decided_by, offer.decided_at = state, by, now()
    offer.answer, offer.became = answer, became
    offer.save()


def _where(cohort: Cohort) -> Where:
    runs = cohort.programme.state == ProgrammeState.OPEN
    return Where(hub=cohort.hub_id, programme=cohort.programme_id, is_open=runs)


def _record(verb: str, enrolment: Enrolment, *, by: User, reason: str = "", **detail: object) -> None:
    audit.record(
        verb,
        by=by,
        record_type="enrolment",
        record=enrolment.ref,
        hub=enrolment.cohort.hub_id,
        reason=reason.strip(),
        **detail,
    )
