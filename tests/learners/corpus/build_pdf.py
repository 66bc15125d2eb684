"""Builders of real PDF files at run time, each giving the file name and the bytes."""

import io
from collections.abc import Sequence

import pikepdf
import typst

Block = str | Sequence[Sequence[str]]

_DOCUMENT = (
    '#set document(date: datetime(year: 2026, month: 11, day: 2))\n#set page(paper: "a4")\n#set text(size: 10pt)\n'
)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _markup(block: Block) -> str:
    if isinstance(block, str):
        return f"#par(text({_quoted(block)}))\n"
    cells = ", ".join(f"text({_quoted(cell)})" for row in block for cell in row)
    return f"#table(columns: {len(block[0])}, {cells})\n"


def _compile(pages: Sequence[Sequence[Block]], header: str, footer: str) -> bytes:
    source = _DOCUMENT
    if header:
        source += f"#set page(header: text({_quoted(header)}))\n"
    if footer:
        source += f"#set page(footer: text({_quoted(footer)}))\n"
    source += "#pagebreak()\n".join("".join(_markup(block) for block in page) for page in pages)
    return typst.compile(source.encode())


def _form_field(pdf: pikepdf.Pdf, label: str, value: str, top: int) -> pikepdf.Object:
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String(label),
            V=pikepdf.String(value),
            DA=pikepdf.String("/Helv 10 Tf 0 g"),
            Rect=[200, top, 420, top + 18],
            F=4,
        )
    )


def pdf_file(
    name: str,
    *pages: Sequence[Block],
    header: str = "",
    footer: str = "",
    info: dict[str, str] | None = None,
    note: str = "",
    fields: dict[str, str] | None = None,
) -> tuple[str, bytes]:
    """Return a PDF of the given pages, with metadata, a sticky note or filled-in form fields where given."""
    data = _compile(pages, header, footer)
    if not (info or note or fields):
        return name, data
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for key, value in (info or {}).items():
            pdf.docinfo[f"/{key}"] = pikepdf.String(value)
        annotations = pikepdf.Array()
        if note:
            annotations.append(
                pdf.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name.Text,
                        Rect=[500, 700, 520, 720],
                        Contents=pikepdf.String(note),
                    )
                )
            )
        if fields:
            widgets = [_form_field(pdf, *item, top=600 - 30 * row) for row, item in enumerate(fields.items())]
            annotations.extend(widgets)
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(widgets), NeedAppearances=True)
        if len(annotations):
            pdf.pages[0].Annots = annotations
        pdf.save(out)
    return name, out.getvalue()
