"""Which NHS.UK component shows which form field, with its label, hint and error."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.utils.safestring import SafeData, SafeString

from gpa_programme.core import forms, nhsuk

NOTHING_SAVED = "There is a problem: nothing was saved"
_OWN_ATTRIBUTES = frozenset(
    {
        "id",
        "name",
        "type",
        "class",
        "maxlength",
        "minlength",
        "rows",
        "cols",
        "required",
        "autocomplete",
        "width",
        "placeholder",
    }
)
_NUMBER_WIDTH = 5


def render_field(field: BoundField, *, mark_optional: bool = True) -> SafeString:
    """One field with its label, hint and error. Labels, choices and errors are text, whatever they hold.

    An optional field says so after its label, unless every field is (a filter) or the form names it in `needed_later`:
    a draft is saved without it, but not sent.
    """
    widget = field.field.widget
    if widget.is_hidden:
        return field.as_hidden()
    needed = field.field.required or field.name in getattr(field.form, "needed_later", ())
    marked = mark_optional and not needed and not isinstance(widget, django_forms.CheckboxInput)
    label = _plain(field.label) + (" (optional)" if marked else "")
    build = next(build for kind, build in _BUILDERS if isinstance(widget, kind))
    return build(field, label)


def render_error_summary(form: BaseForm | BaseFormSet, heading: str = NOTHING_SAVED) -> SafeString:
    """Every error of a bound form or formset, each with a link to its field; nothing the second time."""
    if not form.is_bound or getattr(form, "error_summary_shown", False):
        return SafeString("")
    items = _formset_errors(form) if isinstance(form, BaseFormSet) else _form_errors(form)
    if not items:
        return SafeString("")
    form.error_summary_shown = True  # type: ignore[union-attr]
    return nhsuk.render_component("error-summary", {"heading": heading, "errorList": items})


def _form_errors(form: BaseForm) -> list[dict[str, str]]:
    items = [{"text": _plain(error)} for error in form.non_field_errors()]
    for field in form:
        for text in _errors(field):
            item = {"text": text}
            if not field.is_hidden:
                item["href"] = f"#{_target(field)}"
            items.append(item)
    return items


def _formset_errors(formset: BaseFormSet) -> list[dict[str, str]]:
    items = [{"text": _plain(error)} for error in formset.non_form_errors()]
    for form in formset.forms:
        items.extend(_form_errors(form))
    return items


def _target(field: BoundField) -> str:
    """The id that an error links to: the first box of a date that is wrong, else the first control."""
    if isinstance(field.field.widget, forms.DateInput):
        return f"{field.auto_id}_{_wrong_boxes(field)[0]}"
    return str(field.auto_id)


def _wrong_boxes(field: BoundField) -> list[str]:
    typed = field.value()
    return typed.missing if isinstance(typed, forms.TypedDate) and typed.missing else ["day", "month", "year"]


def _plain(text: Any) -> str:
    """Text without any mark of being safe: joining characters always makes an ordinary string."""
    return "".join(str(text))


def _common(field: BoundField) -> dict[str, Any]:
    params: dict[str, Any] = {"name": field.html_name, "id": field.auto_id, "errorMessage": _error(field)}
    if field.help_text:
        safe = isinstance(field.help_text, SafeData)  # Django's own lists of password rules
        params["hint"] = {"html": field.help_text} if safe else {"text": _plain(field.help_text)}
    if classes := field.field.widget.attrs.get("class"):
        params["classes"] = classes
    kept = {key: value for key, value in field.field.widget.attrs.items() if key not in _OWN_ATTRIBUTES}
    if attributes := {key: "" if value is True else value for key, value in kept.items() if value is not False}:
        params["attributes"] = attributes
    if field.field.disabled:
        params["disabled"] = True
    return params


def _error(field: BoundField) -> dict[str, str] | None:
    return {"text": " ".join(_errors(field))} if field.errors else None


def _errors(field: BoundField) -> list[str]:
    """The messages at a field; Django's bare "This field is required" becomes what is asked for."""
    asked = forms.ask_for(field.field, _plain(field.label))
    return [asked if str(error) == str(forms.REQUIRED) else _plain(error) for error in field.errors]


def _labelled(field: BoundField, label: str) -> dict[str, Any]:
    return {**_common(field), "label": {"text": label, "size": "s"}}


def _legended(field: BoundField, label: str) -> dict[str, Any]:
    params = _common(field)
    params["idPrefix"] = params.pop("id")
    params.pop("disabled", None)
    return {**params, "fieldset": {"legend": {"text": label, "size": "s"}}}


def _value(field: BoundField) -> str:
    shown = field.field.widget.format_value(field.value())
    return "" if shown is None else _plain(shown)


def _input(field: BoundField, label: str) -> SafeString:
    widget = field.field.widget
    kind = widget.input_type
    params = {**_labelled(field, label), "value": _value(field), "type": kind}
    if autocomplete := widget.attrs.get("autocomplete"):
        params["autocomplete"] = autocomplete
    if kind == "number":
        whole = isinstance(field.field, django_forms.IntegerField)
        params.update(type="text", inputmode="numeric" if whole else "decimal", width=_NUMBER_WIDTH)
        for bound in ("min", "max", "step"):
            params.get("attributes", {}).pop(bound, None)
    if kind in {"email", "url"}:
        params.update(spellcheck=False)
    if width := widget.attrs.get("width"):
        params["width"] = width
    if kind == "password":
        params.pop("type")
        params.pop("value")
        return nhsuk.render_component("password-input", params)
    return nhsuk.render_component("search-input" if kind == "search" else "input", params)


def _textarea(field: BoundField, label: str) -> SafeString:
    params = {**_labelled(field, label), "value": _value(field), "rows": field.field.widget.attrs.get("rows", 5)}
    if params["rows"] in {10, "10"}:  # Django's default, too tall for most questions
        params["rows"] = 5
    longest = getattr(field.field, "max_length", None)
    if longest:
        return nhsuk.render_component("character-count", {**params, "maxlength": longest})
    return nhsuk.render_component("textarea", params)


def _options(field: BoundField) -> list[tuple[Any, list[dict[str, Any]], int]]:
    context = field.field.widget.get_context(field.html_name, field.value(), {"id": field.auto_id})
    return context["widget"]["optgroups"]


def _items(field: BoundField) -> list[dict[str, Any]]:
    hints = {str(value): text for value, text in getattr(field.field.widget, "hints", {}).items()}
    items = []
    for _group, options, _index in _options(field):
        for option in options:
            value = _plain(option["value"])
            if value == "" and field.field.required:
                continue
            text = "None of these" if value == "" and set(_plain(option["label"])) == {"-"} else option["label"]
            item = {"value": value, "text": _plain(text), "checked": bool(option["selected"])}
            if value in hints:
                item["hint"] = {"text": hints[value]}
            if option["attrs"].get("disabled") or field.field.disabled:
                item["disabled"] = True
            items.append(item)
    return items


def _radios(field: BoundField, label: str) -> SafeString:
    return nhsuk.render_component("radios", {**_legended(field, label), "items": _items(field)})


def _checkboxes(field: BoundField, label: str) -> SafeString:
    return nhsuk.render_component("checkboxes", {**_legended(field, label), "items": _items(field)})


def _one_checkbox(field: BoundField, label: str) -> SafeString:
    params = _common(field)
    item = {"value": "on", "text": label, "checked": bool(field.value())}
    if hint := params.pop("hint", None):
        item["hint"] = hint
    if params.pop("disabled", False):
        item["disabled"] = True
    params["idPrefix"] = params.pop("id")
    return nhsuk.render_component("checkboxes", {**params, "items": [item]})


def _select(field: BoundField, label: str) -> SafeString:
    groups = _options(field)
    if any(group for group, _options_of, _index in groups):
        return _other(field, label)
    items = []
    for _group, options, _index in groups:
        for option in options:
            text = _plain(option["label"])
            dashes = text and set(text) == {"-"}
            items.append(
                {
                    "value": _plain("" if option["value"] is None else option["value"]),
                    "text": "Select an option" if dashes else text,
                    "selected": bool(option["selected"]),
                }
            )
    return nhsuk.render_component("select", {**_labelled(field, label), "items": items})


def _date(field: BoundField, label: str) -> SafeString:
    params = _common(field)
    disabled = params.pop("disabled", False)
    params.pop("name")
    wrong = _wrong_boxes(field) if field.errors else []
    shown = field.field.widget.decompress(field.value())
    items = [
        {
            "id": f"{field.auto_id}_{part}",
            "name": f"{field.html_name}_{part}",
            "label": part.capitalize(),
            "value": _plain(value),
            "width": 4 if part == "year" else 2,
            "error": part in wrong,
            **({"disabled": True} if disabled else {}),
        }
        for part, value in zip(("day", "month", "year"), shown, strict=True)
    ]
    legend = {"legend": {"text": label, "size": "s"}}
    return nhsuk.render_component("date-input", {**params, "items": items, "fieldset": legend})


def _file(field: BoundField, label: str) -> SafeString:
    params = _labelled(field, label)
    if getattr(field.field.widget, "allow_multiple_selected", False) or "multiple" in field.field.widget.attrs:
        params["multiple"] = True
        params.get("attributes", {}).pop("multiple", None)
    return nhsuk.render_component("file-upload", params)


def _other(field: BoundField, label: str) -> SafeString:
    """A widget that NHS.UK has no component for (grouped choices, ranges): Django's markup in a form group."""
    html = field.as_widget(attrs={"class": "nhsuk-select" if hasattr(field.field.widget, "choices") else "nhsuk-input"})
    context = {"field": field, "label": label, "error": _error(field), "control": SafeString(html)}
    return SafeString(render_to_string("nhsuk/other_field.html", context))


# A subclass stands before its parent: CheckboxSelectMultiple is a RadioSelect.
_BUILDERS: tuple[tuple[type, Callable[[BoundField, str], SafeString]], ...] = (
    (django_forms.CheckboxSelectMultiple, _checkboxes),
    (django_forms.RadioSelect, _radios),
    (django_forms.SelectMultiple, _checkboxes),
    (django_forms.Select, _select),
    (django_forms.CheckboxInput, _one_checkbox),
    (django_forms.Textarea, _textarea),
    (forms.DateInput, _date),
    (django_forms.FileInput, _file),
    (django_forms.MultiWidget, _other),
    (django_forms.widgets.Input, _input),
    (django_forms.Widget, _other),
)
