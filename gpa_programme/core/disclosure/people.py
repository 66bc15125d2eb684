"""Counts of people that leave a hub, such as withdrawals by reason: hidden when small, rounded otherwise.

1 to 7 is hidden and other counts go to the nearest 5 (the NHS method for secondary care counts since 2018); zero stays
zero. Row totals are taken to be known exactly, because places and enrolments are shown elsewhere; so further cells are
hidden until subtraction leaves every hidden count at least 4 possible values, or as many as its total allows. Every
hidden cell carries the same reason: which of them was small is itself a fact about people. England alone may be shown
exactly; beside its hubs it follows the same rule, because exact sums would give small hubs away.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from gpa_programme.core.disclosure.cells import PublishedCount, Suppressed

SMALL = 7
STEP = 5
SPREAD = 3
ENGLAND = "England"
HIDDEN = Suppressed("1 to 7 people, or hidden to protect another figure")

Cell = tuple[int, int]


@dataclass(frozen=True)
class PeopleTable:
    """Units by categories as they may leave the hubs, and England by category."""

    cells: dict[str, dict[str, PublishedCount | Suppressed]]
    england: dict[str, PublishedCount | Suppressed]


def round_to_5(count: int) -> int:
    """The nearest multiple of 5."""
    return STEP * round(count / STEP)


def people_breakdown(counts: Mapping[str, int]) -> dict[str, PublishedCount | Suppressed]:
    """One hub's people by category, for readers who know how many there are in all."""
    hidden = _hide_in_row(list(counts.values()))
    return {
        category: HIDDEN if (0, column) in hidden else PublishedCount(round_to_5(count), rounded=True)
        for column, (category, count) in enumerate(counts.items())
    }


def people_table(table: Mapping[str, Mapping[str, int]]) -> PeopleTable:
    """Every hub's people by category with England's, for readers who know each hub's and England's total.

    Each row is what `people_breakdown` makes of it alone, unless rows and England together would give a hub's count
    away: then some of England is hidden too. Raises KeyError where a unit lacks a category that the first one has.
    """
    units = list(table)
    categories = list(table[units[0]]) if units else []
    grid = [[table[unit][category] for category in categories] for unit in units]
    grid.append([sum(column) for column in zip(*grid, strict=True)])
    hidden = _hide_in_table(grid)
    cells = {
        unit: {
            category: HIDDEN if (row, column) in hidden else PublishedCount(round_to_5(count), rounded=True)
            for column, (category, count) in enumerate(zip(categories, line, strict=False))
        }
        for row, (unit, line) in enumerate(zip([*units, ENGLAND], grid, strict=True))
    }
    return PeopleTable(england=cells.pop(ENGLAND), cells=cells)


def _hide_in_row(line: list[int]) -> set[Cell]:
    """The small ones, all of a small total, then one more at a time, smallest first and zeros last."""
    row = _Table([line], summed=False)
    while exposed := row.exposed():
        shown = row.shown(row.row(exposed))
        if not shown:
            break
        row.hidden.add(shown[0])
    return row.hidden


def _hide_in_table(grid: list[list[int]]) -> set[Cell]:
    """Each row by itself, the last row being the sum of the others; then the last row's cells while any is exposed."""
    table = _Table(grid, summed=True)
    table.hidden = {(row, column) for row, line in enumerate(grid) for _, column in _hide_in_row(line)}
    last = table.row((len(grid) - 1, 0))
    while exposed := table.exposed():
        shown = table.shown(last)
        if not shown:
            break
        here = [cell for cell in shown if cell[1] == exposed[1]]
        table.hidden.add((here or shown)[0])
    return table.hidden


class _Table:
    """Rows with known totals and what a reader could work out; where `summed` the last row is the sum of the rest."""

    def __init__(self, grid: list[list[int]], summed: bool) -> None:
        self.grid = grid
        self.summed = summed
        self.last = len(grid) - 1
        self.totals = [sum(row) for row in grid]
        cells = [(row, column) for row, line in enumerate(grid) for column in range(len(line))]
        self.hidden = {cell for cell in cells if self._hidden_at_first(cell)}

    def value(self, cell: Cell) -> int:
        return self.grid[cell[0]][cell[1]]

    def row(self, cell: Cell) -> list[Cell]:
        return [(cell[0], column) for column in range(len(self.grid[cell[0]]))]

    def shown(self, line: list[Cell]) -> list[Cell]:
        """Cells of a line that are not hidden: smallest people first, zeros last."""
        return sorted(
            (cell for cell in line if cell not in self.hidden),
            key=lambda cell: (self.value(cell) == 0, self.value(cell), cell),
        )

    def exposed(self) -> Cell | None:
        """A hidden cell that stands alone in its row, or hides people whose number the totals nearly tell."""
        for cell in sorted(self.hidden):
            row = self.row(cell)
            alone = len(self.hidden.intersection(row)) == 1 < len(row)
            if alone or (self.value(cell) and not self._protected(cell)):
                return cell
        return None

    def _hidden_at_first(self, cell: Cell) -> bool:
        value = self.value(cell)
        return self._small_row(cell[0]) or 0 < value <= SMALL

    def _small_row(self, row: int) -> bool:
        """Whether a row's people are too few to spread over its categories without telling who is where."""
        return 0 < self.totals[row] <= max(SMALL, len(self.grid[row]) + SPREAD - 1)

    def _window(self, cell: Cell) -> tuple[int, int]:
        """The least and greatest a reader may assume of one cell from its own row's marks, before using any total."""
        value, whole = self.value(cell), self.totals[cell[0]]
        if cell not in self.hidden:
            return (0, 0) if value == 0 else (max(SMALL + 1, round_to_5(value) - 2), round_to_5(value) + 2)
        if self._small_row(cell[0]):
            return 0, whole
        if value <= SMALL:
            return min(value, 1), SMALL
        shown = [self._window(other)[1] for other in self.row(cell) if other not in self.hidden and self.value(other)]
        return SMALL + 1, min([whole, *shown])

    def _room(self, cell: Cell, up: bool) -> int:
        """How far a cell can move. The sum's moves count against the parts', so its directions are swapped."""
        low, high = self._window(cell)
        if self.summed and cell[0] == self.last:
            up = not up
        return high - self.value(cell) if up else self.value(cell) - low

    def _protected(self, cell: Cell) -> bool:
        """Whether what is published leaves a hidden cell at least 4 values, or as many as its row's total allows."""
        needed = min(SPREAD, self.totals[cell[0]])
        risen = self._moved(cell, needed, up=True)
        return risen + self._moved(cell, needed - risen, up=False) >= needed

    def _moved(self, cell: Cell, needed: int, up: bool) -> int:
        """How far, up to `needed`, the cell can move while others make up for it."""
        limit = min(needed, self._room(cell, up))
        if not self.summed:
            return min(limit, sum(self._room(other, not up) for other in self.row(cell) if other != cell))
        used: dict[tuple[Cell, bool], int] = {}
        for moved in range(limit):
            path = self._path(cell, up, used)
            if not path:
                return moved
            for step in path:
                used[step] = used.get(step, 0) + 1
        return limit

    def _path(self, cell: Cell, up: bool, used: Mapping[tuple[Cell, bool], int]) -> list[tuple[Cell, bool]]:
        """One unit's way from the cell's row to its column: a cell of the row gives, one in that cell's column takes,
        one of that row gives, and so on (an augmenting path of a flow; empty where there is none).
        """
        start, goal = ("row", cell[0]), ("column", cell[1])
        came: dict[tuple[str, int], tuple[tuple[str, int], tuple[Cell, bool]]] = {}
        queue = deque([start])
        while queue and goal not in came:
            here = queue.popleft()
            in_row = here[0] == "row"
            for other in range(len(self.grid[0]) if in_row else len(self.grid)):
                there = ("column" if in_row else "row", other)
                via = (here[1], other) if in_row else (other, here[1])
                rises = up != in_row
                net = used.get((via, rises), 0) - used.get((via, not rises), 0)
                if there != start and there not in came and via != cell and self._room(via, rises) > net:
                    came[there] = (here, (via, rises))
                    queue.append(there)
        path = []
        here = goal
        while here in came:
            here, step = came[here]
            path.append(step)
        return path
