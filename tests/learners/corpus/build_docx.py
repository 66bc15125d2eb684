"""Builders of real DOCX files at run time from hand-written OOXML, each giving the file name and the bytes."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACES = f'xmlns:w="{_W}" xmlns:r="{_REL}" xmlns:v="urn:schemas-microsoft-com:vml"'


@dataclass(frozen=True)
class Runs:
    """A paragraph whose words the word processor split into several runs."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table, row by row."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TextBox:
    """A text box floating beside the text."""

    text: str


@dataclass(frozen=True)
class Deleted:
    """A tracked deletion, still in the file until it is accepted."""

    text: str


@dataclass(frozen=True)
class Link:
    """A hyperlink whose words do not show its target."""

    words: str
    target: str


Block = str | Runs | Table | TextBox | Deleted | Link


def _run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{escape(text)}</w:{tag}></w:r>'


def _paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def _table(table: Table) -> str:
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{_paragraph(_run(cell))}</w:tc>" for cell in row) + "</w:tr>"
        for row in table.rows
    )
    grid = "<w:gridCol/>" * len(table.rows[0])
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def _text_box(box: TextBox) -> str:
    content = f"<w:txbxContent>{_paragraph(_run(box.text))}</w:txbxContent>"
    shape = f'<v:shape style="width:200pt;height:60pt"><v:textbox>{content}</v:textbox></v:shape>'
    return _paragraph(f"<w:r><w:pict>{shape}</w:pict></w:r>")


def _block(block: Block, links: list[str]) -> str:
    if isinstance(block, str):
        return _paragraph(_run(block))
    if isinstance(block, Runs):
        return _paragraph("".join(_run(part) for part in block.parts))
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, TextBox):
        return _text_box(block)
    if isinstance(block, Deleted):
        attributes = 'w:id="1" w:author="Learner" w:date="2026-11-02T09:00:00Z"'
        return _paragraph(f"<w:del {attributes}>{_run(block.text, 'delText')}</w:del>")
    links.append(block.target)
    return _paragraph(f'<w:hyperlink r:id="link{len(links)}">{_run(block.words)}</w:hyperlink>')


def _part(root: str, inner: str) -> str:
    return f"{_DECLARATION}<w:{root} {_NAMESPACES}>{inner}</w:{root}>"


def _relation(ident: str, kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{ident}" Type="{_REL}/{kind}" Target={quoteattr(target)}{mode}/>'


def _relations(items: Sequence[str]) -> str:
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(items)}</Relationships>'


def _core(title: str) -> str:
    return (
        f'{_DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )


def docx_file(
    name: str, *body: Block, header: str = "", footer: str = "", comment: str = "", footnote: str = "", title: str = ""
) -> tuple[str, bytes]:
    """Return a DOCX of the given blocks, with a header, footer, comment, footnote or title where given."""
    links: list[str] = []
    inner = "".join(_block(block, links) for block in body)
    section, parts, relations = "", {}, []
    for root, ident, text in (("hdr", "header1", header), ("ftr", "footer1", footer)):
        if text:
            kind = ident.removesuffix("1")
            parts[ident] = (kind, _part(root, _paragraph(_run(text))))
            section += f'<w:{kind}Reference w:type="default" r:id="{ident}"/>'
    if comment:
        mark = '<w:comment w:id="0" w:author="Learner" w:date="2026-11-02T09:00:00Z">'
        parts["comments"] = ("comments", _part("comments", f"{mark}{_paragraph(_run(comment))}</w:comment>"))
        inner += _paragraph('<w:r><w:commentReference w:id="0"/></w:r>')
    if footnote:
        note = f'<w:footnote w:id="2">{_paragraph(_run(footnote))}</w:footnote>'
        parts["footnotes"] = ("footnotes", _part("footnotes", note))
        inner += _paragraph('<w:r><w:footnoteReference w:id="2"/></w:r>')
    document = _part("document", f"<w:body>{inner}<w:sectPr>{section}</w:sectPr></w:body>")
    relations = [_relation(ident, kind, f"{ident}.xml") for ident, (kind, _) in parts.items()]
    relations += [_relation(f"link{n}", "hyperlink", target, external=True) for n, target in enumerate(links, 1)]
    overrides = "".join(
        f'<Override PartName="/word/{ident}.xml" ContentType="{_WORD_TYPE}.{kind}+xml"/>'
        for ident, (kind, _) in parts.items()
    )
    content_types = (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD_TYPE}.document.main+xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )
    core_kind = f"{_PACKAGE}/relationships/metadata/core-properties"
    root_relations = [
        _relation("r1", "officeDocument", "word/document.xml"),
        f'<Relationship Id="r2" Type="{core_kind}" Target="docProps/core.xml"/>',
    ]
    files = {
        "[Content_Types].xml": content_types,
        "_rels/.rels": _relations(root_relations),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": _relations(relations),
        "docProps/core.xml": _core(title),
        **{f"word/{ident}.xml": text for ident, (_, text) in parts.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, text in files.items():
            package.writestr(path, text)
    return name, out.getvalue()
