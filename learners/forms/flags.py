"""Forms of flags: what names a patient and where it stands; what is decided about it."""

from typing import Any

from gpa_programme.core import forms
from learners.models import EvidenceFile, EvidenceVersion
from learners.rules.flags import WHERE_MAX

WORDS, CONFIRM, CLEAR = "words", "confirm", "clear"


class FlagForm(forms.Form):
    """What of a version names a patient."""

    about = forms.ChoiceField(
        label="What names a patient?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what names a patient", "invalid_choice": "Select what names a patient"},
    )
    where = forms.CharField(
        label="Where does it stand?",
        max_length=WHERE_MAX,
        help_text="Such as “second line of the text” or “top of page 2”. Do not repeat it: others read this line.",
        error_messages={"required": "Say where it stands, such as “second line of the text”"},
    )
    submit = "Hide it now"

    def __init__(self, *args: Any, version: EvidenceVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = version.files.filter(destroyed_at__isnull=True)
        self.held: dict[str, EvidenceFile] = {str(file.pk): file for file in kept}
        words = [(WORDS, "What is written, or the name of a file")]
        choices = words + [(pk, f"The file {file.name}") for pk, file in self.held.items()]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]
        if not self.held:
            self.fields["about"].initial = WORDS

    @property
    def file(self) -> EvidenceFile | None:
        """The file chosen; None where it is the words."""
        return self.held.get(self.cleaned_data["about"])


class DecideFlagForm(forms.Form):
    """What the hub decides about a flag."""

    decision = forms.ChoiceField(
        label="Can a patient be recognised?",
        choices=[(CONFIRM, "Yes: destroy it"), (CLEAR, "No: show it again")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether a patient can be recognised"},
    )
    answer = forms.CharField(
        label="Why?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed if no patient can be recognised. Do not repeat what was found.",
    )
    submit = "Continue"
