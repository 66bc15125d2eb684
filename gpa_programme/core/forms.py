"""The forms of the house: everything of django.forms, with our base form, date field, buttons and helper."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import BaseInput, ButtonHolder, Div, Layout, LayoutObject
from django import forms as django_forms
from django.forms import (
    BaseFormSet,
    BooleanField,
    CharField,
    CheckboxInput,
    ChoiceField,
    ClearableFileInput,
    DateTimeField,
    DecimalField,
    EmailField,
    EmailInput,
    FileField,
    FileInput,
    FloatField,
    HiddenInput,
    IntegerField,
    ModelChoiceField,
    ModelMultipleChoiceField,
    MultipleChoiceField,
    MultipleHiddenInput,
    NumberInput,
    PasswordInput,
    Select,
    SelectMultiple,
    SlugField,
    Textarea,
    TextInput,
    TypedChoiceField,
    TypedMultipleChoiceField,
    URLField,
    UUIDField,
    ValidationError,
    formset_factory,
    modelformset_factory,
)
from django.forms.utils import pretty_name
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gpa_programme.core.errors import DomainError

__all__ = [
    "BaseFormSet",
    "BooleanField",
    "Buttons",
    "CharField",
    "CheckboxInput",
    "CheckboxSelectMultiple",
    "ChoiceField",
    "ClearableFileInput",
    "DateField",
    "DateInput",
    "DateTimeField",
    "DecimalField",
    "Div",
    "EmailField",
    "EmailInput",
    "Fieldset",
    "FileField",
    "FileInput",
    "FloatField",
    "Form",
    "HiddenInput",
    "IntegerField",
    "Layout",
    "ModelChoiceField",
    "ModelForm",
    "ModelMultipleChoiceField",
    "MultipleChoiceField",
    "MultipleHiddenInput",
    "NhsFormHelper",
    "NumberInput",
    "PasswordInput",
    "RadioSelect",
    "Select",
    "SelectMultiple",
    "SlugField",
    "Submit",
    "TextInput",
    "Textarea",
    "TypedChoiceField",
    "TypedDate",
    "TypedMultipleChoiceField",
    "URLField",
    "UUIDField",
    "ValidationError",
    "formset_factory",
    "house_helper",
    "modelformset_factory",
    "show_refusal",
]

REQUIRED = django_forms.Field.default_error_messages["required"]
REAL_DATE = "%(label)s must be a real date, for example 27 3 2026"
_PARTS = ("day", "month", "year")


class TypedDate(str):
    """A date as it was typed: the three boxes are kept so that nothing typed is lost."""

    __slots__ = ("parts",)
    parts: dict[str, str]

    @classmethod
    def of(cls, parts: Mapping[str, str]) -> "TypedDate":
        """The ISO form when the boxes make a date, otherwise the boxes joined, which no date parser accepts."""
        try:
            day, month, year = (int(parts[name]) for name in _PARTS)
            text = date(year, month, day).isoformat() if year > 999 else "unreadable"
        except ValueError:
            text = "unreadable"
        typed = cls(text)
        typed.parts = dict(parts)
        return typed

    @property
    def missing(self) -> list[str]:
        """The boxes left empty, in order."""
        return [name for name in _PARTS if not self.parts[name]]


class DateInput(django_forms.MultiWidget):
    """Three boxes: day, month, year, named `start_day`, `start_month`, `start_year`."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({name: django_forms.TextInput() for name in _PARTS}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """What each box shows for a stored date or for what was typed."""
        if isinstance(value, TypedDate):
            return [value.parts[name] for name in _PARTS]
        if isinstance(value, date):
            return [value.day, value.month, value.year]
        if value:
            return self.decompress(date.fromisoformat(str(value)))
        return ["", "", ""]

    def value_from_datadict(  # type: ignore[override]  # one date, not a list of parts
        self, data: Any, files: Any, name: str
    ) -> TypedDate | None:
        parts = {part: str(data.get(f"{name}_{part}") or "").strip() for part in _PARTS}
        if not any(parts.values()) and data.get(name):  # an ISO date in an address
            year, month, day = [*str(data[name]).split("-"), "", "", ""][:3]
            parts = {"day": day, "month": month, "year": year}
        return TypedDate.of(parts) if any(parts.values()) else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and all(f"{name}_{part}" not in data for part in _PARTS)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_day" if id_ else id_


class DateField(django_forms.DateField):
    """A date asked for in three boxes; the error says which box is missing."""

    widget = DateInput

    def to_python(self, value: Any) -> date | None:
        label = self.label or "The date"
        if isinstance(value, TypedDate) and value.missing:
            raise ValidationError(
                "%(label)s must include a %(missing)s",
                code="incomplete",
                params={"label": label, "missing": " and ".join(value.missing)},
            )
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(REAL_DATE, code="invalid", params={"label": label}) from error


class RadioSelect(django_forms.RadioSelect):
    """Radios, each with an optional line of explanation: RadioSelect(hints={value: text})."""

    def __init__(self, attrs: Any = None, choices: Any = (), hints: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})


class CheckboxSelectMultiple(django_forms.CheckboxSelectMultiple):
    """Checkboxes, each with an optional line of explanation."""

    def __init__(self, attrs: Any = None, choices: Any = (), hints: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})


class Submit(BaseInput):
    """A submit button. Its text is text: crispy's own compiles it as a template."""

    input_type = "submit"

    def __init__(self, name: str = "", value: str = "", *, text: str, variant: str | None = None) -> None:
        super().__init__(name, value)
        self.text, self.variant = text, variant

    def render(self, form: Any, context: Any, template_pack: Any = "nhsuk", **kwargs: Any) -> SafeString:
        return render_to_string("nhsuk/layout/baseinput.html", {"input": self})


class Buttons(ButtonHolder):
    """A row of buttons, the main one first."""


class Fieldset(LayoutObject):
    """Fields under one legend. The legend is text: crispy's own compiles it as a template."""

    def __init__(self, legend: str, *fields: Any) -> None:
        self.legend, self.fields = legend, list(fields)

    def render(self, form: Any, context: Any, template_pack: Any = "nhsuk", **kwargs: Any) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string("nhsuk/layout/fieldset.html", {"legend": self.legend, "fields": fields})


class NhsFormHelper(FormHelper):
    """Crispy's helper without browser validation: the error summary speaks instead."""

    def __init__(self, form: Any = None) -> None:
        super().__init__(form)
        self.attrs = {"novalidate": True}


def house_helper(form: Any, submit: str | None = "Save", *, method: str = "post") -> NhsFormHelper:
    """A helper with every field in order and one button; `submit=None` when the layout brings its own."""
    helper = NhsFormHelper(form)
    helper.form_method = method
    if submit:
        helper.add_input(Submit(text=submit))
    return helper


class _HouseForm:
    """What our forms share: a helper, date boxes, and error messages that say what to do."""

    submit: str | None = "Save"
    use_required_attribute = False
    fields: dict[str, django_forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.label is None:
                field.label = pretty_name(name)
            if type(field.widget) is django_forms.DateInput:
                field.widget = DateInput()
                field.error_messages["invalid"] = REAL_DATE % {"label": field.label}
            if field.error_messages.get("required") == REQUIRED:
                field.error_messages["required"] = ask_for(field, str(field.label))
        self.helper = house_helper(self, self.submit)

    def full_clean(self) -> None:
        """Check, with our words for what is too long or too large: a form may have gained fields since it was made."""
        for field in self.fields.values():
            for code, words in limits(str(field.label or "This")).items():
                field.error_messages.setdefault(code, words)
        super().full_clean()  # type: ignore[misc]  # of the form that this is mixed into


def limits(label: str) -> dict[str, str]:
    """What a field says by code of what is too long, too large or too small: its limit, and what was typed."""
    subject = f"Your answer to “{label}”" if label.endswith("?") else label
    subject = subject.replace("%", "%%")
    return {
        "max_length": f"{subject} must be %(limit_value)s characters or fewer: you typed %(show_value)s",
        "min_length": f"{subject} must be at least %(limit_value)s characters: you typed %(show_value)s",
        "max_value": f"{subject} must be %(limit_value)s or less",
        "min_value": f"{subject} must be %(limit_value)s or more",
        "max_digits": f"{subject} must have %(max)s digits or fewer",
        "max_decimal_places": f"{subject} can have %(max)s decimal places at most",
        "max_whole_digits": f"{subject} must have %(max)s digits or fewer before the decimal point",
    }


def ask_for(field: django_forms.Field, label: str) -> str:
    """What an empty required field asks for, in words that fit its kind."""
    if isinstance(field, BooleanField):
        return f"Tick the box to confirm: {label}"
    if label.endswith("?"):
        return f"Answer the question: {label}"
    asked = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    if isinstance(field, FileField):
        return f"Choose a file: {asked}"
    chosen = isinstance(field.widget, django_forms.widgets.ChoiceWidget)
    return f"{'Select' if chosen else 'Enter'} {asked}"


class Form(_HouseForm, django_forms.Form):
    """A form in the house style."""


class ModelForm(_HouseForm, django_forms.ModelForm):
    """A form on a model in the house style."""


def show_refusal(form: django_forms.BaseForm, error: DomainError) -> None:
    """Put what an action refused into the form's errors: at its field when the form has it, else at the top."""
    form.add_error(error.field if error.field in form.fields else None, error.message)
