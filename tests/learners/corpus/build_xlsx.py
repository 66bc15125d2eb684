"""Builders of real XLSX files at run time, each giving the file name and the bytes."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter


@dataclass(frozen=True)
class Shown:
    """A number that its cell shows with a format of its own, such as leading noughts."""

    value: float
    format: str


@dataclass(frozen=True)
class RichText:
    """One cell's words in two fonts, which the file keeps as separate runs."""

    first: str
    second: str


Cell = str | int | float | dt.date | Shown | RichText | None


@dataclass(frozen=True)
class Sheet:
    """One sheet, row by row, perhaps hidden, perhaps with a comment on its first cell or a printed footer."""

    name: str
    rows: Sequence[Sequence[Cell]]
    hidden: bool = False
    comment: str = ""
    footer: str = ""


def _write(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, RichText):
        sheet.write_rich_string(row, column, book.add_format({"bold": True}), cell.first, cell.second)
    elif isinstance(cell, Shown):
        sheet.write_number(row, column, cell.value, book.add_format({"num_format": cell.format}))
    elif isinstance(cell, dt.date):
        moment = dt.datetime.combine(cell, dt.time())
        sheet.write_datetime(row, column, moment, book.add_format({"num_format": "dd/mm/yyyy"}))
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell)


def xlsx_file(name: str, *sheets: Sheet, properties: dict[str, str] | None = None) -> tuple[str, bytes]:
    """Return an XLSX of the given sheets, with document properties where given."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC), **(properties or {})})
        for given in sheets:
            sheet = book.add_worksheet(given.name)
            for row, cells in enumerate(given.rows):
                for column, cell in enumerate(cells):
                    _write(book, sheet, row, column, cell)
            if given.comment:
                sheet.write_comment(0, 0, given.comment)
            if given.footer:
                sheet.set_footer(f"&L{given.footer}")
            if given.hidden:
                sheet.hide()
    return name, out.getvalue()
