"""Forms of a witness statement: ask a colleague, submit what came in; and the colleague's own, without an account."""

from typing import Any

from gpa_programme.core import forms
from learners.forms.competencies import CompetenciesForm
from learners.models import EvidenceVersion
from learners.rules.evidence import TITLE_MAX, Content
from learners.rules.witnesses import ASKS_MAX, DECLINE_MAX, STATEMENT_MAX, draft_text

SAW_IT = "I saw this myself"


class AskForm(CompetenciesForm):
    """Whom to ask, what about, and what it is meant to show."""

    lines = True
    needed_later = ("title",)
    title = forms.CharField(
        label="What did they see you do?", max_length=TITLE_MAX, required=False, help_text="A few words for the list."
    )
    name = forms.CharField(label="Your colleague's name", max_length=150)
    job = forms.CharField(
        label="Their job", max_length=100, help_text="Such as practice nurse, receptionist or practice manager."
    )
    email = forms.EmailField(
        label="Their work email",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="They get one email with a link. They need no account.",
    )
    asks = forms.CharField(
        label="What should they speak about?",
        max_length=ASKS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For example: how I prepared the room, spoke with the patient and wrote it up. Name no patient.",
    )

    @staticmethod
    def initial_of(version: EvidenceVersion, asks: str) -> dict[str, Any]:
        """What the form shows for a draft: what was asked before stands there again, of whom does not."""
        links = {link.competency.code: link.justification for link in version.links.select_related("competency")}
        return {
            "title": version.title,
            "asks": asks,
            "competencies": list(links),
            **{f"why_{code}": line for code, line in links.items()},
        }

    def content(self) -> Content:
        """The draft: what is asked is its text, so it is frozen with the statement."""
        said = self.cleaned_data
        text = draft_text(name=said["name"], asks=said["asks"])
        return Content(said["title"], text, no_patient_details=False, links=self.links())

    def colleague(self) -> dict[str, str]:
        """Whom to ask, and what."""
        return {field: self.cleaned_data[field] for field in ("name", "job", "email", "asks")}


class SubmitForm(forms.Form):
    """The learner has read the statement and submits it."""

    no_patient_details = forms.BooleanField(
        label="I have read it. No patient can be recognised: no name, number, address or face"
    )


class StatementForm(forms.Form):
    """What the colleague saw, and who they are."""

    statement = forms.CharField(
        label="What did you see?",
        max_length=STATEMENT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What they did, how well, and how you know. Two or three sentences are enough. Name no patient.",
    )
    signed_name = forms.CharField(label="Your name", max_length=150, required=False)
    signed_job = forms.CharField(label="Your job", max_length=100, required=False)
    saw_it = forms.BooleanField(label=SAW_IT, required=False)
    needed_later = ("statement", "signed_name", "signed_job")


class DeclineForm(forms.Form):
    """The colleague would rather not."""

    declined_because = forms.CharField(
        label="Why not?", max_length=DECLINE_MAX, required=False, help_text="The learner reads this."
    )
