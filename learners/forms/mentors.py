"""Forms about mentors: naming, changing and ending one; a mentor's digest, absences and what they put off."""

from datetime import date
from typing import Any

from gpa_programme.core import forms
from gpa_programme.core.periods import today
from learners.enums import DigestRhythm, MentorKind
from learners.rules.mentors import said

EXAMPLE = "For example, 27 3 2026"


class AddMentorForm(forms.Form):
    """A second mentor, or somebody who covers for a time."""

    kind = forms.ChoiceField(
        label="What are they?",
        choices=[(kind.value, kind.label) for kind in (MentorKind.SECOND, MentorKind.COVER)],
        widget=forms.RadioSelect(
            hints={
                MentorKind.SECOND: "Decides beside the GP mentor, for as long as you say",
                MentorKind.COVER: "Decides while the GP mentor is away, between two days",
            }
        ),
    )
    name = forms.CharField(label="Their name", max_length=150)
    email = forms.EmailField(label="Their email address", help_text="They sign in with it and need no password")
    since = forms.DateField(label="First day", help_text=EXAMPLE)
    until = forms.DateField(label="Last day", required=False, help_text="Leave it empty for a second mentor who stays")

    submit = "Continue"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"since": today()})
        super().__init__(*args, **kwargs)


class ChangeGpForm(forms.Form):
    """Who is GP mentor next, and from when."""

    name = forms.CharField(label="Name of the next GP mentor", max_length=150)
    email = forms.EmailField(label="Their email address", help_text="They sign in with it and need no password")
    since = forms.DateField(label="Their first day", help_text=f"The one before stops the day before. {EXAMPLE}")

    submit = "Continue"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"since": today()})
        super().__init__(*args, **kwargs)


class EndForm(forms.Form):
    """The last day of a mentor."""

    last = forms.DateField(label="Their last day", help_text=EXAMPLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"last": today()})
        super().__init__(*args, **kwargs)


class RhythmForm(forms.Form):
    """How often a mentor's digest comes."""

    rhythm = forms.ChoiceField(
        label="How often do you want one email with what waits?",
        choices=DigestRhythm.choices,
        widget=forms.RadioSelect(hints={DigestRhythm.SOON: "Half an hour after the first thing that came"}),
    )


class AbsenceForm(forms.Form):
    """Days away, and who covers."""

    since = forms.DateField(label="First day away", help_text=EXAMPLE)
    until = forms.DateField(label="Last day away", help_text=EXAMPLE)
    name = forms.CharField(
        label="Who covers for you?",
        required=False,
        max_length=150,
        help_text="They decide on these days instead of you",
    )
    email = forms.EmailField(label="Their email address", required=False)
    nobody = forms.BooleanField(
        label="Nobody covers for me: what waits will wait, unless a second mentor decides it", required=False
    )

    submit = "Continue"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = forms.house_helper(self, submit=None)
        self.helper.layout = forms.Layout(
            "since",
            "until",
            forms.Fieldset("Cover", "name", "email", "nobody"),
            forms.Buttons(forms.Submit(text="Continue")),
        )

    def clean(self) -> dict[str, Any]:
        """A name goes with an address; who names nobody says so."""
        said_so = super().clean() or self.cleaned_data
        if said_so.get("name") and not said_so.get("email") and "email" not in self.errors:
            self.add_error("email", "Enter their email address, or leave the name empty too")
        if said_so.get("email") and not said_so.get("name"):
            self.add_error("name", "Enter their name")
        named = any(said_so.get(name) or name in self.errors for name in ("name", "email"))
        if not named and not said_so.get("nobody"):
            self.add_error("name", "Enter who covers for you, or tick that nobody does")
        if named and said_so.get("nobody"):
            self.add_error("nobody", "Untick this, or leave the name and the address empty")
        return said_so


class SnoozeForm(forms.Form):
    """Until when a request is put off."""

    until = forms.DateField(label="Remind me on")

    submit = "Put it off"

    def __init__(self, *args: Any, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = f"{said(latest)} at the latest"
