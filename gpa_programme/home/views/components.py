"""The gallery: every component of the interface in every state, with invented content."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms as django_forms
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, QueryDict

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core import forms
from gpa_programme.core.charts import Bar, Chart, bars
from gpa_programme.core.http import page
from gpa_programme.core.nhsuk import TAG_COLOURS
from gpa_programme.core.periods import now
from gpa_programme.core.tables import Column, Table


class Sample(TextChoices):
    """Statuses to show: one of each common colour."""

    ACTIVE = "active", "Active"
    STALLED = "stalled", "Stalled"
    COMPLETED = "completed", "Completed"
    WITHDRAWN = "withdrawn", "Withdrawn"

    @property
    def colour(self) -> str:
        """The tag colour of this status."""
        return {"active": "blue", "stalled": "orange", "completed": "green", "withdrawn": "grey"}[self.value]


@dataclass(frozen=True)
class Row:
    """An invented learner."""

    name: str
    practice: str
    status: Sample
    percent: float
    waiting: int | None
    started_on: date
    due: int


class SampleForm(forms.Form):
    """One field of every kind."""

    prefix = "sample"
    submit = "Enrol"

    name = forms.CharField(max_length=150, help_text="As it should stand on the certificate")
    email = forms.EmailField(label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    start = forms.DateField(label="Start date", help_text="For example, 27 3 2026")
    kind = forms.ChoiceField(
        label="What kind of mentor?",
        choices=[("gp", "GP mentor"), ("second", "Second mentor"), ("cover", "Cover")],
        widget=forms.RadioSelect(hints={"cover": "While the usual mentor is away"}),
    )
    skills = forms.MultipleChoiceField(
        choices=[("letters", "Handles letters and results"), ("bloods", "Takes blood")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Select all that apply",
    )
    hours = forms.IntegerField(label="Protected hours a week", min_value=0)
    region = forms.ChoiceField(choices=[("", "---------"), ("nw", "North West"), ("ldn", "London")])
    story = forms.CharField(label="What did you do?", max_length=200, widget=forms.Textarea)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    certificate = forms.FileField(required=False)
    agreed = forms.BooleanField(label="The practice has agreed to one protected day a week")


class FilterForm(django_forms.Form):
    """The fields of the sample filter."""

    name = django_forms.CharField(required=False)
    status = django_forms.ChoiceField(required=False, choices=[("", "Any"), *Sample.choices])


class SampleFilter:
    """A filter of a plain list, with the two attributes of a FilterSet that a table reads."""

    def __init__(self, data: QueryDict, queryset: list[Row], request: HttpRequest) -> None:
        self.form = FilterForm(data)
        self.form.is_valid()
        wanted = self.form.cleaned_data
        self.qs = [
            row
            for row in queryset
            if wanted.get("name", "").lower() in row.name.lower() and wanted.get("status", "") in {"", row.status.value}
        ]


@needs(Permission.SEE_COMPONENTS)
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    table = _table(request)
    return table.export() or page(
        request,
        "home/components.html",
        title="Components",
        crumbs=[("Home", "/")],
        colours=sorted(TAG_COLOURS),
        variants=["secondary", "secondary-solid", "warning", "brand"],
        statuses=list(Sample),
        figures=_figures(),
        events=_events(),
        tasks=_tasks(),
        charts=_charts(),
        table=table,
        empty_table=Table([], _COLUMNS, request, caption="Nobody yet", prefix="empty-", empty="They appear here."),
        small_columns=["Region", "Places", "Filled"],
        small_rows=[["London", 40, 38], ["Midlands", 40, 40], ["South West", 40, 31]],
        blank=SampleForm(auto_id="blank_%s"),
        faulty=_faulty_form(),
        as_at=now(),
        board=_board(),
    )


_COLUMNS = [
    Column("name", "Learner", link=lambda row: "#tables", sort=True),
    Column("practice", "Practice", sort=True),
    Column("status", "Status", format="status", sort=lambda row: row.status.label),
    Column("percent", "Signed off", format="percent", sort=True),
    Column("waiting", "Days waiting", format="number", sort=True, missing="Nothing waiting"),
    Column("started_on", "Started", format="date", sort=True),
    Column("due", "Paid", format="money"),
]


def _table(request: HttpRequest) -> Table:
    names = [
        "Ada Moss",
        "Bola Adeyemi",
        "Cerys Pugh",
        "Dev Malhotra",
        "Ewa Nowak",
        "Femi Cole",
        "Gita Rao",
        "Hal Finch",
    ]
    rows = [
        Row(
            name,
            "Invented Surgery",
            list(Sample)[index % 4],
            index * 12.5,
            index * 3 or None,
            date(2019, 10, 1),
            50_000,
        )
        for index, name in enumerate(names)
    ]
    return Table(rows, _COLUMNS, request, caption="Invented learners", filterset=SampleFilter, page_size=5)


def _faulty_form() -> SampleForm:
    typed = {
        "sample-start_day": "31",
        "sample-start_month": "2",
        "sample-start_year": "2026",
        "sample-name": "<b>Ada</b>",
    }
    form = SampleForm(typed, auto_id="faulty_%s")
    form.helper.form_tag = False
    form.helper.disable_csrf = True
    return form


def _figures() -> list[dict[str, Any]]:
    return [
        {"label": "Places filled", "value": "38 of 40", "href": "#figures"},
        {"label": "Active", "value": 34, "href": "#figures"},
        {"label": "Signed off", "value": "62%", "href": "#figures", "note": "Plan: 60% at month 6"},
        {"label": "Waiting for a mentor", "value": 17, "href": "#figures", "note": "5 for more than 14 days"},
        {"label": "Stalled", "value": 3},
    ]


def _events() -> list[dict[str, Any]]:
    return [
        {
            "when": date(2026, 3, 2),
            "heading": "Competency 1.4 signed off",
            "by": "Dr Ines Hart",
            "status": Sample.COMPLETED,
        },
        {
            "when": date(2026, 2, 20),
            "heading": "Evidence submitted",
            "text": "Two files, for 1.4 and 2.1.",
            "href": "#timeline",
        },
        {"when": date(2025, 10, 1), "heading": "Started at Invented Surgery"},
    ]


def _tasks() -> list[dict[str, Any]]:
    return [
        {
            "label": "Decide on 3 sign-offs",
            "href": "#tasks",
            "hint": "The oldest has waited 15 days",
            "status": Sample.STALLED,
        },
        {"label": "Write the report for March", "href": "#tasks", "due": "Due 10 April"},
    ]


def _charts() -> list[Chart]:
    plain = [Bar("London", 38), Bar("Midlands", 40), Bar("South West", 31), Bar("North West", None, "hidden")]
    spread = [Bar("Patients", 62, low=55, high=69), Bar("Learners", 81, low=70, high=90)]
    return [
        bars("Midlands has filled all its places", "Places filled by region.", plain, unit="places", target=40),
        bars("Most would recommend it", "Share who agree, with 95% intervals.", spread, unit="%"),
    ]


def _board() -> list[dict[str, Any]]:
    states = [("Signed off", "green"), ("Waiting", "blue"), ("Returned", "orange"), ("Not started", "white")]
    return [
        {
            "name": name,
            "cells": [states[(start + step) % 4] for step in range(12)],
            "summary": "3 signed off, 3 waiting",
        }
        for start, name in enumerate(["Ada Moss", "Bola Adeyemi", "Cerys Pugh"])
    ]
