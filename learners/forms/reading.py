"""The form in which a hub says why it opens a learner's evidence."""

from gpa_programme.core import forms
from learners.rules.reading import REASON_MAX


class ReasonForm(forms.Form):
    """Why it is opened."""

    reason = forms.CharField(
        label="Why do you need to read this learner's evidence?",
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The learner is told by email and sees these words. Leave out health and other private details.",
        error_messages={"required": "Enter why you need to read it"},
    )
    submit = "Open the evidence"
