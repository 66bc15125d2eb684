"""Reads of accounts: the role source of national roles."""

from collections.abc import Iterable

from django.db.models import Q

from gpa_programme.accounts.access import Grant
from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import NationalRole, User
from gpa_programme.core.periods import today


def national_grants(user: User) -> Iterable[Grant]:
    """The national roles a person holds today."""
    day = today()
    current = NationalRole.objects.filter(Q(until__isnull=True) | Q(until__gte=day), user=user, since__lte=day)
    return [Grant(RoleKey(role), national=True) for role in current.values_list("role", flat=True)]
