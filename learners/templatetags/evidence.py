"""Template filters that read a version of evidence: its answers by question and the rows of its log."""

from django import template

from learners.models import EvidenceVersion
from learners.rules.log import Row, rows_of
from learners.rules.prompts import Answer, answered

register = template.Library()


@register.filter
def answers_of(version: EvidenceVersion) -> list[Answer]:
    """What was answered, question by question."""
    return answered(version.item.kind, version.answers)


@register.filter
def log_of(version: EvidenceVersion) -> list[Row]:
    """The rows of a log."""
    return rows_of(version.entries)
