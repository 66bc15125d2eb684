"""Forms of evidence: which kind, and the draft itself with its competencies and files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.validators import MaxLengthValidator

from gpa_programme.core import forms
from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads import ACCEPT, Upload, check_upload
from learners.enums import EvidenceKind
from learners.forms import log_rows
from learners.models import Competency, Domain, EvidenceFile
from learners.rules.evidence import JUSTIFICATION_MAX, TEXT_MAX, TITLE_MAX, WORDS, Content
from learners.rules.gaps import Gap
from learners.rules.log import COLUMNS
from learners.rules.prompts import DAY, TEXT, Prompt, prompts_of

PICTURES = "image/jpeg,image/png"  # an iPhone turns its own format into these where only they are accepted
ACCEPTED = f"{PICTURES},{ACCEPT}"

HINTS = {
    EvidenceKind.REFLECTION: "What you did, how it went and what you learned. Most evidence is this.",
    EvidenceKind.CASE_STUDY: "One case from start to end, without anything that shows who it was.",
    EvidenceKind.WITNESS: "Ask a colleague to say what they saw you do. They answer by email and need no account.",
    EvidenceKind.OBSERVATION: "Your mentor watched you do it, and says so.",
    EvidenceKind.WORK_PRODUCT: "Something you made at work, such as a letter template or a list.",
    EvidenceKind.DISCUSSION: "What you and somebody else talked through.",
    EvidenceKind.LOG: "A task done several times under supervision, row by row.",
    EvidenceKind.CERTIFICATE: "A course you finished.",
}
LINE_MAX = 200
FILE_FIELDS = ("files", "photo")
PLACES: tuple[str | tuple[str, ...], ...] = (
    "title",
    ("answer_", "entry_"),
    "text",
    (*FILE_FIELDS, "remove"),
    "prior_learning",
    ("competencies", "why_"),
    "",
)


class KindForm(forms.Form):
    """What kind of evidence is to be added."""

    kind = forms.ChoiceField(
        label="What kind of evidence is it?",
        choices=EvidenceKind.choices,
        widget=forms.RadioSelect(hints={kind.value: hint for kind, hint in HINTS.items()}),
        error_messages={"required": "Select what kind of evidence it is"},
    )
    submit = "Continue"


class FilesInput(forms.FileInput):
    """A file input that may take several files."""

    allow_multiple_selected = True


class CameraInput(FilesInput):
    """A file input that opens a phone's camera."""


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


class OneFileField(forms.FileField):
    """One file, checked; its error does not repeat its name."""

    def clean(self, data: Any, initial: Any = None) -> Upload:
        """The file as it may be kept."""
        if not data:
            raise forms.ValidationError("The file did not arrive. Send it again")
        try:
            return check_upload(data.name, data)
        except DomainError as error:
            raise forms.ValidationError(error.message) from error


class FileForm(forms.Form):
    """One file that a draft's page sends by itself."""

    file = OneFileField()


def _asked(prompt: Prompt) -> forms.CharField:
    """The field of a prompt. Its length is checked without the counter of characters that every box would show."""
    if prompt.asks == DAY:
        return forms.CharField(label=prompt.question, help_text=prompt.hint, required=False, widget=log_rows.DayInput())
    limit = TEXT_MAX if prompt.asks == TEXT else LINE_MAX
    return forms.CharField(
        label=prompt.question,
        help_text=prompt.hint,
        required=False,
        validators=[MaxLengthValidator(limit)],
        widget=forms.Textarea(attrs={"rows": 4}) if prompt.asks == TEXT else forms.TextInput(),
    )


class EvidenceForm(forms.Form):
    """A draft. Everything may be empty while it is one: what submitting needs is decided by the rules."""

    title = forms.CharField(label="Title", max_length=TITLE_MAX, required=False, help_text="A few words for the list.")
    text = forms.CharField(
        label="What you want to show",
        required=False,
        validators=[MaxLengthValidator(TEXT_MAX)],
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    files = FilesField(
        label="Photos and files",
        required=False,
        widget=FilesInput(attrs={"multiple": True, "accept": ACCEPTED}),
        help_text="Photos (JPG, PNG) up to 30 MB each; PDF, Word, Excel or text up to 10 MB.",
    )
    photo = FilesField(required=False, widget=CameraInput(attrs={"accept": PICTURES, "capture": "environment"}))
    remove = forms.TypedMultipleChoiceField(
        label="Files of this draft", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    prior_learning = forms.BooleanField(
        label="This shows what I learned before the programme",
        required=False,
        help_text="Your mentor then decides on it as prior learning.",
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

    def __init__(
        self,
        data: Any = None,
        uploads: Any = None,
        *,
        kind: str,
        scope: Sequence[tuple[Domain, list[Competency]]],
        files: Any,
        content: Content | None = None,
        new_row: bool = False,
    ) -> None:
        """`content` is what a page shows that was not sent; `new_row` adds an empty row to a log."""
        self.rows: list[dict[str, str]] = []
        if kind == EvidenceKind.LOG:
            data, self.rows = log_rows.read(data, content.entries if content else (), new_row=new_row)
        super().__init__(data, uploads, initial=self._initial_of(content) if content else None)
        self.scope, self.prompts = scope, prompts_of(kind)
        self.gaps: Mapping[int, Gap] = {}
        self.fields["remove"].choices = [(file.pk, file.name) for file in files]  # type: ignore[attr-defined]
        inside = [one for _domain, group in scope for one in group]
        self.fields["competencies"].choices = [(one.code, str(one)) for one in inside]  # type: ignore[attr-defined]
        for one in inside:
            self.fields[f"why_{one.code}"] = forms.CharField(
                label=f"How does it support {one.code}?", max_length=JUSTIFICATION_MAX, required=False
            )
        for prompt in self.prompts:
            self.fields[f"answer_{prompt.key}"] = _asked(prompt)
        self.fields |= log_rows.fields(len(self.rows))
        self.order_fields(sorted(self.fields, key=self._place))
        if self.prompts or self.rows:
            self.fields["text"].label = "Anything else (optional)"
            self.fields["text"].widget.attrs["rows"] = 4

    @staticmethod
    def _place(name: str) -> int:
        """Where a field stands on the page, for the error summary: fields of one place keep their order."""
        return next(place for place, start in enumerate(PLACES) if name.startswith(start))

    def _initial_of(self, content: Content) -> dict[str, Any]:
        return {
            "title": content.title,
            "text": content.text,
            "no_patient_details": content.no_patient_details,
            "prior_learning": content.prior_learning,
            "competencies": list(content.links),
            **{f"why_{code}": line for code, line in content.links.items()},
            **{f"answer_{key}": said for key, said in content.answers.items()},
            **log_rows.initial(self.rows),
        }

    def content(self) -> Content:
        """What was typed, for the action."""
        said: Mapping[str, Any] = self.cleaned_data
        return Content(
            said["title"],
            said["text"],
            said["no_patient_details"],
            {code: said[f"why_{code}"].strip() for code in said["competencies"]},
            {prompt.key: said[f"answer_{prompt.key}"] for prompt in self.prompts},
            log_rows.entries(said, len(self.rows)),
            said["prior_learning"],
        )

    def refuse(self, field: str | None, message: str) -> None:
        """Put a refusal of the rules at its field; what is missing from the words stands at the first question."""
        if field == WORDS:
            field = "entry_0_on" if self.rows else f"answer_{self.prompts[0].key}" if self.prompts else "text"
        self.add_error(field if field in self.fields else None, message)

    def uploads(self) -> list[Upload]:
        """The files that were sent, wherever they were chosen."""
        return [upload for name in FILE_FIELDS for upload in self.cleaned_data[name]]

    def unsent(self, kept: Iterable[EvidenceFile]) -> list[str]:
        """The names of files that were sent and are not among those kept: they have to be chosen again."""
        there = {file.name for file in kept}
        checked = getattr(self, "cleaned_data", {})
        names = [file.name for name in FILE_FIELDS for file in checked.get(name) or self.files.getlist(name)]
        return [name for name in names if name not in there]

    def answers(self) -> list[Any]:
        """The fields of the kind's prompts, in order."""
        return [self[f"answer_{prompt.key}"] for prompt in self.prompts]

    def log(self) -> list[dict[str, Any]]:
        """The rows of the log with their fields."""
        return [
            {"index": index, "fields": [self[f"entry_{index}_{column}"] for column in COLUMNS]}
            for index in range(len(self.rows))
        ]

    def groups(self) -> list[dict[str, Any]]:
        """The checkboxes by domain, each with its line and its gap; a domain with a tick or an error is open."""
        ticked = {str(code) for code in self["competencies"].value() or []}
        groups = []
        for domain, competencies in self.scope:
            rows = [
                {
                    "competency": one,
                    "ticked": one.code in ticked,
                    "why": self[f"why_{one.code}"],
                    "gap": self.gaps.get(one.pk),
                }
                for one in competencies
            ]
            count = sum(row["ticked"] for row in rows)
            groups.append({"domain": domain, "rows": rows, "ticked": count})
        return groups
