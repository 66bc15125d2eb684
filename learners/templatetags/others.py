"""What others said of a version: a colleague's statement, a mentor who watched."""

from typing import Any

from django import template
from django.template.context import Context

from learners.models import EvidenceVersion
from learners.queries.observations import seen_by
from learners.rules.witnesses import SAID_BY_OTHERS

register = template.Library()


@register.inclusion_tag("learners/said_by_others.html", takes_context=True)
def said_by_others(context: Context, version: EvidenceVersion) -> dict[str, Any]:
    """The statement of its witness, or who watched it; nothing where there is neither, or its words were destroyed.

    Fetch the version with its item, witness and observation__observer: then it asks no queries of its own. With `blind`
    in the context, which mentor watched is not said.
    """
    request = getattr(context, "request", None)
    named = not context.get("blind", False)
    silent = version.item.kind not in SAID_BY_OTHERS or version.destroyed_at is not None
    witness = None if silent else getattr(version, "witness", None)
    observation = None if silent else getattr(version, "observation", None)
    return {
        "witness": witness if witness and witness.answered_at else None,
        "seen": seen_by(observation, request.user if request else None, named=named) if observation else None,
    }
