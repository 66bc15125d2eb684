"""The words inside PDF, Word and Excel files. It runs as a program of its own, so that no file can hold the server up.

`python -I extraction.py pdf <file` prints JSON: parts, a list of [place, text], and unread, whether something in the
file cannot be read by a program. It imports nothing of ours: starting it has to be quick.
"""

import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

CPU_SECONDS = 15
MEMORY = 2 * 1024**3
LONGEST = 2_000_000
PICTURE_FROM = 150  # pixels square: what is smaller is a bullet
THIN = 8  # pixels: what is lower is a line

Part = tuple[str, str]

_RASTER = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".webp", ".heic")
_NO_WORDS = re.compile(
    r"date|created|modified|application|time|id$|uuid|hash|version|pages|words|characters|lines|paragraphs|security",
    re.IGNORECASE,
)
_TELLING = re.compile(r"[\d@]")


class Reader:
    """What was read so far; it stops taking words after two million characters and says so."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.unread = False
        self._room = LONGEST

    def take(self, place: str, text: str) -> None:
        """Keep a part that could hold a number or an address; what says neither cannot be found by any pattern."""
        if not _TELLING.search(text):
            return
        if len(text) > self._room:
            self.unread, text = True, text[: self._room]
        self._room -= len(text)
        if text:
            self.parts.append((place, text))

    def tried(self, read: Callable[..., Any], *arguments: Any) -> Any:
        """What the call gives; where a damaged part breaks it, nothing, and the file counts as not wholly read."""
        try:
            return read(*arguments)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  the libraries raise anything over a damaged part
            self.unread = True
            return None

    def lines(self, read: Callable[..., Iterable[str]], *arguments: Any) -> str:
        """The same for what gives words: one line each."""
        return "\n".join(self.tried(lambda: list(read(*arguments))) or [])


# ------------------------------------------------------------------------------------------------------------- PDF


def read_pdf(data: bytes, reader: Reader) -> None:
    """Pages, what is written on them as notes and in fields, links, the outline and the properties."""
    from pypdf import PdfReader  # noqa: PLC0415  each kind of file loads only what it needs

    document = PdfReader(BytesIO(data), strict=False)
    for number, page in enumerate(document.pages, start=1):
        text = reader.tried(page.extract_text) or ""
        reader.take(f"on page {number}", text)
        reader.take(f"in a note, field or link on page {number}", reader.lines(_notes, page))
        if reader.tried(_shows_more, page, bool(text.strip())):
            reader.unread = True
    reader.take("in the properties", reader.lines(_pdf_properties, document))
    reader.take("in the outline", reader.lines(_titles, document))


def _notes(page: Any) -> list[str]:
    found = []
    for reference in page.get("/Annots") or []:
        note = reference.get_object()
        held = [note.get(key) for key in ("/Contents", "/T", "/V", "/TU", "/RC", "/Subj")]
        action, parent = note.get("/A"), note.get("/Parent")
        held.append(action.get_object().get("/URI") if action else None)
        held.append(parent.get_object().get("/V") if parent else None)
        found += [str(one) for one in held if one]
    return found


def _shows_more(page: Any, said: bool) -> bool:
    """Whether a page shows what is no text: a picture, or drawn signs on a page without any."""
    contents = page.get_contents()
    if not said and contents is not None and contents.get_data().strip():
        return True
    return any(_is_picture(one) for one in _drawn_on(page))


def _drawn_on(page: Any) -> Iterator[Any]:
    """What a page draws, and what that draws in its turn: a picture may stand inside a form, or be stamped on."""
    notes = (note.get_object().get("/AP") for note in page.get("/Annots") or [])
    waiting = [page, *(looks.get_object().get("/N").get_object() for looks in notes if looks)]
    seen: list[Any] = []
    while waiting:
        each = waiting.pop()
        if any(each is one for one in seen):
            continue
        seen.append(each)
        resources = each.get("/Resources")
        held = resources.get_object().get("/XObject") if resources else None
        drawn = [one.get_object() for one in (held.get_object().values() if held else ())]
        yield from drawn
        waiting += [one for one in drawn if one.get("/Subtype") == "/Form"]


def _is_picture(drawn: Any) -> bool:
    """Whether a drawn object is a picture that can show something: a scan may come in low strips."""
    width, height = (int(drawn.get(side, 0)) for side in ("/Width", "/Height"))
    return drawn.get("/Subtype") == "/Image" and min(width, height) >= THIN and width * height >= PICTURE_FROM**2


def _pdf_properties(document: Any) -> list[str]:
    about = [
        f"{key.lstrip('/')}: {value}" for key, value in (document.metadata or {}).items() if not _NO_WORDS.search(key)
    ]
    packet = document.trailer["/Root"].get("/Metadata")
    return about + (xml_words(packet.get_object().get_data()) if packet else [])


def _titles(document: Any) -> Iterator[str]:
    waiting = list(document.outline)
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        else:
            yield str(each.title)


def xml_words(data: bytes) -> list[str]:
    """The words of an XML packet's elements and attributes, without dates and identifiers of programs."""
    found = []
    for _event, node in _events(data):
        if _event == "start":
            found += [said for name, said in node.attrib.items() if not _NO_WORDS.search(_local(name))]
        elif node.text and node.text.strip() and not _NO_WORDS.search(_local(node.tag)):
            found.append(node.text.strip())
    return [said for said in found if not said.startswith(("http:", "https:"))]


# ------------------------------------------------------------------------------------------------- Word and Excel


def _events(data: bytes) -> Iterator[tuple[str, Any]]:
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415

    for event, node in iterparse(BytesIO(data), events=("start", "end"), forbid_dtd=True):
        yield event, node
        if event == "end":
            node.clear()


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


WORD_PLACES = {
    "document": "in the text",
    "header": "in a header",
    "footer": "in a footer",
    "footnotes": "in a footnote",
    "endnotes": "in an endnote",
    "comments": "in a comment",
}


def read_docx(data: bytes, reader: Reader) -> None:
    """Every part of a Word file that holds words: body, tables, headers, notes, comments, boxes, charts, properties."""
    with zipfile.ZipFile(BytesIO(data)) as book:
        for name in book.namelist():
            stem = re.sub(r"\d*\.xml$", "", name.rpartition("/")[2])
            if re.fullmatch(r"word/[^/]+\.xml", name) and stem not in {"styles", "settings", "fontTable", "numbering"}:
                reader.take(WORD_PLACES.get(stem, "in the text"), reader.tried(_word_text, book.read(name)) or "")
            else:
                _read_member(book, name, reader)


class _Words:
    """Puts the words of a part together in their order: `start` and `end` take the elements as they come."""

    def __init__(self) -> None:
        self.buffers: list[list[str]] = [[]]
        self._tables: list[list[list[str]]] = []

    def start(self, name: str, node: Any) -> None:
        """An element opens."""
        if name == "tbl":
            self._tables.append([])
        elif name == "tr" and self._tables:
            self._tables[-1].append([])
        elif name == "tc":
            self.buffers.append([])
        elif name == "txbxContent":
            self.buffers[-1].append("\n")
        elif name in {"docPr", "cNvPr", "textpath"}:
            self.buffers[-1] += [f" {node.get(key)} \n" for key in ("descr", "title", "string") if node.get(key)]

    def end(self, name: str, node: Any) -> None:
        """An element closes, so that its words are complete."""
        if name in {"t", "delText", "instrText"}:
            self.buffers[-1].append(node.text or "")
        elif name in _BREAKS:
            self.buffers[-1].append(_BREAKS[name] if name != "p" or len(self.buffers) == 1 else " ")
        elif name == "tc" and len(self.buffers) > 1:
            cell = " ".join("".join(self.buffers.pop()).split())
            if self._tables and self._tables[-1]:
                self._tables[-1][-1].append(cell)
        elif name == "tbl" and self._tables:
            self.buffers[-1].append("\n" + "\n".join(_table_lines(self._tables.pop())) + "\n")


def _word_text(data: bytes) -> str:
    """The words of a part; cells of a table row stand side by side, and once more each after its head."""
    words = _Words()
    for event, node in _events(data):
        (words.start if event == "start" else words.end)(_local(node.tag), node)
    return "".join("".join(buffer) for buffer in words.buffers)


_BREAKS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "txbxContent": "\n"}


def _table_lines(rows: list[list[str]]) -> Iterator[str]:
    heads = rows[0] if rows else []
    for row in rows:
        yield " | ".join(row)
    for row in rows[1:]:
        yield from (f"{head}: {cell}" for head, cell in zip(heads, row, strict=False) if is_head(head) and cell)


def is_head(text: Any) -> bool:
    """Whether a cell can be the head of others: a few words without figures."""
    return isinstance(text, str) and 0 < len(text) <= 60 and not _TELLING.search(text)


_PROPERTIES = re.compile(r"docProps/(core|app|custom)\.xml")
_DRAWN = re.compile(r"(word|xl)/(diagrams|charts|drawings|chartsheets)/[^/]+\.(xml|vml)")


def _read_member(book: zipfile.ZipFile, name: str, reader: Reader) -> None:
    """A part that Word and Excel files have alike."""
    if _PROPERTIES.fullmatch(name):
        reader.take("in the properties", reader.lines(xml_words, book.read(name)))
    elif _DRAWN.fullmatch(name):
        reader.take("in a drawing or chart", reader.tried(_drawn, book.read(name)) or "")
    elif name.endswith(".rels"):
        reader.take("in a link", reader.lines(_links, book.read(name)))
    elif name.startswith("customXml/item") and "Props" not in name:
        reader.take("in the data behind the text", reader.lines(xml_words, book.read(name)))
    elif name.endswith(".xlsx"):
        read_xlsx(book.read(name), reader)
    elif name.endswith(".docx"):
        read_docx(book.read(name), reader)
    elif name.lower().endswith(_RASTER) and not name.startswith("docProps/"):
        reader.unread = True


def _drawn(data: bytes) -> str:
    """The words of shapes and charts, paragraph by paragraph."""
    out = []
    for event, node in _events(data):
        name = _local(node.tag)
        if event == "start" and name in {"docPr", "cNvPr"}:
            out += [f"{node.get(key)}\n" for key in ("descr", "title") if node.get(key)]
        elif event == "end" and name == "t":
            out.append(node.text or "")
        elif event == "end" and name == "v":
            out.append(f"{node.text or ''}\n")
        elif event == "end" and name == "p":
            out.append("\n")
    return "".join(out)


def _links(data: bytes) -> list[str]:
    targets = [node.get("Target", "") for event, node in _events(data) if event == "start"]
    return [target.partition(":")[2] for target in targets if target.lower().startswith(("mailto:", "tel:", "sms:"))]


_BEHIND = re.compile(r"xl/(worksheets/[^/]+|workbook|comments[^/]*|(threadedC|c)omments/[^/]+|pivotCache/[^/]+)\.xml")


def read_xlsx(data: bytes, reader: Reader) -> None:
    """Every cell of every sheet, hidden ones too, the names of sheets, comments, formulas, headers and properties."""
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        hidden = "" if sheet.sheet_state == "visible" else "hidden "
        reader.take("in the name of a sheet", sheet.title)
        reader.tried(_read_sheet, sheet, f"in the {hidden}sheet “{sheet.title}”", reader)
    with zipfile.ZipFile(BytesIO(data)) as members:
        for name in members.namelist():
            if not _BEHIND.fullmatch(name):
                _read_member(members, name, reader)
                continue
            for place, text in reader.tried(lambda n=name: list(_behind(members.read(n)))) or []:
                reader.take(place, text)


def _read_sheet(sheet: Any, title: str, reader: Reader) -> None:
    sheet.reset_dimensions()
    heads: dict[int, str] = {}
    for row in sheet.iter_rows():
        left, figures = "", []
        for cell in row:
            if cell.value is None:
                continue
            text = as_written(cell.value)
            if is_head(text):
                left = text
                heads.setdefault(cell.column, text)
                continue
            labels = dict.fromkeys(label for label in (left, heads.get(cell.column, "")) if label)
            written = "\n".join(f"{label}: {text}" for label in labels) or text
            reader.take(f"{title}, cell {cell.coordinate}", written)
            figures += [text] if text.isdigit() and len(text) <= 4 else []
        if len("".join(figures)) >= 10 and "nhs" in " ".join([left, *heads.values()]).lower():
            reader.take(f"{title}, row {row[0].row}", f"NHS {' '.join(figures)}")


def as_written(value: Any) -> str:
    """A cell's value as a person would type it: whole numbers without a point, dates day first."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return f"{value:%d/%m/%Y}"
    return str(value).strip()


_SAID = {
    "f",
    "oddHeader",
    "oddFooter",
    "evenHeader",
    "evenFooter",
    "firstHeader",
    "firstFooter",
    "formula1",
    "definedName",
}


def _behind(data: bytes) -> Iterator[Part]:
    """What a sheet holds besides its cells: formulas with words in them, headers, prompts, comments, cached tables."""
    comment = ""
    for event, node in _events(data):
        name = _local(node.tag)
        if event == "start" and name in {"comment", "threadedComment"}:
            comment = f"in the comment at {node.get('ref', '')}"
        elif event == "start" and name in {"dataValidation", "hyperlink"}:
            yield (
                "in a prompt or link",
                "\n".join(node.get(key) or "" for key in ("prompt", "promptTitle", "error", "display", "tooltip")),
            )
        elif event == "start" and name in {"s", "n", "d"} and node.get("v"):
            yield "in the data behind a table", str(node.get("v"))
        elif event == "end" and name in _SAID and node.text and (name != "f" or '"' in node.text):
            yield "in a formula, name or header", node.text.replace('"', " ")
        elif event == "end" and comment and name in {"t", "text"} and node.text:
            yield comment, node.text


READERS = {"pdf": read_pdf, "docx": read_docx, "xlsx": read_xlsx}


def main() -> None:
    """Read one file from standard input within its limits of time and memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    reader = Reader()
    READERS[sys.argv[1]](sys.stdin.buffer.read(), reader)
    json.dump({"parts": reader.parts, "unread": reader.unread}, sys.stdout)


if __name__ == "__main__":
    main()
