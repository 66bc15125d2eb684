"""What the landing page shows beside tasks: at most five figures, and the places a person usually goes."""

from typing import Any

from evaluation.measures import door
from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission, RoleKey
from hubs.models import Cohort
from learners.models import Enrolment

FIGURES = ("places_filled", "learners_active", "competencies_signed_share", "learners_stalled", "requests_over_14_days")


def figures(user: Any) -> list[dict[str, str]]:
    """Five figures of the coordinator's newest cohort; nothing for people who run none."""
    hubs = access.hub_ids(user, Permission.ENROL)
    if not hubs:
        return []
    newest = Cohort.objects.filter(hub__in=hubs).select_related("hub", "programme").order_by("-starts", "pk").first()
    if newest is None:
        return []
    found = door.figures(FIGURES, door.Unit.of(newest))
    return [{"label": figure.measure.name, "value": figure.text, "href": figure.href} for figure in found.values()]


def places(user: Any) -> list[dict[str, str]]:
    """Links to what a person has: cohorts for a hub, learners for a mentor or practice manager."""
    hubs = access.hub_ids(user, Permission.ENROL)
    if hubs:
        cohorts = Cohort.objects.filter(hub__in=hubs).select_related("hub", "programme").order_by("-starts", "name")
        return [
            {"label": f"{cohort.name}, {cohort.programme.name}", "href": cohort.get_absolute_url()}
            for cohort in cohorts[:5]
        ]
    roles = access.role_keys(user)
    if RoleKey.PRACTICE_MANAGER not in roles and RoleKey.MENTOR not in roles:
        return []
    enrolments = Enrolment.objects.visible_to(user).exclude(learner=user).select_related("learner")
    return [
        {"label": str(row.learner), "href": row.get_absolute_url()} for row in enrolments.order_by("learner__name")[:20]
    ]
