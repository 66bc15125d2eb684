"""Survey results as they may be shown: closed and released waves only, which the caller sees to.

Floor of 10 answers in every cell; hubs to the nearest 5%, England in whole per cent; the interval is worked out from
what is printed (share, smallest number in the band), so that it tells no more than they do.
"""

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import TypeVar

from gpa_programme.core.disclosure.cells import (
    Band,
    PublishedChange,
    PublishedDistribution,
    PublishedShare,
    Suppressed,
)
from gpa_programme.core.disclosure.people import round_to_5
from gpa_programme.core.statistics import PairedChange, wilson

FLOOR = 10
UNIFORM_FLOOR = 20
EXTREME = 3
ROOM = 5
BAND_STARTS = (10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000)

TOO_FEW = Suppressed(f"fewer than {FLOOR} answered")
TOO_FEW_OR_PARTNER = Suppressed(f"fewer than {FLOOR} answered, or hidden to protect another group")
TOO_UNIFORM = Suppressed("answers too alike to show without telling who said what")
NOT_RELEASED = Suppressed("not released yet")

Published = TypeVar("Published", PublishedShare, PublishedChange)


def rounded_down(count: int) -> int:
    """How many have answered a wave that is still open, rounded down to 5."""
    return count - count % 5


def band(n: int) -> Band:
    """The band that `n` answers fall in. Raises ValueError under the floor of 10."""
    if n < FLOOR:
        raise ValueError(f"No band is published under {FLOOR} answers.")
    ends = [start - 1 for start in BAND_STARTS[1:]]
    return next(
        (Band(low, high) for low, high in zip(BAND_STARTS, ends, strict=False) if n <= high),
        Band(BAND_STARTS[-1], None),
    )


def survey_share(positive: int, n: int) -> PublishedShare | Suppressed:
    """One group's share of positive answers, where it is no part of a published whole.

    With fewer than 3 answers on either side, and wherever the nearest 5% would be none or all, the share is put in
    words. Raises ValueError unless 0 <= positive <= n.
    """
    if not 0 <= positive <= n:
        raise ValueError(f"Cannot take {positive} of {n} answers.")
    if n < FLOOR:
        return TOO_FEW
    answers = band(n)
    share = round_to_5(round(100 * positive / n))
    if positive < EXTREME or share == 0:
        return PublishedShare(answers, extreme="nearly none")
    if n - positive < EXTREME or share == 100:
        return PublishedShare(answers, extreme="nearly all")
    interval = wilson(share / 100 * answers.low, answers.low)
    return PublishedShare(answers, share, low=floor(interval.low * 20) * 5, high=ceil(interval.high * 20) * 5)


def survey_shares(parts: Mapping[str, tuple[int, int]]) -> dict[str, PublishedShare | Suppressed]:
    """The (positive, answers) of each part of a published whole, such as the seven hubs of England.

    If exactly one part is hidden, the published part with fewest answers is hidden too, and nothing says which of
    them was small. Release all parts together and freeze them: the same hub computed alone could be subtracted.
    """
    cells = {part: survey_share(positive, n) for part, (positive, n) in parts.items()}
    return _hide_second(cells, {part: n for part, (_, n) in parts.items()})


def survey_distribution(counts: Mapping[str, int], positive: Sequence[str] = ()) -> PublishedDistribution | Suppressed:
    """England's answers by option, in the question's order; `positive` names the options that count as positive.

    If everybody gave the same answer it is shown only from 20 answers on.
    """
    n = sum(counts.values())
    if n < FLOOR:
        return TOO_FEW
    if max(counts.values()) == n and n < UNIFORM_FLOOR:
        return TOO_UNIFORM
    answers = round_to_5(n)
    percents = _whole_percents(counts)
    if not positive:
        return PublishedDistribution(answers, percents)
    share = sum(percents[option] for option in positive)
    interval = wilson(share / 100 * answers, answers)
    return PublishedDistribution(
        answers, percents, share, low=floor(interval.low * 100), high=ceil(interval.high * 100)
    )


def survey_change(change: PairedChange) -> PublishedChange | Suppressed:
    """One group's paired change where it is no part of a published whole: mean and interval only, from 10 pairs on."""
    if change.n < FLOOR:
        return TOO_FEW
    assert change.mean is not None
    assert change.low is not None
    assert change.high is not None
    if change.low == change.high and change.n < UNIFORM_FLOOR:
        return TOO_UNIFORM
    low, high = floor(change.low * 10) / 10, ceil(change.high * 10) / 10
    return PublishedChange(band(change.n), round(change.mean, 1), low, high)


def survey_changes(parts: Mapping[str, PairedChange]) -> dict[str, PublishedChange | Suppressed]:
    """Paired change of each part of a published whole, with a second part hidden wherever exactly one is."""
    cells = {part: survey_change(change) for part, change in parts.items()}
    return _hide_second(cells, {part: change.n for part, change in parts.items()})


def england_change(change: PairedChange) -> PublishedChange | Suppressed:
    """England's paired change, with the per cent of pairs that improved, stayed and got worse."""
    cell = survey_change(change)
    if isinstance(cell, Suppressed):
        return cell
    percents = _whole_percents({"improved": change.improved, "same": change.same, "worse": change.worse})
    return PublishedChange(cell.answers, cell.mean, cell.low, cell.high, **percents)


def _hide_second(
    cells: Mapping[str, Published | Suppressed], answers: Mapping[str, int]
) -> dict[str, Published | Suppressed]:
    """Hide the fewest further parts, smallest first, that leave no hidden part alone and none nearly told by England.

    England's answers to the nearest 5 less the least of every band shown must leave the hidden parts at least 5.
    """
    hidden = [part for part, cell in cells.items() if isinstance(cell, Suppressed)]
    shown = sorted((part for part in cells if part not in hidden), key=lambda part: answers[part])
    most = round_to_5(sum(answers.values())) + 2
    while hidden and shown and (len(hidden) == 1 or most - sum(band(answers[part]).low for part in shown) < ROOM):
        hidden.append(shown.pop(0))
    return {part: TOO_FEW_OR_PARTNER if part in hidden else cell for part, cell in cells.items()}


def _whole_percents(counts: Mapping[str, int]) -> dict[str, int]:
    """Whole per cent adding to 100: rounded down, then the largest remainders rounded up, earlier options first."""
    n = sum(counts.values())
    percents = {option: 100 * count // n for option, count in counts.items()}
    remainders = sorted(counts, key=lambda option: -(100 * counts[option] % n))
    for option in remainders[: 100 - sum(percents.values())]:
        percents[option] += 1
    return percents
