"""What is read inside files: words with their places, also hidden ones, and whether something shows what only a person
can read.
"""

import io
import subprocess
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

from gpa_programme.core.documents import pdf_bytes
from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads import check_upload, reading
from gpa_programme.core.uploads.extraction import LONGEST, Reader
from gpa_programme.core.uploads.reading import IN_PICTURE, text_inside
from tests.core.test_uploads import docx, pdf, picture

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MARK = "943 476 5919"


def body(words):
    return f"<?xml version='1.0'?><w:document {W}><w:body>{words}</w:body></w:document>"


def paragraph(*runs):
    return f"<w:p>{''.join(f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


def table(*rows):
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def places(kind, data, mark=MARK):
    """The places where the mark was read, white space folded."""
    return [place for place, text in text_inside(kind, data).parts if mark in " ".join(text.split())]


def xlsx(fill):
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WORD_PARTS = {
    "word/header1.xml": (f"<w:hdr {W}>{paragraph(MARK)}</w:hdr>", "in a header"),
    "word/footer2.xml": (f"<w:ftr {W}>{paragraph(MARK)}</w:ftr>", "in a footer"),
    "word/footnotes.xml": (f"<w:footnotes {W}>{paragraph(MARK)}</w:footnotes>", "in a footnote"),
    "word/endnotes.xml": (f"<w:endnotes {W}>{paragraph(MARK)}</w:endnotes>", "in an endnote"),
    "word/comments.xml": (f"<w:comments {W}>{paragraph(MARK)}</w:comments>", "in a comment"),
    "word/charts/chart1.xml": (f"<c xmlns:a='a'><a:p><a:t>{MARK}</a:t></a:p></c>", "in a drawing or chart"),
    "word/diagrams/data1.xml": (f"<c xmlns:a='a'><a:p><a:t>{MARK}</a:t></a:p></c>", "in a drawing or chart"),
    "docProps/core.xml": (f"<c xmlns:dc='d'><dc:subject>{MARK}</dc:subject></c>", "in the properties"),
    "docProps/custom.xml": (f"<c><property name='About {MARK}'/></c>", "in the properties"),
    "customXml/item1.xml": (f"<data><who>{MARK}</who></data>", "in the data behind the text"),
}


@pytest.mark.parametrize("name", WORD_PARTS)
def test_word_part_is_read_with_its_place(name):
    xml, place = WORD_PARTS[name]

    assert places("docx", docx({name: xml})) == [place]


WORD_BODIES = {
    "split over runs": paragraph("943 4", "76 59", "19"),
    "deleted": f"<w:p><w:del><w:r><w:delText>{MARK}</w:delText></w:r></w:del></w:p>",
    "text box": f"<w:p><w:r><w:pict><w:txbxContent>{paragraph(MARK)}</w:txbxContent></w:pict></w:r></w:p>",
    "alternative text": f"<w:p><w:drawing><docPr descr='{MARK}'/></w:drawing></w:p>",
    "control": f"<w:sdt><w:sdtContent>{paragraph(MARK)}</w:sdtContent></w:sdt>",
    "cell": table(("Name", "Number"), ("A", MARK)),
    "table in a cell": f"<w:tbl><w:tr><w:tc>{table(('Number', MARK))}</w:tc></w:tr></w:tbl>",
}


@pytest.mark.parametrize("name", WORD_BODIES)
def test_word_body_is_read_wherever_it_stands(name):
    assert places("docx", docx({"word/document.xml": body(WORD_BODIES[name])})) == ["in the text"]


def test_cells_of_a_word_table_stand_side_by_side_and_after_their_heads():
    data = docx({"word/document.xml": body(table(("Who", "DOB"), ("A man", "03/02/51")))})
    [(_place, text)] = text_inside("docx", data).parts

    assert "A man | 03/02/51" in text
    assert "DOB: 03/02/51" in text


def test_word_link_to_a_mailbox_is_read_and_one_to_a_page_is_not():
    links = "".join(
        f"<Relationship Id='r{number}' Type='x/hyperlink' Target='{target}' TargetMode='External'/>"
        for number, target in enumerate(("mailto:jo@mail.example", "https://www.nhs.uk/12345"))
    )
    data = docx({"word/_rels/document.xml.rels": f"<Relationships>{links}</Relationships>"})

    assert text_inside("docx", data).parts == (("in a link", "jo@mail.example"),)


def test_picture_inside_a_word_file_is_unread():
    assert text_inside("docx", docx({"word/media/image1.png": picture("PNG")})).unread is True
    assert text_inside("docx", docx()).unread is False


def test_workbook_inside_a_word_file_is_read():
    inner = xlsx(lambda book: book.active.append([MARK]))

    assert places("docx", docx({"word/embeddings/Sheet1.xlsx": inner})) == ["in the sheet “Sheet”, cell A1"]


def filled(book):
    sheet = book.active
    sheet.title = "Rota"
    sheet.append(["Name", "NHS number", "Date of birth", "Mobile"])
    sheet.append(["A man", 9434765919, date(1951, 2, 3), 7700900123.0])
    sheet["F9"] = '="943 476 "&"5919"'
    sheet["B2"].comment = Comment(MARK, "Somebody")
    sheet.oddHeader.center.text = f"List {MARK}"
    hidden = book.create_sheet("Old 943 476 5919")
    hidden.sheet_state = "hidden"
    hidden["C3"] = MARK
    book.properties.subject = MARK


def test_excel_cells_carry_their_head_and_are_written_as_people_do():
    parts = dict(text_inside("xlsx", xlsx(filled)).parts)

    assert parts["in the sheet “Rota”, cell B2"] == "A man: 9434765919\nNHS number: 9434765919"
    assert parts["in the sheet “Rota”, cell C2"] == "A man: 03/02/1951\nDate of birth: 03/02/1951"
    assert parts["in the sheet “Rota”, cell D2"] == "A man: 7700900123\nMobile: 7700900123"


def test_excel_hidden_places_are_read():
    found = places("xlsx", xlsx(filled))

    assert set(found) == {
        "in the comment at B2",
        "in a formula, name or header",
        "in the name of a sheet",
        "in the hidden sheet “Old 943 476 5919”, cell C3",
        "in the properties",
    }


def test_excel_figures_in_boxes_are_put_together_only_under_a_head_that_says_so():
    def boxes(head):
        return lambda book: [book.active.append([head]), book.active.append(["", 943, 476, 5919])]

    assert places("xlsx", xlsx(boxes("NHS number"))) == ["in the sheet “Sheet”, row 2"]
    assert places("xlsx", xlsx(boxes("Letters, calls, lists"))) == []


def test_pdf_page_and_properties_are_read():
    data = pdf_bytes("report", {"title": f"Account {MARK}"})
    inside = text_inside("pdf", data)

    assert "on page 1" in [place for place, text in inside.parts if MARK in " ".join(text.split())]
    assert "in the properties" in places("pdf", data)
    assert inside.unread is False


def test_pdf_note_link_and_outline_are_read():
    def add(writer: PdfWriter):
        writer.add_annotation(0, FreeText(text=f"Note {MARK}", rect=(0, 0, 90, 20)))
        writer.add_uri(0, "mailto:jo@mail.example", (0, 0, 9, 9))
        writer.add_outline_item(f"About {MARK}", 0)

    parts = dict(text_inside("pdf", pdf(add)).parts)

    assert parts["in the outline"] == f"About {MARK}"
    assert MARK in parts["in a note, field or link on page 1"]
    assert "jo@mail.example" in parts["in a note, field or link on page 1"]


def test_scanned_page_is_unread_and_a_blank_one_is_not():
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "PDF")

    assert text_inside("pdf", out.getvalue()).unread is True
    assert text_inside("pdf", pdf()).unread is False


def drawn(writer, kind, data=b"", **fields):
    """A picture or a form that a page of the file may draw."""
    made = StreamObject()
    made.set_data(data)
    made[NameObject("/Type")], made[NameObject("/Subtype")] = NameObject("/XObject"), NameObject(f"/{kind}")
    made.update({NameObject(f"/{name}"): value for name, value in fields.items()})
    return writer._add_object(made)


def letter(*, size=(600, 400), inside=None):
    """A page with words and a picture: on it, in a form that it draws, or in a stamp."""

    def add(writer):
        width, height = size
        page = writer.pages[0]
        words = StreamObject()
        words.set_data(b"BT /F 12 Tf 10 10 Td (Letter 1) Tj ET")
        page[NameObject("/Contents")] = writer._add_object(words)
        names = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica"}
        font = DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{name}") for key, name in names.items()})
        fonts = DictionaryObject({NameObject("/F"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        held = drawn(writer, "Image", b"\0" * width * height, Width=NumberObject(width), Height=NumberObject(height))
        resources = DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/Held"): held})})
        if inside is None:
            page[NameObject("/Resources")][NameObject("/XObject")] = resources["/XObject"]
            return
        form = drawn(writer, "Form", b"/Held Do", Resources=resources)
        if inside == "form":
            drawing = DictionaryObject({NameObject("/Form"): form})
            page[NameObject("/Resources")][NameObject("/XObject")] = drawing
            form.get_object()["/Resources"]["/XObject"][NameObject("/Itself")] = form
        else:
            looks = DictionaryObject({NameObject("/N"): form})
            stamp = DictionaryObject({NameObject("/Subtype"): NameObject("/Stamp"), NameObject("/AP"): looks})
            page[NameObject("/Annots")] = ArrayObject([writer._add_object(stamp)])

    return pdf(add)


@pytest.mark.parametrize("inside", [None, "form", "stamp"])
def test_picture_beside_words_is_unread_wherever_it_is_drawn_from(inside):
    assert text_inside("pdf", letter(inside=inside)).unread is True
    assert text_inside("pdf", letter(inside=inside, size=(60, 60))).unread is False


def test_low_strip_of_a_scan_is_unread_and_a_line_is_not():
    assert text_inside("pdf", letter(size=(1700, 64))).unread is True
    assert text_inside("pdf", letter(size=(4000, 6))).unread is False


def photo_with(tag, value):
    exif = Image.Exif()
    exif[tag] = value
    return picture("JPEG", exif=exif)


def camera_comment(value):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = value
    return picture("JPEG", exif=exif)


def png_text():
    about = PngImagePlugin.PngInfo()
    about.add_text("Description", MARK)
    return picture("PNG", pnginfo=about)


PICTURES = {
    "description": ("jpg", lambda: photo_with(0x010E, f"Letter of {MARK}")),
    "title of Windows": ("jpg", lambda: photo_with(0x9C9B, MARK.encode("utf-16-le"))),
    "comment of the camera": ("jpg", lambda: camera_comment(b"ASCII\0\0\0" + MARK.encode())),
    "wide comment of the camera": ("jpg", lambda: camera_comment(b"UNICODE\0" + MARK.encode("utf-16-le"))),
    "comment": ("jpg", lambda: picture("JPEG", comment=MARK.encode())),
    "text of a PNG": ("png", png_text),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture_metadata_is_read_before_it_is_stripped(name):
    kind, make = PICTURES[name]
    upload = check_upload(f"photo.{kind}", io.BytesIO(make()))

    assert [place for place, text in upload.inside.parts if MARK in text] == [IN_PICTURE]
    assert upload.inside.unread is True
    assert text_inside(kind, upload.data).parts == ()


def test_text_file_is_read_whole():
    assert text_inside("txt", f"Rang {MARK}".encode()).parts == (("in the text", f"Rang {MARK}"),)


def test_reader_stops_at_its_limit_and_says_so():
    reader = Reader()
    reader.take("in the text", "1" * (LONGEST + 5))
    reader.take("in the text", "2")

    assert [len(text) for _place, text in reader.parts] == [LONGEST]
    assert reader.unread is True


def test_damaged_part_is_unread_and_the_rest_is_read():
    data = docx({"word/document.xml": body(paragraph(MARK)), "word/header1.xml": "<broken"})

    assert places("docx", data) == ["in the text"]
    assert text_inside("docx", data).unread is True


def nested_forms(depth=9, times=10):
    """A page that draws a form ten times, which draws a form ten times, and so on: a thousand million words."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
    )
    inner = None
    for _level in range(depth):
        form = StreamObject()
        words = b"BT /F1 9 Tf (word) Tj ET " if inner is None else b"/X Do " * times
        form.set_data(words)
        form.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
        resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
        if inner is not None:
            resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): inner})
        form[NameObject("/Resources")] = resources
        inner = writer._add_object(form)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/X"): inner})}
    )
    stream = StreamObject()
    stream.set_data(b"/X Do")
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_file_that_would_take_for_ever_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 0.05)

    with pytest.raises(DomainError) as refusal:
        check_upload("deep.pdf", io.BytesIO(nested_forms()))
    assert refusal.value.code == "upload_slow"


def test_reader_that_dies_refuses_the_file(monkeypatch):
    def die(*args, **kwargs):
        raise subprocess.CalledProcessError(-9, "reader")

    monkeypatch.setattr(reading.subprocess, "run", die)

    with pytest.raises(DomainError) as refusal:
        check_upload("a.docx", io.BytesIO(docx()))
    assert refusal.value.code == "upload_slow"
