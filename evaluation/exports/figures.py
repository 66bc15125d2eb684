"""Files of figures: each figure's parts in columns of their own, so that a spreadsheet can add them up."""

from collections.abc import Sequence
from typing import Any

from evaluation.measures.figures import Figure
from evaluation.measures.measure import Measure
from gpa_programme.core import spreadsheets
from gpa_programme.core.tables import Table


class FiguresTable(Table):
    """A table of units by measures: cells in words on the page, and in files their numbers.

    Each row has `unit` and `figures`; `measures` says which columns they fill.
    """

    measures: Sequence[Measure] = ()

    @property
    def sheet(self) -> spreadsheets.Sheet:
        """One row a unit; for each measure its value, and what it was counted from."""
        columns = [spreadsheets.Col("Name"), *(column for asked in self.measures for column in _columns(asked))]
        rows = [
            [row.unit.name, *(cell for asked in self.measures for cell in _cells(row.figures[asked.key]))]
            for row in self.rows
        ]
        return spreadsheets.Sheet(title=self.caption, columns=columns, rows=rows, notes=self.notes)


def _columns(asked: Measure) -> list[spreadsheets.Col]:
    if asked.shape == "median":
        return [spreadsheets.Col(f"{asked.name} (median days)", "number"), spreadsheets.Col("counted", "int")]
    columns = [spreadsheets.Col(asked.name, "percent" if asked.shape == "share" else "int")]
    if asked.shape == "share":
        columns.append(spreadsheets.Col(f"{asked.name}: number", "int"))
    return [*columns, spreadsheets.Col(f"{asked.name}: of", "int")] if asked.denominator else columns


def _cells(figure: Figure) -> list[Any]:
    asked = figure.measure
    if asked.shape == "median":
        return [figure.text if figure.number is None else figure.number, figure.n]
    cells: list[Any] = [figure.text if figure.number is None else figure.number]
    if asked.shape == "share":
        cells.append(figure.numerator)
    return [*cells, figure.denominator] if asked.denominator else cells
