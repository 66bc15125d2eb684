"""Which units' figures a person may compare on the pages of measures."""

from dataclasses import dataclass
from typing import Any

from evaluation.measures.door import Unit
from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission
from hubs.models import Hub, Programme


@dataclass(frozen=True)
class Reader:
    """Whose figures a person reads: `own` is England or their first hub, `hubs` those they may see."""

    own: Unit
    hubs: list[Hub]
    national: bool


def reader(user: Any, programme: Programme, hubs: list[Hub]) -> Reader:
    """National roles read every hub and England; a hub's people their own hub, or England where it has no cohort."""
    mine = access.hub_ids(user, Permission.SEE_MEASURES)
    if mine is None:
        return Reader(Unit.of(None, programme=programme), hubs, national=True)
    own = [hub for hub in hubs if hub.pk in mine]
    return Reader(Unit.of(own[0] if own else None, programme=programme), own, national=False)
