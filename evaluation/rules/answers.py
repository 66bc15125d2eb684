"""What can be answered: the scales and their labels, how an answer is stored, bands of numbers, hashes of addresses."""

import base64
import hashlib
import hmac
from typing import Any

from evaluation.enums import QuestionKind

OUTSIDE = "outside"
LARGEST_NUMBER = 168
LONGEST_TEXT = 1000
SCALES: dict[str, tuple[str, ...]] = {
    QuestionKind.AGREEMENT: ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"),
    QuestionKind.FREQUENCY: ("Never", "Rarely", "Sometimes", "Often", "Always"),
    QuestionKind.RATING: ("Very poor", "Poor", "Neither good nor poor", "Good", "Very good"),
}
BANDS: tuple[tuple[int, str], ...] = (
    (0, "None"),
    (4, "1 to 4"),
    (9, "5 to 9"),
    (19, "10 to 19"),
    (LARGEST_NUMBER, "20 or more"),
)


def labels(kind: str) -> tuple[str, ...]:
    """The labels that answers to a question of this kind are counted under, lowest first; none for free text."""
    if kind in SCALES:
        return SCALES[kind]
    if kind == QuestionKind.ZERO_TO_TEN:
        return tuple(str(step) for step in range(11))
    if kind == QuestionKind.NUMBER:
        return tuple(label for _, label in BANDS)
    return ()


def label_of(kind: str, answer: Any) -> str | None:
    """The label under which a stored answer counts; None where there is no answer or it stays outside the 100%."""
    if not isinstance(answer, int) or isinstance(answer, bool):
        return None
    if kind in SCALES:
        return SCALES[kind][answer - 1] if 1 <= answer <= len(SCALES[kind]) else None
    if kind == QuestionKind.ZERO_TO_TEN:
        return str(answer) if 0 <= answer <= 10 else None
    if kind == QuestionKind.NUMBER:
        return next((label for most, label in BANDS if 0 <= answer <= most), None)
    return None


def choices(kind: str, not_applicable: bool) -> list[tuple[str, str]]:
    """The (stored value, label) pairs in the order in which they are offered; a rating is offered best first."""
    if kind == QuestionKind.ZERO_TO_TEN:
        offered = [(label, label) for label in labels(kind)]
    else:
        offered = [(str(step), label) for step, label in enumerate(SCALES[kind], start=1)]
    if kind == QuestionKind.RATING:
        return [*reversed(offered), (OUTSIDE, "Don't know")]
    return [*offered, (OUTSIDE, "Does not apply, or I prefer not to say")] if not_applicable else offered


def stored(kind: str, typed: Any) -> int | str | None:
    """A cleaned form value as it is stored: a step or number as an integer, OUTSIDE as it is, nothing as None."""
    if typed in (None, ""):
        return None
    return OUTSIDE if typed == OUTSIDE else int(typed)


def token_hash(token: str) -> str:
    """SHA-256 of an invitation's token: all that is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def token(key: bytes, wave: int, person: int) -> str:
    """The token in a person's link to a wave: 132 bits of HMAC-SHA256 with the wave's key, which lies outside the
    database, so that a reminder can carry the same link and no table holds it.
    """
    digest = hmac.new(key, f"{wave}:{person}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:22]


def pseudonym(key: bytes, plan: int, person: int) -> str:
    """HMAC-SHA256 of a person under the plan's pairing key: the same in all its linked waves, in no other plan's."""
    return hmac.new(key, f"{plan}:{person}".encode(), hashlib.sha256).hexdigest()
