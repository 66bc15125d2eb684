"""What hub pages show beside figures: people, reports, cohorts, and the practices of the region."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Replace

from evaluation.measures import door
from evaluation.measures.door import Figure, Unit
from evaluation.models import RegionalReport
from gpa_programme.core.periods import Month, today
from hubs.enums import OrganisationKind
from hubs.models import Cohort, Hub, HubMembership, Organisation, OrganisationLink, PracticeFigures, Programme
from learners.enums import EnrolmentState as S
from learners.models import Enrolment, Placement

LIVE_COHORTS = 5
LEARNS = (S.ACCEPTED, S.ACTIVE, S.SUBMITTED, S.REFERRED, S.VERIFIED)
OWN = (
    "places_filled",
    "learners_active",
    "competencies_signed_share",
    "on_pace_share",
    "learners_stalled",
    "requests_over_14_days",
    "mentor_wait_days",
    "new_sign_offs",
    "withdrawals",
    "learners_without_mentor",
)
BY_HUB_ONLY = ("evaluation_response", "returns_on_time")


@dataclass(frozen=True)
class HubFigures:
    """A hub's figures and those of its cohorts, by cohort id."""

    whole: dict[str, Figure]
    cohorts: dict[int, dict[str, Figure]]


@dataclass(frozen=True)
class Problem:
    """The worst thing to open: what it is and where."""

    text: str
    href: str


def own_figures(hub: Hub, programme: Programme, month: Month, cohorts: list[Cohort]) -> HubFigures:
    """Counted now for the hub that owns them; a hub of more than five cohorts, or a past month, reads snapshots."""
    unit = Unit.of(hub, programme=programme)
    keys = (*OWN, *BY_HUB_ONLY)
    if len(cohorts) <= LIVE_COHORTS and month == Month.of(today()):
        found = door.within(keys, unit, month=month)
        return HubFigures(found[unit], {int(one.key): figures for one, figures in found.items() if one != unit})
    units = [Unit.of(cohort) for cohort in cohorts]
    stored = door.stored(keys, [unit, *units], programme=programme, month=month)
    return HubFigures(stored[unit], {int(one.key): stored[one] for one in units})


def worst_problem(cohorts: list[Cohort], figures: Mapping[int, Mapping[str, Figure]]) -> Problem | None:
    """The cohort with most learners standing still, else the one with most requests waiting too long; None where all is
    well.
    """
    for key, words in (("learners_stalled", "standing still"), ("requests_over_14_days", "waiting too long")):
        counted = [(figures[cohort.pk][key].numerator or 0, cohort) for cohort in cohorts if cohort.pk in figures]
        most = max(counted, key=lambda pair: pair[0], default=(0, None))
        if most[0] and most[1]:
            figure = figures[most[1].pk][key]
            noun = "learner" if key == "learners_stalled" else "request"
            return Problem(f"Open {most[0]} {noun}{'' if most[0] == 1 else 's'} {words}", figure.href)
    return None


def people_of(hub: Hub) -> list[HubMembership]:
    """Coordinators and leads today, by name."""
    day = today()
    rows = hub.memberships.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
    return list(rows.select_related("user").order_by("user__name", "role"))


def reports_of(hub: Hub, programme: Programme, user: Any) -> list[RegionalReport]:
    """The hub's latest six reports as the person may see them."""
    rows = RegionalReport.objects.visible_to(user).filter(hub=hub, programme=programme)
    return list(rows.select_related("hub").order_by("-period")[:6])


def practices_of(hub: Hub) -> QuerySet[Organisation]:
    """Open practices of the hub's region with their newest published figures, PCN, CCG and learners placed now."""
    day = today()
    newest = PracticeFigures.objects.filter(practice=OuterRef("pk")).order_by("-as_at")
    return (
        Organisation.objects.practices()
        .filter(Q(closed__isnull=True) | Q(closed__gt=day), region=hub.region_id)
        .annotate(
            list_size=Subquery(newest.values("list_size")[:1]),
            rurality=Subquery(newest.values("rurality")[:1]),
            imd_fifth=Subquery(newest.values("imd_fifth")[:1]),
            pcn=_parent(OrganisationKind.PCN),
            ccg=_parent(OrganisationKind.CCG),
            learners=Subquery(
                Placement.objects.filter(
                    practice=OuterRef("pk"), enrolment__cohort__hub=hub, enrolment__state__in=LEARNS, until__isnull=True
                )
                .order_by()
                .values("practice")
                .annotate(n=Count("pk"))
                .values("n")
            ),
        )
        .order_by("name", "ods_code")
    )


def search_practices(rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Those whose name or town holds every word, or whose ODS code or postcode begins so."""
    words = text.upper().split()
    joined = "".join(words)
    named = Q()
    for word in words:
        named &= Q(name__icontains=word) | Q(town__icontains=word)
    return rows.alias(squeezed=Replace("postcode", Value(" "), Value(""))).filter(
        named | Q(ods_code__startswith=joined) | Q(squeezed__startswith=joined)
    )


def _parent(kind: OrganisationKind) -> Subquery:
    day = today()
    links = OrganisationLink.objects.filter(
        Q(until__isnull=True) | Q(until__gt=day), child=OuterRef("pk"), parent__kind=kind, since__lte=day
    )
    return Subquery(links.order_by("-since").values("parent__name")[:1])


def links_of(practice: Organisation) -> list[OrganisationLink]:
    """What the practice belonged to and belongs to, newest first."""
    return list(practice.parent_links.select_related("parent").order_by("-since", "parent__kind"))


def figures_of(practice: Organisation) -> list[PracticeFigures]:
    """What was published about the practice, newest first."""
    return list(practice.figures.order_by("-as_at"))


def placed_at(practice: Organisation, user: Any) -> list[Placement]:
    """Learners who worked or work there and whom the person may see, newest first."""
    rows = Placement.objects.filter(practice=practice, enrolment__in=Enrolment.objects.visible_to(user))
    return list(rows.select_related("enrolment__learner", "enrolment__cohort__hub").order_by("-since", "pk"))
