"""Who has which role, since when, within what the reader may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission
from gpa_programme.accounts.models import NationalRole
from gpa_programme.core.periods import today
from hubs.models import HubMembership, Organisation, PracticeMembership
from learners.models import Mentorship, Placement


@dataclass(frozen=True)
class RoleHeld:
    """One role of one person."""

    name: str
    email: str
    role: str
    where: str
    since: date
    href: str = ""


def roles_held(user: Any) -> list[RoleHeld]:
    """Current staff roles and mentorships: the whole programme for national roles, else the reader's hubs."""
    hubs = access.hub_ids(user, Permission.SEE_PEOPLE)
    day = today()
    current = Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))
    held = (
        []
        if hubs is not None
        else [_national(row) for row in NationalRole.objects.filter(current).select_related("user")]
    )
    members = HubMembership.objects.filter(current).select_related("user", "hub")
    managers = PracticeMembership.objects.filter(current).select_related("user", "practice")
    mentors = Mentorship.objects.filter(current).select_related("mentor", "enrolment__cohort__hub")
    if hubs is not None:
        members = members.filter(hub__in=hubs)
        placed = Placement.objects.filter(until__isnull=True, enrolment__cohort__hub__in=hubs)
        managers = managers.filter(practice__in=Organisation.objects.filter(placements__in=placed))
        mentors = mentors.filter(enrolment__cohort__hub__in=hubs)
    held += [RoleHeld(str(r.user), r.user.email, str(r.status.label), r.hub.name, r.since) for r in members]
    held += [RoleHeld(str(r.user), r.user.email, "Practice manager", r.practice.name, r.since) for r in managers]
    held += _mentors(mentors)
    return sorted(held, key=lambda row: (row.name, row.role, row.where))


def _national(row: NationalRole) -> RoleHeld:
    return RoleHeld(str(row.user), row.user.email, str(row.status.label), "England", row.since)


def _mentors(mentorships: Any) -> list[RoleHeld]:
    """One line a mentor, hub and capacity, however many learners they have."""
    lines: dict[tuple[int, int, str], RoleHeld] = {}
    for row in mentorships.order_by("since"):
        hub = row.enrolment.cohort.hub
        line = RoleHeld(str(row.mentor), row.mentor.email, str(row.capacity.label), hub.name, row.since)
        lines.setdefault((row.mentor_id, hub.pk, row.kind), line)
    return list(lines.values())
