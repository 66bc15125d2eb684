"""The personal link of a colleague who is asked for a statement, in a message."""

from django import template

from learners.emails.witnesses import personal_link

register = template.Library()


@register.simple_tag
def witness_link(seed: str) -> str:
    """The address that a seed stands for."""
    return personal_link(seed)
