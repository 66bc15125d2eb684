"""The transition table of enrolments as data, and pure decisions on a learner's place, pace and standing still."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import add_months, london_date
from learners.enums import LEARNING, PLACE_HOLDING, EnrolmentState, WithdrawalReason

SYSTEM = "system"
S = EnrolmentState
NOTHING = ""  # the state before there is an enrolment


class PlaceEffect(StrEnum):
    """What a move does to the place in the cohort."""

    NONE = "No place yet"
    TAKES = "Takes the lowest free place"
    KEEPS = "Keeps the place"
    RELEASES = "Releases the place"


class MoneyEffect(StrEnum):
    """What a move means for the practice's instalments; paying and recovering stay decisions of people."""

    NONE = "None"
    PLANNED = "Instalments are planned"
    STARTS = "Instalments can fall due"
    FINAL = "The last instalment falls due"
    STOPS = "Later instalments are void; recovery is a separate decision"
    FOLLOWS = "Later instalments follow the learner"


@dataclass(frozen=True)
class Transition:
    """One line of the table: from, to, who may move it, whether a reason is required, effect on place and money."""

    source: str
    target: EnrolmentState
    who: frozenset[str]
    verb: str
    reason: bool
    place: PlaceEffect
    money: MoneyEffect


HUB = (RoleKey.COORDINATOR.value, RoleKey.HUB_LEAD.value)
LEAD = (RoleKey.HUB_LEAD.value,)
LEARNER = (RoleKey.LEARNER.value,)
VERIFIER = (RoleKey.VERIFIER.value,)
NATIONAL = (RoleKey.NATIONAL_LEAD.value,)
_KEEPS, _TAKES, _RELEASES, _NONE = PlaceEffect.KEEPS, PlaceEffect.TAKES, PlaceEffect.RELEASES, PlaceEffect.NONE
_M = MoneyEffect

# from, to, who, what the person does, reason required?, effect on the place, effect on money
_LINES = (
    (NOTHING, S.APPLIED, (*HUB, SYSTEM), "Record an application", False, _NONE, _M.NONE),
    (NOTHING, S.ACCEPTED, (*HUB, SYSTEM), "Enrol", False, _TAKES, _M.PLANNED),
    (S.APPLIED, S.RESERVE, HUB, "Put on the reserve list", False, _NONE, _M.NONE),
    (S.APPLIED, S.OFFERED, HUB, "Offer a place", False, _TAKES, _M.NONE),
    (S.APPLIED, S.DECLINED, HUB, "Decline", True, _NONE, _M.NONE),
    (S.APPLIED, S.WITHDRAWN, HUB, "Withdraw", True, _NONE, _M.NONE),
    (S.RESERVE, S.OFFERED, HUB, "Offer a place", False, _TAKES, _M.NONE),
    (S.RESERVE, S.DECLINED, HUB, "Decline", True, _NONE, _M.NONE),
    (S.RESERVE, S.WITHDRAWN, HUB, "Withdraw", True, _NONE, _M.NONE),
    (S.OFFERED, S.ACCEPTED, (*HUB, *LEARNER), "Record that the offer is accepted", False, _KEEPS, _M.PLANNED),
    (S.OFFERED, S.DECLINED, (*HUB, *LEARNER), "Record that the offer is declined", True, _RELEASES, _M.NONE),
    (S.OFFERED, S.LAPSED, (*HUB, SYSTEM), "Let the offer lapse", False, _RELEASES, _M.NONE),
    (S.ACCEPTED, S.ACTIVE, (*HUB, SYSTEM), "Start", False, _KEEPS, _M.STARTS),
    (S.ACCEPTED, S.WITHDRAWN, HUB, "Withdraw", True, _RELEASES, _M.STOPS),
    (S.ACCEPTED, S.TRANSFERRED, HUB, "Transfer to another cohort", True, _RELEASES, _M.FOLLOWS),
    (S.ACTIVE, S.SUBMITTED, (*HUB, *LEARNER), "Submit for verification", False, _KEEPS, _M.NONE),
    (S.ACTIVE, S.COMPLETED_IN_HOUSE, LEAD, "Complete in house", True, _KEEPS, _M.FINAL),
    (S.ACTIVE, S.WITHDRAWN, HUB, "Withdraw", True, _RELEASES, _M.STOPS),
    (S.ACTIVE, S.TRANSFERRED, HUB, "Transfer to another cohort", True, _RELEASES, _M.FOLLOWS),
    (S.SUBMITTED, S.REFERRED, VERIFIER, "Refer back", True, _KEEPS, _M.NONE),
    (S.SUBMITTED, S.VERIFIED, (*VERIFIER, *NATIONAL), "Verify", False, _KEEPS, _M.NONE),
    (S.SUBMITTED, S.ACTIVE, HUB, "Take back the submission", True, _KEEPS, _M.NONE),
    (S.SUBMITTED, S.WITHDRAWN, HUB, "Withdraw", True, _RELEASES, _M.STOPS),
    (S.REFERRED, S.SUBMITTED, (*HUB, *LEARNER), "Submit for verification again", False, _KEEPS, _M.NONE),
    (S.REFERRED, S.WITHDRAWN, HUB, "Withdraw", True, _RELEASES, _M.STOPS),
    (S.REFERRED, S.TRANSFERRED, HUB, "Transfer to another cohort", True, _RELEASES, _M.FOLLOWS),
    (S.VERIFIED, S.COMPLETED, (*HUB, *NATIONAL), "Complete", False, _KEEPS, _M.FINAL),
    (S.WITHDRAWN, S.ACTIVE, LEAD, "Reinstate", True, _TAKES, _M.STARTS),
)
TRANSITIONS: tuple[Transition, ...] = tuple(
    Transition(source, target, frozenset(who), verb, reason, place, money)
    for source, target, who, verb, reason, place, money in _LINES
)
_BY_PAIR = {(line.source, line.target): line for line in TRANSITIONS}


def transition(source: str, target: str) -> Transition:
    """The line of the table from one state to another; StateError where there is none."""
    found = _BY_PAIR.get((source, EnrolmentState(target)))
    if found is None:
        before = EnrolmentState(source).label if source else "no enrolment"
        raise StateError(
            f"An enrolment cannot move from “{before}” to “{EnrolmentState(target).label}”. Nothing was saved.",
            field="to",
            code="no_such_move",
        )
    return found


def moves(source: str, roles: Collection[str]) -> list[Transition]:
    """The moves out of a state that somebody with one of these roles may make, in the order of the table."""
    return [line for line in TRANSITIONS if line.source == source and line.who & set(roles)]


def consequences(line: Transition, place: int | None) -> list[str]:
    """What a move does to the place and to money, in sentences for the person who is about to make it."""
    numbered = f"place {place}" if place else "the place"
    places = {
        PlaceEffect.NONE: "No place in the cohort changes.",
        PlaceEffect.TAKES: "The learner gets the lowest free place of the cohort.",
        PlaceEffect.KEEPS: f"The learner keeps {numbered}.",
        PlaceEffect.RELEASES: f"{numbered[:1].upper()}{numbered[1:]} is released and can be filled at once.",
    }
    money = [] if line.money == MoneyEffect.NONE else [f"Money: {line.money[:1].lower()}{line.money[1:]}."]
    return [places[line.place], *money]


def check_people(*, learner_email: str, mentor_email: str) -> None:
    """Nobody mentors themselves."""
    if learner_email.strip().lower() == mentor_email.strip().lower():
        raise DomainError(
            "The mentor must be another person than the learner", field="mentor_email", code="mentor_is_learner"
        )


def check_start(*, starts: date, opens: date, closes: date) -> None:
    """A learner starts inside the programme."""
    if not opens <= starts <= closes:
        between = f"{opens.day} {opens:%B %Y} and {closes.day} {closes:%B %Y}"
        raise DomainError(f"The start date must be between {between}", field="starts", code="outside_programme")


def check_move(
    line: Transition, *, roles: Collection[str], effective_on: date, not_before: date, today: date, reason: str
) -> None:
    """Raise unless somebody with these roles may make the move on that day for that reason.

    `not_before` is the day of the last move: states follow each other in time. A future day is refused because the
    state takes effect at once.
    """
    if not line.who & set(roles):
        raise StateError(
            f"Your role does not include “{line.verb}”. Nothing was saved.", field="to", code="move_not_yours"
        )
    if effective_on > today:
        raise DomainError("The date must be today or in the past", field="effective_on", code="future")
    if effective_on < not_before:
        raise DomainError(
            f"The date must be on or after {not_before.day} {not_before:%B %Y}, the day of the last change",
            field="effective_on",
            code="before_last_change",
        )
    if line.reason and not reason.strip():
        raise DomainError("Enter a reason", field="reason", code="reason_required")


def check_reason_code(target: str, reason_code: str) -> None:
    """A withdrawal carries one of the coded reasons, so that returns can count them; nothing else carries one."""
    if target == EnrolmentState.WITHDRAWN and reason_code not in WithdrawalReason.values:
        raise DomainError("Select why the learner withdrew", field="reason_code", code="reason_code_required")
    if target != EnrolmentState.WITHDRAWN and reason_code:
        raise DomainError("Only a withdrawal has a coded reason", field="reason_code", code="reason_code_unexpected")


def lowest_free(numbers: Iterable[tuple[int, int]], taken: Collection[int]) -> int | None:
    """The key of the lowest-numbered place that nobody holds, from (number, key) pairs; None where all are held."""
    return next((key for _number, key in sorted(numbers) if key not in taken), None)


def holds_place(state: str) -> bool:
    """Whether an enrolment in this state holds its place."""
    return state in PLACE_HOLDING


def planned_end(starts: date, months: int) -> date:
    """The day by which a learner who starts then is planned to finish."""
    return add_months(starts, months)


def stalled_days(
    *, state: str, starts: date, last_activity: datetime | None, paused: bool, today: date, limit: int
) -> int | None:
    """Days without activity of a learner who has stood still for at least `limit` days; None for everybody else.

    Only people who are learning can stand still. Activity is a submission or a decision; before the first one the
    clock runs from the start. A pause stops it.
    """
    if state not in LEARNING or paused:
        return None
    since = max(starts, london_date(last_activity)) if last_activity else starts
    idle = (today - since).days
    return idle if idle >= limit else None


def expected_percent(*, starts: date, today: date, months: int, at_month_3: int, at_month_6: int) -> int:
    """The share of scope expected to be signed off today, in whole percent: straight lines between the milestones.

    0 at the start, the programme's shares at months 3 and 6 (DESIGN.md section 5), 100 at the planned end.
    """
    points = [(starts, 0), (add_months(starts, 3), at_month_3), (add_months(starts, 6), at_month_6)]
    end = add_months(starts, months)
    points = [*(point for point in points if point[0] < end), (end, 100)]
    if today <= starts:
        return 0
    for (day, percent), (next_day, next_percent) in pairwise(points):
        if today <= next_day:
            share = (today - day) / (next_day - day)
            return round(percent + (next_percent - percent) * share)
    return 100


def waited_days(since: datetime, now: datetime) -> int:
    """Whole days that something has waited."""
    return max((now - since) // timedelta(days=1), 0)
