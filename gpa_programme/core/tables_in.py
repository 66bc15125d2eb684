"""Tables that people bring as CSV or XLSX: read into rows of text by column name, blank rows left out."""

import csv
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

from gpa_programme.core.errors import DomainError
from gpa_programme.core.spreadsheets import INVENTED
from gpa_programme.core.uploads.office import check_office
from gpa_programme.core.uploads.pictures import text_as_utf8
from gpa_programme.core.uploads.refusal import refused

LARGEST = 2 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60


def read_table(name: str, data: bytes) -> list[dict[str, str]]:
    """The rows of a file, by the names in its first row in lower case with underscores; its first sheet for XLSX.

    Raises DomainError on field "file" where it is too large, of another kind, or damaged.
    """
    if len(data) > LARGEST:
        raise DomainError("This file is larger than 2 MB. Nothing was saved.", field="file", code="size")
    read = _READERS.get(name.lower().rpartition(".")[2])
    if read is None:
        raise DomainError("Choose a file that ends in .csv or .xlsx. Nothing was saved.", field="file", code="type")
    try:
        return _rows(read(data))
    except DomainError:
        raise
    except Exception as error:  # the libraries raise anything over a damaged part
        raise refused("damaged") from error


def _of_csv(data: bytes) -> Iterator[list[str]]:
    return csv.reader(StringIO(text_as_utf8(data).decode(), newline=""))


def _of_xlsx(data: bytes) -> Iterator[list[str]]:
    check_office(data, "xlsx")
    book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    try:
        for row in book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1):
            yield [_text(value) for value in row]
    finally:
        book.close()


_READERS: dict[str, Callable[[bytes], Iterator[list[str]]]] = {"csv": _of_csv, "xlsx": _of_xlsx}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _rows(lines: Iterable[list[str]]) -> list[dict[str, str]]:
    names: list[str] = []
    found: list[dict[str, str]] = []
    for line in lines:
        said = [cell.strip() for cell in line if cell.strip()]
        if not said or said == [INVENTED]:  # our own files of a demonstration say so on a line of its own
            continue
        if not names:
            names = [cell.strip().lower().replace(" ", "_") for cell in line]
            continue
        if len(found) >= MOST_ROWS:
            raise DomainError(f"A file has at most {MOST_ROWS:,} rows. Nothing was saved.", field="file", code="rows")
        found.append({name: cell.strip() for name, cell in zip(names, line, strict=False) if name})
    return found
