"""The form of a learner who asks again: which submitted versions the request names."""

from collections.abc import Iterable
from typing import Any

from gpa_programme.core import forms
from learners.models import EvidenceVersion


class AskForm(forms.Form):
    """The evidence that a mentor is asked to decide on."""

    versions = forms.TypedMultipleChoiceField(
        label="Which evidence should your mentor decide on?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select at least one piece of evidence",
            "invalid_choice": "One of these was changed since you opened this page. Select again",
        },
    )
    submit = "Ask your mentor"

    def __init__(self, *args: Any, versions: Iterable[EvidenceVersion], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"versions": [version.pk for version in versions]})
        super().__init__(*args, **kwargs)
        asked: Any = self.fields["versions"]
        asked.choices = [(version.pk, f"{version.title}, version {version.number}") for version in versions]
        asked.widget.hints = {version.pk: _about(version) for version in versions}


def _about(version: EvidenceVersion) -> str:
    submitted = f"{version.item.kind_label}, submitted on {version.submitted_at:%-d %B %Y}"
    return f"{submitted}. Prior learning." if version.prior_learning else f"{submitted}."
