"""The forms of enrolment: who learns with whom from when, and a move with its day and reason."""

from typing import Any

from gpa_programme.core import forms
from gpa_programme.core.periods import today
from hubs.models import Cohort
from learners.enums import CompetencyKind, EnrolmentState, WithdrawalReason
from learners.rules.enrolment import Transition

OPTIONAL_KINDS = (CompetencyKind.ADMINISTRATIVE, CompetencyKind.CLINICAL)


class EnrolForm(forms.Form):
    """A learner, their GP mentor, the first day and which optional competencies apply."""

    learner_name = forms.CharField(
        label="Learner's name", max_length=150, help_text="As it should be on the certificate"
    )
    learner_email = forms.EmailField(label="Learner's email address", help_text="The learner signs in with it")
    mentor_name = forms.CharField(label="GP mentor's name", max_length=150)
    mentor_email = forms.EmailField(label="GP mentor's email address", help_text="The mentor signs in with it")
    starts = forms.DateField(label="First day", help_text="For example, 27 3 2026")
    kinds = forms.MultipleChoiceField(
        label="Which tasks will the learner train for?",
        help_text="Core competencies always apply.",
        choices=[(kind.value, f"{kind.label} tasks") for kind in OPTIONAL_KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple(
            hints={
                CompetencyKind.ADMINISTRATIVE: "For example letters, referrals and results",
                CompetencyKind.CLINICAL: "For example blood pressure, urine dipstick and taking blood",
            }
        ),
    )

    submit = "Continue"

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts": max(cohort.starts, today()), "kinds": list(OPTIONAL_KINDS)})
        super().__init__(*args, **kwargs)
        self.helper = forms.house_helper(self, submit=None)
        self.helper.layout = forms.Layout(
            forms.Fieldset("The learner", "learner_name", "learner_email"),
            forms.Fieldset("The GP mentor", "mentor_name", "mentor_email"),
            "starts",
            "kinds",
            forms.Buttons(forms.Submit("action", "check", text="Continue")),
        )


class MoveForm(forms.Form):
    """The day and, where the move needs one, the reason."""

    effective_on = forms.DateField(label="From which day", help_text="Today or earlier. For example, 27 3 2026")
    reason_code = forms.ChoiceField(
        label="Why did the learner withdraw?", choices=WithdrawalReason.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea,
        help_text="The hub and the national team can read this. Leave out health and other private details.",
    )

    def __init__(self, *args: Any, line: Transition, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"effective_on": today()})
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = line.reason
        if line.target != EnrolmentState.WITHDRAWN:
            del self.fields["reason_code"]
