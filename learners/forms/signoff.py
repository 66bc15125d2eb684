"""Forms of a mentor: what to decide on one request, several at once, and taking a sign-off back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField

from gpa_programme.core import forms
from learners.enums import MentorKind
from learners.models import Mentorship, SignOffRequest

WORDS_MAX = 2_000
SIGN_OFF, SIGN_OFF_LOOKED, RETURN, CANNOT_JUDGE = "sign_off", "sign_off_looked", "return", "cannot_judge"
LABELS = {
    SIGN_OFF: "Sign off",
    SIGN_OFF_LOOKED: "Sign off. I looked at every picture and scan: no name, number or face",
    RETURN: "Return it: something is missing",
    CANNOT_JUDGE: "I cannot judge this: hand it on",
}
OWED = {
    RETURN: {"reason": "Enter what is missing", "would_satisfy": "Enter what would satisfy you"},
    CANNOT_JUDGE: {"why": "Enter why you cannot judge this", "handed_to": "Select who should judge it instead"},
}
TO_HUB = "hub"


@dataclass(frozen=True)
class Option:
    """One of the ways to decide, with the fields that it asks for."""

    value: str
    label: str
    hint: str
    fields: list[BoundField]
    chosen: bool


def _words(label: str, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=WORDS_MAX, required=False, widget=forms.Textarea(attrs={"rows": rows})
    )


class DecideForm(forms.Form):
    """Sign off, return or hand on, over what was seen: it carries the hash of the versions on the page."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label="Your decision",
        choices=list(LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you decide", "invalid_choice": "Select what you decide"},
    )
    reason = _words("What is missing?", 3)
    would_satisfy = _words("What would satisfy you?", 3)
    why = _words("Why can you not judge this?", 2)
    handed_to = forms.ChoiceField(label="Who should judge it instead?", required=False, widget=forms.RadioSelect)
    needed_later = ("reason", "would_satisfy", "why", "handed_to")

    def __init__(
        self,
        *args: Any,
        statement: str,
        others: Iterable[Mentorship],
        may_sign: bool,
        unread: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.statement = statement
        self.others = {str(row.mentor_id): row for row in others}
        sign_off = SIGN_OFF_LOOKED if unread else SIGN_OFF
        self.offered = (sign_off, RETURN, CANNOT_JUDGE) if may_sign else (CANNOT_JUDGE,)
        people = [(key, f"{row.mentor}, {_kind(row.kind)}") for key, row in self.others.items()]
        self.fields["handed_to"].choices = [*people, (TO_HUB, "None of us: tell the hub")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the chosen decision owes in words."""
        said = super().clean() or {}
        for name, message in OWED.get(said.get("decision", ""), {}).items():
            if name not in self.errors and not str(said.get(name, "")).strip():
                self.add_error(name, message)
        return said

    @property
    def options(self) -> list[Option]:
        """The ways to decide that are open to this mentor, in order."""
        chosen = self["decision"].value() or (self.offered[0] if len(self.offered) == 1 else "")
        return [
            Option(
                value,
                LABELS[value],
                self.statement if value in {SIGN_OFF, SIGN_OFF_LOOKED} else "",
                [self[name] for name in OWED.get(value, ())],
                chosen == value,
            )
            for value in self.offered
        ]


def _kind(kind: str) -> str:
    label = str(MentorKind(kind).label)
    return label if label[1:2].isupper() else label.lower()


class TogetherForm(forms.Form):
    """Several requests signed off at once: which of those that were opened, under one statement."""

    chosen = forms.MultipleChoiceField(
        label="Which do you sign off?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select at least one",
            "invalid_choice": "One of these was decided or changed since you opened this page. Select again",
        },
    )
    confirmed = forms.BooleanField()

    def __init__(
        self, *args: Any, requests: Iterable[SignOffRequest], statement: str, unread: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["chosen"]
        chosen.choices = [(request.ref, str(request.competency)) for request in requests]
        self.fields["confirmed"].label = statement
        self.fields["confirmed"].error_messages["required"] = "Tick the box to confirm that you are satisfied"
        if unread:
            self.fields["pictures_looked_at"] = forms.BooleanField(
                required=False, label="I looked at every picture and scan: no name, number or face"
            )


class RevokeForm(forms.Form):
    """A sign-off is taken back."""

    reason = forms.CharField(
        label="Why do you take it back?", max_length=WORDS_MAX, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The learner reads this.",
        error_messages={"required": "Enter why you take it back"},
    )  # fmt: skip
