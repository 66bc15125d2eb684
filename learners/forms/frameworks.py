"""Forms of frameworks: a competency, a file to import, what became of older ones, retirement, a learner's move."""

from collections.abc import Sequence
from typing import Any

from gpa_programme.core import forms
from gpa_programme.core.tables_in import LARGEST, read_table
from learners.enums import CompetencyKind, EvidenceKind, MentorKind
from learners.models import Competency, CompetencyFramework
from learners.queries.frameworks import Mapped
from learners.rules.framework import DOMAIN_MAX, MONTHS_MAX, PIECES_MAX, TITLE_MAX, Row, rows_of

NOTHING = ""


class CompetencyForm(forms.Form):
    """One competency of a draft."""

    code = forms.CharField(label="Code", max_length=8, help_text="Letters, a dash and a number, such as CAR-01")
    domain = forms.CharField(label="Domain", max_length=DOMAIN_MAX, help_text="A new name makes a new domain")
    title = forms.CharField(label="Title", max_length=TITLE_MAX, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label="Kind", choices=CompetencyKind.choices, widget=forms.RadioSelect)
    description = forms.CharField(
        label="What it means, in plain words", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    suggested = forms.MultipleChoiceField(
        label="Suggested evidence", choices=EvidenceKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    minimum_pieces = forms.IntegerField(label="Minimum pieces of evidence", min_value=1, max_value=PIECES_MAX)
    required_kinds = forms.MultipleChoiceField(
        label="Kinds needed at least once each",
        choices=EvidenceKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    may_sign = forms.MultipleChoiceField(
        label="Who may sign it off", choices=MentorKind.choices, widget=forms.CheckboxSelectMultiple
    )
    valid_for_months = forms.IntegerField(
        label="Months for which a sign-off holds",
        required=False,
        min_value=1,
        max_value=MONTHS_MAX,
        help_text="Leave empty where it does not run out",
    )
    submit = "Save competency"

    def row(self) -> Row:
        """What was typed, checked as a file's row is."""
        said = self.cleaned_data
        listed = {name: ";".join(said[name]) for name in ("suggested", "required_kinds", "may_sign")}
        numbers = {name: str(said[name] or "") for name in ("minimum_pieces", "valid_for_months")}
        return rows_of([{**said, **listed, **numbers}])[0]

    @staticmethod
    def initial_of(one: Competency) -> dict[str, Any]:
        """What the form shows for a competency."""
        names = ("code", "title", "kind", "description", "suggested", "minimum_pieces", "required_kinds", "may_sign")
        return {
            **{name: getattr(one, name) for name in names},
            "domain": one.domain.name,
            "valid_for_months": one.valid_for_months,
        }


class ImportForm(forms.Form):
    """A framework as a file."""

    file = forms.FileField(label="A framework as CSV or Excel (.xlsx)", help_text="Up to 2 MB; one row a competency.")
    submit = "Read the file"

    def rows(self) -> tuple[str, bytes, list[Row]]:
        """The file's name, bytes and rows. Raises DomainError on field "file"."""
        file = self.cleaned_data["file"]
        data = file.read(LARGEST + 1)
        return file.name, data, rows_of(read_table(file.name, data))


class MappingForm(forms.Form):
    """What each older competency became, and what is new in this version."""

    note = forms.CharField(
        label="What is new in this version, in plain words", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    submit = None

    def __init__(self, *args: Any, mapping: Sequence[Mapped], new: Sequence[Competency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mapping = mapping
        choices = [(NOTHING, "It is no longer there"), *((one.code, str(one)) for one in new)]
        for row in mapping:
            self.fields[f"to_{row.old.code}"] = forms.ChoiceField(
                label=f"{row.old.code} became",
                choices=choices,
                required=False,
                widget=forms.Select,
                initial=row.new.code if row.new else NOTHING,
            )
            self.fields[f"carries_{row.old.code}"] = forms.BooleanField(
                label=f"A sign-off of {row.old.code} counts there", required=False, initial=row.carries
            )

    def rows(self) -> list[dict[str, Any]]:
        """The fields by older competency, and whether it goes on under its code and title with its sign-offs."""
        return [
            {
                "old": row.old,
                "to": self[f"to_{row.old.code}"],
                "carries": self[f"carries_{row.old.code}"],
                "same": row.new is not None and str(row.new) == str(row.old) and row.carries,
            }
            for row in self.mapping
        ]

    def became(self) -> dict[str, tuple[str, bool]]:
        """By older code: the successor's code and whether sign-offs count."""
        said = self.cleaned_data
        return {row.old.code: (said[f"to_{row.old.code}"], said[f"carries_{row.old.code}"]) for row in self.mapping}


class RetireForm(forms.Form):
    """Why a version goes out of use, and until when learners may start with it."""

    reason = forms.CharField(
        label="Why is it retired?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who sees the framework can read this.",
    )  # fmt: skip
    enrol_until = forms.DateField(
        label="The last day on which learners may still start with it",
        required=False,
        help_text="Leave empty where nobody may from today. For example, 27 3 2027",
    )


class MoveForm(forms.Form):
    """To which version a learner goes over, and why."""

    to = forms.ChoiceField(label="To which version?", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why does the learner go over?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    submit = "Move the learner"

    def __init__(self, *args: Any, versions: Sequence[CompetencyFramework], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(one.pk), str(one)) for one in versions]  # type: ignore[attr-defined]
        if len(versions) == 1:
            self.initial["to"] = str(versions[0].pk)
