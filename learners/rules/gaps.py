"""What a competency still lacks against the framework's minimum: pieces of evidence, and kinds of it."""

from collections.abc import Collection
from dataclasses import dataclass

from learners.enums import EvidenceKind


@dataclass(frozen=True)
class Gap:
    """Where a competency stands against its minimum, in words, and whether that is met."""

    text: str
    met: bool


def gap(minimum_pieces: int, required_kinds: Collection[str], submitted_kinds: Collection[str]) -> Gap:
    """The gap for a competency with pieces of these kinds submitted, one a piece.

    Such as "1 of 2 pieces; still needed: direct observation". It is advice: the mentor decides what is enough.
    """
    count = len(submitted_kinds)
    missing = [str(EvidenceKind(code).label).lower() for code in required_kinds if code not in submitted_kinds]
    if count > minimum_pieces:
        text = f"{count} pieces, {minimum_pieces} needed"
    else:
        text = f"{count} of {minimum_pieces} piece{'' if minimum_pieces == 1 else 's'}"
    if missing:
        text += f"; still needed: {', '.join(missing)}"
    return Gap(text, count >= minimum_pieces and not missing)
