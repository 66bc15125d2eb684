"""Evidence files: good ones of every kind are taken, hostile ones refused with a reason or stored inert."""

import contextlib
import hashlib
import io
import struct
import tracemalloc
import zipfile
import zlib

import pikepdf
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from gpa_programme.core.documents import pdf_bytes
from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads import LARGEST, check_upload, safe_name

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
DOCUMENT = '<?xml version="1.0"?><w:document xmlns:w="x"><w:body><w:p>I managed 12 letters.</w:p></w:body></w:document>'
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def packed(members, extra=None):
    """A zip of name -> content; `extra` may change each ZipInfo before it is written."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if extra:
                extra(info)
            book.writestr(info, content)
    return out.getvalue()


def docx(more=None):
    """A Word file, with more members or others in place of its own."""
    return packed({"[Content_Types].xml": TYPES, "word/document.xml": DOCUMENT} | (more or {}))


def relations(target, kind="attachedTemplate", mode="External"):
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def xlsx(rows=3):
    book = Workbook()
    for row in range(rows):
        book.active.append([row, f"Letter {row}"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def charted_xlsx():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_column(0, 0, [1, 2, 3])
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Sheet1!$A$1:$A$3"})
        page.insert_chart("C1", chart)
        page.write_url("A5", "https://www.england.nhs.uk/")
    return out.getvalue()


def pdf(change=None, pages=1, **saving):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    if not saving:
        return out.getvalue()
    with pikepdf.open(io.BytesIO(out.getvalue())) as document:
        again = io.BytesIO()
        document.save(again, **saving)
    return again.getvalue()


def picture(form, mode="RGB", size=(40, 20), **saving):
    out = io.BytesIO()
    Image.new(mode, size, *(() if mode in ("P", "I;16") else (1,) if mode == "1" else ())).save(out, form, **saving)
    return out.getvalue()


def photo():
    """A phone's photo: on its side, with its place and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "MakerOfPhones"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    return picture("JPEG", exif=exif, comment=b"Mrs Patient's letter")


def png_with_text():
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "Mrs Patient")
    return picture("PNG", "RGBA", pnginfo=about)


def png_of(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


GOOD = {
    "report.pdf": lambda: pdf_bytes("report", {"title": "Reflective account"}),
    "blank.PDF": pdf,
    "packed.pdf": lambda: pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "linked.pdf": lambda: pdf(lambda writer: writer.add_uri(0, "https://www.nhs.uk/", (0, 0, 9, 9))),
    "outline.pdf": lambda: pdf(lambda writer: writer.add_outline_item("Start", 0), pages=3),
    "letter.docx": docx,
    "template.docx": lambda: docx(more={"word/_rels/settings.xml.rels": relations("file:///C:\\Users\\me\\GP.dotx")}),
    "hyperlink.docx": lambda: docx(more={"word/_rels/document.xml.rels": relations("https://nhs.uk/", "hyperlink")}),
    "inner.docx": lambda: docx(more={"word/embeddings/Microsoft_Excel_Sheet.xlsx": xlsx()}),
    "picture.docx": lambda: docx(more={"word/media/image1.png": picture("PNG")}),
    "log.xlsx": xlsx,
    "long.xlsx": lambda: xlsx(rows=20_000),
    "chart.xlsx": charted_xlsx,
    "screen.png": lambda: picture("PNG"),
    "clear.png": png_with_text,
    "palette.png": lambda: picture("PNG", "P"),
    "bits.png": lambda: picture("PNG", "1"),
    "deep.png": lambda: picture("PNG", "I;16"),
    "photo.jpg": photo,
    "photo.JPEG": lambda: picture("JPEG", "L"),
    "print.jpg": lambda: picture("JPEG", "CMYK"),
    "pair.jpg": lambda: picture("MPO", save_all=True, append_images=[Image.new("RGB", (40, 20))]),
    "notes.txt": "Protected time: 6½ hours – agreed".encode,
    "bom.txt": lambda: b"\xef\xbb\xbfHello\r\n",
    "wide.txt": lambda: "Hello £5".encode("utf-16"),
    "windows.txt": lambda: "Hello £5 – ok".encode("cp1252"),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_file_is_taken_with_its_true_type_and_hash(name):
    upload = check_upload(name, io.BytesIO(GOOD[name]()))
    kind = {"jpeg": "jpg"}.get(name.lower().rpartition(".")[2], name.lower().rpartition(".")[2])
    assert upload.name == f"{name.rpartition('.')[0]}.{kind}"
    assert upload.content_type.split("/")[1].startswith(
        {"pdf": "pdf", "png": "png", "jpg": "jpeg", "txt": "plain", "docx": "vnd.openx", "xlsx": "vnd.openx"}[kind]
    )
    assert upload.sha256 == hashlib.sha256(upload.data).hexdigest()


def script(writer):
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def launch(writer):
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    )


def many_members():
    return {f"word/x{index}.xml": "" for index in range(2_100)}


def lying(data, name, size):
    """The same zip whose lists promise another unpacked size for one member."""
    true = struct.pack("<I", zipfile.ZipFile(io.BytesIO(data)).getinfo(name).file_size)
    return data.replace(true, struct.pack("<I", size))


def linked(info):
    info.external_attr = 0o120777 << 16


def locked(data):
    """With the flag that says members have a password, in both lists."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            changed[at + offset] |= 1
            at = data.find(mark, at + 1)
    return bytes(changed)


MACRO_TYPES = TYPES.replace("wordprocessingml.document.main", "document.macroEnabled.main")
ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'

HOSTILE = {
    "empty.pdf": (lambda: b"", "empty"),
    "one byte over.txt": (lambda: b"a" * (LARGEST + 1), "size"),
    "page.html": (lambda: b"<html><script>alert(1)</script></html>", "type"),
    "drawing.svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "type"),
    "run.exe": (lambda: b"MZ\x90\0", "type"),
    "no ending": (lambda: b"%PDF-1.7", "type"),
    "macro.docm": (docx, "type"),
    "archive.zip": (lambda: packed({"a.txt": "x"}), "type"),
    "old.doc": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old"),
    "locked.docx": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
    "page.pdf": (lambda: b"<html><script>alert(1)</script></html>", "mismatch"),
    "polyglot.pdf": (lambda: b"<script>1</script>" + pdf(), "mismatch"),
    "program.png": (lambda: b"MZ\x90\0" * 100, "mismatch"),
    "picture.txt": (lambda: picture("PNG"), "mismatch"),
    "letter.pdf.docx": (pdf, "mismatch"),
    "really a table.docx": (xlsx, "mismatch"),
    "really a zip.docx": (lambda: packed({"a.txt": "x"}), "mismatch"),
    "cut.pdf": (lambda: pdf()[:200], "damaged"),
    "nothing inside.pdf": (lambda: b"%PDF-1.7\n%%EOF", "damaged"),
    "script.pdf": (lambda: pdf(script), "code"),
    "hidden script.pdf": (lambda: pdf(script, object_stream_mode=pikepdf.ObjectStreamMode.generate), "code"),
    "spelt script.pdf": (lambda: pdf(script).replace(b"/JavaScript", b"/J#61vaScript"), "code"),
    "launch.pdf": (lambda: pdf(launch), "code"),
    "attached.pdf": (lambda: pdf(lambda writer: writer.add_attachment("virus.exe", b"MZ")), "attached"),
    "locked.pdf": (lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "password"),
    "pages.pdf": (lambda: pdf(pages=501), "pages"),
    "cut.docx": (lambda: docx()[:-40], "damaged"),
    "macro.docx": (lambda: docx(more={"word/vbaProject.bin": b"x"}), "code"),
    "macro types.docx": (lambda: docx(more={"[Content_Types].xml": MACRO_TYPES}), "code"),
    "control.docx": (lambda: docx(more={"word/activeX/activeX1.xml": "<x/>"}), "code"),
    "program.docx": (lambda: docx(more={"word/media/image1.png": b"MZ\x90\0"}), "code"),
    "object.docx": (lambda: docx(more={"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}), "attached"),
    "nested.docx": (lambda: docx(more={"word/media/a.zip": packed({"b": "x"})}), "attached"),
    "twice nested.docx": (lambda: docx(more={"word/a.docx": docx(more={"word/b.docx": docx()})}), "attached"),
    "nested macro.docx": (lambda: docx(more={"word/a.docx": docx(more={"word/vbaProject.bin": b"x"})}), "code"),
    "template.docx": (
        lambda: docx(more={"word/_rels/settings.xml.rels": relations("http://127.0.0.1/evil.dotm")}),
        "elsewhere",
    ),
    "share.docx": (lambda: docx(more={"word/_rels/x.xml.rels": relations("\\\\127.0.0.1\\a\\b.dotx")}), "elsewhere"),
    "file share.docx": (
        lambda: docx(more={"word/_rels/x.xml.rels": relations("file://127.0.0.1/a.dotx", "image")}),
        "elsewhere",
    ),
    "dde.docx": (lambda: docx(more={"word/footer1.xml": "<w>DDEAUTO c:\\\\windows\\\\cmd.exe</w>"}), "elsewhere"),
    "entities.docx": (lambda: docx(more={"word/styles.xml": ENTITY}), "damaged"),
    "wide entities.docx": (lambda: docx(more={"word/styles.xml": ENTITY.encode("utf-16")}), "damaged"),
    "entities in types.docx": (lambda: docx(more={"[Content_Types].xml": ENTITY}), "damaged"),
    "climbing.docx": (lambda: docx(more={"../../manage.py": "x"}), "damaged"),
    "climbing back.docx": (lambda: docx(more={"..\\manage.py": "x"}), "damaged"),
    "absolute.docx": (lambda: docx(more={"/etc/passwd": "x"}), "damaged"),
    "drive.docx": (lambda: docx(more={"C:/x": "x"}), "damaged"),
    "twins.docx": (lambda: docx(more={"word/Document.xml": "x"}), "damaged"),
    "link.docx": (
        lambda: packed({"[Content_Types].xml": TYPES, "word/document.xml": "/etc/passwd"}, linked),
        "damaged",
    ),
    "locked members.docx": (lambda: locked(docx()), "password"),
    "bomb.docx": (lambda: docx(more={"word/media/a.bin": b"\0" * 5_000_000}), "bomb"),
    "many small bombs.docx": (
        lambda: docx(more={f"word/media/a{index}.bin": b"\0" * 1_000_000 for index in range(70)}),
        "bomb",
    ),
    "many members.docx": (lambda: docx(more=many_members()), "bomb"),
    "large relations.docx": (lambda: docx(more={"word/_rels/x.xml.rels": f"<a>{'<b/>' * 270_000}</a>"}), "bomb"),
    "lying.docx": (
        lambda: lying(docx(more={"word/media/a.bin": b"\0" * 5_000_003}), "word/media/a.bin", 1_000),
        "damaged",
    ),
    "cut.png": (lambda: picture("PNG", size=(400, 400))[:200], "damaged"),
    "cut.jpg": (lambda: picture("JPEG", size=(400, 400))[:400], "damaged"),
    "huge.png": (lambda: png_of(50_000, 50_000), "pixels"),
    "large.png": (lambda: png_of(10_000, 4_001), "pixels"),
    "short.png": (lambda: png_of(2_000, 2_000), "damaged"),
    "binary.txt": (lambda: b"abc\0\x01\x02", "text"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_a_reason(name):
    make, reason = HOSTILE[name]
    with pytest.raises(DomainError) as refusal:
        check_upload(name, io.BytesIO(make()))
    assert (refusal.value.code, refusal.value.field) == (f"upload_{reason}", "file")
    assert refusal.value.message.startswith("This ")
    assert refusal.value.message.endswith(".")


INERT = {
    "php.jpg": lambda: picture("JPEG") + b"<?php system($_GET['c']); ?>",
    "zip.jpg": lambda: picture("JPEG") + packed({"a.exe": "MZ"}),
    "page.png": lambda: picture("PNG") + b"<html><script>alert(1)</script></html>",
    "eicar.png": lambda: picture("PNG") + EICAR,
    "comment.jpg": lambda: picture("JPEG", comment=b"<?php evil ?>"),
}


@pytest.mark.parametrize("name", INERT)
def test_polyglot_picture_keeps_only_the_picture(name):
    upload = check_upload(name, io.BytesIO(INERT[name]()))
    assert not [mark for mark in (b"<?php", b"PK\x03\x04", b"<html", b"EICAR") if mark in upload.data]
    assert Image.open(io.BytesIO(upload.data)).size == (40, 20)


def test_photo_loses_place_maker_and_comment_and_stands_upright():
    upload = check_upload("photo.jpg", io.BytesIO(photo()))
    image = Image.open(io.BytesIO(upload.data))
    assert (image.size, dict(image.getexif()), image.info.get("comment")) == ((20, 40), {}, None)
    assert b"MakerOfPhones" not in upload.data


def test_png_loses_its_text_and_keeps_its_transparency():
    image = Image.open(io.BytesIO(check_upload("a.png", io.BytesIO(png_with_text())).data))
    assert (image.mode, image.info) == ("RGBA", {})


def test_text_becomes_utf_8():
    assert check_upload("wide.txt", io.BytesIO(GOOD["wide.txt"]())).data.decode() == "Hello £5"


def test_office_and_pdf_are_kept_as_they_came():
    for name in ("letter.docx", "report.pdf"):
        data = GOOD[name]()
        assert check_upload(name, io.BytesIO(data)).data == data
    assert len(PdfReader(io.BytesIO(GOOD["report.pdf"]())).pages) == 1


def test_large_body_is_read_no_further_than_the_limit():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            assert size > 0
            self.given += size
            return b"a" * size

    body = Endless()
    with pytest.raises(DomainError, match="larger than 10 MB"):
        check_upload("a.txt", body)
    assert body.given <= LARGEST + 64 * 1024


def test_member_that_lies_about_its_size_does_not_fill_the_memory():
    data = lying(docx(more={"word/media/a.bin": b"\0" * 50_000_001}), "word/media/a.bin", 1_000)
    tracemalloc.start()
    with pytest.raises(DomainError):
        check_upload("a.docx", io.BytesIO(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\My letter.pdf", "My letter.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("a\0b\r\nSet-Cookie: x.pdf", "ab Set-Cookie_ x.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "_img src=x onerror=alert(1)_.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul.tar.pdf", "_nul.tar.pdf"),
        ("trailing. . .pdf", "trailing.pdf"),
        (".pdf", "evidence.pdf"),
        ("   .pdf", "evidence.pdf"),
        ("x" * 4000 + ".pdf", "x" * 96 + ".pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("no ending", "no ending.pdf"),
        ("zero\u200bwidth.pdf", "zerowidth.pdf"),
    ],
)
def test_safe_name(name, shown):
    assert safe_name(name, "pdf") == shown


@given(st.text(max_size=300))
def test_safe_name_any_name_is_short_and_plain(name):
    safe = safe_name(name, "docx")
    assert safe.endswith(".docx")
    assert 6 <= len(safe) <= 101
    assert not set(safe) & set('/\\<>:"|?*\0\r\n\t\u202e')
    assert safe == safe.strip()


@given(
    st.sampled_from(["a.pdf", "a.docx", "a.xlsx", "a.png", "a.jpg", "a.txt"]), st.binary(max_size=400), st.booleans()
)
def test_check_upload_any_bytes_are_taken_or_refused_and_nothing_else(name, data, signed):
    start = {"a.pdf": b"%PDF-1.7\n", "a.png": b"\x89PNG\r\n\x1a\n", "a.jpg": b"\xff\xd8\xff", "a.txt": b""}
    body = (start.get(name, b"PK\x03\x04") if signed else b"") + data
    with contextlib.suppress(DomainError):
        assert check_upload(name, io.BytesIO(body)).sha256
