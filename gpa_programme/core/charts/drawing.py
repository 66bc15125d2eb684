"""From a Vega-Lite description to an accessible SVG: one look, drawn once per content, safe to put in a page."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from defusedxml import ElementTree
from django.conf import settings
from django.core.cache.backends.filebased import FileBasedCache

from gpa_programme.core.text import legible

FONTS = Path(__file__).resolve().parent.parent / "fonts"
FONT = "Arial, Liberation Sans, sans-serif"
WIDTH = 420
KEPT = 5000
TEXT_SIZE = 15
LINE = TEXT_SIZE + 3

PAPER = "#ffffff"
INK = "#212b32"
QUIET = "#4c6272"
RULE = "#768692"
GRID = "#d8dde0"
BLUE = "#005eb8"
PALE_BLUE = "#9cc3e6"
ORANGE = "#b95000"
PALE_ORANGE = "#f0b37a"
GREY = "#aeb7bd"
PURPLE = "#330072"
SERIES = (BLUE, ORANGE, QUIET, PALE_BLUE)

CONFIG: dict[str, Any] = {
    "aria": False,
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": TEXT_SIZE,
        "titleFontSize": TEXT_SIZE,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": QUIET,
        "labelLimit": 0,
        "titleLimit": 0,
        "gridColor": GRID,
        "domainColor": RULE,
        "tickColor": RULE,
        "labelPadding": 6,
        "titlePadding": 8,
    },
    "legend": {
        "orient": "top",
        "title": None,
        "labelFontSize": TEXT_SIZE,
        "labelColor": INK,
        "labelLimit": 0,
        "symbolSize": 160,
        "symbolType": "square",
        "symbolStrokeWidth": 0,
        "offset": 12,
        "rowPadding": 4,
    },
    "text": {"fontSize": TEXT_SIZE, "color": INK},
}

_NAMESPACES = re.compile(r' xmlns(:xlink)?="[^"]*"')
_LONG_DECIMAL = re.compile(r"(\d+\.\d{2})\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_DROPPED = ("class", "role", "pointer-events", "version")
_EMPTY_PATHS = ("", "M0,0h0v0h0Z")


@dataclass(frozen=True)
class Table:
    """The figures of a chart in words: what it shows to whoever does not see it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A finding with its picture and its figures. `title` says what was found, `description` how it is drawn."""

    title: str
    description: str
    svg: str
    table: Table


def finished(title: str, description: str, spec: dict[str, Any], table: Table) -> Chart:
    """The chart of a specification; the same title, description and figures always give the same bytes."""
    return Chart(title, description, _named(draw(spec), title, description), table)


def draw(spec: dict[str, Any]) -> str:
    """The specification as SVG without names, kept under its SHA-256 so that it is drawn once.

    No style attribute, style element, script or link: it passes a content security policy without inline.
    """
    whole = {"config": CONFIG, "autosize": {"type": "fit-x", "contains": "padding"}, "padding": 4, **spec}
    text = json.dumps(legible(whole), sort_keys=True, ensure_ascii=False)
    key = f"chart-{hashlib.sha256(text.encode()).hexdigest()}"
    drawings = _drawings(str(settings.VAR_DIR))
    svg = drawings.get(key)
    if svg is None:
        svg = _tidied(_renderer().vegalite_to_svg(text, allowed_base_urls=[]))
        drawings.set(key, svg, timeout=None)
    return str(svg)


@cache
def _drawings(folder: str) -> FileBasedCache:
    """Files in `var/charts`: not the default cache, whose few entries hold the sign-in throttles."""
    return FileBasedCache(f"{folder}/charts", {"OPTIONS": {"MAX_ENTRIES": KEPT}})


@cache
def _renderer() -> Any:
    import vl_convert  # noqa: PLC0415 - starts a JavaScript engine; pages without charts never need it

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def _tidied(svg: str) -> str:
    """Without what a page must not carry: fixed size, the library's classes, roles and running ids, long decimals."""
    root = ElementTree.fromstring(_NAMESPACES.sub("", svg, count=2))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == "path" and child.get("d", "") in _EMPTY_PATHS:
                parent.remove(child)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    elements = list(root.iter())
    used = [
        reference
        for element in elements
        for value in element.attrib.values()
        for reference in _REFERENCE.findall(value)
    ]
    ids = {reference: f"part{index}" for index, reference in enumerate(dict.fromkeys(used))}
    for element in elements:
        for name, value in list(element.attrib.items()):
            if name.startswith("aria-") or name in _DROPPED:
                del element.attrib[name]
            elif name == "id":
                element.set(name, ids.get(value, value))
            elif name not in ("font-family", "fill"):
                element.set(
                    name, _LONG_DECIMAL.sub(r"\1", _REFERENCE.sub(lambda match: f"url(#{ids[match[1]]})", value))
                )
    return str(ElementTree.tostring(root, encoding="unicode"))


def _named(svg: str, title: str, description: str) -> str:
    """With a name and a description that assistive technology reads, under ids no other chart of the page has."""
    title, description = legible(title), legible(description)
    key = "chart-" + hashlib.sha256(f"{title}\n{description}\n{svg}".encode()).hexdigest()[:10]
    svg = re.sub(r'(id="|url\(#)(part\d+)', rf"\1{key}-\2", svg)
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}-title {key}-desc" '
    names = f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>'
    head, body = svg.split(">", 1)
    return head.replace("<svg ", opening, 1) + ">" + names + body


def format_value(value: float, unit: str) -> str:
    """A figure as it is written everywhere: 62%, £1,234.50, 1,234, or 4.5 where it is not whole.

    `unit` is a measure's unit: "percent" (0 to 100) and "pence" have signs, any other is named beside the figure.
    """
    if unit == "pence":
        return f"£{value / 100:,.2f}"
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return f"{number}%" if unit == "percent" else number


def heading(unit: str) -> str:
    """How a unit is named over a column or along an axis."""
    return {"percent": "Per cent", "pence": "Pounds"}.get(unit, unit[:1].upper() + unit[1:])


def wrapped(label: str, width: int) -> list[str]:
    """A label broken into lines of about `width` letters, at spaces only."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [label]


def text_width(text: str) -> float:
    """Room for a text of one line, in the chart's units: a letter of Arial is a little over half its size."""
    return len(text) * TEXT_SIZE * 0.54


def with_halo(mark: dict[str, Any], encoding: dict[str, Any]) -> list[dict[str, Any]]:
    """Text that stays legible over lines: a pale outline beneath it."""
    under = {name: value for name, value in encoding.items() if name != "color"}
    outline = {"type": "text", "stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round", "color": PAPER}
    return [{"mark": {**mark, **outline}, "encoding": under}, {"mark": {"type": "text", **mark}, "encoding": encoding}]
