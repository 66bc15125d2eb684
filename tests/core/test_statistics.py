"""Intervals, quantiles, paired change and funnel limits against statsmodels, scipy and published examples."""

import random
import subprocess
import sys
from math import comb

import numpy
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from gpa_programme.core.statistics import (
    funnel_limits,
    median,
    newcombe_difference,
    paired_change,
    quantile,
    wilson,
)

ALMOST = 1e-9


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_any_proportion_equals_statsmodels(case):
    successes, n = case
    interval = wilson(successes, n)
    low, high = proportion_confint(successes, n, method="wilson")
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=ALMOST)
    assert 0 <= interval.low <= interval.estimate <= interval.high <= 1


def test_wilson_seven_of_ten_gives_the_published_interval():
    interval = wilson(7, 10)
    assert (round(interval.low, 2), round(interval.high, 2)) == (0.40, 0.89)


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (-1, 10), (11, 10)])
def test_wilson_impossible_proportion_raises(successes, n):
    with pytest.raises(ValueError, match="as a proportion"):
        wilson(successes, n)


def test_newcombe_difference_published_example_56_of_70_against_48_of_80():
    interval = newcombe_difference(56, 70, 48, 80)
    assert [round(x, 4) for x in (interval.estimate, interval.low, interval.high)] == [0.2, 0.0524, 0.3339]


@given(st.integers(1, 300), st.integers(1, 300), st.randoms())
def test_newcombe_difference_any_pair_equals_statsmodels(n_a, n_b, chance):
    a, b = chance.randint(0, n_a), chance.randint(0, n_b)
    interval = newcombe_difference(a, n_a, b, n_b)
    expected = confint_proportions_2indep(a, n_a, b, n_b, method="newcomb", compare="diff")
    assert (interval.low, interval.high) == pytest.approx(expected, abs=ALMOST)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1))
def test_quantile_any_values_equals_numpy(values, share):
    assert quantile(values, share) == pytest.approx(float(numpy.quantile(values, share)), abs=1e-6)


def test_median_of_even_count_is_mean_of_middle_two():
    assert median([7, 1, 3, 5]) == 4


def test_median_of_nothing_is_none():
    assert median([]) is None


def test_paired_change_counts_directions_and_equals_scipy():
    chance = random.Random(2)
    pairs = [(chance.randint(1, 5), chance.randint(1, 5)) for _ in range(17)]
    change = paired_change(pairs)
    differences = [after - before for before, after in pairs]
    expected = scipy.stats.ttest_1samp(differences, 0).confidence_interval(0.95)
    assert (change.low, change.high) == pytest.approx((expected.low, expected.high))
    assert change.mean == pytest.approx(sum(differences) / 17)
    assert (change.n, change.improved + change.same + change.worse) == (17, 17)
    assert change.improved == sum(d > 0 for d in differences)


def test_paired_change_lower_is_better_swaps_improved_and_worse():
    change = paired_change([(5, 1), (4, 2), (1, 2), (3, 3)], higher_is_better=False)
    assert (change.improved, change.same, change.worse, change.mean) == (2, 1, 1, -1.25)


def test_paired_change_one_pair_has_no_interval():
    change = paired_change([(2, 4)])
    assert (change.n, change.mean, change.low, change.high) == (1, 2, None, None)


def test_paired_change_no_pairs_has_no_mean():
    change = paired_change([])
    assert (change.n, change.mean, change.low) == (0, None, None)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.87, 0.99])
@pytest.mark.parametrize("n", [1, 7, 40, 2320, 160_000])
def test_funnel_limits_equal_interpolated_scipy_binomial(share, n):
    [limits] = funnel_limits(share, [n])
    for level, found in zip(
        (0.025, 0.975, 0.001, 0.999),
        (limits.low_95, limits.high_95, limits.low_998, limits.high_998),
        strict=True,
    ):
        count = scipy.stats.binom.ppf(level, n, share)
        at, before = scipy.stats.binom.cdf(count, n, share), scipy.stats.binom.cdf(count - 1, n, share)
        expected = min(1, max(0, (count - (at - level) / (at - before)) / n))
        assert found == pytest.approx(expected, abs=1e-7)


@given(st.floats(0, 1), st.integers(1, 400))
def test_funnel_limits_nest_around_the_share(share, n):
    [limits] = funnel_limits(share, [n])
    assert 0 <= limits.low_998 <= limits.low_95 <= limits.high_95 <= limits.high_998 <= 1


@pytest.mark.parametrize(("share", "n"), [(1.1, 10), (-0.1, 10), (0.5, 0)])
def test_funnel_limits_impossible_input_raises(share, n):
    with pytest.raises(ValueError, match=r"between 0 and 1|at least one"):
        funnel_limits(share, [n])


def test_importing_statistics_does_not_load_scipy():
    code = "import sys, gpa_programme.core.statistics; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("n", "share"), [(40, 0.98), (40, 0.5), (7, 0.2), (300, 0.03)])
def test_count_lies_beyond_the_funnel_exactly_when_chance_gives_it_too_rarely(n, share):
    limits = funnel_limits(share, [n])[0]
    chances = [comb(n, count) * share**count * (1 - share) ** (n - count) for count in range(n + 1)]

    beyond = [count for count in range(n + 1) if limits.beyond_998(count)]
    outside = [count for count in range(n + 1) if limits.beyond_95(count)]

    rare = [count for count in range(n + 1) if min(sum(chances[: count + 1]), sum(chances[count:])) < 0.001]
    unusual = [count for count in range(n + 1) if min(sum(chances[: count + 1]), sum(chances[count:])) < 0.025]
    assert (beyond, outside) == (rare, unusual)
