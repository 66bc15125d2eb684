"""Forms of what a learner brings, and of what a Care Certificate's standard covers."""

from typing import Any

from gpa_programme.core import forms
from learners.enums import CareCertificate
from learners.forms.competencies import CompetenciesForm
from learners.models import Background
from learners.rules.background import EDITIONS


class BackgroundForm(forms.Form):
    """The previous role, and the Care Certificate with its date and standards."""

    previous_role = forms.CharField(
        label="What did you do before?",
        max_length=150,
        required=False,
        help_text="For example receptionist, healthcare assistant or care worker",
    )
    care_certificate = forms.ChoiceField(
        label="Do you have the Care Certificate?",
        choices=[
            (CareCertificate.HELD, "Yes, I have it"),
            (CareCertificate.IN_PROGRESS, "I am working towards it"),
            (CareCertificate.NONE, "No"),
        ],
        widget=forms.RadioSelect,
    )
    certified_on = forms.DateField(
        label="Date on the certificate", required=False, help_text="If you have it. For example, 27 3 2018"
    )
    edition = forms.ChoiceField(
        label="Which standards?",
        choices=[("", "I do not know"), *((year, f"{year} standards") for year in EDITIONS)],
        required=False,
        help_text="The certificate has 15 standards of 2015, or 16 of 2025",
    )

    @staticmethod
    def initial_of(background: Background | None) -> dict[str, Any]:
        """What the form shows of what was said before."""
        if background is None:
            return {}
        names = ("previous_role", "care_certificate", "certified_on", "edition")
        return {name: getattr(background, name) for name in names}


class StandardForm(CompetenciesForm):
    """The competencies that a standard covers, by domain."""

    competencies = forms.MultipleChoiceField(
        label="What does it cover?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select competencies of this framework"},
    )
