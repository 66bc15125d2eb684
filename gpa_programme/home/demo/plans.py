"""Plans what a learner's portfolio holds: pieces of evidence, when they were submitted, what was decided and when.

Pure: no database. The same plan is written in bulk or carried out through the actions.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from gpa_programme.home.demo.timeline import DAYS_A_MONTH, months_until, share_after, working_hour
from learners.enums import DecisionKind

K = DecisionKind


class Decided(NamedTuple):
    """A decision: kind, when, and whether by the second mentor."""

    kind: DecisionKind
    at: datetime
    second: bool = False


@dataclass(slots=True)
class Asked:
    """A request for one competency (its place in the framework's list) and the decisions on it."""

    competency: int
    at: datetime
    decisions: list[Decided] = field(default_factory=list)


@dataclass(slots=True)
class Said:
    """A version of a piece: submitted at that moment with those requests, or a draft."""

    at: datetime | None
    saved_at: datetime
    asks: list[Asked] = field(default_factory=list)


@dataclass(slots=True)
class Piece:
    """A piece of evidence for some competencies."""

    competencies: list[int]
    versions: list[Said]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a portfolio should hold besides what is signed off: days ago of what waits, was returned, and so on."""

    pace: float = 1.0
    waits: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    drafts: int = 0
    stale: bool = False
    revoked: bool = False
    cannot_judge: bool = False
    mentor_days: int = 6
    sizes: tuple[int, ...] = (1, 1, 2, 2, 3, 3, 4)


def portfolio(
    wish: Wish, *, scope: list[int], starts: date, last: date, today: date, rng: random.Random
) -> list[Piece]:
    """The pieces of a learner who started then and was last active on `last`, in the order of their making."""
    order = rng.sample(scope, len(scope))
    elapsed = max((last - starts).days, 0) / DAYS_A_MONTH
    reserve = len(wish.waits) + len(wish.returned) + wish.drafts + wish.cannot_judge
    signed = min(round(min(wish.pace * share_after(elapsed), 1.0) * len(order)), len(order) - reserve)
    pieces = _signed(order[: max(signed, 0)], wish, len(order), starts, last, rng)
    left = iter(order[max(signed, 0) :])
    for days in wish.returned:
        pieces.append(_returned(next(left), today - timedelta(days=days), wish, starts, rng))
    for days in wish.waits:
        pieces.append(_waiting([next(left)], max(today - timedelta(days=days), starts), rng))
    if wish.cannot_judge:
        piece = _waiting([next(left)], today - timedelta(days=9), rng)
        ask = piece.versions[0].asks[0]
        ask.decisions.append(Decided(K.CANNOT_JUDGE, ask.at + timedelta(days=2, hours=1), second=True))
        pieces.append(piece)
    for number in range(wish.drafts):
        pieces.append(Piece([next(left)], [Said(None, working_hour(last - timedelta(days=number), rng))]))
    if wish.revoked:
        _revoke(pieces, today, rng)
    if wish.stale:
        _overtake(pieces, today, rng)
    return pieces


def _signed(order: list[int], wish: Wish, in_scope: int, starts: date, last: date, rng: random.Random) -> list[Piece]:
    pieces, done = [], 0
    while done < len(order):
        size = min(rng.choice(wish.sizes), len(order) - done)
        months = months_until(min((done + size) / (in_scope * wish.pace), 1.0))
        day = starts + timedelta(days=int(months * DAYS_A_MONTH) + rng.randrange(-3, 4))
        day = min(max(day, starts + timedelta(days=8)), last)
        group = order[done : done + size]
        again = size == 1 and rng.random() < 0.45
        make = _signed_again if again and (day - starts).days > 40 else _signed_at_once
        pieces.append(make(group, day, starts, wish, rng))
        done += size
    return pieces


def _asked_before(day: date, starts: date, wish: Wish, rng: random.Random) -> datetime:
    """When something decided on `day` was submitted: a few days before, as quickly as this mentor reads."""
    return working_hour(max(day - timedelta(days=1 + rng.randrange(max(wish.mentor_days * 2, 1))), starts), rng)


def _decided_on(day: date, after: datetime, rng: random.Random) -> datetime:
    return max(working_hour(day, rng), after + timedelta(minutes=30 + rng.randrange(60)))


def _signed_at_once(group: list[int], day: date, starts: date, wish: Wish, rng: random.Random) -> Piece:
    at = _asked_before(day, starts, wish, rng)
    decided = _decided_on(day, at, rng)
    asks = [
        Asked(
            competency, at, [Decided(K.SIGNED_OFF, decided + timedelta(minutes=4 * number), second=rng.random() < 0.2)]
        )
        for number, competency in enumerate(group)
    ]
    return Piece(group, [Said(at, at, asks)])


def _signed_again(group: list[int], day: date, starts: date, wish: Wish, rng: random.Random) -> Piece:
    """Returned at first, signed off in the second version."""
    second = _signed_at_once(group, day, starts + timedelta(days=25), wish, rng).versions[0]
    before = second.saved_at.date() - timedelta(days=3 + rng.randrange(6))
    at = _asked_before(before, starts, wish, rng)
    first = Said(at, at, [Asked(group[0], at, [Decided(K.RETURNED, _decided_on(before, at, rng))])])
    return Piece(group, [first, second])


def _returned(competency: int, day: date, wish: Wish, starts: date, rng: random.Random) -> Piece:
    at = _asked_before(day, starts, wish, rng)
    return Piece(
        [competency], [Said(at, at, [Asked(competency, at, [Decided(K.RETURNED, _decided_on(day, at, rng))])])]
    )


def _waiting(group: list[int], day: date, rng: random.Random) -> Piece:
    at = working_hour(day, rng)
    return Piece(group, [Said(at, at, [Asked(competency, at) for competency in group])])


def _revoke(pieces: list[Piece], today: date, rng: random.Random) -> None:
    """Take back one sign-off that is a month old or more."""
    for piece in pieces:
        for ask in piece.versions[-1].asks:
            decided = ask.decisions[-1] if ask.decisions else None
            if decided and decided.kind == K.SIGNED_OFF and (today - decided.at.date()).days > 30:
                ask.decisions.append(Decided(K.REVOKED, working_hour(today - timedelta(days=9), rng)))
                return


def _overtake(pieces: list[Piece], today: date, rng: random.Random) -> None:
    """Submit a later version of a piece of one competency that is signed off: it waits to be read again."""
    for piece in reversed(pieces):
        asks = piece.versions[-1].asks
        if len(piece.competencies) == 1 and asks and asks[-1].decisions and asks[-1].decisions[-1].kind == K.SIGNED_OFF:
            if (today - asks[-1].decisions[-1].at.date()).days < 10:
                continue
            at = working_hour(today - timedelta(days=4), rng)
            piece.versions.append(Said(at, at, [Asked(piece.competencies[0], at)]))
            return
