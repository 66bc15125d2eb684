"""CSV and XLSX files whose cells can never be formulas, the same bytes for the same rows."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

from django.conf import settings
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from gpa_programme.core.periods import LONDON

INVENTED = "People and figures are invented."

Kind = Literal["text", "int", "number", "percent", "money", "date", "datetime"]

_FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠"
_FORMATS: dict[str, str] = {
    "text": "@",
    "int": "#,##0",
    "number": "#,##0.##########",
    "percent": "0%",
    "part percent": "0.0%",
    "money": "£#,##0.00",
    "date": "d mmm yyyy",
    "datetime": "d mmm yyyy hh:mm",
}
_LONGEST_TEXT = 32_767
_MOST_ROWS = 1_048_575
_WIDTHS = 9, 60
_FIXED_MOMENT = datetime(2019, 4, 1)  # noqa: DTZ001 - a file's own date, not a moment of the programme


@dataclass(frozen=True)
class Col:
    """A column. Values are whole pence for money, 0 to 100 for per cent, aware moments for datetime.

    A value that is not of the kind, such as the reason for a suppressed figure, is written as its text.
    """

    label: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Sheet:
    """One table. `rows` may be an iterator, read once; `notes` are sentences that belong to it."""

    title: str
    columns: Sequence[Col]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Properties:
    """What the Notes sheet of a workbook says. `created` None gives every file the same date, so the same bytes."""

    title: str = ""
    source: str = ""
    as_at: str = ""
    filters: str = ""
    disclosure: str = ""
    created: datetime | None = None


def csv_bytes(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, for Excel; notes follow the rows after an empty line.

    Text that a spreadsheet could take for a formula gets an apostrophe in front.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_guarded(column.label) for column in sheet.columns])
    written = [_CSV[column.kind] for column in sheet.columns]
    for row in sheet.rows:
        writer.writerow([write(value) for write, value in zip(written, row, strict=True)])
    notes = [*sheet.notes, *([INVENTED] if settings.DEMONSTRATION else [])]
    if notes:
        writer.writerow([])
        writer.writerows([_guarded(note)] for note in notes)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _guarded(text: str) -> str:
    return f"'{text}" if text.lstrip(" ")[:1] in _FORMULA_STARTS and text.strip(" ") else text


def _csv_text(value: Any) -> str:
    return "" if value is None else _guarded(_words(value))


def _csv_number(value: Any) -> str:
    return str(value) if _is_number(value) else _csv_text(value)


def _csv_percent(value: Any) -> str:
    return f"{value:.10g}%" if _is_number(value) else _csv_text(value)


def _csv_money(value: Any) -> str:
    return f"{Decimal(value) / 100:.2f}" if _is_number(value) else _csv_text(value)


def _csv_date(value: Any) -> str:
    return _day(value).isoformat() if isinstance(value, date) else _csv_text(value)


def _csv_datetime(value: Any) -> str:
    return f"{_moment(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else _csv_text(value)


_CSV: dict[str, Callable[[Any], str]] = {
    "text": _csv_text,
    "int": _csv_number,
    "number": _csv_number,
    "percent": _csv_percent,
    "money": _csv_money,
    "date": _csv_date,
    "datetime": _csv_datetime,
}


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)


def _is_number(value: Any) -> bool:
    """Finite numbers only: a spreadsheet has no cell for the others."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and isfinite(value)


def _day(value: date) -> date:
    return _moment(value).date() if isinstance(value, datetime) else value


def _moment(value: datetime) -> datetime:
    """London's clock time, without a zone: spreadsheets know none."""
    return (value.astimezone(LONDON) if value.tzinfo else value).replace(tzinfo=None)


def xlsx_bytes(sheets: Sequence[Sheet], properties: Properties | None = None) -> bytes:
    """A workbook of the sheets and a sheet of notes; heads stay in view, columns filter and fit.

    Rows go to disk as they are read, so memory stays small. Raises ValueError for more rows than a sheet holds.
    """
    properties = properties or Properties()
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with Workbook(buffer, options) as book:
        book.set_properties({"title": properties.title, "created": properties.created or _FIXED_MOMENT})
        writer = _Writer(book)
        for sheet in sheets:
            writer.add(sheet)
        writer.add(_notes(sheets, properties))
    return buffer.getvalue()


def _notes(sheets: Sequence[Sheet], properties: Properties) -> Sheet:
    about = {
        "Title": properties.title,
        "Source": properties.source,
        "As at": properties.as_at,
        "Filter": properties.filters,
        "Disclosure": properties.disclosure,
        "Demonstration": INVENTED if settings.DEMONSTRATION else "",
    }
    rows = [(name, text) for name, text in about.items() if text]
    rows += [(sheet.title, note) for sheet in sheets for note in sheet.notes]
    return Sheet("Notes", [Col("About"), Col("Note")], rows)


@dataclass
class _Writer:
    """One workbook with its formats, and the names its sheets have taken."""

    book: Workbook
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        top = {"valign": "top"}
        self.formats = {kind: self.book.add_format({"num_format": code, **top}) for kind, code in _FORMATS.items()}
        self.formats["text"].set_text_wrap()
        self.head = self.book.add_format(
            {"bold": True, "text_wrap": True, "font_color": "#FFFFFF", "bg_color": "#005EB8", "border": 1, **top}
        )

    def add(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(self._name(sheet.title))
        widths = [len(column.label) + 3 for column in sheet.columns]
        page.freeze_panes(1, 0)
        for index, column in enumerate(sheet.columns):
            page.write_string(0, index, column.label, self.head)
        number = 0
        for number, row in enumerate(sheet.rows, start=1):
            if number > _MOST_ROWS:
                raise ValueError(f"A sheet holds {_MOST_ROWS:,} rows and no more.")
            for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                if value is not None:
                    length = self._write(page, number, index, column.kind, value)
                    widths[index] = max(widths[index], length)
        if sheet.columns:
            page.autofilter(0, 0, max(number, 1), len(sheet.columns) - 1)
        for index, width in enumerate(widths):
            page.set_column(index, index, min(max(width + 1, _WIDTHS[0]), _WIDTHS[1]))

    def _write(self, page: Worksheet, row: int, column: int, kind: str, value: Any) -> int:
        """Write one cell; the answer is about how many letters wide it is."""
        if kind == "datetime" and isinstance(value, datetime):
            page.write_datetime(row, column, _moment(value), self.formats[kind])
            return 17
        if kind == "date" and isinstance(value, date):
            page.write_datetime(row, column, _day(value), self.formats[kind])
            return 11
        if kind in ("int", "number", "percent", "money") and _is_number(value):
            shown = value / 100 if kind in ("percent", "money") else value
            part = kind == "percent" and value != int(value)
            page.write_number(row, column, shown, self.formats["part percent" if part else kind])
            return len(str(value)) + 3
        text = _words(value)
        if len(text) > _LONGEST_TEXT:
            text = text[: _LONGEST_TEXT - 1] + "…"
        page.write_string(row, column, text, self.formats["text"])
        return max(map(len, text.split("\n", 5)), default=0)

    def _name(self, title: str) -> str:
        """A sheet name that Excel takes: 31 characters, no brackets, slashes or wildcards, not taken yet."""
        plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip("' ")[:31].strip("' ") or "Sheet"
        if plain.lower() == "history":
            plain = "History of changes"
        name, number = plain, 1
        while name.lower() in self.names:
            number += 1
            name = f"{plain[: 28 - len(str(number))]} ({number})"
        self.names.add(name.lower())
        return name
