"""What a series over time may honestly be read for: dots, a run chart or an XmR chart, and its signals.

The ladder: fewer than 6 usable points are dots only; 6 to 12 a run chart with median, shift and crossings;
13 and more an XmR chart with the four rules of NHS England's Making Data Count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import comb, isclose, log2
from statistics import fmean

from gpa_programme.core.statistics import median

RUN_CHART_FROM = 6
XMR_FROM = 13
SMALL_DENOMINATOR = 10
LIMIT_FACTOR = 2.66
RANGE_SCREEN = 3.267
LONG_RUN = 7


class CumulativeSeriesError(ValueError):
    """A running total always rises, so every rule here would call it a signal: draw it against its plan instead."""


class Kind(StrEnum):
    """How much a series can carry."""

    DOTS = "dots"
    RUN = "run"
    XMR = "xmr"


class Rule(StrEnum):
    """Why a point, or a whole run chart, is called special cause; the value is the sentence to print."""

    OUTSIDE = "outside the limits"
    SHIFT = "7 or more points in a row on one side of the mean"
    TREND = "7 points in a row rising or falling"
    TWO_OF_THREE = "2 of 3 points close to a limit"
    LONG_RUN = "an unusually long run on one side of the median"
    FEW_CROSSINGS = "unusually few crossings of the median"


@dataclass(frozen=True)
class Signal:
    """One rule met by one point; `side` is 1 where it speaks for high or rising values, -1 for low or falling."""

    rule: Rule
    side: int


@dataclass(frozen=True)
class ProcessChart:
    """A series with the lines and signals its length allows.

    `centre` is the median of a run chart or the mean of an XmR chart; `low` and `high` the process limits.
    `usable` says of each point whether it counts: there is a value and its denominator is not under 10.
    `point_signals` holds the signals of each point (XmR), `chart_signals` those of the whole (run chart).
    `baseline` counts the points the limits come from, `screened` the moving ranges left out of them for being over
    3.267 times their mean.
    """

    kind: Kind
    values: tuple[float | None, ...]
    usable: tuple[bool, ...]
    centre: float | None
    low: float | None
    high: float | None
    point_signals: tuple[tuple[Signal, ...], ...]
    chart_signals: tuple[Rule, ...]
    baseline: int
    screened: int


def process_chart(
    values: Sequence[float | None],
    *,
    cumulative: bool,
    denominators: Sequence[int | None] | None = None,
    baseline: int | None = None,
) -> ProcessChart:
    """Read a series at equal steps of time, oldest first, by the ladder above.

    A missing value, and one on a denominator under 10, has no part in lines or rules and breaks runs: silence is not
    evidence. XmR limits come from every usable point, or from the first `baseline` of them once a person has fixed
    that: fixing finds change sooner and doubles false signals (on noise, 24 points: 1.8% of latest points without,
    3.8% with the first 20 fixed). Raises CumulativeSeriesError for a running total, ValueError where denominators
    do not match the values or the baseline is under 13 points.
    """
    if cumulative:
        raise CumulativeSeriesError("A running total is not a process: plot it against its plan.")
    if denominators is None:
        denominators = [None] * len(values)
    if len(denominators) != len(values):
        raise ValueError("Give one denominator for each value.")
    if baseline is not None and baseline < XMR_FROM:
        raise ValueError(f"A baseline has at least {XMR_FROM} points, not {baseline}.")
    usable = tuple(
        value is not None and (size is None or size >= SMALL_DENOMINATOR)
        for value, size in zip(values, denominators, strict=True)
    )
    points = sum(usable)
    if points < RUN_CHART_FROM:
        return _dots(values, usable)
    if points < XMR_FROM:
        return _run_chart(values, usable)
    return _xmr(values, usable, baseline)


def _dots(values: Sequence[float | None], usable: tuple[bool, ...]) -> ProcessChart:
    nothing: tuple[tuple[Signal, ...], ...] = ((),) * len(values)
    return ProcessChart(Kind.DOTS, tuple(values), usable, None, None, None, nothing, (), 0, 0)


def _run_chart(values: Sequence[float | None], usable: tuple[bool, ...]) -> ProcessChart:
    """Median, longest run and crossings (Anhoj and Olesen 2014); their paper finds the trend rule useless, so none.

    Points on the median say nothing about sides and are passed over.
    """
    kept = _kept(values, usable)
    centre = median(value for value in kept if value is not None)
    assert centre is not None
    runs = [_without_zeros(block) for block in _blocks(_sides(kept, centre))]
    useful = sum(len(block) for block in runs)
    signals: list[Rule] = []
    if useful:
        if max(_longest_run(block) for block in runs) > round(log2(useful)) + 3:
            signals.append(Rule.LONG_RUN)
        chances = sum(max(0, len(block) - 1) for block in runs)
        crossings = sum(a != b for block in runs for a, b in pairwise(block))
        if crossings < _fewest_crossings(chances):
            signals.append(Rule.FEW_CROSSINGS)
    nothing: tuple[tuple[Signal, ...], ...] = ((),) * len(values)
    return ProcessChart(Kind.RUN, tuple(values), usable, centre, None, None, nothing, tuple(signals), 0, 0)


def _fewest_crossings(chances: int) -> int:
    """Lower 5% point of the crossings to expect from chance: the binomial quantile at one half."""
    total = 0.0
    for crossings in range(chances + 1):
        total += comb(chances, crossings) / 2**chances
        if total >= 0.05:
            return crossings
    return 0


def _xmr(values: Sequence[float | None], usable: tuple[bool, ...], baseline: int | None) -> ProcessChart:
    kept = _kept(values, usable)
    base = kept[: _baseline_end(usable, baseline)]
    centre = fmean(value for value in base if value is not None)
    ranges = [abs(b - a) for a, b in pairwise(base) if a is not None and b is not None]
    average = fmean(ranges) if ranges else 0.0
    screened = [moved for moved in ranges if moved <= RANGE_SCREEN * average]
    average = fmean(screened) if screened else 0.0
    low, high = centre - LIMIT_FACTOR * average, centre + LIMIT_FACTOR * average
    return ProcessChart(
        Kind.XMR,
        tuple(values),
        usable,
        centre,
        low,
        high,
        _xmr_signals(kept, centre, low, high),
        (),
        baseline=sum(value is not None for value in base),
        screened=len(ranges) - len(screened),
    )


def _xmr_signals(
    kept: Sequence[float | None], centre: float, low: float, high: float
) -> tuple[tuple[Signal, ...], ...]:
    found: list[list[Signal]] = [[] for _ in kept]
    sides = _sides(kept, centre)
    for index, value in enumerate(kept):
        if value is None:
            continue
        if _compare(value, high) > 0:
            found[index].append(Signal(Rule.OUTSIDE, 1))
        elif _compare(value, low) < 0:
            found[index].append(Signal(Rule.OUTSIDE, -1))
    _mark_shifts(found, sides)
    _mark_trends(found, kept)
    _mark_two_of_three(found, kept, sides, centre, low, high)
    return tuple(tuple(signals) for signals in found)


def _mark_shifts(found: list[list[Signal]], sides: Sequence[int | None]) -> None:
    """Seven in a row on one side; a point exactly on the mean belongs to neither and breaks the run."""
    for start in range(len(sides) - LONG_RUN + 1):
        window = set(sides[start : start + LONG_RUN])
        if window in ({1}, {-1}):
            _mark(found, range(start, start + LONG_RUN), Signal(Rule.SHIFT, window.pop() or 0))


def _mark_trends(found: list[list[Signal]], kept: Sequence[float | None]) -> None:
    """Seven points, so six steps, all up or all down."""
    for start in range(len(kept) - LONG_RUN + 1):
        window = [value for value in kept[start : start + LONG_RUN] if value is not None]
        if len(window) < LONG_RUN:
            continue
        steps = {(b > a) - (b < a) for a, b in pairwise(window)}
        if steps in ({1}, {-1}):
            _mark(found, range(start, start + LONG_RUN), Signal(Rule.TREND, steps.pop()))


def _mark_two_of_three(
    found: list[list[Signal]],
    kept: Sequence[float | None],
    sides: Sequence[int | None],
    centre: float,
    low: float,
    high: float,
) -> None:
    """Two of three between two thirds of the way to a limit and the limit, and all three on the same side."""
    reach = (high - centre) * 2 / 3
    close = [value is not None and low <= value <= high and abs(value - centre) > reach for value in kept]
    for start in range(len(kept) - 2):
        window = range(start, start + 3)
        if set(sides[start : start + 3]) in ({1}, {-1}) and sum(close[index] for index in window) >= 2:
            _mark(found, (i for i in window if close[i]), Signal(Rule.TWO_OF_THREE, sides[start] or 0))


def _mark(found: list[list[Signal]], indexes: Iterable[int], signal: Signal) -> None:
    for index in indexes:
        if signal not in found[index]:
            found[index].append(signal)


def _kept(values: Sequence[float | None], usable: Sequence[bool]) -> list[float | None]:
    return [value if use else None for value, use in zip(values, usable, strict=True)]


def _baseline_end(usable: Sequence[bool], baseline: int | None) -> int:
    """Index just past the last usable point of the baseline, or past the last of all."""
    count = 0
    for index, use in enumerate(usable):
        count += use
        if count == baseline:
            return index + 1
    return len(usable)


def _sides(kept: Sequence[float | None], centre: float) -> list[int | None]:
    return [None if value is None else _compare(value, centre) for value in kept]


def _compare(a: float, b: float) -> int:
    """1, 0 or -1 as a lies above, on or below b; what the last binary digit says is not a difference."""
    if isclose(a, b, rel_tol=1e-9, abs_tol=1e-12):
        return 0
    return 1 if a > b else -1


def _blocks(sides: Sequence[int | None]) -> list[list[int]]:
    """Stretches without a gap."""
    blocks: list[list[int]] = [[]]
    for side in sides:
        if side is None:
            blocks.append([])
        else:
            blocks[-1].append(side)
    return blocks


def _without_zeros(block: Sequence[int]) -> list[int]:
    return [side for side in block if side]


def _longest_run(block: Sequence[int]) -> int:
    longest = current = 0
    previous = None
    for side in block:
        current = current + 1 if side == previous else 1
        longest, previous = max(longest, current), side
    return longest
