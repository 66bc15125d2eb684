"""Forms of evidence: which kind, and the draft itself with its competencies and files."""

from collections.abc import Mapping, Sequence
from typing import Any

from gpa_programme.core import forms
from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads import ACCEPT, Upload, check_upload
from learners.enums import EvidenceKind
from learners.models import Competency, Domain
from learners.rules.evidence import JUSTIFICATION_MAX, TEXT_MAX, TITLE_MAX, Content

HINTS = {
    EvidenceKind.REFLECTION: "What you did, how it went and what you learned. Most evidence is this.",
    EvidenceKind.CASE_STUDY: "One case from start to end, without anything that shows who it was.",
    EvidenceKind.WITNESS: "What a colleague says they saw you do.",
    EvidenceKind.OBSERVATION: "Your mentor or a colleague watched you do it.",
    EvidenceKind.WORK_PRODUCT: "Something you made at work, such as a letter template or a list.",
    EvidenceKind.DISCUSSION: "What you and your mentor talked through.",
    EvidenceKind.LOG: "A task done several times under supervision.",
    EvidenceKind.CERTIFICATE: "A course you finished.",
}


class KindForm(forms.Form):
    """What kind of evidence is to be added."""

    kind = forms.ChoiceField(
        label="What kind of evidence is it?",
        choices=EvidenceKind.choices,
        widget=forms.RadioSelect(hints={kind.value: hint for kind, hint in HINTS.items()}),
    )
    submit = "Continue"


class FilesInput(forms.FileInput):
    """A file input for several files, which on a phone offers the camera."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """The files that may be kept; every refused one with its reason."""
        kept, refused = [], []
        for file in data or []:
            try:
                kept.append(check_upload(file.name, file))
            except DomainError as error:
                refused.append(f"{file.name}: {error.message}")
        if refused:
            raise forms.ValidationError(refused)
        return kept


class EvidenceForm(forms.Form):
    """A draft. Everything may be empty while it is one: what submitting needs is decided by the rules."""

    title = forms.CharField(label="Title", max_length=TITLE_MAX, required=False, help_text="A few words for the list.")
    text = forms.CharField(
        label="What you want to show",
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    files = FilesField(
        label="Photos and files",
        required=False,
        widget=FilesInput(attrs={"multiple": True, "accept": f"image/*,{ACCEPT}"}),
        help_text="Up to 10 MB each: JPG, PNG, PDF, Word, Excel or text. On a phone you can take a photo.",
    )
    remove = forms.TypedMultipleChoiceField(
        label="Files of this draft", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    competencies = forms.MultipleChoiceField(
        label="What does it show?", required=False, widget=forms.CheckboxSelectMultiple
    )
    no_patient_details = forms.BooleanField(
        label="No patient can be recognised: no name, number, address or face", required=False
    )
    explanation = forms.CharField(
        label="Why is this not about a patient?",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Remove what is not needed. If it has to stay, say here what it is; your explanation is recorded.",
    )

    def __init__(self, *args: Any, scope: Sequence[tuple[Domain, list[Competency]]], files: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        listed = [(file.pk, file.name) for file in files]
        self.fields["remove"].choices = listed  # type: ignore[attr-defined]
        inside = [one for _domain, group in scope for one in group]
        self.fields["competencies"].choices = [(one.code, str(one)) for one in inside]  # type: ignore[attr-defined]
        for one in inside:
            self.fields[f"why_{one.code}"] = forms.CharField(
                label=f"How does it support {one.code}?", max_length=JUSTIFICATION_MAX, required=False
            )

    @staticmethod
    def initial_of(content: Content) -> dict[str, Any]:
        """What the form shows for a stored draft."""
        return {
            "title": content.title,
            "text": content.text,
            "no_patient_details": content.no_patient_details,
            "competencies": list(content.links),
            **{f"why_{code}": line for code, line in content.links.items()},
        }

    def content(self) -> Content:
        """What was typed, for the action."""
        said: Mapping[str, Any] = self.cleaned_data
        return Content(
            said["title"],
            said["text"],
            said["no_patient_details"],
            {code: said[f"why_{code}"].strip() for code in said["competencies"]},
        )

    def groups(self) -> list[dict[str, Any]]:
        """The checkboxes by domain, each with its line of justification; a domain with a tick or an error is open."""
        ticked = {str(code) for code in self["competencies"].value() or []}
        groups = []
        for domain, competencies in self.scope:
            rows = [
                {"competency": one, "ticked": one.code in ticked, "why": self[f"why_{one.code}"]}
                for one in competencies
            ]
            count = sum(row["ticked"] for row in rows)
            groups.append({"domain": domain, "rows": rows, "ticked": count})
        return groups
