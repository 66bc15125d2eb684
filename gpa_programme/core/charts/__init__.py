"""Charts as inline SVG with a title, a description and their table; the same SVG goes to the page and the PDF."""

from gpa_programme.core.charts.bars import Bar, bar_of, bars, grouped_bars, likert_bars
from gpa_programme.core.charts.drawing import Chart, Table, draw, format_value
from gpa_programme.core.charts.funnels import Unit, funnel
from gpa_programme.core.charts.maps import region_map
from gpa_programme.core.charts.series import Point, Progress, burn_up, run_chart

__all__ = [
    "Bar",
    "Chart",
    "Point",
    "Progress",
    "Table",
    "Unit",
    "bar_of",
    "bars",
    "burn_up",
    "draw",
    "format_value",
    "funnel",
    "grouped_bars",
    "likert_bars",
    "region_map",
    "run_chart",
]
