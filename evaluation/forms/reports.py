"""What people type into a report: words, colours with reasons, and the reason of a return."""

from typing import Any

from evaluation.enums import Rag
from evaluation.models import RegionalReport
from evaluation.rules import reports as rules
from gpa_programme.core import forms


class NarrativeForm(forms.Form):
    """The words and colours of a report; `revision` tells whether somebody saved meanwhile."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    submit = None
    needed_later = frozenset({*rules.REQUIRED_SECTIONS, *(f"rag_{part}" for part, _ in rules.RAG_PARTS)})

    def __init__(self, *args: Any, report: RegionalReport, suggested: dict[str, dict[str, Any]], **kwargs: Any) -> None:
        initial = {"revision": report.revision, **report.narrative}
        for part, _ in rules.RAG_PARTS:
            chosen = report.rag.get(part, {})
            initial[f"rag_{part}"] = chosen.get("value") or suggested.get(part, {}).get("value", "")
            initial[f"reason_{part}"] = chosen.get("reason", "")
        super().__init__(*args, initial=initial, **kwargs)
        for key, label, hint in rules.SECTIONS:
            self.fields[key] = forms.CharField(
                label=label, help_text=hint, max_length=4000, required=False, widget=forms.Textarea
            )
        for part, label in rules.RAG_PARTS:
            self.fields[f"rag_{part}"] = forms.ChoiceField(
                label=label,
                choices=Rag.choices,
                required=False,
                widget=forms.RadioSelect,
                help_text=_suggestion(suggested.get(part, {})),
            )
            self.fields[f"reason_{part}"] = forms.CharField(
                label=f"{label}: reason and path to green", required=False, max_length=500, help_text="If not green."
            )
        self.helper = forms.house_helper(self, submit=None)
        self.helper.layout = forms.Layout(
            "revision",
            *(key for key, _, _ in rules.SECTIONS),
            *(name for part, _ in rules.RAG_PARTS for name in (f"rag_{part}", f"reason_{part}")),
            forms.Buttons(
                forms.Submit("then", "save", text="Save", variant="secondary"),
                forms.Submit("then", "check", text="Save and check before submitting"),
            ),
        )

    @property
    def narrative(self) -> dict[str, str]:
        """The words by section."""
        return {key: self.cleaned_data[key] for key, _, _ in rules.SECTIONS}

    @property
    def rag(self) -> dict[str, dict[str, str]]:
        """The colours and reasons by part."""
        return {
            part: {"value": self.cleaned_data[f"rag_{part}"], "reason": self.cleaned_data[f"reason_{part}"]}
            for part, _ in rules.RAG_PARTS
        }


class ReasonForm(forms.Form):
    """Why a report is returned, or its figures frozen again."""

    reason = forms.CharField(
        max_length=2000, widget=forms.Textarea, help_text="The hub reads this. Point to the section."
    )
    submit = "Return the report"


class RebuildForm(ReasonForm):
    """Why the figures are frozen again."""

    submit = "Freeze the figures again"


def _suggestion(suggested: dict[str, Any]) -> str:
    if not suggested.get("value"):
        return "No figure to suggest a colour from."
    return f"The rule suggests {suggested['value']}: {suggested['share']}% of plan."
