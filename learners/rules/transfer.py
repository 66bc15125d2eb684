"""When a learner may carry on at another practice or in another hub's cohort: pure decisions."""

from dataclasses import dataclass
from datetime import date

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import OfferState
from learners.rules.enrolment import consequences, transition
from learners.rules.mentors import said


@dataclass(frozen=True)
class Where:
    """A cohort as far as a transfer asks: its hub and programme, and whether the programme still runs."""

    hub: int
    programme: int
    is_open: bool


def check_offer(*, here: Where, there: Where, reason: str) -> None:
    """A learner is offered to another hub of the same programme, with a reason."""
    if there.hub == here.hub or there.programme != here.programme or not there.is_open:
        raise DomainError("Choose a cohort of another hub that runs this programme", field="to_cohort", code="cohort")
    if not reason.strip():
        raise DomainError("Enter a reason", field="reason", code="reason_required")


def check_open(state: OfferState) -> None:
    """An offer is answered once."""
    if state is not OfferState.OPEN:
        raise StateError(f"This transfer is settled: {state.label.lower()}. Nothing was saved.", code="settled")


def check_leaves(on: date, *, last_decided: date | None) -> None:
    """What a mentor decided belongs to the hub where they did: the day is not before it."""
    if last_decided is not None and on < last_decided:
        raise DomainError(
            f"A mentor decided on {said(last_decided)}: choose that day or a later one",
            field="on",
            code="decided_since",
        )


def check_practice_day(on: date, *, since: date, today: date) -> None:
    """A learner begins at a practice today or earlier, after the day on which they began at the one before."""
    if on > today:
        raise DomainError("The date must be today or in the past", field="on", code="future")
    if on <= since:
        raise DomainError(
            f"The date must be after {said(since)}, the first day at the practice now", field="on", code="early"
        )


def what_happens(state: str, *, place: int | None, waiting: int) -> list[str]:
    """What a transfer does to place, money and portfolio, in sentences for both hubs."""
    line = transition(state, "transferred")
    requests = "no request waits" if not waiting else f"{waiting} open request{'' if waiting == 1 else 's'} included"
    return [
        *consequences(line, place),
        "The learner gets the lowest free place of the other cohort. Start and agreed end stay as they are.",
        f"The whole portfolio goes along, {requests}. What waits keeps its age.",
        "Mentors of today no longer see it. What happened until then still counts for this hub.",
    ]
