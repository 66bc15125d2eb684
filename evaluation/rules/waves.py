"""When a wave may be opened, answered, closed; which mode fits whom; how each mode is promised and when to remind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from evaluation.enums import Respondent, TimePoint, WaveMode, WaveState


@dataclass(frozen=True)
class Turn:
    """One line of the wave's transition table: from, to, what is done, by whom, what must hold, what follows."""

    source: WaveState | None
    target: WaveState
    verb: str
    who: str
    needs: str
    follows: str


TURNS = (
    Turn(
        None,
        WaveState.PLANNED,
        "Create",
        "national lead",
        "A published plan and instrument; a protection that fits those who are asked; no such wave yet",
        "Codes of posters are made for an open link",
    ),
    Turn(
        WaveState.PLANNED,
        WaveState.OPEN,
        "Open",
        "national lead, the system on the first day",
        "The last day has not passed; for linked answers the plan's key is not destroyed",
        "Those who are asked get a personal link by mail",
    ),
    Turn(
        WaveState.OPEN,
        WaveState.CLOSED,
        "Close",
        "national lead, the system after the last day",
        "Nothing",
        "No answer is taken; answers are stored again in random order; links can no longer be made",
    ),
    Turn(
        WaveState.CLOSED,
        WaveState.RELEASED,
        "Release",
        "national lead",
        "At least 10 answers; every comment is read",
        "Tables are frozen; hubs and the national team see them",
    ),
)

SMALL_GROUP = 10
FIRST_REMINDER = timedelta(days=7)
LAST_REMINDER = timedelta(days=2)
NO_REMINDER_WITHIN = timedelta(days=2)

PROMISES: Mapping[str, str] = {
    WaveMode.ANONYMOUS_OPEN: (
        "This survey is anonymous: we store your answers without your name, the time or anything about your device. "
        "They are shown only together with those of at least nine other people."
    ),
    WaveMode.ANONYMOUS_INVITED: (
        "This survey is anonymous: we know that you answered, so that we do not remind you, but not what you answered. "
        "Answers are shown only together with those of at least nine other people, never to your mentor or practice."
    ),
    WaveMode.CONFIDENTIAL_LINKED: (
        "This survey is confidential: your answers are stored under a secret code instead of your name, so that we can "
        "see change over time, and the key to the code is destroyed when the evaluation ends. They are shown only "
        "together with those of at least nine other people, never to your mentor or practice."
    ),
}
OFFSETS: Mapping[str, str] = {
    TimePoint.BASELINE: "in the first month",
    TimePoint.MONTH_5: "in month 5",
    TimePoint.END: "when learners finish",
    TimePoint.FOLLOW_UP: "three to six months later",
}


def allowed_modes(respondent: str) -> tuple[WaveMode, ...]:
    """The modes that fit a kind of respondent: patients have no invitation, everybody else has one."""
    if respondent == Respondent.PATIENT:
        return (WaveMode.ANONYMOUS_OPEN,)
    return (WaveMode.ANONYMOUS_INVITED, WaveMode.CONFIDENTIAL_LINKED)


def may_turn(source: str, target: str) -> bool:
    """Whether the table has that line."""
    return any((turn.source, turn.target) == (source, target) for turn in TURNS)


def takes_answers(state: str, opens_on: date, closes_on: date, day: date) -> bool:
    """Whether an answer given on that day counts; the closing day counts whole."""
    return state == WaveState.OPEN and opens_on <= day <= closes_on


def due_to_open(state: str, opens_on: date, closes_on: date, day: date) -> bool:
    """Whether a planned wave opens by its dates on that day; one whose window has passed stays planned."""
    return state == WaveState.PLANNED and opens_on <= day <= closes_on


def due_to_close(state: str, closes_on: date, day: date) -> bool:
    """Whether an open wave's last day has passed."""
    return state == WaveState.OPEN and day > closes_on


def reminders_due(opens_on: date, closes_on: date, day: date) -> int:
    """How many reminders somebody who has not answered should have had by that day: after a week, before the end.

    None in the first two days.
    """
    moments = {opens_on + FIRST_REMINDER, closes_on - LAST_REMINDER}
    first = opens_on + NO_REMINDER_WITHIN
    return sum(first <= moment <= day for moment in moments if moment <= closes_on)


def is_small(asked: int | None) -> bool:
    """Whether so few are asked in a hub that its results can never be shown alone; an open link asks unknown many."""
    return asked is not None and asked < SMALL_GROUP
