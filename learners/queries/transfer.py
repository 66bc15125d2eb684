"""Reads of transfers: where a learner may go, what was offered, and what a receiving hub may see before it accepts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.periods import now, today
from hubs.enums import ProgrammeState
from hubs.models import Cohort, Organisation
from learners.enums import DecisionKind, EnrolmentState, OfferState
from learners.models import Decision, Enrolment, SignOffRequest, TransferOffer
from learners.queries.enrolments import practices_of, waiting_requests
from learners.queries.states import Progress, enrolment_states, progress
from learners.rules.enrolment import TRANSITIONS, waited_days

MOVABLE = tuple(line.source for line in TRANSITIONS if line.target == EnrolmentState.TRANSFERRED)


def receiving_cohorts(enrolment: Enrolment) -> QuerySet[Cohort]:
    """The cohorts of other hubs that run the learner's programme, by hub."""
    home = enrolment.cohort
    rows = Cohort.objects.filter(programme=home.programme_id, programme__state=ProgrammeState.OPEN)
    return rows.exclude(hub=home.hub_id).select_related("hub").order_by("hub__name", "starts", "name")


def open_offer(enrolment: Enrolment) -> TransferOffer | None:
    """The offer of this learner that waits for an answer."""
    rows = TransferOffer.objects.filter(enrolment=enrolment, state=OfferState.OPEN)
    return rows.select_related("to_cohort__hub", "offered_by").first()


def last_answer(enrolment: Enrolment) -> TransferOffer | None:
    """The last offer of this learner that was declined; None where one is open or was accepted since."""
    last = TransferOffer.objects.filter(enrolment=enrolment).select_related("to_cohort__hub").first()
    return last if last is not None and last.state == OfferState.DECLINED else None


def offers_for(user: Any) -> QuerySet[TransferOffer]:
    """The offers made to the hubs whose places the person keeps, the newest first."""
    hubs = access.hub_ids(user, Permission.MOVE_ENROLMENT) or set()
    rows = TransferOffer.objects.filter(to_cohort__hub__in=hubs).select_related(
        "enrolment__learner", "enrolment__cohort__hub", "to_cohort__hub"
    )
    return rows.order_by("-pk")


@dataclass(frozen=True)
class Offered:
    """What the receiving hub sees before it accepts: name, practice, progress and what waits; nothing of evidence."""

    offer: TransferOffer
    practice: Organisation | None
    progress: Progress
    waiting: int
    waited: int
    month: int


def offered(offer: TransferOffer) -> Offered:
    """The offer as its page shows it."""
    enrolment, ids = offer.enrolment, [offer.enrolment_id]
    waiting = waiting_requests(ids).get(enrolment.pk)
    return Offered(
        offer=offer,
        practice=practices_of(ids).get(enrolment.pk),
        progress=progress(enrolment_states(ids)[enrolment.pk]),
        waiting=waiting.count if waiting else 0,
        waited=waited_days(waiting.since, now()) if waiting else 0,
        month=enrolment.month_on(today()),
    )


def open_requests(enrolment: Enrolment) -> list[SignOffRequest]:
    """What waits, in the order asked, with the versions named."""
    rows = enrolment.requests.open().select_related("competency").prefetch_related("versions")
    return list(rows.order_by("requested_at", "pk"))


def last_decided_on(enrolment: Enrolment) -> date | None:
    """The day of the last decision made in this enrolment."""
    made = Decision.objects.filter(enrolment=enrolment).exclude(kind=DecisionKind.REVOKED)
    return made.order_by("-effective_on").values_list("effective_on", flat=True).first()
