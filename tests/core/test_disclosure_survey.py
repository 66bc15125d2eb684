"""Survey cells: floor, rounding, extremes, complementary hiding, attackers, and JSON there and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_programme.core.disclosure import (
    TOO_FEW,
    TOO_FEW_OR_PARTNER,
    TOO_UNIFORM,
    Band,
    PublishedChange,
    PublishedCount,
    PublishedDistribution,
    PublishedShare,
    Suppressed,
    england_change,
    from_json,
    people_breakdown,
    rounded_down,
    survey_change,
    survey_changes,
    survey_distribution,
    survey_share,
    survey_shares,
    to_json,
)
from gpa_programme.core.statistics import paired_change

answers = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
hub = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_survey_share_seven_of_ten_is_worked_out_from_what_is_printed():
    assert survey_share(7, 10) == PublishedShare(Band(10, 19), 70, 35, 90)
    assert str(survey_share(7, 10)) == "70% (35% to 90%; 10 to 19 answered)"


@pytest.mark.parametrize("n", [0, 1, 9])
def test_survey_share_under_ten_is_too_few(n):
    assert survey_share(n, n) == TOO_FEW
    assert (TOO_FEW.short, str(TOO_FEW)) == ("*", "fewer than 10 answered")


@pytest.mark.parametrize(
    ("positive", "n", "extreme"),
    [
        (0, 10, "nearly none"),
        (2, 30, "nearly none"),
        (3, 300, "nearly none"),
        (28, 30, "nearly all"),
        (40, 40, "nearly all"),
    ],
)
def test_survey_share_fewer_than_three_on_a_side_is_words_without_interval(positive, n, extreme):
    cell = survey_share(positive, n)
    assert (cell.extreme, cell.share, cell.low, cell.high) == (extreme, None, None, None)


@pytest.mark.parametrize(("positive", "n"), [(3, 10), (7, 10), (3, 30), (27, 30)])
def test_survey_share_three_on_each_side_is_a_figure(positive, n):
    assert survey_share(positive, n).share is not None


@given(answers)
def test_survey_share_always_multiples_of_five_around_the_truth(case):
    positive, n = case
    cell = survey_share(positive, n)
    if isinstance(cell, Suppressed):
        assert n < 10
        return
    assert cell.answers.low <= n
    assert cell.answers.high is None or n <= cell.answers.high
    if cell.share is not None:
        assert {cell.share % 5, cell.low % 5, cell.high % 5} == {0}
        assert abs(cell.share - 100 * positive / n) <= 3
        assert 0 <= cell.low < cell.share < cell.high <= 100
        assert 0 < cell.share < 100


def test_survey_share_no_pair_of_figures_tells_the_exact_answers():
    """For each thing that can be printed with a share there is more than one world behind it."""
    worlds = {}
    for n in range(10, 100):
        for positive in range(n + 1):
            worlds.setdefault(survey_share(positive, n), set()).add((positive, n))
    assert min(len(behind) for behind in worlds.values()) > 1


@pytest.mark.parametrize(("positive", "n"), [(-1, 10), (11, 10)])
def test_survey_share_impossible_counts_raise(positive, n):
    with pytest.raises(ValueError, match="Cannot take"):
        survey_share(positive, n)


def test_survey_shares_one_hidden_hub_hides_the_smallest_other():
    cells = survey_shares({"A": (20, 30), "B": (5, 9), "C": (8, 12), "D": (10, 25)})
    assert {part: cell.short for part, cell in cells.items()} == {"A": "65%", "B": "*", "C": "*", "D": "40%"}
    assert cells["B"] == cells["C"] == TOO_FEW_OR_PARTNER


def test_survey_shares_two_hidden_hubs_hide_no_third():
    cells = survey_shares({"A": (20, 30), "B": (5, 9), "C": (3, 4), "D": (10, 25)})
    assert [part for part, cell in cells.items() if isinstance(cell, Suppressed)] == ["B", "C"]


def test_survey_shares_nobody_hidden_hides_nobody():
    assert survey_shares({"A": (20, 30), "B": (7, 10)}) == {"A": survey_share(20, 30), "B": survey_share(7, 10)}


def test_survey_shares_england_made_of_one_hub_hides_that_hub_too():
    cells = survey_shares({"A": (5, 10), "B": (1, 1), "C": (0, 0)})
    assert {cell.short for cell in cells.values()} == {"*"}


@given(st.lists(hub, min_size=2, max_size=7))
def test_survey_shares_attacker_subtracting_from_england_finds_five_values_for_every_hidden_count(parts):
    cells = survey_shares(dict(enumerate(parts)))
    hidden = [part for part, cell in cells.items() if isinstance(cell, Suppressed)]
    england = survey_distribution({"yes": sum(p for p, _ in parts), "no": sum(n - p for p, n in parts)})
    assert len(hidden) != 1
    if not hidden or isinstance(england, Suppressed):
        return
    most = england.answers + 2 - sum(cell.answers.low for cell in cells.values() if not isinstance(cell, Suppressed))
    assert most >= 5, "any hidden hub may have from nobody to this many"


def test_survey_distribution_whole_per_cent_add_to_100():
    cell = survey_distribution({"agree": 50, "neither": 50, "disagree": 50}, positive=["agree"])
    assert cell == PublishedDistribution(150, {"agree": 34, "neither": 33, "disagree": 33}, 34, 26, 42)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=7))
def test_survey_distribution_always_adds_to_100_within_one_of_the_truth(values):
    cell = survey_distribution({str(index): value for index, value in enumerate(values)})
    n = sum(values)
    if isinstance(cell, Suppressed):
        assert n < 20
        return
    assert sum(cell.percents.values()) == 100
    assert cell.answers % 5 == 0
    assert all(abs(cell.percents[str(i)] - 100 * value / n) < 1 for i, value in enumerate(values))


@pytest.mark.parametrize(("n", "shown"), [(9, TOO_FEW), (10, TOO_UNIFORM), (19, TOO_UNIFORM)])
def test_survey_distribution_unanimous_answers_wait_for_twenty(n, shown):
    assert survey_distribution({"yes": n, "no": 0}) == shown


def test_survey_distribution_unanimous_from_twenty_is_shown():
    assert survey_distribution({"yes": 20, "no": 0}) == PublishedDistribution(20, {"yes": 100, "no": 0})


def test_survey_change_needs_ten_pairs():
    assert survey_change(paired_change([(1, 2), (2, 2)] * 4 + [(3, 5)])) == TOO_FEW
    cell = survey_change(paired_change([(1, 2), (2, 2)] * 5))
    assert cell == PublishedChange(Band(10, 19), 0.5, 0.1, 0.9)
    assert str(cell) == "+0.5 (+0.1 to +0.9; 10 to 19 pairs)"


def test_survey_change_all_alike_waits_for_twenty():
    assert survey_change(paired_change([(1, 2)] * 19)) == TOO_UNIFORM
    assert survey_change(paired_change([(1, 2)] * 20)).mean == 1.0


def test_survey_changes_one_hidden_hub_hides_a_second():
    many, few = paired_change([(1, 2), (2, 2)] * 8), paired_change([(1, 2)] * 3)
    cells = survey_changes({"A": many, "B": few, "C": many, "D": many})
    assert [part for part, cell in cells.items() if isinstance(cell, Suppressed)] == ["A", "B"]


def test_england_change_tells_how_many_moved_which_way():
    cell = england_change(paired_change([(1, 2), (2, 2), (3, 2)] * 20))
    assert (cell.improved, cell.same, cell.worse) == (34, 33, 33)
    assert england_change(paired_change([(1, 2)])) == TOO_FEW


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (4, 0), (5, 5), (39, 35)])
def test_rounded_down_to_five(count, shown):
    assert rounded_down(count) == shown


@pytest.mark.parametrize(
    "cell",
    [
        TOO_FEW,
        PublishedCount(1235, rounded=True),
        survey_share(7, 10),
        survey_share(1000, 2000),
        survey_share(40, 40),
        survey_distribution({"agree": 50, "neither": 50, "disagree": 50}, positive=["agree"]),
        england_change(paired_change([(1, 2), (2, 2), (3, 2)] * 20)),
    ],
)
def test_published_cell_survives_json(cell):
    assert from_json(json.loads(json.dumps(to_json(cell)))) == cell


def test_from_json_unknown_kind_raises():
    with pytest.raises(KeyError):
        from_json({"kind": "guess"})


def test_people_cells_read_as_words_and_marks():
    cells = people_breakdown({"pay": 1233, "moved": 1, "health": 40})
    assert [cell.short for cell in cells.values()] == ["1,235", "*", "*"]
    assert str(cells["pay"]) == "1,235"
