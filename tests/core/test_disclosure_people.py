"""Breakdowns of people: the rule, and attackers who know it and subtract."""

import itertools
from collections import defaultdict

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from gpa_programme.core.disclosure import PublishedCount, Suppressed, people_breakdown, people_table

counts = st.integers(0, 60)
small_or_zero = st.one_of(st.just(0), st.integers(0, 12), counts)


def marks(cells):
    return ["*" if isinstance(cell, Suppressed) else cell.value for cell in cells.values()]


def breakdown(*values):
    return marks(people_breakdown({str(index): value for index, value in enumerate(values)}))


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((0, 0, 0), [0, 0, 0]),
        ((8, 12, 13, 40), [10, 10, 15, 40]),
        ((0, 20, 30), [0, 20, 30]),
        ((1, 20, 30), ["*", "*", 30]),
        ((3, 4, 30), ["*", "*", 30]),
        ((3, 30, 0), ["*", "*", 0]),
        ((2, 1, 0), ["*", "*", "*"]),
        ((7, 7, 7), ["*", "*", "*"]),
    ],
)
def test_people_breakdown_examples(values, shown):
    assert breakdown(*values) == shown


def test_people_breakdown_hidden_cells_carry_one_reason():
    cells = people_breakdown({"moved": 2, "pay": 20, "health": 30})
    assert str(cells["moved"]) == str(cells["pay"]) == "1 to 7 people, or hidden to protect another figure"
    assert cells["health"] == PublishedCount(30, rounded=True)


@given(st.lists(small_or_zero, min_size=1, max_size=10))
def test_people_breakdown_never_shows_one_to_seven_nor_a_lone_mark(values):
    shown = breakdown(*values)
    assert not {1, 2, 3, 4, 5, 6, 7} & {cell for value, cell in zip(values, shown, strict=True) if value > 7}
    assert all(cell == "*" for value, cell in zip(values, shown, strict=True) if 1 <= value <= 7)
    assert all(
        cell % 5 == 0 and abs(cell - value) <= 2 for value, cell in zip(values, shown, strict=True) if cell != "*"
    )
    assert len(values) == 1 or shown.count("*") != 1


def compositions(total, parts):
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


@pytest.mark.parametrize(
    ("parts", "totals"), [(2, range(70)), (3, range(44)), (4, range(24, 32)), (5, range(7, 18)), (8, range(7, 10))]
)
def test_people_breakdown_attacker_with_the_code_and_the_total_finds_four_values_for_every_mark(parts, totals):
    """Every world with the same total is published, and those that look alike are compared: nothing is assumed."""
    for total in totals:
        alike = defaultdict(list)
        for world in compositions(total, parts):
            alike[tuple(breakdown(*world))].append(world)
        for shown, worlds in alike.items():
            for index in range(parts):
                if shown[index] == "*":
                    values = {world[index] for world in worlds}
                    assert max(values) - min(values) >= min(3, total), (total, shown)


def window(mark):
    if mark == "*":
        return 0, numpy.inf
    return (0, 0) if mark == 0 else (max(8, mark - 2), mark + 2)


def feasible(shown, england, totals, target):
    """Least and greatest value of one hub's cell under everything published, by integer programming."""
    hubs, categories = len(shown), len(england)
    columns = hubs * categories
    limits = []
    for hub in range(hubs):
        row = numpy.zeros(columns)
        row[hub * categories : (hub + 1) * categories] = 1
        limits.append(LinearConstraint(row, totals[hub], totals[hub]))
    for category in range(categories):
        column = numpy.zeros(columns)
        column[category::categories] = 1
        limits.append(LinearConstraint(column, *window(england[category])))
    low, high = zip(*(window(mark) for row in shown for mark in row), strict=True)
    goal = numpy.zeros(columns)
    goal[target[0] * categories + target[1]] = 1
    ends = [
        milp(sign * goal, constraints=limits, bounds=(list(low), list(high)), integrality=numpy.ones(columns))
        for sign in (1, -1)
    ]
    return round(ends[0].fun), round(-ends[1].fun)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 7).flatmap(
        lambda k: st.lists(st.lists(small_or_zero, min_size=k, max_size=k), min_size=2, max_size=7)
    )
)
def test_people_table_attacker_by_integer_programming_finds_four_values_for_every_hidden_count(grid):
    table = people_table({str(row): dict(enumerate(line)) for row, line in enumerate(grid)})
    shown = [marks(cells) for cells in table.cells.values()]
    totals = [sum(line) for line in grid]
    for row, column in itertools.product(range(len(grid)), range(len(grid[0]))):
        if shown[row][column] == "*" and grid[row][column]:
            low, high = feasible(shown, marks(table.england), totals, (row, column))
            assert low <= grid[row][column] <= high
            assert high - low >= min(3, totals[row])


def test_people_table_exact_sums_would_give_a_count_away_and_england_is_not_exact():
    table = people_table({"North": {"pay": 3, "moved": 9}, "South": {"pay": 0, "moved": 12}})
    assert marks(table.cells["North"]) == ["*", "*"]
    assert marks(table.cells["South"]) == [0, 10]
    assert marks(table.england) == ["*", "*"]


def test_people_table_rows_are_the_breakdowns():
    grid = {"North": {"pay": 10, "moved": 9, "health": 20}, "South": {"pay": 0, "moved": 1, "health": 30}}
    table = people_table(grid)
    assert table.cells == {hub: people_breakdown(cells) for hub, cells in grid.items()}


def test_people_table_missing_category_raises():
    with pytest.raises(KeyError):
        people_table({"North": {"pay": 1}, "South": {"moved": 1}})


def test_people_table_of_nothing_is_empty():
    table = people_table({})
    assert (table.cells, table.england) == ({}, {})
