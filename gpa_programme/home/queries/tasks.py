"""What needs a person today, from all their roles, ordered by what hurts most."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q

from evaluation.enums import ReportState, WaveState
from evaluation.models import RegionalReport, Wave
from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission, RoleKey
from gpa_programme.core import work
from gpa_programme.core.periods import now
from hubs.models import Programme
from learners.enums import FlagState, OfferState
from learners.models import Enrolment, EvidenceVersion, SignOffRequest
from learners.queries.flags import flags_for
from learners.queries.transfer import offers_for
from learners.queries.waiting import waiting_for


@dataclass(frozen=True)
class Task:
    """One thing to do: its words, where, a hint, and how much waiting it ends (higher comes first)."""

    label: str
    href: str
    hint: str = ""
    due: str = ""
    weight: int = 0


def tasks_of(user: Any) -> list[Task]:
    """Every task of a person, the most painful first; a fixed number of queries whatever the number of learners."""
    roles = access.role_keys(user)
    found: list[Task] = []
    if RoleKey.MENTOR in roles:
        found += _mentor(user)
    if RoleKey.LEARNER in roles:
        found += _learner(user)
    if access.can(user, Permission.WRITE_REPORT):
        found += _hub(user)
    if access.can(user, Permission.DECIDE_FLAG):
        found += _flags(user)
    if access.can(user, Permission.ACCEPT_REPORT):
        found += _national(user)
    if access.can(user, Permission.RUN_OPERATIONS):
        found += _support()
    return sorted(found, key=lambda task: (-task.weight, task.label))


def _mentor(user: Any) -> list[Task]:
    counted = waiting_for(user).order_by().aggregate(count=Count("pk"), oldest=Min("requested_at"))
    if not counted["count"]:
        return []
    days = (now() - counted["oldest"]).days
    return [
        Task(
            f"Decide {_count(counted['count'], 'request')} waiting for you",
            "/waiting/",
            f"The oldest has waited {_count(days, 'day')}.",
            weight=100 + days,
        )
    ]


def _learner(user: Any) -> list[Task]:
    mine = Enrolment.objects.filter(learner=user)
    drafts = EvidenceVersion.objects.filter(item__enrolment__in=mine, submitted_at__isnull=True).count()
    found = [Task("Add evidence", "/evidence/new/", "One thing a page; it saves as you write.", weight=10)]
    if drafts:
        found.append(Task(f"Finish {_count(drafts, 'draft')}", "/portfolio/", "Only you can see a draft.", weight=30))
    return found


def _hub(user: Any) -> list[Task]:
    hubs = access.hub_ids(user, Permission.WRITE_REPORT) or set()
    found = []
    for report in RegionalReport.objects.filter(
        hub__in=hubs, state__in=[ReportState.DRAFT, ReportState.RETURNED]
    ).select_related("hub")[:6]:
        late = (now() - report.due_at).days
        words = "Answer the national team on" if report.state == ReportState.RETURNED else "Write"
        found.append(
            Task(
                f"{words} the report: {report}",
                report.get_absolute_url(),
                due=f"{_count(late, 'day')} late" if late > 0 else f"Due {report.due_at:%-d %B}",
                weight=200 + late if late > 0 else 80,
            )
        )
    return [*found, *_transfers(user), *_mentors_to_chase(hubs)]


def _transfers(user: Any) -> list[Task]:
    count = offers_for(user).filter(state=OfferState.OPEN).count()
    if not count:
        return []
    return [Task(f"Answer {_count(count, 'transfer')} offered to you", "/transfers/", weight=85)]


def _mentors_to_chase(hubs: set[int]) -> list[Task]:
    """Cohorts in which requests have waited since before the second reminder, the most of them first."""
    days = dict(Programme.objects.filter(cohorts__hub__in=hubs).values_list("pk", "remind_again_days"))
    old = Q(pk__in=[])
    for programme, limit in days.items():
        old |= Q(requested_at__lt=now() - timedelta(days=limit), enrolment__cohort__programme=programme)
    by_cohort = (
        SignOffRequest.objects.open()
        .filter(old, enrolment__cohort__hub__in=hubs)
        .values("enrolment__cohort", "enrolment__cohort__name", "enrolment__cohort__programme")
        .annotate(count=Count("pk"))
        .order_by("-count")
    )
    return [
        Task(
            f"Chase mentors: {_count(row['count'], 'request')} waiting over "
            f"{_count(days[row['enrolment__cohort__programme']], 'day')}",
            f"/cohorts/{row['enrolment__cohort']}/board/?sort=-waiting",
            row["enrolment__cohort__name"],
            weight=90,
        )
        for row in by_cohort[:3]
    ]


def _flags(user: Any) -> list[Task]:
    count = flags_for(user).filter(state=FlagState.OPEN).count()
    if not count:
        return []
    hint = "Hidden from everybody but the author until somebody decides."
    return [Task(f"Decide {_count(count, 'flag')}: does it name a patient?", "/flags/", hint, weight=180)]


def _national(user: Any) -> list[Task]:
    found = [
        Task(f"Decide on the report: {report}", report.get_absolute_url(), "Submitted", weight=120)
        for report in RegionalReport.objects.filter(state=ReportState.SUBMITTED).select_related("hub")[:10]
    ]
    closed = Wave.objects.filter(state=WaveState.CLOSED).select_related("instrument")[:5]
    return found + [
        Task(f"Release the results: {wave}", wave.get_absolute_url(), "The wave is closed.", weight=60)
        for wave in closed
    ]


def _support() -> list[Task]:
    parked = sum(kind.model._default_manager.filter(work_state=work.WorkState.PARKED).count() for kind in work.kinds())
    if not parked:
        return []
    return [Task(f"Look at {_count(parked, 'parked piece')} of work", "/operations/", weight=150)]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
