"""Forms of the end of a portfolio: declarations, the hub's check, routes, samples, blind readings, certificates."""

from datetime import date
from typing import Any

from gpa_programme.core import forms
from gpa_programme.core.periods import today
from learners.enums import Route, Verdict, VerificationOutcome
from learners.rules import finish as rules
from learners.rules import verification as verification_rules
from learners.rules.background import ROUTES

WORDS_MAX = 2_000
OUTCOMES = [(one.value, one.label) for one in (VerificationOutcome.VERIFIED, VerificationOutcome.REFERRED)]
PASS, MORE = "pass", "more"


def words(label: str, *, required: bool = True, hint: str = "", rows: int = 3) -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(
        label=label,
        max_length=WORDS_MAX,
        required=required,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def needed_reason(hint: str) -> forms.CharField:
    """A reason that must be given."""
    field = words("Reason", hint=hint)
    field.error_messages["required"] = "Enter a reason"
    return field


class DeclarationForm(forms.Form):
    """A declaration in the wording shown, over the sign-offs shown."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    confirmed = forms.BooleanField()

    submit = "Send the declaration"

    def __init__(self, *args: Any, wording: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].label = wording
        self.fields["confirmed"].error_messages["required"] = "Tick the box to confirm the declaration"


class StatementForm(DeclarationForm):
    """The mentor's statement, with what they want to add."""

    note = words("Anything to add", required=False, hint="The learner and the hub can read it. No patient details.")

    submit = "Make the statement"


class HubCheckForm(forms.Form):
    """The hub's check: each thing looked at is ticked."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    checks = forms.MultipleChoiceField(
        label="What I have checked",
        choices=list(rules.CHECKS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick every check, or tell the learner what is missing"},
    )
    note = words("Anything to add", required=False, hint="The learner can read it. No patient details.")

    submit = "Confirm the check"


class InHouseForm(forms.Form):
    """Why a learner completes in house."""

    reason = needed_reason("For example: no award is sought. The learner can read it.")


class RouteForm(forms.Form):
    """How a learner gets to the end, and why it changes."""

    route = forms.ChoiceField(
        label="Route",
        choices=Route.choices,
        widget=forms.RadioSelect(hints=ROUTES),
    )
    reason = words("Why does it change?")

    submit = "Change the route"


class DrawForm(forms.Form):
    """How much is drawn, and by which seed."""

    programme = forms.ChoiceField(label="Programme", widget=forms.RadioSelect)
    percent = forms.IntegerField(
        label="Percentage of each hub's portfolios",
        min_value=1,
        max_value=100,
        help_text="Rounded up, so at least one of every hub",
    )
    competencies_each = forms.IntegerField(
        label="Competencies from each drawn portfolio", min_value=1, max_value=100, help_text="Spread over the domains"
    )
    seed = forms.CharField(
        label="Seed",
        max_length=32,
        required=False,
        help_text="For example, from a public lottery. Leave it empty and one is made. Letters, figures and hyphens.",
    )

    submit = "Continue"

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **kwargs: Any) -> None:
        first = programmes[0][0] if programmes else ""
        sizes = {"percent": verification_rules.PERCENT, "competencies_each": verification_rules.EACH}
        kwargs.setdefault("initial", {"programme": first, **sizes})
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programmes


class AssignForm(forms.Form):
    """Who verifies a drawn portfolio, and on which days."""

    verifier = forms.ChoiceField(label="Verifier", widget=forms.RadioSelect)
    since = forms.DateField(label="First day", help_text="For example, 27 3 2026")
    until = forms.DateField(label="Last day", help_text="Four weeks are usual")

    submit = "Assign"

    def __init__(
        self, *args: Any, verifiers: list[tuple[str, str]], since: date | None, until: date | None, **kwargs: Any
    ) -> None:
        first = since or today()
        kwargs.setdefault("initial", {"since": first, "until": until or first + verification_rules.WINDOW})
        super().__init__(*args, **kwargs)
        self.fields["verifier"].choices = verifiers


class ReadingForm(forms.Form):
    """What a verifier would have decided."""

    verdict = forms.ChoiceField(label="What would you have decided?", choices=Verdict.choices, widget=forms.RadioSelect)
    reason = words("Why?", required=False, hint="Needed where you would return it. No patient details.")

    submit = "Record and show the decision"


class OutcomeForm(forms.Form):
    """What a verification came to."""

    outcome = forms.ChoiceField(label="Outcome", choices=OUTCOMES, widget=forms.RadioSelect)
    reason = words(
        "Reason",
        required=False,
        hint="Needed where you refer it back: what the learner has to do. The learner can read it.",
    )


class RestForm(forms.Form):
    """What becomes of the portfolios of a hub that were not drawn."""

    choice = forms.ChoiceField(
        label="What becomes of the others?",
        choices=[(MORE, "Draw more of them"), (PASS, "Let them pass")],
        widget=forms.RadioSelect(
            hints={MORE: "They form a new sample with a seed of its own", PASS: "They are verified without being read"}
        ),
    )
    percent = forms.IntegerField(label="Percentage, where more are drawn", min_value=1, max_value=100)
    competencies_each = forms.IntegerField(label="Competencies from each", min_value=1, max_value=100)
    reason = needed_reason("It is kept with the sample.")

    submit = "Decide"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"percent": 50, "competencies_each": verification_rules.EACH})
        super().__init__(*args, **kwargs)


class WithdrawForm(forms.Form):
    """Why a certificate is withdrawn."""

    reason = needed_reason("The learner and the hub can read it. The public page shows only the date.")


class CodeForm(forms.Form):
    """The code of a certificate, as somebody typed it."""

    code = forms.CharField(
        label="Code of the certificate", max_length=30, help_text="Twelve letters and figures, such as K7MP-2Q4R-XW9B"
    )

    submit = "Check"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = forms.house_helper(self, self.submit, method="get")
