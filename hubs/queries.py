"""Reads of hubs: the role source of hub and practice people, and the search for a practice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.db.models.functions import Replace

from gpa_programme.accounts.access import Grant, Scope
from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import User
from gpa_programme.core.periods import today
from hubs.models import HubMembership, Organisation, PracticeMembership, Region

SHORTEST_SEARCH = 3
SHOWN = 20


def hub_grants(user: User) -> Iterable[Grant]:
    """The hub and practice roles a person holds today."""
    day = today()
    current = Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))
    held = [
        Grant(RoleKey(role), Scope(hub=hub))
        for role, hub in HubMembership.objects.filter(current, user=user).values_list("role", "hub")
    ]
    practices = PracticeMembership.objects.filter(current, user=user).values_list("practice", flat=True)
    held += [Grant(RoleKey.PRACTICE_MANAGER, Scope(practice=practice)) for practice in practices]
    return held


@dataclass(frozen=True)
class Found:
    """What a search for practices found: the first of them, those of the region before others, and whether more fit."""

    practices: Sequence[Organisation]
    more: bool


def find_practices(text: str, *, region: Region) -> Found:
    """Open practices by name, town, postcode or ODS code; each says whether it lies `outside` the region.

    Words may stand anywhere in the name or town; a postcode may lack its space or its end. Fewer than three
    characters find nothing.
    """
    words = text.upper().split()
    joined = "".join(words)
    if len(joined) < SHORTEST_SEARCH:
        return Found([], more=False)
    named = Q()
    for word in words:
        named &= Q(name__icontains=word) | Q(town__icontains=word)
    rows = (
        Organisation.objects.practices()
        .filter(Q(closed__isnull=True) | Q(closed__gt=today()))
        .alias(squeezed=Replace("postcode", Value(" "), Value("")))
        .filter(named | Q(ods_code__startswith=joined) | Q(squeezed__startswith=joined))
        .annotate(outside=ExpressionWrapper(~Q(region=region), output_field=BooleanField()))
        .select_related("region")
        .order_by("outside", "name", "ods_code")[: SHOWN + 1]
    )
    practices = list(rows)
    return Found(practices[:SHOWN], more=len(practices) > SHOWN)


def open_practice(ods_code: str) -> Organisation | None:
    """The practice of that code that is open today, or None."""
    current = Q(closed__isnull=True) | Q(closed__gt=today())
    return Organisation.objects.practices().filter(current, ods_code=ods_code.upper()).select_related("region").first()
