"""A map of regions, each with its figure on it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product
from typing import Any

from gpa_programme.core.charts.drawing import (
    GREY,
    INK,
    PAPER,
    QUIET,
    WIDTH,
    Chart,
    Table,
    finished,
    format_value,
    heading,
    wrapped,
)
from gpa_programme.core.disclosure import Suppressed

MAP_HEIGHT = 430
NAME_LETTERS = 13
NARROW = 1.3
ROOM_AT_SEA = 1.2
PALE, DEEP = "#e3eef9", "#73acdf"


def region_map(
    title: str,
    description: str,
    values: Mapping[str, float | Suppressed | None],
    geojson: Mapping[str, Any],
    *,
    unit: str,
    label_heading: str = "Region",
) -> Chart:
    """Regions shaded by their figure, each with its name and figure on it.

    `geojson` is a feature collection whose features have `region_code` and `region_name`, the code being the key of
    `values`; a region without a key, or with None, is grey. The table is alphabetical.
    """
    figures = [value for value in values.values() if isinstance(value, (int, float))]
    low, high = (min(figures), max(figures)) if figures else (0, 1)
    east = max(x for feature in geojson["features"] for x, _ in _outer_points(feature))
    features, labels = [], []
    for feature in geojson["features"]:
        properties = feature["properties"]
        value = values.get(properties["region_code"])
        share = (value - low) / (high - low) if isinstance(value, (int, float)) and high > low else 0.5
        shaded = isinstance(value, (int, float))
        features.append({**feature, "properties": {"share": share, "shaded": shaded}})
        labels.append(_map_label(feature, _map_text(value, unit), east))
    sea = {"type": "Point", "coordinates": [east + ROOM_AT_SEA, labels[0]["y"]]}
    features.append({"type": "Feature", "properties": {"share": 0, "shaded": False}, "geometry": sea})
    spec = {
        "width": WIDTH,
        "height": MAP_HEIGHT,
        "projection": {"type": "mercator", "pointRadius": 0},
        "layer": [
            {
                "data": {
                    "values": {"type": "FeatureCollection", "features": features},
                    "format": {"property": "features"},
                },
                "mark": {"type": "geoshape", "stroke": PAPER, "strokeWidth": 1.5},
                "encoding": {
                    "color": {
                        "condition": {
                            "test": "datum.properties.shaded",
                            "field": "properties.share",
                            "type": "quantitative",
                            "scale": {"domain": [0, 1], "range": [PALE, DEEP]},
                            "legend": None,
                        },
                        "value": GREY,
                    }
                },
            },
            *_map_words(labels),
        ],
    }
    rows = sorted(
        (feature["properties"]["region_name"], _map_words_of(values.get(feature["properties"]["region_code"]), unit))
        for feature in geojson["features"]
    )
    return finished(title, description, spec, Table((label_heading, heading(unit)), tuple(rows)))


def _map_text(value: float | Suppressed | None, unit: str) -> str:
    if isinstance(value, Suppressed):
        return "hidden"
    return "no figure" if value is None else format_value(value, unit)


def _map_words_of(value: float | Suppressed | None, unit: str) -> str:
    return str(value) if isinstance(value, Suppressed) else _map_text(value, unit)


def _outer_points(feature: Mapping[str, Any]) -> list[tuple[float, float]]:
    """The ring of a feature's largest polygon."""
    geometry = feature["geometry"]
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return max((polygon[0] for polygon in polygons), key=lambda ring: abs(_area(ring)))


def _area(ring: Sequence[Sequence[float]]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


@lru_cache(maxsize=64)
def _inmost(ring: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """The point of a region furthest from its edge, widths counting half as words are wide, on a grid of 20 by 20."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    best, furthest = (xs[0], ys[0]), 0.0
    for column, row in product(range(1, 20), repeat=2):
        x = min(xs) + (max(xs) - min(xs)) * column / 20
        y = min(ys) + (max(ys) - min(ys)) * row / 20
        inside, nearest = False, float("inf")
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
            nearest = min(nearest, (x1 - x) ** 2 / 9 + (y1 - y) ** 2)
        if inside and nearest > furthest:
            best, furthest = (x, y), nearest
    return best


def _map_label(feature: Mapping[str, Any], text: str, east: float) -> dict[str, Any]:
    """Where a region's words go: on it, or for a region too narrow for words out at sea with a line to it."""
    ring = _outer_points(feature)
    x, y = _inmost(tuple((point[0], point[1]) for point in ring))
    narrow = max(point[0] for point in ring) - min(point[0] for point in ring) < NARROW
    name = wrapped(feature["properties"]["region_name"], NAME_LETTERS)
    return {"x": x, "y": y, "lines": [*name, text], "to": east + 0.1 if narrow else x, "outside": narrow}


def _map_words(labels: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = []
    for label in labels:
        data = {"values": [label]}
        if label["outside"]:
            layers.append(
                {
                    "data": data,
                    "mark": {"type": "rule", "color": QUIET},
                    "encoding": {
                        "longitude": {"field": "x", "type": "quantitative"},
                        "latitude": {"field": "y", "type": "quantitative"},
                        "longitude2": {"field": "to"},
                        "latitude2": {"field": "y"},
                    },
                }
            )
        last = len(label["lines"]) - 1
        for index, line in enumerate(label["lines"]):
            layers.append(
                {
                    "data": data,
                    "mark": {
                        "type": "text",
                        "align": "left" if label["outside"] else "center",
                        "dx": 4 if label["outside"] else 0,
                        "dy": (index - last / 2) * 17,
                        "fontWeight": "bold" if index == last else "normal",
                        "fontSize": 16 if index == last else 14,
                        "color": INK,
                    },
                    "encoding": {
                        "longitude": {"field": "to", "type": "quantitative"},
                        "latitude": {"field": "y", "type": "quantitative"},
                        "text": {"value": line},
                    },
                }
            )
    return layers
