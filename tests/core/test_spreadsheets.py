"""Exports: no cell is ever a formula, values round-trip, bytes repeat, memory and notes are as promised."""

import csv
import io
import time
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from gpa_programme.core.disclosure import Suppressed
from gpa_programme.core.spreadsheets import INVENTED, Col, Properties, Sheet, csv_bytes, xlsx_bytes

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]
PAYLOADS = ["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://127.0.0.1/","x")', "SUM(A1:A9)", "http://127.0.0.1/"]
HOSTILE = [f"{space}{start}{payload}" for space in ("", " ") for start in STARTS for payload in PAYLOADS]


NOVEMBER, JULY = datetime(2019, 11, 5), datetime(2019, 7, 2, 0, 30)  # noqa: DTZ001 - spreadsheets know no zones


def read_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def book_of(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def cells(data, sheet="Learners"):
    return [[cell.value for cell in row] for row in book_of(data)[sheet].iter_rows()]


def learners(rows, *columns, notes=()):
    return Sheet("Learners", columns or [Col("Name")], rows, notes)


def test_csv_every_kind_is_written_plainly():
    columns = [Col(kind, kind) for kind in ("text", "int", "number", "percent", "money", "date", "datetime")]
    row = ["Ann", 1234, Decimal("4.5"), 62, 123456, date(2019, 11, 5), datetime(2019, 7, 1, 23, 30, tzinfo=UTC)]
    assert read_csv(csv_bytes(learners([row], *columns)))[1] == [
        "Ann", "1234", "4.5", "62%", "1234.56", "2019-11-05", "2019-07-02 00:30",
    ]  # fmt: skip


def test_xlsx_every_kind_is_a_real_value_with_its_format():
    columns = [Col(kind, kind) for kind in ("text", "int", "number", "percent", "money", "date", "datetime")]
    row = ["Ann", 1234, 4.5, 62, 123456, date(2019, 11, 5), datetime(2019, 7, 1, 23, 30, tzinfo=UTC)]
    sheet = book_of(xlsx_bytes([learners([row], *columns)]))["Learners"]
    assert [cell.value for cell in sheet[2]] == [
        "Ann", 1234, 4.5, 0.62, 1234.56, NOVEMBER, JULY,
    ]  # fmt: skip
    assert [cell.number_format for cell in sheet[2]] == [
        "@", "#,##0", "#,##0.##########", "0%", "£#,##0.00", "d mmm yyyy", "d mmm yyyy hh:mm",
    ]  # fmt: skip


def test_suppressed_and_missing_values_are_words_and_blanks_in_both():
    rows = [[Suppressed("fewer than 10 answered"), None, True], [float("nan"), float("inf"), False]]
    sheet = [Col("Share", "percent"), Col("n", "int"), Col("Final")]
    expected = [["fewer than 10 answered", "", "Yes"], ["nan", "inf", "No"]]
    assert read_csv(csv_bytes(learners(rows, *sheet)))[1:] == expected
    assert [[value or "" for value in row] for row in cells(xlsx_bytes([learners(rows, *sheet)]))[1:]] == expected


def test_part_of_a_per_cent_keeps_its_decimal():
    sheet = book_of(xlsx_bytes([learners([[62.5]], Col("Share", "percent"))]))["Learners"]
    assert (sheet["A2"].value, sheet["A2"].number_format) == (0.625, "0.0%")


@pytest.mark.parametrize("text", HOSTILE)
def test_csv_text_that_looks_like_a_formula_gets_an_apostrophe(text):
    sheet = Sheet("Learners", [Col(text)], [[text]], [text])
    assert [row[0] for row in read_csv(csv_bytes(sheet)) if row] == [f"'{text}"] * 3


@pytest.mark.parametrize("text", ["", " ", "O'Brien", "a=b", "5-6", "1,2;3", 'say "yes"', "line\nbreak", "'quoted"])
def test_csv_ordinary_text_round_trips(text):
    assert read_csv(csv_bytes(learners([[text, "end"]], Col("a"), Col("b"))))[1] == [text, "end"]


def test_csv_negative_numbers_stay_numbers():
    assert read_csv(csv_bytes(learners([[-5, -250]], Col("a", "int"), Col("b", "money"))))[1] == ["-5", "-2.50"]


def test_xlsx_hostile_text_is_a_string_and_never_a_link():
    sheet = book_of(xlsx_bytes([learners([[text, text] for text in HOSTILE], Col("a"), Col("b", "int"))]))["Learners"]
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            assert (cell.data_type, cell.hyperlink) == ("s", None)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_xlsx_any_text_round_trips(text):
    assert (cells(xlsx_bytes([learners([[text]])]))[1][0] or "") == openpyxl_sees(text)


def openpyxl_sees(text):
    """XML readers turn a carriage return into a line feed; the writer escapes it and openpyxl keeps the escape."""
    return "".join(f"_x{ord(c):04X}_" if (c < " " and c not in "\t\n") or c in "\ufffe\uffff" else c for c in text)


def test_xlsx_text_longer_than_a_cell_is_cut_with_a_mark():
    value = cells(xlsx_bytes([learners([["x" * 40_000]])]))[1][0]
    assert (len(value), value[-1]) == (32_767, "…")


def test_xlsx_head_stays_in_view_and_columns_filter_and_fit():
    sheet = book_of(xlsx_bytes([learners([["A" * 200, 3]] * 5, Col("Name"), Col("Places", "int"))]))["Learners"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B6")
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (
        pytest.approx(60, abs=1),
        10.7109375,
    )
    assert (sheet["A1"].font.bold, sheet["A1"].fill.fgColor.rgb) == (True, "FF005EB8")


def test_xlsx_notes_say_where_the_figures_come_from(settings):
    settings.DEMONSTRATION = True
    properties = Properties("Report", "Programme records", "31 Oct 2019", "Hub: Midlands", "1 to 7 is hidden")
    rows = cells(xlsx_bytes([learners([], notes=["Weeks, not days."])], properties), "Notes")
    assert rows == [
        ["About", "Note"],
        ["Title", "Report"],
        ["Source", "Programme records"],
        ["As at", "31 Oct 2019"],
        ["Filter", "Hub: Midlands"],
        ["Disclosure", "1 to 7 is hidden"],
        ["Demonstration", INVENTED],
        ["Learners", "Weeks, not days."],
    ]


def test_demonstration_is_said_in_csv_too_and_not_elsewhere(settings):
    settings.DEMONSTRATION = True
    assert read_csv(csv_bytes(learners([["Ann"]])))[2:] == [[], [INVENTED]]
    settings.DEMONSTRATION = False
    assert read_csv(csv_bytes(learners([["Ann"]]))) == [["Name"], ["Ann"]]


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["Hub: a/b [c]*?"], ["Hub  a b  c"]),
        (["x" * 40, "x" * 40], ["x" * 31, "x" * 27 + " (2)"]),
        (["", "History", "'q'"], ["Sheet", "History of changes", "q"]),
        (["Notes"], ["Notes"]),
    ],
)
def test_xlsx_sheet_names_are_what_excel_takes(titles, names):
    book = book_of(xlsx_bytes([Sheet(title, [Col("a")], []) for title in titles]))
    assert book.sheetnames[:-1] == names


def test_xlsx_same_rows_give_the_same_bytes():
    first = xlsx_bytes([learners([["Ann"]])])
    time.sleep(1.1)
    assert xlsx_bytes([learners([["Ann"]])]) == first
    dated = Properties(created=datetime(2020, 1, 1, tzinfo=UTC))
    assert xlsx_bytes([learners([["Ann"]])], dated) == xlsx_bytes([learners([["Ann"]])], dated) != first


def test_xlsx_is_a_whole_zip_without_code_or_links():
    names = zipfile.ZipFile(io.BytesIO(xlsx_bytes([learners([["http://127.0.0.1/"]])]))).namelist()
    assert not [name for name in names if "vba" in name.lower() or "externalLink" in name]


def test_row_of_other_length_raises():
    with pytest.raises(ValueError, match="zip"):
        csv_bytes(learners([["a", "b"]]))
    with pytest.raises(ValueError, match="zip"):
        xlsx_bytes([learners([["a", "b"]])])


def test_xlsx_28000_rows_from_an_iterator_cost_at_most_1_3_times_the_bare_writer():
    columns = [Col("Name"), Col("Practice"), Col("Done", "int"), Col("Share", "percent"), Col("Start", "date")]

    def rows():
        return ((f"Learner {i}", f"Practice {i % 700}", i % 58, i % 100, date(2019, 4, 1)) for i in range(28_000))

    def bare():
        book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
        page, day = book.add_worksheet(), book.add_format({"num_format": "d mmm yyyy"})
        for number, row in enumerate(rows()):
            for column, value in enumerate(row):
                page.write(number, column, value, day)
        book.close()

    def seconds(work):
        start = time.process_time()
        work()
        return time.process_time() - start

    ratios = sorted(seconds(lambda: xlsx_bytes([learners(rows(), *columns)])) / seconds(bare) for _ in range(3))
    assert ratios[0] <= 1.3


def test_xlsx_28000_rows_keep_memory_small():
    tracemalloc.start()
    xlsx_bytes([learners(([f"Learner {i}", i] for i in range(28_000)), Col("Name"), Col("n", "int"))])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000
