"""Template tags of the interface: NHS.UK components, statuses, paging, form fields and error summaries."""

import re
from collections.abc import Iterable
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gpa_programme.core import form_fields
from gpa_programme.core import nhsuk as components
from gpa_programme.core.charts import Chart
from gpa_programme.core.jinja import querystring

register = template.Library()

_FIGURE = re.compile(r"[−–-]|[−-]?£?[\d,]+(\.\d+)?%?")


@register.simple_tag(name="nhsuk")
def nhsuk(component: str, **params: Any) -> SafeString:
    """One NHS.UK component: {% nhsuk "button" text="Save" %}."""
    return components.render_component(component, params)


@register.simple_block_tag(name="nhsuk_block", end_name="end_nhsuk_block")
def nhsuk_block(content: SafeString, component: str, **params: Any) -> SafeString:
    """A component around template content: {% nhsuk_block "card" heading="Hub" %}…{% end_nhsuk_block %}."""
    return components.render_block(component, params, content)


@register.simple_tag
def status(member: Any) -> SafeString:
    """The tag of an enum member that has a label and a colour."""
    return components.status_tag(member)


@register.simple_block_tag(name="summary_row", end_name="end_summary_row")
def summary_row(content: SafeString, key: str, change: str = "", action: str = "Change") -> SafeString:
    """A row of a summary list, with a link to change it when `change` is an address."""
    link: str = ""
    if change:
        link = format_html(
            '<dd class="nhsuk-summary-list__actions"><a href="{}">{}'
            '<span class="nhsuk-u-visually-hidden"> {}</span></a></dd>',
            change,
            action,
            key[:1].lower() + key[1:],
        )
    return format_html(
        '<div class="nhsuk-summary-list__row{}"><dt class="nhsuk-summary-list__key">{}</dt>'
        '<dd class="nhsuk-summary-list__value">{}</dd>{}</div>',
        "" if change else " nhsuk-summary-list__row--no-actions",
        key,
        SafeString(content.strip()),  # a rendered template block
        link,
    )


@register.simple_tag(takes_context=True)
def pagination_nav(context: Context, page: Page[Any], parameter: str = "page", label: str = "") -> SafeString:
    """Numbered paging of a Django page object; nothing when there is only one page."""
    if page.paginator.num_pages < 2:
        return SafeString("")
    query = context["request"].GET

    def address(number: int) -> str:
        return querystring(query, **{parameter: number})

    items = [
        {"number": number, "href": address(number), "current": number == page.number}
        if isinstance(number, int)
        else {"ellipsis": True}
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    params: dict[str, Any] = {"items": items, "aria_label": f"Pages: {label}" if label else "Pages"}
    if page.has_previous():
        params["previous"] = {"href": address(page.previous_page_number())}
    if page.has_next():
        params["next"] = {"href": address(page.next_page_number())}
    return components.render_component("pagination", params)


@register.filter
def table_of(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> dict[str, Any]:
    """Heads and rows with what lines up on the right: the columns whose values are all figures."""
    held = [list(row) for row in rows]
    numeric = [
        index > 0 and all(_FIGURE.fullmatch(str(row[index]).strip()) for row in held) for index, _ in enumerate(columns)
    ]
    return {
        "heads": [{"label": label, "numeric": right} for label, right in zip(columns, numeric, strict=True)],
        "rows": [
            [{"value": value, "numeric": right} for value, right in zip(row, numeric, strict=True)] for row in held
        ],
    }


@register.simple_tag
def chart_picture(chart: Chart) -> SafeString:
    """The SVG of a chart of core.charts: drawn by the library, its texts escaped there."""
    return SafeString(chart.svg)


@register.simple_tag
def nhsuk_field(field: BoundField, mark_optional: bool = True) -> SafeString:
    """One form field with its label, hint and error, as the NHS.UK component for its widget."""
    return form_fields.render_field(field, mark_optional=mark_optional)


@register.simple_tag
def error_summary(form: BaseForm | BaseFormSet, heading: str = form_fields.NOTHING_SAVED) -> SafeString:
    """The error summary of a bound form or formset; nothing when it is valid or was shown already."""
    return form_fields.render_error_summary(form, heading)


@register.simple_tag(takes_context=True)
def page_error_summary(context: Context, heading: str = form_fields.NOTHING_SAVED) -> SafeString:
    """The error summary of whatever `form` or `formset` the page holds: base.html prints it above the h1."""
    form = _form_of(context)
    return form_fields.render_error_summary(form, heading) if form is not None else SafeString("")


@register.simple_tag(takes_context=True)
def page_title_error(context: Context) -> SafeString:
    """“Error: ” before the title of a page with a wrong form or a `refusal`: a screen reader says the title first."""
    form = _form_of(context)
    wrong = form is not None and form.is_bound and not form.is_valid()
    return SafeString("Error: " if wrong or context.get("refusal") else "")


def _form_of(context: Context) -> BaseForm | BaseFormSet | None:
    """The form or formset that the page is about."""
    for name in ("formset", "form"):
        candidate = context.get(name)
        if isinstance(candidate, (BaseForm, BaseFormSet)):
            return candidate
    return None


@register.simple_tag(takes_context=True)
def jinja(context: Context, name: str, **variables: Any) -> SafeString:
    """A template of templates/jinja with exactly the variables given, and the request."""
    rendered = get_template(name, using="jinja2").render(variables, context.get("request"))
    return SafeString(rendered)


@register.simple_tag
def totp_picture(svg: str) -> SafeString:
    """The QR code that allauth draws for an authenticator app, as inline markup: the content policy has no data:."""
    return SafeString(svg[svg.index("<svg") :])  # drawn by the library from numbers alone
