"""Reads of hubs: the role source of hub and practice people."""

from collections.abc import Iterable

from django.db.models import Q

from gpa_programme.accounts.access import Grant, Scope
from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import User
from gpa_programme.core.periods import today
from hubs.models import HubMembership, PracticeMembership


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
