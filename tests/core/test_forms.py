"""The form pack: which component shows which field, what errors say, and that nothing typed is lost."""

from datetime import date
from html import unescape

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile

from gpa_programme.core import forms
from gpa_programme.core.errors import DomainError
from gpa_programme.core.form_fields import render_field
from tests.markup import Page


class Everything(forms.Form):
    name = forms.CharField(max_length=150, help_text="As on the certificate")
    email = forms.EmailField()
    ods_code = forms.CharField(label="ODS code")
    start = forms.DateField(label="Start date")
    kind = forms.ChoiceField(
        label="What kind of mentor?",
        choices=[("gp", "GP mentor"), ("cover", "Cover")],
        widget=forms.RadioSelect(hints={"cover": "While the mentor is away"}),
    )
    skills = forms.MultipleChoiceField(choices=[("a", "Letters"), ("b", "Bloods")], widget=forms.CheckboxSelectMultiple)
    hours = forms.IntegerField()
    region = forms.ChoiceField(choices=[("", "---------"), ("nw", "North West")])
    story = forms.CharField(max_length=50, widget=forms.Textarea)
    file = forms.FileField()
    note = forms.CharField(required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="I agree")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


VALID = {
    "name": "Ada Moss",
    "email": "ada@practice.example",
    "ods_code": "P81001",
    "start_day": "1",
    "start_month": "10",
    "start_year": "2019",
    "kind": "gp",
    "skills": ["a", "b"],
    "hours": "8",
    "region": "nw",
    "story": "first\nsecond",
    "agreed": "on",
}


def upload():
    return {"file": SimpleUploadedFile("a.txt", b"a")}


def shown(form):
    return render_crispy_form(form)


def test_valid_form_gives_typed_values():
    form = Everything(VALID, upload())

    assert form.is_valid(), form.errors
    assert form.cleaned_data["start"] == date(2019, 10, 1)
    assert form.cleaned_data["skills"] == ["a", "b"]


def test_every_control_of_a_blank_form_has_a_label_and_a_single_id():
    page = Page(shown(Everything()))

    assert [control for control in page.controls if control.get("id") not in page.labels] == []
    assert len(page.ids) == len(set(page.ids))


def test_empty_form_says_what_to_do_for_every_field_with_a_link_that_leads_there():
    form = Everything({}, {})

    html = shown(form)

    page = Page(html)
    assert "There is a problem: nothing was saved" in html
    assert [target for target in page.local_links if target not in page.ids] == []
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "name": "Enter name",
        "email": "Enter email",
        "ods_code": "Enter ODS code",
        "start": "Enter start date",
        "kind": "Answer the question: What kind of mentor?",
        "skills": "Select skills",
        "hours": "Enter hours",
        "region": "Select region",
        "story": "Enter story",
        "file": "Choose a file: file",
        "agreed": "Tick the box to confirm: I agree",
    }


def test_what_is_too_long_or_too_large_is_said_in_our_words_with_what_was_typed():
    class Limited(forms.Form):
        title = forms.CharField(max_length=5)
        why = forms.CharField(label="100% sure?", min_length=5)
        hours = forms.IntegerField(max_value=37)
        days = forms.IntegerField(min_value=1)
        share = forms.DecimalField(max_digits=3, decimal_places=1)
        own = forms.IntegerField(max_value=9, error_messages={"max_value": "Nine at most"})

    form = Limited({"title": "seventh", "why": "yes", "hours": "38", "days": "0", "share": "1.25", "own": "10"})
    form.fields["late"] = forms.CharField(label="Late", max_length=2)
    form.data["late"] = "abc"

    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "title": "Title must be 5 characters or fewer: you typed 7",
        "why": "Your answer to “100% sure?” must be at least 5 characters: you typed 3",
        "hours": "Hours must be 37 or less",
        "days": "Days must be 1 or more",
        "share": "Share can have 1 decimal places at most",
        "own": "Nine at most",
        "late": "Late must be 2 characters or fewer: you typed 3",
    }


def test_error_summary_is_printed_once():
    form = Everything({}, {})

    first, second = shown(form), shown(form)

    assert (first.count("nhsuk-error-summary__heading"), second.count("nhsuk-error-summary__heading")) == (1, 0)


def test_nothing_typed_is_lost_when_one_field_is_wrong():
    typed = VALID | {"name": "", "start_month": "13", "story": "first\n  second <b>"}

    html = shown(Everything(typed, upload()))

    assert ">first\n  second &lt;b&gt;</textarea>" in html
    assert 'name="start_month" type="text" value="13"' in html
    assert 'value="ada@practice.example"' in html
    assert html.count(" checked") == 4
    assert '<option value="nw" selected>' in html


def test_checkboxes_are_checkboxes_though_they_subclass_radios():
    html = render_field(Everything()["skills"])

    assert (html.count('type="checkbox"'), html.count('type="radio"')) == (2, 0)


def test_date_has_full_item_names_and_points_to_the_missing_box():
    form = Everything(VALID | {"start_year": ""}, upload())

    html = shown(form)

    assert form.errors["start"] == ["Start date must include a year"]
    assert 'href="#id_start_year"' in html
    assert [f'name="start_{part}"' in html for part in ("day", "month", "year")] == [True, True, True]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("27", "3", "2026"), date(2026, 3, 27)),
        (("31", "2", "2026"), "When must be a real date, for example 27 3 2026"),
        (("1", "1", "26"), "When must be a real date, for example 27 3 2026"),
        (("x", "1", "2026"), "When must be a real date, for example 27 3 2026"),
        (("", "", "2026"), "When must include a day and month"),
        (("", "", ""), "Enter when"),
    ],
)
def test_date_reads_three_boxes(typed, expected):
    class When(forms.Form):
        when = forms.DateField()

    form = When(dict(zip(("when_day", "when_month", "when_year"), typed, strict=True)))

    assert (form.cleaned_data["when"] if form.is_valid() else form.errors["when"][0]) == expected


def test_date_shows_a_stored_date_and_reads_an_address():
    class When(forms.Form):
        when = forms.DateField()

    stored = render_field(When(initial={"when": date(2019, 10, 1)})["when"])
    asked = When({"when": "2019-10-01"})

    assert [f'value="{part}"' in stored for part in (1, 10, 2019)] == [True, True, True]
    assert asked.is_valid()
    assert asked.cleaned_data == {"when": date(2019, 10, 1)}


def test_plain_date_field_becomes_three_boxes():
    class When(forms.Form):
        when = django_forms.DateField()

    form = When({"when_day": "30", "when_month": "2", "when_year": "2020"})

    assert form.errors["when"] == ["When must be a real date, for example 27 3 2026"]
    assert 'name="when_day"' in render_field(form["when"])


def test_label_choice_and_error_from_data_stay_text():
    class Survey(django_forms.Form):
        answer = django_forms.ChoiceField(
            label="<b>Bold</b>", choices=[("x", "<i>x</i>")], help_text="<u>hint</u>", widget=django_forms.RadioSelect
        )

    html = render_field(Survey({"answer": "<script>"})["answer"])

    assert [tag in html for tag in ("<b>", "<i>", "<u>", "<script>")] == [False, False, False, False]
    assert "<b>Bold</b>" in unescape(html)


def test_forms_of_libraries_speak_like_ours():
    class Foreign(django_forms.Form):
        email = django_forms.EmailField(widget=django_forms.EmailInput(attrs={"placeholder": "Email"}))

    html = render_field(Foreign({})["email"])

    assert "Enter email" in html
    assert "placeholder" not in html


def test_optional_field_says_so_except_in_a_filter():
    field = Everything()["note"]

    assert "Note (optional)" in render_field(field)
    assert "(optional)" not in render_field(field, mark_optional=False)


def test_long_text_counts_characters_and_hint_of_a_choice_is_tied_to_it():
    story, kind = render_field(Everything()["story"]), render_field(Everything()["kind"])

    assert 'data-maxlength="50"' in story
    assert 'aria-describedby="id_kind-2-item-hint"' in kind


def test_button_and_legend_are_text_and_not_templates():
    class Small(forms.Form):
        name = forms.CharField()

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.helper = forms.house_helper(self, submit=None)
            self.helper.layout = forms.Layout(
                forms.Fieldset("{{ settings }}", "name"),
                forms.Buttons(forms.Submit("action", "draft", text="{% now 'Y' %}", variant="secondary")),
            )

    html = unescape(shown(Small()))

    assert "{{ settings }}" in html
    assert "{% now 'Y' %}" in html
    assert 'name="action"' in html
    assert "btn" not in html


def test_form_asks_the_browser_not_to_validate_and_carries_files():
    html = shown(Everything())

    assert " ".join(html.split()).startswith('<form novalidate method="post" enctype="multipart/form-data">')
    assert " required" not in html


def test_grouped_choices_keep_their_groups():
    class Grouped(django_forms.Form):
        practice = django_forms.ChoiceField(choices=[("London", [("a", "A")]), ("Midlands", [("b", "B")])])

    html = render_field(Grouped()["practice"])

    assert html.count("<optgroup") == 2
    assert 'for="id_practice"' in html


def test_refusal_stands_at_its_field_or_at_the_top():
    form = Everything(VALID, upload())

    forms.show_refusal(form, DomainError("Every place is taken."))
    forms.show_refusal(form, DomainError("This practice has closed.", field="ods_code"))
    forms.show_refusal(form, DomainError("No such field.", field="colour"))

    assert form.non_field_errors() == ["Every place is taken.", "No such field."]
    assert form.errors["ods_code"] == ["This practice has closed."]


def test_formset_shows_the_errors_of_every_form():
    class Line(forms.Form):
        submit = None
        code = forms.CharField()

    formset = forms.formset_factory(Line, extra=2)(
        {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "form-0-code": "", "form-1-code": ""}
    )
    helper = forms.NhsFormHelper()

    html = render_crispy_form(formset, helper)

    page = Page(html)
    assert [target for target in page.local_links if target not in page.ids] == []
    assert page.local_links == ["id_form-0-code", "id_form-1-code"]
