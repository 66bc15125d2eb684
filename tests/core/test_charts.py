"""Charts: what a page and a PDF may carry, the figures in words, and the ladder of process charts."""

import itertools
import json
import re
from pathlib import Path

import pytest
from defusedxml import ElementTree

from gpa_programme.core import charts
from gpa_programme.core.charts import Bar, Point, Progress, Unit
from gpa_programme.core.disclosure import Suppressed, survey_distribution, survey_shares
from gpa_programme.core.process_charts import CumulativeSeriesError
from tests.machine import chromium_path

HUBS = ["East of England", "London", "Midlands", "North East and Yorkshire", "North West", "South East", "South West"]
OPTIONS = ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"]
SQUARES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"region_code": code, "region_name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 51], [x + width, 51], [x + width, 53], [x, 53], [x, 51]]],
            },
        }
        for code, name, x, width in (("Y62", "North West", -3, 2), ("Y56", "London", -1, 0.5), ("Y61", "East", -0.5, 2))
    ],
}
HOSTILE = "</title><script>alert(1)</script>\" onload='x' & \\u003c"


def answers(*counts):
    return survey_distribution(dict(zip(OPTIONS, counts, strict=True)), positive=OPTIONS[3:])


def every_chart(title="Six hubs have filled 30 places", label="London"):
    """One of each kind, drawn from names that a person may have typed."""
    names = [label, *(hub for hub in HUBS if hub != "London")]
    cells = survey_shares(
        dict(zip(names, [(20, 30), (5, 9), (8, 12), (10, 25), (40, 41), (12, 35), (2, 30)], strict=True))
    )
    yield charts.bars(title, label, [Bar(name, 30 + i) for i, name in enumerate(names)], unit="places", target=36)
    yield charts.bars(title, label, [charts.bar_of(name, cell) for name, cell in cells.items()], unit="percent")
    yield charts.grouped_bars(title, label, ["Planned", label], [(name, (40, None)) for name in names], unit="learners")
    yield charts.likert_bars(
        title, label, OPTIONS, [(label, answers(5, 10, 30, 80, 60)), ("Q2", answers(1, 2, 3, 0, 0))]
    )
    yield charts.run_chart(title, label, points([5, 7, 6], label), unit="days", direction="lower", cumulative=False)
    yield charts.run_chart(
        title,
        label,
        points([10, 12] * 7 + [30], label),
        unit="percent",
        direction="higher",
        cumulative=False,
        target=40,
    )
    yield charts.burn_up(title, label, [Progress(label, 10, 4), Progress("May", 20, None)], unit="sign-offs")
    yield charts.funnel(title, label, [Unit(name, 20 + i, 40 - i) for i, name in enumerate(names)])
    yield charts.region_map(title, label, {"Y62": 48, "Y56": Suppressed(label), "Y61": None}, SQUARES, unit="percent")


def points(values, note=""):
    return [Point(f"{index} {note}", value, 40, note=note) for index, value in enumerate(values)]


def test_every_chart_is_an_image_with_a_name_a_description_and_no_fixed_size():
    for chart in every_chart():
        root = ElementTree.fromstring(chart.svg)
        title, description = root[0], root[1]
        assert (root.get("role"), root.get("width"), root.get("height")) == ("img", None, None)
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert (title.text, description.text) == (chart.title, chart.description)
        assert re.fullmatch(r"0 0 4\d\d [\d.]+", root.get("viewBox"))


def test_every_chart_carries_nothing_a_strict_content_policy_refuses():
    allowed = {"svg", "title", "desc", "g", "path", "line", "text", "tspan", "rect", "defs", "clipPath"}
    for chart in every_chart():
        for element in ElementTree.fromstring(chart.svg).iter():
            assert element.tag.rpartition("}")[2] in allowed
            assert not {"style", "class", "href"} & set(element.attrib)
            assert not [name for name in element.attrib if name.startswith("on")]


def test_every_chart_shows_hostile_names_as_text():
    for chart in every_chart(title=HOSTILE, label=HOSTILE):
        root = ElementTree.fromstring(chart.svg)
        assert root[0].text == HOSTILE
        assert "<script" not in chart.svg
        assert "" not in [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ud97f", "\uffff"])
def test_every_chart_leaves_out_characters_that_would_stop_the_renderer(character):
    for chart in every_chart(title=f"a{character}b", label=f"x{character}y"):
        texts = [element.text for element in ElementTree.fromstring(chart.svg).iter() if element.text]
        assert texts[0] == "ab"
        assert character not in "".join(texts)


def test_every_chart_twice_gives_the_same_bytes_even_when_drawn_afresh(settings, tmp_path):
    first = [chart.svg for chart in every_chart()]
    settings.VAR_DIR = tmp_path
    assert [chart.svg for chart in reversed(list(every_chart()))] == first[::-1]
    assert len(list((tmp_path / "charts").iterdir())) == len(first)


def test_every_chart_has_ids_of_its_own():
    ids = [re.findall(r' id="([^"]+)"', chart.svg) for chart in every_chart()]
    every = list(itertools.chain(*ids))
    assert len(every) == len(set(every))
    for chart, own in zip(every_chart(), ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", chart.svg)) <= set(own)


def test_draw_same_content_is_drawn_once(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    spec = {"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}}
    first = charts.draw(spec)
    monkeypatch.setattr("gpa_programme.core.charts.drawing._renderer", lambda: pytest.fail("drawn twice"))
    assert charts.draw(json.loads(json.dumps(spec))) == first


def test_draw_reaches_for_no_address(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    spec = {"data": {"url": "http://127.0.0.1:9/x.json"}, "mark": "point"}
    with pytest.raises(ValueError, match=r"(?i)url|load|data"):
        charts.draw(spec)


def test_bars_table_has_every_row_in_order():
    chart = charts.bars("t", "d", [Bar("Leeds", 3), Bar("York", None), Bar("Hull", 12345)], unit="people")
    assert chart.table.columns == ("Name", "People")
    assert chart.table.rows == (("Leeds", "3"), ("York", "no figure"), ("Hull", "12,345"))


def test_bars_suppressed_cell_says_hidden_and_gives_the_reason_in_the_table():
    chart = charts.bars("t", "d", [charts.bar_of("Leeds", Suppressed("fewer than 10 answered"))], unit="percent")
    assert ">hidden<" in chart.svg
    assert chart.table.rows == (("Leeds", "fewer than 10 answered"),)


def test_bars_two_rows_of_one_name_stay_two():
    chart = charts.bars("t", "d", [Bar("The Surgery", 3), Bar("The Surgery", 4)], unit="people")
    assert chart.svg.count(">The Surgery<") == 2


def test_grouped_bars_row_of_other_length_raises():
    with pytest.raises(ValueError, match="one value for each"):
        charts.grouped_bars("t", "d", ["a", "b"], [("x", (1,))], unit="people")


def test_likert_bars_table_has_every_option_and_how_many_answered():
    chart = charts.likert_bars("t", "d", OPTIONS, [("Q1", answers(10, 20, 30, 20, 20)), ("Q2", answers(0, 0, 0, 0, 3))])
    assert chart.table.columns == ("Question", *OPTIONS, "Answered")
    assert chart.table.rows == (
        ("Q1", "10%", "20%", "30%", "20%", "20%", "about 100"),
        ("Q2", "*", "*", "*", "*", "*", "fewer than 10 answered"),
    )


def test_likert_bars_scale_of_seven_raises():
    with pytest.raises(ValueError, match="2 to 5 options"):
        charts.likert_bars("t", "d", list("abcdefg"), [])


@pytest.mark.parametrize(
    ("count", "reading"),
    [
        (5, "Fewer than 6 points: too few to read a change from."),
        (12, "Run chart with median 11. No sign of change."),
        (14, "XmR chart with mean 11 and limits 5.7 to 16.3. Usual variation only."),
    ],
)
def test_run_chart_description_reads_by_the_ladder(count, reading):
    chart = charts.run_chart(
        "t", "Weeks.", points(([10, 12] * 7)[:count]), unit="days", direction="lower", cumulative=False
    )
    assert chart.description == f"Weeks. {reading}"


@pytest.mark.parametrize(
    ("direction", "word"), [("higher", "improvement"), ("lower", "concern"), ("neither", "change")]
)
def test_run_chart_special_cause_is_named_by_direction(direction, word):
    series = points([10, 12] * 10 + [40])
    chart = charts.run_chart("t", "d", series, unit="days", direction=direction, cumulative=False)
    assert f">{word}<" in chart.svg
    assert chart.table.rows[-1] == ("20 ", "40", "40", "outside the limits")


def test_run_chart_cumulative_series_raises():
    with pytest.raises(CumulativeSeriesError):
        charts.run_chart("t", "d", points([1, 2]), unit="days", direction="lower", cumulative=True)


def test_run_chart_gap_and_small_denominator_are_said():
    series = [Point("Apr", 3, 40), Point("May", None, 40), Point("Jun", 9, 9)]
    chart = charts.run_chart("t", "d", series, unit="days", direction="lower", cumulative=False)
    assert [row[-1] for row in chart.table.rows] == ["-", "gap", "fewer than 10 counted"]


def test_funnel_numbers_units_in_order_and_places_them():
    chart = charts.funnel("t", "d", [Unit("Leeds", 50, 100), Unit("York", 90, 100), Unit("Hull", 0, 0)])
    assert chart.table.rows == (
        ("1", "Leeds", "50%", "100", "outside 99.8% of chance"),
        ("2", "York", "90%", "100", "outside 99.8% of chance"),
        ("3", "Hull", "no figure", "0", "nothing to compare"),
    )
    assert chart.description == "d All together 70%."


def test_funnel_units_in_one_place_share_a_point():
    chart = charts.funnel("t", "d", [Unit("Leeds", 10, 20), Unit("York", 10, 20), Unit("Hull", 12, 20)])
    assert ">1, 2<" in chart.svg


def test_funnel_without_any_denominator_raises():
    with pytest.raises(ValueError, match="share of"):
        charts.funnel("t", "d", [Unit("Leeds", 0, 0)])


def test_region_map_table_is_alphabetical_with_reasons():
    chart = charts.region_map("t", "d", {"Y62": 48, "Y56": Suppressed("too few")}, SQUARES, unit="percent")
    assert chart.table.rows == (("East", "no figure"), ("London", "too few"), ("North West", "48%"))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (62, "percent", "62%"),
        (12.34, "percent", "12.3%"),
        (123456, "pence", "£1,234.56"),
        (4.5, "days", "4.5"),
        (1e4, "people", "10,000"),
    ],
)
def test_format_value(value, unit, text):
    assert charts.format_value(value, unit) == text


@pytest.mark.browser
def test_every_chart_in_a_browser_under_a_strict_policy_has_no_violation(tmp_path):
    from playwright.sync_api import sync_playwright

    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    body = "".join(chart.svg for chart in every_chart(label=HOSTILE))
    page_file = Path(tmp_path) / "charts.html"
    page_file.write_text(
        f"<!doctype html><html><head><meta charset=utf-8>{policy}</head><body>{body}</body></html>", "utf-8"
    )
    said = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path())
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.on("console", lambda message: said.append(message.text))
        page.goto(page_file.as_uri())
        widths = page.eval_on_selector_all("svg", "all => all.map(svg => svg.getBoundingClientRect().width)")
        browser.close()
    assert said == []
    assert all(0 < width <= 360 for width in widths)
