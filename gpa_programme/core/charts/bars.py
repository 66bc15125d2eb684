"""Charts of lengths: bars with or without intervals, grouped bars, and answers on a scale as stacked bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gpa_programme.core.charts.drawing import (
    BLUE,
    GREY,
    GRID,
    INK,
    LINE,
    ORANGE,
    PALE_BLUE,
    PALE_ORANGE,
    QUIET,
    SERIES,
    WIDTH,
    Chart,
    Table,
    finished,
    format_value,
    heading,
    text_width,
    with_halo,
    wrapped,
)
from gpa_programme.core.disclosure import PublishedCount, PublishedDistribution, PublishedShare, Suppressed

LABEL_LETTERS = 19
QUESTION_LETTERS = 54
LABEL_IN_SEGMENT_FROM = 8
HIDDEN = "hidden"
NO_FIGURE = "no figure"


@dataclass(frozen=True)
class Bar:
    """One length. `value` None draws none and shows `text`; `low` and `high` are the ends of an interval.

    `text` stands beside the bar, `words` in the table; both default to the value.
    """

    label: str
    value: float | None
    text: str = ""
    words: str = ""
    low: float | None = None
    high: float | None = None


def bar_of(label: str, cell: PublishedCount | PublishedShare | PublishedDistribution | Suppressed) -> Bar:
    """The bar of a published cell; a suppressed one has no length, says so, and gives its reason in the table."""
    if isinstance(cell, Suppressed):
        return Bar(label, None, HIDDEN, str(cell))
    if isinstance(cell, PublishedCount):
        return Bar(label, cell.value, cell.short, str(cell))
    return Bar(label, cell.share, cell.short, str(cell), cell.low, cell.high)


def bars(
    title: str,
    description: str,
    rows: Sequence[Bar],
    *,
    unit: str,
    label_heading: str = "Name",
    target: float | None = None,
    target_label: str = "Plan",
) -> Chart:
    """Horizontal bars from zero in the order given, or points on their intervals where any row has one.

    Per cent runs to 100 whatever the values. `target` draws one line across the rows.
    """
    texts = [_text(row, unit) for row in rows]
    ends = [max(row.value or 0, row.high or 0) for row in rows]
    values = [
        {"row": index, "value": row.value, "low": row.low, "high": row.high, "text": text, "end": end}
        | {"ink": QUIET if row.value is None and row.text in ("", HIDDEN) else INK}
        for index, (row, text, end) in enumerate(zip(rows, texts, ends, strict=True))
    ]
    names = _names([row.label for row in rows])
    x = _scale([*ends, target or 0], texts, unit, names.width)
    layers = [*names.layers, *(_points(x, unit) if any(row.low is not None for row in rows) else _lengths(x))]
    if target is not None:
        layers += _target(x, target, f"{target_label} {format_value(target, unit)}")
    layers += with_halo(
        {"align": "left", "dx": 8},
        {"x": {**x, "field": "end"}, "text": {"field": "text"}, "color": {"field": "ink", "scale": None}},
    )
    spec = {
        "width": WIDTH,
        "height": {"step": names.step},
        "data": {"values": values},
        "encoding": {"y": {"field": "row", "type": "ordinal", "axis": None}},
        "layer": layers,
    }
    table = Table(
        (label_heading, heading(unit)),
        tuple((row.label, row.words or text) for row, text in zip(rows, texts, strict=True)),
    )
    return finished(title, description, spec, table)


def _text(row: Bar, unit: str) -> str:
    if row.text:
        return row.text
    return NO_FIGURE if row.value is None else format_value(row.value, unit)


@dataclass(frozen=True)
class _Names:
    """Row names as text left of the bars: how wide they are, how far rows lie apart, the layers that draw them."""

    width: float
    step: int
    layers: list[dict[str, Any]]


def _names(labels: Sequence[str]) -> _Names:
    """Names wrapped and centred on their rows; Vega's own axis labels hang from the first line."""
    names = [wrapped(label, LABEL_LETTERS) for label in labels]
    width = max((text_width(line) for name in names for line in name), default=0) + 10
    layers = []
    for count in sorted({len(name) for name in names}):
        rows = [{"row": row, "name": name} for row, name in enumerate(names) if len(name) == count]
        layers.append(
            {
                "data": {"values": rows},
                "mark": {"type": "text", "align": "right", "lineHeight": LINE, "dy": -LINE * (count - 1) / 2},
                "encoding": {"x": {"value": width - 8}, "text": {"field": "name"}},
            }
        )
    step = 14 + LINE * max((len(name) for name in names), default=1)
    return _Names(width, max(step, 34), layers)


def _scale(ends: Sequence[float], texts: Sequence[str], unit: str, start: float) -> dict[str, Any]:
    """A hidden axis from zero that leaves room for the names before it and the figure at the end of the longest bar."""
    most = 100 if unit == "percent" else max([*ends, 1])
    beside = max(
        (text_width(text) + 12 - (most - end) / most * (WIDTH - start) for text, end in zip(texts, ends, strict=False)),
        default=0,
    )
    return {
        "type": "quantitative",
        "scale": {"domain": [0, most], "nice": False, "range": [start, WIDTH - 8 - max(beside, 0)]},
        "axis": None,
    }


def _lengths(x: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"mark": {"type": "bar", "size": 22, "color": BLUE}, "encoding": {"x": {**x, "field": "value"}}}]


def _points(x: dict[str, Any], unit: str) -> list[dict[str, Any]]:
    """A point on its interval, over a pale track that shows the whole scale."""
    most = x["scale"]["domain"][1]
    return [
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "rule", "color": GRID, "strokeWidth": 1},
            "encoding": {"x": {**x, "datum": 0}, "x2": {"datum": most}},
        },
        {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "rule", "color": BLUE, "strokeWidth": 4, "opacity": 0.5, "strokeCap": "round"},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "point", "filled": True, "opacity": 1, "color": BLUE, "size": 130},
            "encoding": {"x": {**x, "field": "value"}},
        },
    ]


def _target(x: dict[str, Any], target: float, text: str) -> list[dict[str, Any]]:
    once: dict[str, Any] = {"values": [{"target": target}]}
    at = {**x, "field": "target"}
    return [
        {
            "data": once,
            "mark": {"type": "rule", "color": ORANGE, "strokeWidth": 2, "strokeDash": [5, 3]},
            "encoding": {"x": at, "y": {"value": 0}, "y2": {"value": "height"}},
        },
        {
            "data": once,
            "mark": {"type": "text", "color": ORANGE, "baseline": "bottom", "dy": -4},
            "encoding": {"x": at, "y": {"value": 0}, "text": {"value": text}},
        },
    ]


def grouped_bars(
    title: str,
    description: str,
    series: Sequence[str],
    rows: Sequence[tuple[str, Sequence[float | None]]],
    *,
    unit: str,
    label_heading: str = "Name",
) -> Chart:
    """For each label one bar a series, up to four series. Raises ValueError where a row has not one value for each."""
    if any(len(values) != len(series) for _, values in rows) or len(series) > len(SERIES):
        raise ValueError("Give each row one value for each of at most four series.")
    values: list[dict[str, Any]] = [
        {
            "row": index,
            "series": name,
            "value": value,
            "end": value or 0,
            "text": NO_FIGURE if value is None else format_value(value, unit),
        }
        for index, (_, row) in enumerate(rows)
        for name, value in zip(series, row, strict=True)
    ]
    names = _names([label for label, _ in rows])
    x = _scale([row["end"] for row in values], [row["text"] for row in values], unit, names.width)
    colour = {"field": "series", "scale": {"domain": list(series), "range": list(SERIES[: len(series)])}}
    spec = {
        "width": WIDTH,
        "height": {"step": max(names.step, 22 * len(series) + 12), "for": "position"},
        "data": {"values": values},
        "encoding": {
            "y": {
                "field": "row",
                "type": "ordinal",
                "axis": None,
                "scale": {"paddingInner": 0.2, "paddingOuter": 0.1},
            },
        },
        "layer": [
            *names.layers,
            {
                "mark": {"type": "bar"},
                "encoding": {
                    "x": {**x, "field": "value"},
                    "yOffset": {"field": "series", "sort": list(series), "scale": {"paddingInner": 0.12}},
                    "color": colour,
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {
                    "x": {**x, "field": "end"},
                    "yOffset": {"field": "series", "sort": list(series)},
                    "text": {"field": "text"},
                },
            },
        ],
    }
    cells = iter(values)
    table = Table(
        (label_heading, *series), tuple((label, *(str(next(cells)["text"]) for _ in series)) for label, _ in rows)
    )
    return finished(title, description, spec, table)


_SCALES: dict[int, tuple[str, ...]] = {
    2: (ORANGE, BLUE),
    3: (ORANGE, GREY, BLUE),
    4: (ORANGE, PALE_ORANGE, PALE_BLUE, BLUE),
    5: (ORANGE, PALE_ORANGE, GREY, PALE_BLUE, BLUE),
}
_DARK = (ORANGE, BLUE)


def likert_bars(
    title: str,
    description: str,
    options: Sequence[str],
    rows: Sequence[tuple[str, PublishedDistribution | Suppressed]],
    *,
    label_heading: str = "Question",
) -> Chart:
    """Answers on a scale of 2 to 5 options, lowest first, as bars of 100% with the neutral option in its place.

    Segments from 8% bear their figure; the table has all of them and how many answered.
    Raises ValueError for a scale of another length.
    """
    if len(options) not in _SCALES:
        raise ValueError(f"A scale has 2 to 5 options, not {len(options)}.")
    colours = _SCALES[len(options)]
    values = []
    for row, (_, cell) in enumerate(rows):
        percents: Mapping[str, int] = {} if isinstance(cell, Suppressed) else cell.percents
        start = 0
        for option, colour in zip(options, colours, strict=True):
            percent = percents.get(option, 0)
            values.append(
                {
                    "row": row,
                    "option": option,
                    "start": start,
                    "end": start + percent,
                    "middle": start + percent / 2,
                    "text": f"{percent}%" if percent >= LABEL_IN_SEGMENT_FROM else "",
                    "ink": "#ffffff" if colour in _DARK else INK,
                }
            )
            start += percent
    names: list[dict[str, Any]] = [
        {"row": row, "name": wrapped(label, QUESTION_LETTERS)} for row, (label, _) in enumerate(rows)
    ]
    lines = max((len(name["name"]) for name in names), default=1)
    down = LINE * lines / 2 + 2
    x = {"type": "quantitative", "scale": {"domain": [0, 100]}, "axis": None}
    withheld = [row for row, (_, cell) in enumerate(rows) if isinstance(cell, Suppressed)]
    shown = {"values": [{"row": row} for row in range(len(rows)) if row not in withheld]}
    hidden = {"values": [{"row": row, "text": HIDDEN} for row in withheld]}
    spec = {
        "width": WIDTH,
        "height": {"step": 48 + LINE * lines},
        "encoding": {"y": {"field": "row", "type": "ordinal", "axis": None}},
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "bar", "size": 28, "yOffset": down},
                "encoding": {
                    "x": {**x, "field": "start"},
                    "x2": {"field": "end"},
                    "color": {
                        "field": "option",
                        "scale": {"domain": list(options), "range": list(colours)},
                        "legend": {"columns": 2},
                    },
                },
            },
            {
                "data": {"values": values},
                "mark": {"type": "text", "yOffset": down},
                "encoding": {
                    "x": {**x, "field": "middle"},
                    "text": {"field": "text"},
                    "color": {"field": "ink", "scale": None},
                },
            },
            {
                "data": shown,
                "mark": {"type": "tick", "color": INK, "size": 32, "thickness": 1, "yOffset": down},
                "encoding": {"x": {**x, "datum": 50}},
            },
            {
                "data": hidden,
                "mark": {"type": "text", "align": "left", "yOffset": down, "color": QUIET},
                "encoding": {"x": {"value": 0}, "text": {"field": "text"}},
            },
            *_questions(names, down),
        ],
    }
    table = Table((label_heading, *options, "Answered"), tuple(_answers(label, cell, options) for label, cell in rows))
    return finished(title, description, spec, table)


def _answers(label: str, cell: PublishedDistribution | Suppressed, options: Sequence[str]) -> tuple[str, ...]:
    if isinstance(cell, Suppressed):
        return (label, *(cell.short for _ in options), str(cell))
    return (label, *(f"{cell.percents.get(option, 0)}%" for option in options), f"about {cell.answers:,}")


def _questions(names: Sequence[dict[str, Any]], down: float) -> list[dict[str, Any]]:
    """Each question over its bar; one layer for each number of lines, since lines hang from the first."""
    return [
        {
            "data": {"values": [name for name in names if len(name["name"]) == count]},
            "mark": {
                "type": "text",
                "align": "left",
                "lineHeight": LINE,
                "yOffset": down - 26 - LINE * (count - 1),
            },
            "encoding": {"x": {"value": 0}, "text": {"field": "name"}},
        }
        for count in sorted({len(name["name"]) for name in names})
    ]
