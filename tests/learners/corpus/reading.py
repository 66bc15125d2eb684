"""Plain readers that show all the words of a sample as a patient reader of its file would find them."""

import datetime as dt
import io
import posixpath
import zipfile
from xml.etree import ElementTree

import openpyxl
import pypdf
from PIL import Image

from .model import Sample

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EXIF_IFD = 0x8769
_USER_COMMENT = 0x9286
_XP_COMMENT = 0x9C9C


def _paragraph_text(paragraph: ElementTree.Element) -> str:
    return "".join(node.text or "" for node in paragraph.iter() if node.tag in (f"{_W}t", f"{_W}delText"))


def _docx_part_lines(root: ElementTree.Element) -> list[str]:
    lines = [_paragraph_text(paragraph) for paragraph in root.iter(f"{_W}p")]
    rows = [[_paragraph_text(cell) for cell in row.iter(f"{_W}tc")] for row in root.iter(f"{_W}tr")]
    return lines + [" ".join(row) for row in rows]


def _docx_text(data: bytes) -> str:
    lines: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for path in package.namelist():
            root = ElementTree.fromstring(package.read(path))
            if path.startswith("word/") and path.endswith(".xml"):
                lines += _docx_part_lines(root)
            elif posixpath.basename(path) == "document.xml.rels":
                lines += [node.get("Target", "") for node in root if node.get("TargetMode") == "External"]
            elif path == "docProps/core.xml":
                lines += [node.text or "" for node in root]
    return "\n".join(lines)


def _shown(cell: openpyxl.cell.Cell) -> str:
    if isinstance(cell.value, dt.datetime):
        return f"{cell.value:%d/%m/%Y}"
    if isinstance(cell.value, int) and set(cell.number_format) <= {"0", " "}:
        digits = iter(str(cell.value).zfill(cell.number_format.count("0")))
        return "".join(next(digits) if mark == "0" else mark for mark in cell.number_format)
    return "" if cell.value is None else str(cell.value)


def _xlsx_text(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    lines = [str(value) for value in (book.properties.title, book.properties.description) if value]
    for sheet in book.worksheets:
        lines.append(sheet.title)
        lines.append(sheet.oddFooter.left.text or "")
        for row in sheet.iter_rows():
            lines += [cell.comment.text for cell in row if cell.comment]
            lines.append("\t".join(_shown(cell) for cell in row))
    return "\n".join(lines)


def _pdf_text(data: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(data))
    lines = [str(value) for value in (reader.metadata or {}).values()]
    lines += [f"{label}: {value}" for label, value in reader.get_form_text_fields().items()]
    for page in reader.pages:
        lines.append(page.extract_text())
        for annotation in page.get("/Annots", []):
            lines.append(str(annotation.get_object().get("/Contents", "")))
    return "\n".join(lines)


def _user_comment(raw: bytes) -> str:
    return raw[8:].decode("ascii" if raw.startswith(b"ASCII") else "utf-16-le")


def _image_text(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as picture:
        lines = [str(value) for value in getattr(picture, "text", {}).values()]
        exif = picture.getexif()
    for holder in (exif, exif.get_ifd(_EXIF_IFD)):
        for tag, value in holder.items():
            if tag == _USER_COMMENT:
                lines.append(_user_comment(value))
            elif tag == _XP_COMMENT:
                lines.append(bytes(value).decode("utf-16-le").rstrip("\0"))
            elif tag != _EXIF_IFD:
                lines.append(str(value))
    return "\n".join(lines)


_READERS = {"pdf": _pdf_text, "docx": _docx_text, "xlsx": _xlsx_text, "png": _image_text, "jpg": _image_text}


def file_text(name: str, data: bytes) -> str:
    """Return all the words inside a file, body and margins and metadata, without the file's name."""
    return _READERS[name.rpartition(".")[2]](data)


def sample_text(sample: Sample) -> str:
    """Return all the words in the place where a sample's identifiers were planted."""
    if isinstance(sample.make, str):
        return sample.text
    name, data = sample.build()
    return name if sample.where == "file_name" else file_text(name, data)
