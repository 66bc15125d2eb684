"""Forms of moving on: another practice, an offer to another hub, accepting and declining one."""

from typing import Any

from gpa_programme.core import forms
from gpa_programme.core.periods import today
from learners.models import Enrolment
from learners.queries.transfer import receiving_cohorts

EXAMPLE = "Today or earlier. For example, 27 3 2026"
WORDS = 1000


class PracticeForm(forms.Form):
    """From which day a learner works at another practice, why, and who is GP mentor there if another."""

    on = forms.DateField(label="First day at this practice", help_text=EXAMPLE)
    reason = forms.CharField(
        label="Reason",
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The hub and the national team can read this. Leave out health and other private details.",
    )
    mentor_name = forms.CharField(
        label="Name of the next GP mentor",
        required=False,
        max_length=150,
        help_text="Leave both empty where the GP mentor stays the same",
    )
    mentor_email = forms.EmailField(label="Their email address", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)
        self.helper = forms.house_helper(self, submit=None)
        self.helper.layout = forms.Layout(
            "on",
            "reason",
            forms.Fieldset("GP mentor", "mentor_name", "mentor_email"),
            forms.Buttons(forms.Submit(text="Continue")),
        )

    def clean(self) -> dict[str, Any]:
        """A name goes with an address."""
        said_so = super().clean() or self.cleaned_data
        if said_so.get("mentor_name") and not said_so.get("mentor_email") and "mentor_email" not in self.errors:
            self.add_error("mentor_email", "Enter their email address, or leave the name empty too")
        if said_so.get("mentor_email") and not said_so.get("mentor_name"):
            self.add_error("mentor_name", "Enter their name")
        return said_so


class OfferForm(forms.Form):
    """To which hub a learner is offered, and why."""

    to_cohort: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label="Which hub takes the learner on?", queryset=None, widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(
        label="Why do they move?",
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The other hub reads this before it decides. Leave out health and other private details.",
        error_messages={"required": "Enter why they move"},
    )

    submit = "Continue"

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_cohort"].queryset = receiving_cohorts(enrolment)
        self.fields["to_cohort"].label_from_instance = lambda cohort: f"{cohort.hub.name}, {cohort.name}"


class AcceptForm(forms.Form):
    """From which day the learner carries on here, and with whom."""

    on = forms.DateField(label="First day with your hub", help_text=EXAMPLE)
    mentor_name = forms.CharField(label="GP mentor's name", max_length=150)
    mentor_email = forms.EmailField(label="GP mentor's email address", help_text="The mentor signs in with it")

    submit = "Continue"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)


class DeclineForm(forms.Form):
    """Why a hub declines."""

    answer = forms.CharField(
        label="Why do you decline?",
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The hub that offered reads this.",
        error_messages={"required": "Enter why you decline"},
    )
