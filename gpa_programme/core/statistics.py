"""Intervals, medians, paired change and the limits of funnel plots, in plain arithmetic."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, exp, floor, lgamma, log, sqrt
from statistics import NormalDist, fmean, stdev

FUNNEL_LEVELS = (0.95, 0.998)


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its confidence interval, all in the same unit."""

    estimate: float
    low: float
    high: float


def wilson(successes: float, n: float, confidence: float = 0.95) -> Interval:
    """Wilson score interval of a proportion, as fractions of 1 (Wilson 1927; without continuity correction).

    Raises ValueError unless 0 <= successes <= n and n > 0.
    """
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError(f"Cannot take {successes} of {n} as a proportion.")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == n else centre + half
    return Interval(share, low, high)


def newcombe_difference(successes_a: int, n_a: int, successes_b: int, n_b: int, confidence: float = 0.95) -> Interval:
    """Difference a - b of two independent proportions with Newcombe's hybrid score interval (1998, method 10).

    For two waves of different people; the same people twice is `paired_change`.
    """
    a, b = wilson(successes_a, n_a, confidence), wilson(successes_b, n_b, confidence)
    difference = a.estimate - b.estimate
    below = sqrt((a.estimate - a.low) ** 2 + (b.high - b.estimate) ** 2)
    above = sqrt((a.high - a.estimate) ** 2 + (b.estimate - b.low) ** 2)
    return Interval(difference, difference - below, difference + above)


def median(values: Iterable[float]) -> float | None:
    """The middle value, or the mean of the middle two; None for no values."""
    return quantile(values, 0.5)


def quantile(values: Iterable[float], share: float) -> float | None:
    """The value below which `share` (0 to 1) of the values lie, interpolated between neighbours (Hyndman-Fan 7).

    None for no values.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    position = share * (len(ordered) - 1)
    below = floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


@dataclass(frozen=True)
class PairedChange:
    """The same people before and after: how many moved which way, and the mean change with its 95% t interval.

    `improved` and `worse` follow the direction of the item, `mean` is after - before as scored.
    `low` and `high` are None under 2 pairs, where no interval exists.
    """

    n: int
    improved: int
    same: int
    worse: int
    mean: float | None
    low: float | None
    high: float | None


def paired_change(pairs: Iterable[tuple[float, float]], higher_is_better: bool = True) -> PairedChange:
    """Summarise (before, after) pairs; an interval, no test: a hub's cohort is too small to prove an effect."""
    changes = [after - before for before, after in pairs]
    n = len(changes)
    up, down = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    improved, worse = (up, down) if higher_is_better else (down, up)
    if n == 0:
        return PairedChange(0, 0, 0, 0, None, None, None)
    mean = fmean(changes)
    if n == 1:
        return PairedChange(n, improved, n - up - down, worse, mean, None, None)
    half = _t_quantile(0.975, n - 1) * stdev(changes) / sqrt(n)
    return PairedChange(n, improved, n - up - down, worse, mean, mean - half, mean + half)


def _t_quantile(share: float, degrees: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - scipy takes long to import; only a change needs it

    return float(stdtrit(degrees, share))


@dataclass(frozen=True)
class FunnelLimits:
    """Where a unit of size `n` would lie if it differed from the whole by chance alone, as fractions of 1."""

    n: int
    low_95: float
    high_95: float
    low_998: float
    high_998: float

    def beyond_95(self, count: int) -> bool:
        """Whether chance gives so few, or so many, less than once in 40 times."""
        return self._beyond(count, self.low_95, self.high_95)

    def beyond_998(self, count: int) -> bool:
        """Whether chance gives so few, or so many, less than once in 1,000 times."""
        return self._beyond(count, self.low_998, self.high_998)

    def _beyond(self, count: int, low: float, high: float) -> bool:
        """The curves lie between counts: the count just above the upper one is still likely enough, the next is not."""
        slack = 1e-9
        return count < low * self.n - slack or count > ceil(high * self.n - slack)


def funnel_limits(share: float, sizes: Iterable[int]) -> list[FunnelLimits]:
    """95% and 99.8% binomial limits about the whole's `share` for each denominator in `sizes`.

    Exact binomial with linear interpolation between counts (Spiegelhalter 2005, appendix A.1.1), so that
    the limits of small units are honest and the curves still smooth. Raises ValueError for a share outside 0 to 1
    or a size under 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share lies between 0 and 1, not {share}.")
    limits = []
    for n in sizes:
        if n < 1:
            raise ValueError(f"A unit has at least one member, not {n}.")
        if share in (0, 1):
            limits.append(FunnelLimits(n, share, share, share, share))
            continue
        cumulative = _binomial_cumulative(n, share)
        low_95, high_95, low_998, high_998 = (
            _binomial_limit(cumulative, n, (1 + side * level) / 2) for level in FUNNEL_LEVELS for side in (-1, 1)
        )
        limits.append(FunnelLimits(n, low_95, high_95, low_998, high_998))
    return limits


def _binomial_cumulative(n: int, share: float) -> tuple[int, Sequence[float]]:
    """First count worth listing and P(X <= count) from there on; counts further out have no weight at all."""
    spread = 12 * sqrt(n * share * (1 - share)) + 12
    first, last = max(0, floor(n * share - spread)), min(n, floor(n * share + spread))
    total, cumulative = 0.0, []
    for count in range(first, last + 1):
        total += exp(
            lgamma(n + 1)
            - lgamma(count + 1)
            - lgamma(n - count + 1)
            + count * log(share)
            + (n - count) * log(1 - share)
        )
        cumulative.append(total)
    return first, cumulative


def _binomial_limit(cumulative: tuple[int, Sequence[float]], n: int, level: float) -> float:
    first, totals = cumulative
    step = next((index for index, total in enumerate(totals) if total >= level), len(totals) - 1)
    before = totals[step - 1] if step else 0.0
    weight = (totals[step] - level) / (totals[step] - before)
    return min(1.0, max(0.0, (first + step - weight) / n))


def median_interval(counts: Mapping[int, int], confidence: float = 0.95) -> Interval | None:
    """The median of values with how many have each, and its distribution-free interval from order statistics.

    The ends are the k-th smallest and k-th largest value, k the largest for which a fair coin thrown n times shows
    fewer than k heads at most half of 1 - confidence of the time (Conover 1999, section 3.2). None where n is too small
    for any interval: fewer than 6 values at 95%.
    """
    n = sum(counts.values())
    k, below = 0, 0.0
    while k < n:
        below += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * log(2))
        if below > (1 - confidence) / 2:
            break
        k += 1
    if k == 0:
        return None
    return Interval(
        (_ranked(counts, (n + 1) // 2) + _ranked(counts, n // 2 + 1)) / 2,
        _ranked(counts, k),
        _ranked(counts, n - k + 1),
    )


def _ranked(counts: Mapping[int, int], rank: int) -> int:
    """The value at a rank, the smallest at 1."""
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= rank:
            return value
    raise ValueError(f"There is no value of rank {rank}.")
