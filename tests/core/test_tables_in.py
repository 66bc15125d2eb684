"""Tables that people bring: whatever is wrong with a file is said at its field, and nothing breaks the server."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from gpa_programme.core.errors import DomainError
from gpa_programme.core.spreadsheets import INVENTED, Col, Sheet, csv_bytes
from gpa_programme.core.tables_in import read_table

DAMAGED = ("file", "upload_damaged")


def workbook(**parts: bytes) -> bytes:
    """A workbook of one row, with members replaced by the stem of their names."""
    good, changed = BytesIO(), BytesIO()
    book = Workbook()
    book.active.append(["code", "title"])
    book.active.append(["CAR-01", 7.0])
    book.save(good)
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0]) or source.read(name))
    return changed.getvalue()


def refusal_of(name: str, data: bytes) -> tuple[str, str]:
    """Field and code of the refusal."""
    with pytest.raises(DomainError) as refusal:
        read_table(name, data)
    return refusal.value.field, refusal.value.code


def test_good_workbook_is_read():
    assert read_table("a.xlsx", workbook()) == [{"code": "CAR-01", "title": "7"}]


@pytest.mark.parametrize("part", ["sheet1", "workbook", "styles"])
def test_damaged_workbook_is_refused(part):
    assert refusal_of("a.xlsx", workbook(**{part: b"<worksheet><sheetData><row"})) == DAMAGED


def test_workbook_without_a_sheet_is_refused():
    empty = b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>'

    assert refusal_of("a.xlsx", workbook(workbook=empty)) == DAMAGED


def test_csv_with_a_field_that_never_ends_is_refused():
    assert refusal_of("a.csv", b'code,title\nCAR-01,"' + b"x" * 200_000) == DAMAGED


def test_file_that_is_too_large_is_refused():
    assert refusal_of("a.csv", b"x" * (2 * 1024 * 1024 + 1)) == ("file", "size")


def test_file_of_our_own_is_read_without_the_notice_of_a_demonstration(settings):
    settings.DEMONSTRATION = True
    data = csv_bytes(Sheet("Framework", [Col("Code"), Col("Title")], [["CAR-01", "Calls"]]))

    assert INVENTED in data.decode()
    assert read_table("a.csv", data) == [{"code": "CAR-01", "title": "Calls"}]
    assert read_table("a.csv", f"{INVENTED}\r\n".encode() + data[3:]) == [{"code": "CAR-01", "title": "Calls"}]
