"""The filter of the cohort board: who is shown, and which domain's columns."""

from collections.abc import Iterable
from typing import Any

from gpa_programme.core import forms
from learners.enums import EnrolmentState
from learners.queries.board import BoardRow

WITH_A_PLACE = "Everyone with a place"


class BoardFilterForm(forms.Form):
    """Text, status, standing still and domain, all optional."""

    q = forms.CharField(label="Learner or practice", required=False)
    state = forms.ChoiceField(label="Status", required=False)
    stalled = forms.ChoiceField(label="Activity", choices=[("", "Any"), ("1", "Only stalled learners")], required=False)
    domain = forms.ChoiceField(label="Domain", required=False)

    def __init__(self, *args: Any, domains: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", WITH_A_PLACE), *EnrolmentState.choices]  # type: ignore[attr-defined]
        self.fields["domain"].choices = [("", "All"), *domains]  # type: ignore[attr-defined]
        self.is_valid()

    def asked(self, name: str) -> str:
        """What was asked for, or nothing: a value that is no choice filters nothing."""
        return str(self.cleaned_data.get(name, ""))


class BoardFilter:
    """What core.tables asks of a filter set: the form, and the rows that it leaves."""

    def __init__(self, rows: Iterable[BoardRow], form: BoardFilterForm) -> None:
        self.form = form
        words = form.asked("q").lower().split()
        self.qs = [
            row
            for row in rows
            if all(word in f"{row.name} {row.practice}".lower() for word in words)
            and (not form.asked("stalled") or row.stalled_days is not None)
        ]
