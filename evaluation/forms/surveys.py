"""The questions of an instrument as a form, and the form of a new wave."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from evaluation.enums import QuestionKind, TimePoint, WaveMode
from evaluation.models import EvaluationPlan, Instrument, Question
from evaluation.rules.answers import LARGEST_NUMBER, LONGEST_TEXT, choices, stored
from gpa_programme.core import forms

PROTECTION = {
    WaveMode.ANONYMOUS_OPEN: "For patients: a poster with a QR code, nobody is invited by name",
    WaveMode.ANONYMOUS_INVITED: "A personal link by mail; change in the same people cannot be seen",
    WaveMode.CONFIDENTIAL_LINKED: "A personal link by mail; change in the same people can be seen",
}


class SurveyForm(forms.Form):
    """Every question of an instrument, in order; free text and numbers may be left out."""

    submit = None

    def __init__(self, questions: Iterable[Question], *args: Any, **kwargs: Any) -> None:
        self.questions = list(questions)
        super().__init__(*args, **kwargs)
        for question in self.questions:
            self.fields[question.key] = _field(question)
        self.helper = forms.house_helper(self, "Send my answers")
        self.helper.disable_csrf = True  # the address is the key; respondents get no cookie

    def answers(self) -> dict[str, int | str]:
        """The answers as they are stored, by question key."""
        found = {
            question.key: stored(question.kind, self.cleaned_data[question.key])
            for question in self.questions
            if question.kind != QuestionKind.TEXT
        }
        return {key: answer for key, answer in found.items() if answer is not None}

    def comments(self) -> dict[int, str]:
        """What was written, by question id."""
        return {
            question.pk: self.cleaned_data[question.key].strip()
            for question in self.questions
            if question.kind == QuestionKind.TEXT and self.cleaned_data[question.key].strip()
        }


def _field(question: Question) -> Any:
    shared = {"label": question.text, "help_text": question.hint}
    if question.kind == QuestionKind.TEXT:
        return forms.CharField(required=False, max_length=LONGEST_TEXT, widget=forms.Textarea, **shared)
    if question.kind == QuestionKind.NUMBER:
        return forms.IntegerField(
            required=False,
            min_value=0,
            max_value=LARGEST_NUMBER,
            error_messages={
                "invalid": f"Enter a whole number: {question.text}",
                "min_value": f"Enter 0 or more: {question.text}",
                "max_value": f"Enter {LARGEST_NUMBER} or less: {question.text}",
            },
            **shared,
        )
    return forms.ChoiceField(
        choices=choices(question.kind, question.not_applicable),
        widget=forms.RadioSelect,
        error_messages={"required": f"Choose an answer: {question.text}"},
        **shared,
    )


class WaveForm(forms.Form):
    """A new wave."""

    submit = "Create the wave"

    plan = forms.ModelChoiceField(EvaluationPlan.objects.none(), empty_label=None)
    instrument = forms.ModelChoiceField(Instrument.objects.none(), label="Survey", empty_label=None)
    time_point = forms.ChoiceField(choices=TimePoint.choices, widget=forms.RadioSelect)
    intake = forms.ChoiceField(help_text="The start of the cohorts that are asked")
    mode = forms.ChoiceField(
        label="How answers are protected",
        help_text="This cannot be changed afterwards",
        choices=WaveMode.choices,
        widget=forms.RadioSelect(hints=PROTECTION),
    )
    opens_on = forms.DateField(label="First day", help_text="For example, 27 3 2026")
    closes_on = forms.DateField(label="Last day", help_text="For example, 17 4 2026")

    def __init__(self, plans: Any, instruments: Any, intakes: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans
        self.fields["instrument"].queryset = instruments
        self.fields["intake"].choices = [(day.isoformat(), f"{day.day} {day:%B %Y}") for day in intakes]

    def cleaned(self) -> dict[str, Any]:
        """The fields of the wave, its intake as a date."""
        return {**self.cleaned_data, "intake": date.fromisoformat(self.cleaned_data["intake"])}
