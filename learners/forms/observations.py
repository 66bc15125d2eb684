"""Forms of an observation: by the mentor who watched, and on the learner's own device beside the mentor."""

from collections.abc import Sequence
from typing import Any

from gpa_programme.accounts.models import User
from gpa_programme.core import forms
from learners.forms.competencies import CompetenciesForm
from learners.rules.evidence import TITLE_MAX

TEXT_LONGEST = 5_000
SIGN, LEAVE = "sign", "leave"


class SeenForm(CompetenciesForm):
    """What was done, what happened, what it shows."""

    needed_later = ("title", "text")
    title = forms.CharField(
        label="What was done, in a few words",
        max_length=TITLE_MAX,
        required=False,
        help_text="Such as: took blood pressure on the nurse’s list.",
    )
    text = forms.CharField(
        label="What happened?",
        max_length=TEXT_LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What was done and how well. Two or three sentences are enough. Name no patient.",
    )
    no_patient_details = forms.BooleanField(
        label="No patient can be recognised: no name, number, address or face", required=False
    )


class MentorForm(SeenForm):
    """What a mentor watched: on which day, and whether it is enough to sign off."""

    observed_on = forms.DateField(
        label="On which day?",
        help_text="Today, or up to two weeks back.",
        error_messages={"required": "Enter the day on which you watched"},
    )
    verdict = forms.ChoiceField(
        label="Do you sign it off?",
        choices=[(SIGN, "Yes, sign off what I ticked"), (LEAVE, "No, leave it undecided")],
        widget=forms.RadioSelect(),
        error_messages={"required": "Select whether you sign it off"},
    )

    def __init__(self, *args: Any, learner: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].widget.hints = {  # type: ignore[attr-defined]
            SIGN: f"“I watched this, as written here. I am satisfied that {learner} is competent in what I ticked.”",
            LEAVE: "It waits on your list like other evidence.",
        }


class DeviceForm(SeenForm):
    """What was watched just now; the mentor who is there confirms it from their own mailbox."""

    def __init__(self, *args: Any, observers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["observer"] = forms.ChoiceField(
            label="Which mentor is with you?",
            choices=[(str(one.pk), str(one)) for one in observers],
            widget=forms.RadioSelect(),
            error_messages={"required": "Select the mentor who is with you"},
        )
        self.observers = {str(one.pk): one for one in observers}

    def observer(self) -> User:
        """The mentor chosen."""
        return self.observers[self.cleaned_data["observer"]]
