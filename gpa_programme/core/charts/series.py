"""Charts over time: process charts by their ladder, and a plan against what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gpa_programme.core.charts.drawing import (
    BLUE,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    QUIET,
    RULE,
    WIDTH,
    Chart,
    Table,
    finished,
    format_value,
    heading,
    text_width,
    with_halo,
)
from gpa_programme.core.process_charts import Kind, ProcessChart, process_chart

HEIGHT = 260
Direction = Literal["higher", "lower", "neither"]

IMPROVING, WORSENING, CHANGED, COMMON, FEW = (
    "improvement",
    "concern",
    "change",
    "usual variation",
    "fewer than 10 counted",
)
_LOOKS = {
    COMMON: (QUIET, "circle"),
    IMPROVING: (BLUE, "triangle-up"),
    WORSENING: (ORANGE, "diamond"),
    CHANGED: (PURPLE, "square"),
    FEW: (PAPER, "circle"),
}


@dataclass(frozen=True)
class Point:
    """One step of time. `value` None is a gap; `note` an event to mark, such as "training day"."""

    label: str
    value: float | None
    denominator: int | None = None
    note: str = ""


def run_chart(
    title: str,
    description: str,
    points: Sequence[Point],
    *,
    unit: str,
    direction: Direction,
    cumulative: bool,
    target: float | None = None,
    baseline: int | None = None,
    label_heading: str = "Month",
) -> Chart:
    """Dots, a run chart or an XmR chart, as the number of points allows (see `process_charts`).

    Special cause has a colour and a shape: improvement, concern, or change where no direction is better.
    The reading is added to the description. Raises CumulativeSeriesError for a running total.
    """
    process = process_chart(
        [point.value for point in points],
        cumulative=cumulative,
        denominators=[point.denominator for point in points],
        baseline=baseline,
    )
    lines = _lines(process, unit, target)
    meanings = [_meaning(process, index, direction) for index in range(len(points))]
    values = [
        {"at": index, "label": point.label, "value": point.value, "meaning": meaning, "note": point.note}
        for index, (point, meaning) in enumerate(zip(points, meanings, strict=True))
    ]
    y = _upright([point.value for point in points] + [at for _, at, _ in lines], unit)
    shown = [meaning for meaning in _LOOKS if meaning in meanings]
    looks = {"domain": shown, "range": [_LOOKS[meaning][0] for meaning in shown]}
    edges = [QUIET if meaning == FEW else _LOOKS[meaning][0] for meaning in shown]
    shapes = {"domain": shown, "range": [_LOOKS[meaning][1] for meaning in shown]}
    legend: dict[str, Any] | None = None
    if shown != [COMMON]:
        legend = {"columns": 2, "symbolType": "circle", "symbolStrokeWidth": 1.5, "symbolSize": 110}
    valued = [{"filter": "isValid(datum.value)"}]
    layers: list[dict[str, Any]] = [
        *(layer for line in lines for layer in _line(*line, y, _free_side(process.values, line[1]))),
        {"mark": {"type": "line", "color": RULE, "strokeWidth": 1.5}, "encoding": {"y": {**y, "field": "value"}}},
        {
            "transform": valued,
            "mark": {"type": "point", "opacity": 1, "strokeWidth": 1.5},
            "encoding": {
                "y": {**y, "field": "value"},
                "fill": {"field": "meaning", "scale": looks, "legend": legend},
                "shape": {"field": "meaning", "scale": shapes, "legend": legend},
                "stroke": {"field": "meaning", "scale": {**looks, "range": edges}, "legend": legend},
                "size": {"condition": {"test": f"datum.meaning == '{COMMON}'", "value": 60}, "value": 130},
            },
        },
        *_notes(),
        _step_names([point.label for point in points]),
    ]
    spec = {
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": values},
        "encoding": {"x": _along([point.label for point in points])},
        "layer": layers,
    }
    counted = any(point.denominator is not None for point in points)
    table = Table(
        (label_heading, heading(unit), *(("Counted",) if counted else ()), "Reading"),
        tuple(_row(point, process, index, unit, counted) for index, point in enumerate(points)),
    )
    return finished(title, f"{description} {_reading(process, unit)}".strip(), spec, table)


def _meaning(process: ProcessChart, index: int, direction: Direction) -> str:
    if process.values[index] is not None and not process.usable[index]:
        return FEW
    sides = {signal.side for signal in process.point_signals[index]}
    if not sides:
        return COMMON
    if direction == "neither":
        return CHANGED
    better = 1 if direction == "higher" else -1
    return IMPROVING if better in sides else WORSENING


def _lines(process: ProcessChart, unit: str, target: float | None) -> list[tuple[str, float, str]]:
    """What to draw across the chart: words, where, and which kind of line."""
    lines = []
    if process.centre is not None:
        name = "median" if process.kind is Kind.RUN else "mean"
        lines.append((f"{name} {format_value(round(process.centre, 1), unit)}", process.centre, "centre"))
    if process.low is not None and process.high is not None:
        ends = [("lower limit", process.low), ("upper limit", process.high)]
        lines += [(name, at, "limit") for name, at in ends if _possible(at, unit)]
    if target is not None:
        lines.append((f"plan {format_value(target, unit)}", target, "target"))
    return lines


def _possible(value: float, unit: str) -> bool:
    """A count is never under nothing and a share never over the whole, whatever the arithmetic of limits says."""
    return value >= 0 and (unit != "percent" or value <= 100)


def _free_side(values: Sequence[float | None], at: float) -> str:
    """The end of a line at which the points stay further from just above it, where its words go."""
    reach = max(1, len(values) // 3)

    def nearest(part: Sequence[float | None]) -> float:
        return min((abs(value - at * 1.04) for value in part if value is not None), default=float("inf"))

    return "left" if nearest(values[:reach]) > nearest(values[-reach:]) else "right"


def _line(words: str, at: float, kind: str, y: dict[str, Any], side: str) -> list[dict[str, Any]]:
    look = {
        "centre": {"color": INK, "strokeWidth": 1.5},
        "limit": {"color": RULE, "strokeWidth": 1.5, "strokeDash": [2, 3]},
        "target": {"color": ORANGE, "strokeWidth": 2, "strokeDash": [6, 4]},
    }[kind]
    data = {"values": [{"line": at}]}
    end = {"value": 2 if side == "left" else "width"}
    place = {"x": end, "y": {**y, "field": "line"}, "text": {"value": words}}
    ink = {"color": {"value": ORANGE if kind == "target" else INK}}
    return [
        {
            "data": data,
            "mark": {"type": "rule", **look},
            "encoding": {"x": {"value": 0}, "x2": {"value": "width"}, "y": {**y, "field": "line"}},
        },
        *({"data": data, **layer} for layer in with_halo({"align": side, "baseline": "bottom", "dy": -3}, place | ink)),
    ]


def _notes() -> list[dict[str, Any]]:
    noted = [{"filter": "datum.note != ''"}]
    return [
        {
            "transform": noted,
            "mark": {"type": "rule", "color": RULE, "strokeDash": [1, 3]},
            "encoding": {"y": {"value": 0}, "y2": {"value": "height"}},
        },
        *(
            {"transform": noted, **layer}
            for layer in with_halo(
                {"align": "left", "baseline": "top", "dx": 4},
                {"y": {"value": 2}, "text": {"field": "note"}, "color": {"value": QUIET}},
            )
        ),
    ]


def _named_steps(labels: Sequence[str]) -> list[int]:
    """The steps whose names have room along the axis, the last one among them."""
    widest = max((text_width(label) for label in labels), default=1) + 14
    every = max(1, -int(-len(labels) * widest // (WIDTH - 60)))
    return [index for index in range(len(labels)) if (len(labels) - 1 - index) % every == 0]


def _along(labels: Sequence[str]) -> dict[str, Any]:
    """Steps of time at equal distances, with ticks where `_step_names` puts names."""
    return {
        "field": "at",
        "type": "quantitative",
        "scale": {"domain": [0, max(len(labels) - 1, 1)], "nice": False, "padding": 16},
        "axis": {"title": None, "grid": False, "labels": False, "values": _named_steps(labels)},
    }


def _step_names(labels: Sequence[str]) -> dict[str, Any]:
    """Names as text: as labels of the axis they would have to be written into an expression."""
    return {
        "data": {"values": [{"at": index, "name": labels[index]} for index in _named_steps(labels)]},
        "mark": {"type": "text", "baseline": "top", "dy": 11},
        "encoding": {"y": {"value": HEIGHT}, "text": {"field": "name"}},
    }


def _upright(values: Sequence[float | None], unit: str) -> dict[str, Any]:
    """From zero, and for shares to 100 where they come near it."""
    most = max((value for value in values if value is not None), default=1)
    top = 100.0 if unit == "percent" and most > 60 else most * 1.15 or 1
    label = {"percent": "datum.label + '%'", "pence": "'£' + format(datum.value / 100, ',.0f')"}.get(unit)
    return {
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": top != 100},
        "axis": {
            "title": None,
            "tickCount": 5,
            "domain": False,
            "ticks": False,
            **({"labelExpr": label} if label else {}),
        },
    }


def _reading(process: ProcessChart, unit: str) -> str:
    """The chart in a sentence or two, as somebody who knows the rules would read it."""
    if process.kind is Kind.DOTS:
        return "Fewer than 6 points: too few to read a change from."
    assert process.centre is not None
    centre = format_value(round(process.centre, 1), unit)
    if process.kind is Kind.RUN:
        found = " and ".join(process.chart_signals)
        return f"Run chart with median {centre}. " + (f"Unusual: {found}." if found else "No sign of change.")
    rules = sorted({signal.rule for signals in process.point_signals for signal in signals})
    assert process.low is not None
    assert process.high is not None
    limits = f"{format_value(round(process.low, 1), unit)} to {format_value(round(process.high, 1), unit)}"
    words = f"XmR chart with mean {centre} and limits {limits}"
    words += f" ({process.screened} wild steps left out of the limits). " if process.screened else ". "
    return words + (f"Special cause: {'; '.join(rules)}." if rules else "Usual variation only.")


def _row(point: Point, process: ProcessChart, index: int, unit: str, counted: bool) -> tuple[str, ...]:
    value = "no figure" if point.value is None else format_value(point.value, unit)
    size = ("" if point.denominator is None else f"{point.denominator:,}",) if counted else ()
    if point.value is None:
        reading = "gap"
    elif not process.usable[index]:
        reading = FEW
    else:
        reading = "; ".join(signal.rule for signal in process.point_signals[index]) or "-"
    if point.note:
        reading = f"{point.note}; {reading}" if reading != "-" else point.note
    return (point.label, value, *size, reading)


@dataclass(frozen=True)
class Progress:
    """A step of time with the planned total by then and, up to now, the total reached."""

    label: str
    planned: float
    reached: float | None


def burn_up(
    title: str, description: str, points: Sequence[Progress], *, unit: str, label_heading: str = "Month"
) -> Chart:
    """Running totals: what was planned by each step against what was reached. No rule is applied to it."""
    values = [
        {"at": index, "kind": kind, "value": value}
        for index, point in enumerate(points)
        for kind, value in (("Plan", point.planned), ("Reached", point.reached))
        if value is not None
    ]
    y = _upright([row["value"] for row in values if isinstance(row["value"], (int, float))], unit)
    kinds = {"domain": ["Plan", "Reached"], "range": [RULE, BLUE]}
    last = max((index for index, point in enumerate(points) if point.reached is not None), default=None)
    ends = [] if last is None else [{"at": last, "value": points[last].reached, "kind": "Reached"}]
    ends_text = [{**end, "text": format_value(float(end["value"] or 0), unit)} for end in ends]
    spec = {
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": values},
        "encoding": {"x": _along([point.label for point in points])},
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 3},
                "encoding": {
                    "y": {**y, "field": "value"},
                    "color": {
                        "field": "kind",
                        "scale": kinds,
                        "legend": {"symbolType": "stroke", "symbolStrokeWidth": 3},
                    },
                    "strokeDash": {
                        "field": "kind",
                        "scale": {"domain": kinds["domain"], "range": [[6, 4], [1, 0]]},
                    },
                },
            },
            {
                "data": {"values": ends_text},
                "mark": {"type": "point", "filled": True, "opacity": 1, "size": 110, "color": BLUE},
                "encoding": {"y": {**y, "field": "value"}},
            },
            *(
                {"data": {"values": ends_text}, **layer}
                for layer in with_halo(
                    {"align": "left", "baseline": "top", "dx": 6, "dy": 6},
                    {"y": {**y, "field": "value"}, "text": {"field": "text"}},
                )
            ),
            _step_names([point.label for point in points]),
        ],
    }
    table = Table(
        (label_heading, "Plan", "Reached"),
        tuple(
            (
                point.label,
                format_value(point.planned, unit),
                "not yet" if point.reached is None else format_value(point.reached, unit),
            )
            for point in points
        ),
    )
    return finished(title, description, spec, table)
