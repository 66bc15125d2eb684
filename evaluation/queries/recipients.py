"""Who is told about a report: roles, never lists of addresses."""

from django.db.models import Q, QuerySet

from evaluation.models import RegionalReport
from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import User
from gpa_programme.core.periods import today


def of_report(report: RegionalReport) -> QuerySet[User]:
    """National leads and analysts, and the coordinators and leads of the report's hub."""
    return national() if report.hub_id is None else (national() | of_hub(report.hub_id)).distinct()


def national() -> QuerySet[User]:
    """People who hold a national lead's or analyst's role today."""
    day = today()
    current = Q(national_roles__since__lte=day) & (
        Q(national_roles__until__isnull=True) | Q(national_roles__until__gte=day)
    )
    keys = [RoleKey.NATIONAL_LEAD, RoleKey.NATIONAL_ANALYST]
    return User.objects.filter(current, national_roles__role__in=keys, is_active=True).distinct()


def of_hub(hub: int) -> QuerySet[User]:
    """Coordinators and leads of a hub today."""
    day = today()
    current = Q(hub_memberships__since__lte=day) & (
        Q(hub_memberships__until__isnull=True) | Q(hub_memberships__until__gte=day)
    )
    return User.objects.filter(current, hub_memberships__hub=hub, is_active=True).distinct()
