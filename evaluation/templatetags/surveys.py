"""The personal link of a survey in a message."""

from django import template

from evaluation.emails import surveys

register = template.Library()


@register.simple_tag
def survey_link(wave: int, person: int) -> str:
    """The address at which this person answers this wave."""
    return surveys.personal_link(wave, person)
