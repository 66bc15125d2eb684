"""Forms of a mentor: sign off, return, cannot judge, take back."""

from typing import Any

from gpa_programme.core import forms

WORDS_MAX = 2_000


class SeenForm(forms.Form):
    """A decision over what was seen: it carries the hash of the versions on the page."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self.action}_%s")
        super().__init__(*args, **kwargs)

    action = ""


class SignOffForm(SeenForm):
    """The mentor confirms the statement."""

    action = "sign_off"
    confirmed = forms.BooleanField()

    def __init__(self, *args: Any, statement: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].label = statement
        self.fields["confirmed"].error_messages["required"] = "Tick the box to confirm that you are satisfied"


class ReturnForm(SeenForm):
    """Back to the learner: why, and what would satisfy."""

    action = "return"
    reason = forms.CharField(
        label="What is missing?", max_length=WORDS_MAX, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter what is missing"},
    )  # fmt: skip
    would_satisfy = forms.CharField(
        label="What would satisfy you?", max_length=WORDS_MAX, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter what would satisfy you"},
    )  # fmt: skip


class CannotJudgeForm(SeenForm):
    """Somebody else must decide."""

    action = "cannot_judge"
    reason = forms.CharField(
        label="Why can you not judge this?", max_length=WORDS_MAX, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter why you cannot judge this"},
    )  # fmt: skip


class RevokeForm(forms.Form):
    """A sign-off is taken back."""

    reason = forms.CharField(
        label="Why do you take it back?", max_length=WORDS_MAX, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why you take it back"},
    )  # fmt: skip
