"""PDF reports: tagged for assistive technology, the same numbers as given, text that is never markup."""

import io
import re
import time

import pikepdf
import pypdf
import pytest

from gpa_programme.core import charts
from gpa_programme.core.documents import DocumentError, pdf_bytes
from gpa_programme.core.errors import DomainError

MARKUP = [
    "#panic()",
    "$x$",
    "<b>bold</b>",
    "*star* _under_ `code` = Head",
    '#import "@preview/x:1.0.0": *',
    "\\u{41} // comment /* two */",
    '"]) #read("/etc/passwd")',
    "@label <label> ~ -- --- ...",
    "£1,234 £ é ø ß €",
    "- item + item / term: x",
]
REPORT = {
    "title": "Regional report: Midlands",
    "subtitle": "October 2019, month 7 of 12",
    "banner": "Demonstration: people and figures are invented.",
    "meta": [["Hub", "Midlands"], ["Version", "2"], ["Content", "sha256 ab12ab12"]],
    "rag": {
        "columns": ["Area", "Rating", "Why"],
        "rows": [
            ["Recruitment", "Green", "38 of 40"],
            ["Progress", "Amber", "81% of plan"],
            ["Mentoring", "Red", "7 wait"],
        ],
    },
    "sections": [
        {
            "heading": "Progress",
            "paragraphs": ["84 competencies were signed off.", "Two learners moved practice."],
            "chart": {
                "key": "places",
                "title": "Six hubs have filled 30 places",
                "alt": "Horizontal bars of places by hub.",
            },
            "table": {
                "caption": "Figures of the month",
                "columns": ["Measure", "Figure", "Of", "As at"],
                "numeric": [1, 2],
                "rows": [
                    ["Places filled", "38", "40", "31 Oct 2019"],
                    ["Burnt out", "fewer than 10 answered", "*", "28 Oct"],
                ],
            },
            "definitions": [["Places filled", "Places held by a current enrolment."]],
        },
        {"heading": "Risks"},
    ],
    "footer": "Midlands, October 2019, version 2",
}


def picture():
    return charts.bars("Six hubs", "Bars.", [charts.Bar("Leeds", 38), charts.Bar("York", 40)], unit="places").svg


def report(**changes):
    return pdf_bytes("report", REPORT | changes, {"places": picture()})


def text_of(data):
    """The words of all pages with white space evened out: lines break where the page is full."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


def elements(data):
    """Every structure element as (type, dictionary), depth first."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = []

        def walk(node):
            if isinstance(node, pikepdf.Dictionary) and "/S" in node:
                attributes = node.get("/A", [])
                attributes = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
                scope = next((str(each["/Scope"]) for each in attributes if "/Scope" in each), None)
                found.append((str(node["/S"]), scope, str(node["/Alt"]) if "/Alt" in node else None))
            kids = node.get("/K", []) if isinstance(node, pikepdf.Dictionary) else []
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, pikepdf.Dictionary):
                    walk(kid)

        walk(pdf.Root["/StructTreeRoot"])
        return found


def test_report_declares_pdf_ua_language_and_title():
    with pikepdf.open(io.BytesIO(report())) as pdf:
        assert pdf.Root["/MarkInfo"]["/Marked"]
        assert str(pdf.Root["/Lang"]).lower() == "en-gb"
        assert pdf.Root["/ViewerPreferences"]["/DisplayDocTitle"]
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
            assert about["dc:title"] == REPORT["title"]


def test_report_tags_headings_column_heads_and_pictures():
    found = elements(report())
    assert [scope for kind, scope, _ in found if kind == "/TH"] == ["/Column"] * 7
    assert [alt for kind, _, alt in found if kind == "/Figure" and alt] == ["Horizontal bars of places by hub."]
    headings = [kind for kind, _, _ in found if re.fullmatch(r"/H\d|/Title", kind)]
    assert len(headings) == 4
    assert {kind for kind, _, _ in found} >= {"/Table", "/TR", "/TD", "/P", "/Caption"}


def test_report_prints_every_text_it_is_given():
    printed = text_of(report())
    expected = [
        REPORT["title"], REPORT["subtitle"], REPORT["banner"], "Hub: Midlands", "Recruitment Green 38 of 40",
        "Progress Amber 81% of plan", "84 competencies were signed off.", "Six hubs have filled 30 places",
        "Places filled 38 40 31 Oct 2019", "fewer than 10 answered", "Places held by a current enrolment.",
        REPORT["footer"], "Page 1 of",
    ]  # fmt: skip
    assert [text for text in expected if text not in printed] == []


def test_report_chart_text_can_be_searched():
    assert "Leeds" in text_of(report())


@pytest.mark.parametrize("text", MARKUP)
def test_report_prints_what_looks_like_markup_as_it_is(text):
    printed = text_of(report(title=text, sections=[{"heading": text, "paragraphs": [text]}]))
    assert printed.replace(" ", "").count(text.replace(" ", "")) >= 3


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("well done 🎉🎉", "well done [party popper][party popper]"),
        ("中", "[cjk unified ideograph-4e2d]"),
        ("a\x00b\x0bc\ud83ed", "abcd"),
        ("C:\\u0001 \\", "C:\\u0001 \\"),
        ("Łódź Ω ж €", "Łódź Ω ж €"),
    ],
)
def test_report_spells_out_what_no_font_can_show(text, printed):
    assert printed in text_of(report(sections=[{"heading": "h", "paragraphs": [text]}]))


def test_report_of_very_many_symbols_is_still_made():
    symbols = "".join(chr(0x4E00 + index) for index in range(60))
    assert text_of(report(sections=[{"heading": "h", "paragraphs": [symbols]}]))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "file:///etc/hostname", "/etc/hostname", "../../manage.py"])
def test_report_picture_that_links_to_something_else_is_refused(address):
    image = f'<image href="{address}" width="9" height="9"/>'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{image}</svg>'
    with pytest.raises(DocumentError, match="linked image"):
        pdf_bytes("report", REPORT, {"places": picture})


def test_report_twice_gives_the_same_bytes():
    first = report()
    time.sleep(1.1)
    assert report() == first


def test_report_of_a_title_alone_is_enough():
    assert text_of(pdf_bytes("report", {"title": "Nothing yet"})) == "Nothing yet Page 1 of 1"


def test_report_uses_only_the_fonts_it_brings():
    with pikepdf.open(io.BytesIO(report())) as pdf:
        fonts = {
            str(obj["/BaseFont"]).partition("+")[2]
            for obj in pdf.objects
            if isinstance(obj, pikepdf.Dictionary) and "/BaseFont" in obj
        }
    assert fonts == {"LiberationSans", "LiberationSans-Bold"}


def test_report_long_table_repeats_its_head_on_every_page():
    rows = [[f"Learner {index}", str(index)] for index in range(120)]
    data = report(sections=[{"heading": "All", "table": {"columns": ["Learner", "Signed off"], "rows": rows}}])
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    assert len(pages) > 2
    assert all("Signed off" in page for page in pages[1:])


def test_report_too_long_is_refused_in_words():
    with pytest.raises(DomainError, match="too long to make as a PDF"):
        report(subtitle="x" * 2_000_001)


def test_report_of_one_long_word_and_many_rows_is_made_in_seconds():
    start = time.monotonic()
    rows = [[f"Learner {index}", "x" * 30] for index in range(5000)]
    report(
        subtitle="x" * 100_000, sections=[{"heading": "All", "table": {"columns": ["Learner", "Word"], "rows": rows}}]
    )
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('#set document(title: "x")\n#set text(font: "No Such Font")\nHello', "font"),
        ("#no-such-function()", "unknown variable"),
        ('#set document(title: "x")\n#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"), format: "svg")', "."),
        ("Hello", "title"),
    ],
)
def test_template_that_warns_or_fails_raises(settings, tmp_path, source, said):
    folder = tmp_path / "templates" / "documents"
    folder.mkdir(parents=True)
    (folder / "bad.typ").write_text(source)
    settings.BASE_DIR = tmp_path
    with pytest.raises(DocumentError, match=said):
        pdf_bytes("bad", {"title": "x"})


def test_template_that_does_not_exist_raises():
    with pytest.raises(DocumentError):
        pdf_bytes("nothing", {"title": "x"})
