"""PDF documents from Typst templates: tagged for assistive technology (PDF/UA-1), same bytes for the same content."""

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from gpa_programme.core.errors import DomainError
from gpa_programme.core.text import legible

FONTS = Path(__file__).resolve().parent / "fonts"
LARGEST = 2_000_000
MOST_SPELT_OUT = 40

_UNDISPLAYABLE = re.compile(r'the text `"(.+?)"` could not be displayed')


class DocumentError(RuntimeError):
    """A template did not compile, or warned, as it does about a missing font: a fault of ours, not of a person."""


def pdf_bytes(template: str, data: Mapping[str, Any], charts: Mapping[str, str] | None = None) -> bytes:
    """The PDF of `templates/documents/<template>.typ` filled with `data`; `charts` are SVGs by the key data names.

    `report.typ` reads:

        title, subtitle     the document's name and what it covers
        meta                [[label, value], ...] under the title: hub, period, version, hash
        banner              one sentence in a box at the top, and at the foot of every page; "" for none
        rag                 {"columns": [...], "rows": [[...], ...]}; a cell "Green", "Amber" or "Red" has that colour
        sections            [{"heading", "paragraphs": [...],
                              "table": {"caption", "columns": [...], "rows": [[...], ...], "numeric": [index, ...]},
                              "chart": {"key", "title", "alt"},
                              "definitions": [[term, meaning], ...]}, ...]
        footer              one line at the foot of every page

    All but title may be missing, and every value is text that is printed as it is, never read as markup; a character
    that no font here has, such as an emoji, is printed as its name in brackets.
    Raises DomainError for more than 2 MB of content, DocumentError where the template fails or warns.
    """
    inputs = {
        "data": json.dumps(legible(dict(data)), ensure_ascii=False),
        "charts": json.dumps(dict(charts or {}), ensure_ascii=False),
    }
    if sum(map(len, inputs.values())) > LARGEST:
        raise DomainError("This document is too long to make as a PDF. Download the spreadsheet instead.")
    for _ in range(MOST_SPELT_OUT):
        try:
            return _compiled(template, inputs)
        except DocumentError as error:
            undisplayable = _UNDISPLAYABLE.search(str(error))
            if not undisplayable or undisplayable[1].isascii():
                raise
            inputs = {name: _spelt_out(text, undisplayable[1]) for name, text in inputs.items()}
    return _compiled(template, {name: _ascii(text) for name, text in inputs.items()})


def _compiled(template: str, inputs: Mapping[str, str]) -> bytes:
    folder = Path(settings.BASE_DIR) / "templates" / "documents"
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(folder / f"{template}.typ"),
            root=str(folder),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=dict(inputs),
            pdf_standards="ua-1",
            timestamp=0,
        )
    except RuntimeError as error:
        raise DocumentError(f"{template}.typ: {error}") from error
    if warnings:
        raise DocumentError(f"{template}.typ: {'; '.join(warning.message for warning in warnings)}")
    return bytes(pdf)


def _spelt_out(text: str, cluster: str) -> str:
    """With what no font here can show, such as an emoji, as its name in brackets: PDF/UA allows no empty box."""
    for character in cluster:
        if not character.isascii():
            text = text.replace(character, f"[{unicodedata.name(character, 'symbol').lower()}]")
    return text


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
