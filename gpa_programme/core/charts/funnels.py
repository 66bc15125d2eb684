"""Units beside each other without ranking them: shares on a funnel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gpa_programme.core.charts.drawing import (
    BLUE,
    INK,
    ORANGE,
    PAPER,
    QUIET,
    RULE,
    WIDTH,
    Chart,
    Table,
    finished,
    format_value,
    with_halo,
)
from gpa_programme.core.statistics import FunnelLimits, funnel_limits

FUNNEL_HEIGHT = 300
KEY_LETTERS = 21
WITHIN = "within what chance allows"
BEYOND_95 = "outside 95% of chance"
BEYOND_998 = "outside 99.8% of chance"


@dataclass(frozen=True)
class Unit:
    """A hub or other unit with how many of its `denominator` count."""

    label: str
    numerator: int
    denominator: int


def funnel(title: str, description: str, units: Sequence[Unit], *, label_heading: str = "Hub") -> Chart:
    """Each unit's per cent against its size, with 95% and 99.8% limits about the per cent of all together.

    Units keep the order given, alphabetical, and bear numbers that the key and the table explain; nothing is ranked.
    Units without a denominator are in the table only. Raises ValueError where none has one.
    """
    sized = [(number, unit) for number, unit in enumerate(units, start=1) if unit.denominator]
    if not sized:
        raise ValueError("No unit has anything to take a share of.")
    whole = sum(unit.numerator for _, unit in sized) / sum(unit.denominator for _, unit in sized)
    largest = max(unit.denominator for _, unit in sized)
    smallest = min(unit.denominator for _, unit in sized)
    first, last = max(1, smallest * 8 // 10), largest * 11 // 10 + 1
    sizes = sorted({first + (last - first) * step // 60 for step in range(61)})
    curve = [
        {"n": at.n, "low": at.low_95 * 100, "high": at.high_95 * 100}
        | {"lowest": at.low_998 * 100, "highest": at.high_998 * 100}
        for at in funnel_limits(whole, sizes)
    ]
    limits = funnel_limits(whole, [unit.denominator for _, unit in sized])
    placed = dict(zip((number for number, _ in sized), limits, strict=True))
    points = _points(sized, placed)
    x = {
        "field": "n",
        "type": "quantitative",
        "scale": {"domain": [first, last], "nice": False, "zero": False},
        "axis": {"title": "Number counted", "grid": False, "tickCount": 5},
    }
    shares: list[float] = [point["share"] for point in points] + [
        row[end] for row in curve for end in ("lowest", "highest")
    ]
    low, high = max(0, min(shares) - 4), min(100, max(shares) + 4)
    y = {
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": True, "zero": False},
        "axis": {"title": None, "domain": False, "ticks": False, "tickCount": 5, "labelExpr": "datum.label + '%'"},
    }
    spec = {
        "width": WIDTH,
        "height": FUNNEL_HEIGHT,
        "layer": [
            *_whole(whole, x, y),
            *_curves(curve, x, y),
            {
                "data": {"values": points},
                "mark": {
                    "type": "point",
                    "filled": True,
                    "opacity": 1,
                    "stroke": PAPER,
                    "strokeWidth": 1.5,
                },
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "share"},
                    "color": {"condition": {"test": "datum.beyond", "value": ORANGE}, "value": BLUE},
                    "shape": {"condition": {"test": "datum.beyond", "value": "diamond"}, "value": "circle"},
                    "size": {"condition": {"test": "datum.beyond", "value": 620}, "value": 420},
                },
            },
            {
                "data": {"values": points},
                "transform": [{"filter": "!datum.several"}],
                "mark": {"type": "text", "color": PAPER, "fontWeight": "bold", "fontSize": 14},
                "encoding": {"x": x, "y": {**y, "field": "share"}, "text": {"field": "numbers"}},
            },
            *(
                {"data": {"values": points}, "transform": [{"filter": "datum.several"}], **layer}
                for layer in with_halo(
                    {"align": "right", "dx": -16, "fontWeight": "bold", "fontSize": 14},
                    {"x": x, "y": {**y, "field": "share"}, "text": {"field": "numbers"}},
                )
            ),
            *_key(sized),
        ],
    }
    table = Table(
        ("Number", label_heading, "Per cent", "Of", "Against all together"),
        tuple(_funnel_row(number, unit, placed.get(number)) for number, unit in enumerate(units, start=1)),
    )
    return finished(title, f"{description} All together {whole:.0%}.".strip(), spec, table)


def _points(sized: Sequence[tuple[int, Unit]], placed: Mapping[int, FunnelLimits]) -> list[dict[str, Any]]:
    """One point a place; units that fall on one place share it and have their numbers beside it."""
    places: dict[tuple[int, int], list[tuple[int, Unit]]] = {}
    for number, unit in sized:
        places.setdefault((unit.denominator, round(100 * unit.numerator / unit.denominator)), []).append((number, unit))
    return [
        {
            "n": found[0][1].denominator,
            "share": 100 * found[0][1].numerator / found[0][1].denominator,
            "numbers": ", ".join(str(number) for number, _ in found),
            "several": len(found) > 1,
            "beyond": any(_place(unit, placed[number]) == BEYOND_998 for number, unit in found),
        }
        for found in places.values()
    ]


def _place(unit: Unit, limits: FunnelLimits) -> str:
    if limits.beyond_998(unit.numerator):
        return BEYOND_998
    return BEYOND_95 if limits.beyond_95(unit.numerator) else WITHIN


def _funnel_row(number: int, unit: Unit, limits: FunnelLimits | None) -> tuple[str, ...]:
    if limits is None:
        return (str(number), unit.label, "no figure", "0", "nothing to compare")
    share = format_value(round(100 * unit.numerator / unit.denominator), "percent")
    return (str(number), unit.label, share, f"{unit.denominator:,}", _place(unit, limits))


def _curves(curve: list[dict[str, float]], x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    looks = {"low": [5, 3], "high": [5, 3], "lowest": [1, 0], "highest": [1, 0]}
    lines: list[dict[str, Any]] = [
        {
            "data": {"values": curve},
            "mark": {"type": "line", "color": RULE, "strokeWidth": 1.5, "strokeDash": dash, "interpolate": "monotone"},
            "encoding": {"x": x, "y": {**y, "field": field}},
        }
        for field, dash in looks.items()
    ]
    words = [
        ("99.8%", curve[-1]["highest"], {"baseline": "bottom", "dy": -2}),
        ("95%", curve[-1]["high"], {"baseline": "top", "dy": 3}),
    ]
    for name, at, place in words:
        layers = with_halo(
            {"align": "right", **place},
            {"x": {"value": "width"}, "y": {**y, "field": "at"}, "text": {"value": name}, "color": {"value": QUIET}},
        )
        lines += [{"data": {"values": [{"at": at}]}, **layer} for layer in layers]
    return lines


def _whole(whole: float, x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    data = {"values": [{"whole": 100 * whole}]}
    at = {**y, "field": "whole"}
    words = with_halo(
        {"align": "left", "baseline": "bottom", "dx": 4, "dy": -3},
        {"x": {"value": 0}, "y": at, "text": {"value": f"all {whole:.0%}"}},
    )
    rule = {"type": "rule", "color": INK, "strokeWidth": 1.5}
    across = {"x": {"value": 0}, "x2": {"value": "width"}, "y": at}
    return [{"data": data, "mark": rule, "encoding": across}, *({"data": data, **layer} for layer in words)]


def _key(sized: Sequence[tuple[int, Unit]]) -> list[dict[str, Any]]:
    """Number and name below the axis, in two columns where the names are short enough."""
    short = all(len(unit.label) <= KEY_LETTERS for _, unit in sized)
    half = -(-len(sized) // 2) if short else len(sized)
    return [
        {
            "data": {"values": [{"text": f"{number}  {unit.label}"}]},
            "mark": {"type": "text", "align": "left", "baseline": "top"},
            "encoding": {
                "x": {"value": -30 + (index // half) * (WIDTH // 2 + 6)},
                "y": {"value": FUNNEL_HEIGHT + 56 + (index % half) * 22},
                "text": {"field": "text"},
            },
        }
        for index, (number, unit) in enumerate(sized)
    ]
