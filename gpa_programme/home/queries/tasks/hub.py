"""What waits for a hub: reports, transfers, mentors to chase, flags, finished portfolios, certificates."""

from typing import Any

from django.urls import reverse

from evaluation.enums import ReportState
from evaluation.models import RegionalReport
from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.periods import now
from gpa_programme.home.queries.tasks.task import Task, first_of, many
from learners.enums import FlagState, OfferState
from learners.models import Enrolment
from learners.queries.certificates import to_issue
from learners.queries.due import to_check
from learners.queries.flags import flags_for
from learners.queries.reminders import LongWait, long_waits
from learners.queries.transfer import offers_for

REPORTS, COHORTS = 6, 3


def reports(user: Any) -> list[Task]:
    """Regional reports to write or to correct."""
    hubs = access.hub_ids(user, Permission.WRITE_REPORT) or set()
    rows = RegionalReport.objects.filter(hub__in=hubs, state__in=[ReportState.DRAFT, ReportState.RETURNED])
    found = []
    for report in rows.select_related("hub")[:REPORTS]:
        late = (now() - report.due_at).days
        words = "Answer the national team on" if report.state == ReportState.RETURNED else "Write"
        found.append(
            Task(
                f"{words} the report: {report}",
                report.get_absolute_url(),
                due=f"{many(late, 'day')} late" if late > 0 else f"Due {report.due_at:%-d %B}",
                weight=200 + late if late > 0 else 80,
            )
        )
    return found


def transfers(user: Any) -> list[Task]:
    """Learners whom other hubs offer."""
    count = offers_for(user).filter(state=OfferState.OPEN).count()
    if not count:
        return []
    return [Task(f"Answer {many(count, 'transfer')} offered to you", "/transfers/", weight=85)]


def mentors_to_chase(user: Any) -> list[Task]:
    """Cohorts in which requests wait since the last reminder to their mentors, those with the most first."""
    hubs = access.hub_ids(user, Permission.MANAGE_MENTORS) or set()
    return [_chase(row) for row in long_waits(hubs)[:COHORTS]]


def _chase(row: LongWait) -> Task:
    told = f" {row.told} of them {'has' if row.told == 1 else 'have'} waited {row.limits.hub} days or more."
    return Task(
        f"Chase mentors: {many(row.count, 'request')} waiting {row.limits.again} days or more",
        f"/cohorts/{row.cohort}/board/?sort=-waiting",
        f"{row.name}.{told if row.told else ''}",
        weight=110 if row.told else 90,
    )


def flags(user: Any) -> list[Task]:
    """Evidence of which somebody says that it names a patient."""
    count = flags_for(user).filter(state=FlagState.OPEN).count()
    if not count:
        return []
    hint = "Hidden from everybody but the author until somebody decides."
    return [Task(f"Decide {many(count, 'flag')}: does it name a patient?", "/flags/", hint, weight=180)]


def checks(user: Any) -> list[Task]:
    """Finished portfolios to check, and checked ones to hand in or to complete in house."""
    due, checked = to_check(user)
    return [
        *_portfolios("Check {}", due, "finish-check", 97),
        *_portfolios("Hand in or complete {}", checked, "learner-finish", 93),
    ]


def _portfolios(label: str, rows: list[Enrolment], page: str, weight: int) -> list[Task]:
    if not rows:
        return []
    words = label.format(many(len(rows), "finished portfolio"))
    href = reverse(page, kwargs={"ref": rows[0].ref})
    return [Task(words, href, first_of(len(rows), rows[0].learner), weight=weight)]


def certificates(user: Any) -> list[Task]:
    """Learners who have reached an end and wait for their certificate."""
    rows = list(to_issue(user))
    if not rows:
        return []
    return [
        Task(
            f"Issue {many(len(rows), 'certificate')}",
            reverse("certificate-issue", kwargs={"ref": rows[0].ref}),
            first_of(len(rows), rows[0].learner),
            weight=65,
        )
    ]
