"""Golden vectors of the ladder and of each rule, and the rate of false signals on noise."""

import random

import pytest

from gpa_programme.core.process_charts import CumulativeSeriesError, Kind, Rule, Signal, process_chart

NOISE_12 = [10, 12, 9, 11, 10, 13, 9, 10, 12, 11, 9, 12]


def signals_at(chart, rule):
    return [
        (index, signal.side)
        for index, signals in enumerate(chart.point_signals)
        for signal in signals
        if signal.rule is rule
    ]


def calm(n, centre=10.0):
    """A series that zigzags around its mean and breaks no rule."""
    return [centre + (1 if index % 2 else -1) for index in range(n)]


@pytest.mark.parametrize(
    ("points", "kind"), [(0, Kind.DOTS), (5, Kind.DOTS), (6, Kind.RUN), (12, Kind.RUN), (13, Kind.XMR)]
)
def test_process_chart_length_decides_the_kind(points, kind):
    assert process_chart(calm(points), cumulative=False).kind is kind


def test_process_chart_cumulative_series_raises():
    with pytest.raises(CumulativeSeriesError):
        process_chart(range(20), cumulative=True)


def test_process_chart_denominators_of_other_length_raises():
    with pytest.raises(ValueError, match="one denominator"):
        process_chart([1, 2], cumulative=False, denominators=[10])


def test_dots_have_no_lines():
    chart = process_chart([1, 2, 3, 4, 5], cumulative=False)
    assert (chart.centre, chart.low, chart.high, chart.chart_signals) == (None, None, None, ())


def test_run_chart_noise_has_median_and_no_signal():
    chart = process_chart(NOISE_12, cumulative=False)
    assert (chart.centre, chart.low, chart.chart_signals) == (10.5, None, ())


def test_run_chart_shift_signals_long_run_and_few_crossings():
    chart = process_chart([1, 1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9], cumulative=False)
    assert chart.centre == 1
    chart = process_chart([1, 2, 1, 2, 1, 2, 9, 8, 9, 8, 9, 8], cumulative=False)
    assert chart.chart_signals == (Rule.FEW_CROSSINGS,)
    chart = process_chart([1, 9, 1, 2, 1, 2, 1, 2, 9, 8, 9, 8], cumulative=False)
    assert Rule.LONG_RUN not in chart.chart_signals


def test_run_chart_seven_of_twelve_on_one_side_is_no_long_run_and_eight_is():
    seven = [9, 1, 9, 1, 9, 9, 9, 9, 9, 1, 1, 1]
    assert Rule.LONG_RUN not in process_chart(seven, cumulative=False).chart_signals
    eight = [0, 6, 7, 8, 9, 6, 7, 8, 9, 1, 2, 5]
    chart = process_chart(eight, cumulative=False)
    assert (chart.centre, Rule.LONG_RUN in chart.chart_signals) == (6.5, False)


def test_run_chart_all_on_the_median_has_no_signal():
    assert process_chart([4] * 8, cumulative=False).chart_signals == ()


def test_run_chart_missing_point_breaks_the_run():
    whole = [1, 1.1, 1, 1.2, 1, 1.1, 9, 9.1, 9, 9.2, 9, 9.1]
    broken = [*whole[:3], None, *whole[3:]]
    assert process_chart(whole, cumulative=False).chart_signals == (Rule.FEW_CROSSINGS,)
    chart = process_chart(broken, cumulative=False)
    assert (chart.kind, chart.usable[3]) == (Kind.RUN, False)


def test_xmr_limits_are_mean_and_2_66_average_ranges():
    values = [10, 12] * 7
    chart = process_chart(values, cumulative=False)
    assert (chart.centre, chart.low, chart.high) == pytest.approx((11, 11 - 5.32, 11 + 5.32))
    assert (chart.baseline, chart.screened) == (14, 0)


def test_xmr_wild_range_is_screened_out_of_the_limits():
    values = [10, 11] * 6 + [40, 10]
    chart = process_chart(values, cumulative=False)
    assert chart.screened == 2
    assert chart.high - chart.centre == pytest.approx(2.66)


def test_xmr_flat_series_has_no_signal():
    chart = process_chart([0.7] * 15, cumulative=False)
    assert chart.point_signals == ((),) * 15


def test_xmr_point_outside_signals_its_side():
    chart = process_chart([*calm(19), 30], cumulative=False)
    assert signals_at(chart, Rule.OUTSIDE) == [(19, 1)]
    chart = process_chart([*calm(19), -10], cumulative=False)
    assert signals_at(chart, Rule.OUTSIDE) == [(19, -1)]


def test_xmr_seven_on_one_side_signals_six_do_not():
    base = calm(20)
    six = process_chart([*base, 9, *[10.5, 10.6] * 3], cumulative=False, baseline=20)
    assert signals_at(six, Rule.SHIFT) == []
    seven = process_chart([*base, 9, *[10.5, 10.6] * 3, 10.5], cumulative=False, baseline=20)
    assert signals_at(seven, Rule.SHIFT) == [(index, 1) for index in range(21, 28)]


def test_xmr_point_on_the_mean_breaks_the_run():
    chart = process_chart([*calm(20), 9, 10.5, 10.6, 10.5, 10, 10.5, 10.6, 10.5, 9], cumulative=False, baseline=20)
    assert chart.centre == 10
    assert signals_at(chart, Rule.SHIFT) == []


def test_xmr_seven_rising_points_signal_six_do_not():
    six = [*calm(20), 9, 9.3, 9.6, 9.9, 10.2, 10.5, 9]
    assert signals_at(process_chart(six, cumulative=False), Rule.TREND) == []
    seven = [*calm(20), 9, 9.3, 9.6, 9.9, 10.2, 10.5, 10.8, 9]
    assert signals_at(process_chart(seven, cumulative=False), Rule.TREND) == [(index, 1) for index in range(20, 27)]


def test_xmr_falling_trend_has_side_down():
    falling = [*calm(20), 11, 10.7, 10.4, 10.1, 9.8, 9.5, 9.2, 11]
    assert {side for _, side in signals_at(process_chart(falling, cumulative=False), Rule.TREND)} == {-1}


def test_xmr_two_of_three_near_a_limit_on_one_side_signals_both():
    chart = process_chart([*calm(20), 9, 14, 10.5, 14, 9], cumulative=False, baseline=20)
    assert (chart.low, chart.high) == pytest.approx((4.68, 15.32))
    assert signals_at(chart, Rule.TWO_OF_THREE) == [(21, 1), (23, 1)]


def test_xmr_two_of_three_across_the_mean_is_no_signal():
    across = process_chart([*calm(20), 9, 14, 9.5, 14, 9], cumulative=False, baseline=20)
    assert signals_at(across, Rule.TWO_OF_THREE) == []
    opposite = process_chart([*calm(20), 9, 14, 6, 9], cumulative=False, baseline=20)
    assert signals_at(opposite, Rule.TWO_OF_THREE) == []


def test_xmr_fixed_baseline_keeps_its_limits_as_points_arrive():
    short, long = (process_chart(calm(20) + [15.0] * more, cumulative=False, baseline=20) for more in (0, 30))
    assert (short.centre, short.low, short.high) == (long.centre, long.low, long.high)
    assert long.baseline == 20


def test_xmr_without_fixed_baseline_uses_every_usable_point():
    chart = process_chart([*calm(20), None, 13], cumulative=False)
    assert (chart.baseline, chart.centre) == (21, pytest.approx(213 / 21))


def test_xmr_baseline_under_thirteen_points_raises():
    with pytest.raises(ValueError, match="at least 13"):
        process_chart(calm(20), cumulative=False, baseline=12)


def test_xmr_small_denominator_is_left_out_of_limits_and_rules():
    values = [*calm(19), 90]
    chart = process_chart(values, cumulative=False, denominators=[40] * 19 + [9])
    assert chart.usable == (True,) * 19 + (False,)
    assert signals_at(chart, Rule.OUTSIDE) == []
    assert process_chart(values, cumulative=False, denominators=[40] * 19 + [10]).point_signals[19] == (
        Signal(Rule.OUTSIDE, 1),
    )


def test_xmr_gap_breaks_the_run():
    values = [*calm(20), 9, 10.5, 10.6, 10.5, None, 10.6, 10.5, 10.6, 10.5, 9]
    assert signals_at(process_chart(values, cumulative=False), Rule.SHIFT) == []


def test_xmr_false_signal_rate_on_noise_is_one_to_two_percent():
    chance = random.Random(24)
    rounds = 4000
    hits = sum(
        bool(process_chart([chance.gauss(0, 1) for _ in range(24)], cumulative=False).point_signals[-1])
        for _ in range(rounds)
    )
    assert 0.01 <= hits / rounds <= 0.02
