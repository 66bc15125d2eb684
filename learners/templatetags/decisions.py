"""What a page says about a decision besides its words: when the learner read it."""

from datetime import datetime

from django import template

from learners.models import Decision

register = template.Library()


@register.filter
def read_at(decision: Decision) -> datetime | None:
    """When the learner said that they read it; fetch it with `acknowledgement`, then this asks no query."""
    found = getattr(decision, "acknowledgement", None)
    return found.at if found else None
