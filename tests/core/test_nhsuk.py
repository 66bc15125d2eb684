"""The component door: published examples, refused parameters, statuses and blocks."""

import json
import re
from pathlib import Path

import pytest
from django.db.models import TextChoices
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import SafeString

from gpa_programme.core import nhsuk
from gpa_programme.core.nhsuk import ComponentError, render_block, render_component, status_tag

FIXTURES = json.loads(Path(__file__).with_name("nhsuk_fixtures.json").read_text(encoding="utf-8"))
EXAMPLES = [(component, example) for component, examples in FIXTURES.items() for example in examples]


class Sample(TextChoices):
    OPEN = "open", "Open"

    @property
    def colour(self):
        return "blue"


def trusted(value, key=""):
    """The example's own markup, marked as safe where the component takes markup."""
    if isinstance(value, dict):
        return {name: trusted(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [trusted(item, key) for item in value]
    if isinstance(value, str) and (key == "html" or key.endswith("Html")):
        return SafeString(value)
    return value


def flat(html):
    """Markup without the spaces that no browser shows."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html)).strip()


def rendered(source, **context):
    return Template("{% load nhsuk %}" + source).render(Context(context))


@pytest.mark.parametrize(("component", "example"), EXAMPLES, ids=[f"{name}: {x['name']}" for name, x in EXAMPLES])
def test_component_matches_its_published_example(component, example):
    params = trusted(example["params"])

    if "block" in example:
        html = render_block(component, params, SafeString(example["block"]))
    else:
        html = render_component(component, params)

    assert flat(html) == flat(example["html"])


def test_every_component_of_the_package_is_known():
    assert set(nhsuk.parameters()) == set(FIXTURES)


@pytest.mark.parametrize(
    ("component", "params", "complaint"),
    [
        ("marquee", {"text": "x"}, "There is no NHS.UK component 'marquee'"),
        ("button", {"text": "Save", "txt": "x"}, "The component 'button' has no parameter txt"),
        ("inset-text", {"html": "<b>x</b>"}, "inset-text.html is not safe text; give it as text"),
        (
            "details",
            {"summary": {"html": "<b>x</b>"}, "text": "x"},
            "details.summary.html is not safe text; give it as text",
        ),
        ("button", {"text": "x", "attributes": " onclick=alert(1)"}, "button.attributes must be a mapping"),
        (
            "button",
            {"text": "x", "attributes": {"onclick": "alert(1)"}},
            "button.attributes.onclick would be an inline script or style, which the content policy refuses",
        ),
        (
            "back-link",
            {"text": "x", "href": "java\nscript:alert(1)"},
            "back-link.href has an address with the scheme 'javascript'",
        ),
    ],
)
def test_component_refuses_what_cannot_be_right(component, params, complaint):
    with pytest.raises(ComponentError) as refusal:
        render_component(component, params)

    assert str(refusal.value) == complaint


@pytest.mark.parametrize("text", ["<script>x</script>", SafeString("<script>x</script>")])
def test_text_is_text_even_when_marked_safe(text):
    html = render_component("tag", {"text": text})

    assert flat(html) == '<strong class="nhsuk-tag">&lt;script&gt;x&lt;/script&gt;</strong>'


def test_literal_heading_is_shown_once():
    html = rendered('{% nhsuk_block "warning-callout" heading="Before you submit" %}<p>Check.</p>{% end_nhsuk_block %}')

    assert html.count("Before you submit") == 1


def test_number_zero_is_shown():
    html = render_component("inset-text", {"text": 0})

    assert "0" in re.sub(r"<[^>]*>", "", html)


def test_snake_case_and_none_are_understood():
    html = render_component("button", {"text": "Save", "prevent_double_click": True, "name": None})

    assert 'data-prevent-double-click="true"' in html
    assert "name=" not in html


def test_block_leaves_the_lines_of_a_textarea_alone():
    inside = SafeString("<textarea>first\nsecond\n  third</textarea>")

    html = render_block("card", {"heading": "Note"}, inside)

    assert inside in html


def test_status_shows_word_and_colour_of_the_member():
    assert flat(rendered("{% status member %}", member=Sample.OPEN)) == (
        '<strong class="nhsuk-tag nhsuk-tag--blue">Open</strong>'
    )


def test_status_of_a_bare_string_is_refused():
    with pytest.raises(ComponentError) as refusal:
        status_tag("open")

    assert str(refusal.value) == "A status is an enum member with label and colour, not 'open'"


def test_summary_row_names_what_is_changed():
    html = rendered('{% summary_row "Start date" change="/x/" %}1 October{% end_summary_row %}')

    assert '<a href="/x/">Change<span class="nhsuk-u-visually-hidden"> start date</span></a>' in html


@pytest.mark.parametrize(
    ("pages", "page", "links"), [(1, 1, []), (3, 2, ["?q=a&page=1", "?q=a&page=2", "?q=a&page=3"])]
)
def test_pagination_keeps_the_rest_of_the_address(pages, page, links):
    from django.core.paginator import Paginator

    request = RequestFactory().get("/", {"q": "a", "page": page})
    page_object = Paginator(range(pages * 10), 10).page(page)

    html = rendered("{% pagination_nav page %}", request=request, page=page_object)

    assert re.findall(r'class="nhsuk-pagination__link" href="([^"]*)"', html.replace("&amp;", "&")) == links


def test_figures_of_a_small_table_line_up():
    html = rendered(
        '{% include "components/data_table.html" with caption="Places" columns=columns rows=rows only %}',
        columns=["Region", "Filled", "Note"],
        rows=[["London", 38, "ok"], ["Midlands", "1,040", "full"], ["South West", "–", ""]],
    )

    heads = re.findall(r'<th class="nhsuk-table__header( nhsuk-table__header--numeric)?" scope="col">(\w+)', html)
    assert heads == [("", "Region"), (" nhsuk-table__header--numeric", "Filled"), ("", "Note")]
