"""What forms share that tie something to competencies: those in scope by domain, with a line each where needed."""

from collections.abc import Sequence
from typing import Any

from gpa_programme.core import forms
from learners.models import Competency, Domain
from learners.rules.evidence import JUSTIFICATION_MAX


class CompetenciesForm(forms.Form):
    """The learner's competencies as checkboxes; with `lines`, each asks how it is supported."""

    lines = False
    competencies = forms.MultipleChoiceField(
        label="What does it show?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select competencies that apply to the learner"},
    )

    def __init__(self, *args: Any, scope: Sequence[tuple[Domain, list[Competency]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        inside = [one for _domain, group in scope for one in group]
        self.fields["competencies"].choices = [(one.code, str(one)) for one in inside]  # type: ignore[attr-defined]
        for one in inside if self.lines else ():
            self.fields[f"why_{one.code}"] = forms.CharField(
                label=f"How does it support {one.code}?", max_length=JUSTIFICATION_MAX, required=False
            )

    def chosen(self) -> list[Competency]:
        """The competencies ticked, in order."""
        ticked = set(self.cleaned_data["competencies"])
        return [one for _domain, group in self.scope for one in group if one.code in ticked]

    def links(self) -> dict[str, str]:
        """The line of justification by code of each competency ticked; empty where none is asked for."""
        return {one.code: self.cleaned_data.get(f"why_{one.code}", "").strip() for one in self.chosen()}

    def groups(self) -> list[dict[str, Any]]:
        """The checkboxes by domain; a domain with a tick is open."""
        ticked = {str(code) for code in self["competencies"].value() or []}
        groups = []
        for domain, competencies in self.scope:
            rows = [
                {
                    "competency": one,
                    "ticked": one.code in ticked,
                    "why": self[f"why_{one.code}"] if self.lines else None,
                }
                for one in competencies
            ]
            groups.append({"domain": domain, "rows": rows, "ticked": sum(bool(row["ticked"]) for row in rows)})
        return groups
