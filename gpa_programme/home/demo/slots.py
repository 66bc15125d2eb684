"""The forty places of a demonstration cohort and those who hold none: one slot a person, every state present."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gpa_programme.core.periods import add_months
from gpa_programme.home.demo.plans import Wish
from gpa_programme.home.demo.timeline import DAYS_A_MONTH, Timeline, share_after, weekday
from learners.enums import EnrolmentState, WithdrawalReason

S = EnrolmentState
REASONS = list(WithdrawalReason)


@dataclass(frozen=True)
class Temper:
    """How a hub's cohort goes: its pace (1 is as expected), how many days mentors take, how many places are free."""

    pace: float
    mentor_days: int
    free: int
    clinical: float = 0.6


TEMPERS = {
    "Y56": Temper(0.95, 6, 1),
    "Y58": Temper(1.1, 4, 0),
    "Y59": Temper(0.9, 6, 2),
    "Y60": Temper(1.0, 5, 0),
    "Y61": Temper(0.7, 10, 1),
    "Y62": Temper(1.05, 5, 0),
    "Y63": Temper(1.0, 4, 1),
}
QUICK = Temper(1.9, 4, 1, clinical=0.9)


@dataclass(frozen=True)
class Slot:
    """A person on a programme: where they stand, since when, and what their portfolio should hold.

    `spared` are codes of competencies that the plan leaves untouched, because a scene is played with them.
    """

    state: EnrolmentState
    starts: date
    last: date
    wish: Wish
    place: int | None
    moved: tuple[date, ...] = ()
    reason_code: str = ""
    months: int = 9
    clinical: bool = True
    second: bool = False
    handed_over: date | None = None
    pauses: tuple[tuple[date, date | None], ...] = ()
    mentor: str = "gp"
    spared: tuple[str, ...] = ()


def slots(code: str, line: Timeline, starts: date, temper: Temper, rng: random.Random) -> list[Slot]:
    """The people of one cohort. The first five are ordinary learners with something waiting: the personas' own."""
    held = _special(line, starts, temper, rng)
    ordinary = 40 - temper.free - len(held) - 7
    first = [_ordinary(line, starts, temper, rng, waits=(days,)) for days in (2, 5, 9, 16)]
    rest = [_ordinary(line, starts, temper, rng, waits=_waits(temper, rng)) for _ in range(ordinary)]
    late = [_ordinary(line, starts + timedelta(days=days), temper, rng, waits=(3,)) for days in (85, 100)]
    persona = _persona(line, starts, temper)
    everybody = [persona, *first, *rest, *held, *late]
    placed = [replace(slot, place=number) for number, slot in enumerate(everybody, start=1)]
    return placed + _without_place(code, line, starts, placed, rng)


def _persona(line: Timeline, starts: date, temper: Temper) -> Slot:
    wish = Wish(temper.pace, waits=(3,), returned=(5,), drafts=2, mentor_days=temper.mentor_days)
    return Slot(S.ACTIVE, starts, line.yesterday, wish, None, second=True)


def _waits(temper: Temper, rng: random.Random) -> tuple[int, ...]:
    """How long this learner's open requests have waited: longer where mentors are slow."""
    scale = temper.mentor_days / 5
    ages = [int(rng.choice((1, 2, 3, 4, 6, 8, 11, 15, 18, 23)) * scale) + 1 for _ in range(rng.randrange(3))]
    return tuple(min(age, 40) for age in ages)


def _ordinary(line: Timeline, starts: date, temper: Temper, rng: random.Random, *, waits: tuple[int, ...] = ()) -> Slot:
    pace = temper.pace * (0.75 + rng.random() * 0.5)
    returned = (1 + rng.randrange(12),) if rng.random() < 0.3 else ()
    wish = Wish(pace, waits, returned, drafts=rng.randrange(2), mentor_days=temper.mentor_days)
    last = line.ago(1 + rng.randrange(9))
    return Slot(
        S.ACTIVE,
        starts,
        last,
        wish,
        None,
        clinical=rng.random() < temper.clinical,
        second=rng.random() < 0.25,
    )


def _special(line: Timeline, starts: date, temper: Temper, rng: random.Random) -> list[Slot]:
    """One or more of every state that holds a place."""
    ago, plain = line.ago, Wish(temper.pace, mentor_days=temper.mentor_days)
    done = [
        (S.SUBMITTED, (ago(6),)),
        (S.REFERRED, (ago(24), ago(8))),
        (S.VERIFIED, (ago(30), ago(12))),
        (S.COMPLETED, (ago(46), ago(33), ago(20))),
        (S.COMPLETED_IN_HOUSE, (ago(15),)),
    ]
    made = [_finished(state, moved, starts, temper) for state, moved in done]
    soon = weekday(line.today + timedelta(days=14))
    made += [
        Slot(S.ACCEPTED, soon, line.yesterday, plain, None),
        Slot(S.OFFERED, soon + timedelta(days=14), line.yesterday, plain, None),
    ]
    pause = ((ago(33), None),)
    earlier = ((add_months(starts, 2), add_months(starts, 2) + timedelta(days=20)), (ago(40), None))
    made += [
        Slot(S.ACTIVE, starts, ago(34), plain, None, pauses=pause),
        Slot(S.ACTIVE, starts, ago(41), plain, None, pauses=earlier),
    ]
    made += [Slot(S.ACTIVE, starts, ago(days), replace(plain, pace=0.6), None) for days in (31, 44, 66)]
    made += [Slot(S.ACTIVE, starts, ago(4), replace(plain, pace=0.75), None, months=months) for months in (11, 12)]
    made += [
        Slot(S.ACTIVE, starts, ago(3), replace(plain, pace=1.3, waits=(22,)), None, months=5),
        Slot(S.ACTIVE, starts, ago(2), replace(plain, stale=True), None),
        Slot(S.ACTIVE, starts, ago(5), replace(plain, revoked=True), None),
        Slot(S.ACTIVE, starts, ago(2), replace(plain, cannot_judge=True), None, second=True),
        Slot(S.ACTIVE, starts, ago(6), plain, None, handed_over=add_months(starts, 3)),
    ]
    return made


def _finished(state: EnrolmentState, moved: tuple[date, ...], starts: date, temper: Temper) -> Slot:
    """Somebody who had everything signed off a week before they submitted."""
    last = moved[0] - timedelta(days=7)
    pace = 1.02 / share_after((last - starts).days / DAYS_A_MONTH)
    wish = Wish(pace, mentor_days=temper.mentor_days)
    return Slot(state, starts, last, wish, None, moved=moved, clinical=temper.clinical > 0.8)


def _without_place(code: str, line: Timeline, starts: date, placed: list[Slot], rng: random.Random) -> list[Slot]:
    """Applicants, and those who gave their place back to the ones who came later."""
    number = list(TEMPERS).index(code)
    none, soon = Wish(), weekday(line.today + timedelta(days=21))
    reused = [slot.place for slot in placed if slot.starts > starts]
    made = [
        Slot(S.APPLIED, soon, line.yesterday, none, None),
        Slot(S.APPLIED, soon, line.yesterday, none, None),
        Slot(S.RESERVE, soon, line.yesterday, none, None),
        Slot(S.RESERVE, soon, line.yesterday, none, None),
        Slot(S.DECLINED, starts, starts, none, reused[0], moved=(starts - timedelta(days=14),)),
        Slot(S.LAPSED, starts, starts, none, reused[1], moved=(starts - timedelta(days=9),)),
    ]
    for count, days in enumerate((40, 62, 95)):
        left = weekday(starts + timedelta(days=days))
        wish = Wish(0.6 + rng.random() * 0.5)
        reason = REASONS[(number + 3 * count) % len(REASONS)]
        last = left - timedelta(days=12)
        made.append(Slot(S.WITHDRAWN, starts, last, wish, reused[(2, 3, 1)[count]], moved=(left,), reason_code=reason))
    if code in {"Y56", "Y60", "Y63"}:
        left = weekday(starts + timedelta(days=75))
        made.append(Slot(S.TRANSFERRED, starts, left - timedelta(days=10), Wish(), reused[0], moved=(left,)))
    return made
