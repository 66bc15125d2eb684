"""What waits for the national team, for verifiers and for support."""

from typing import Any

from django.urls import reverse

from evaluation.enums import ReportState, WaveState
from evaluation.models import RegionalReport, Wave
from gpa_programme.core import work
from gpa_programme.core.periods import today
from gpa_programme.home.queries.tasks.task import Task, first_of, many
from learners.models import Verification
from learners.queries.verification import programmes_waiting, readings_of, without_verifier

REPORTS, WAVES = 10, 5


def reports(_user: Any) -> list[Task]:
    """Regional reports to accept or return."""
    rows = RegionalReport.objects.filter(state=ReportState.SUBMITTED).select_related("hub")
    return [
        Task(f"Decide on the report: {report}", report.get_absolute_url(), "Submitted", weight=120)
        for report in rows[:REPORTS]
    ]


def releases(_user: Any) -> list[Task]:
    """Closed waves to release."""
    rows = Wave.objects.filter(state=WaveState.CLOSED).select_related("instrument")
    return [
        Task(f"Release the results: {wave}", wave.get_absolute_url(), "The wave is closed.", weight=60)
        for wave in rows[:WAVES]
    ]


def samples(_user: Any) -> list[Task]:
    """Submitted portfolios to draw a sample of, and drawn ones that nobody reads yet."""
    waiting = sum(count for _programme, count in programmes_waiting())
    found = []
    if waiting:
        words = many(waiting, "portfolio waits", "portfolios wait")
        found.append(Task(f"Draw a sample: {words}", "/verification/draw/", weight=75))
    drawn = list(without_verifier())
    if drawn:
        found.append(
            Task(
                f"Find a verifier for {many(len(drawn), 'drawn portfolio')}",
                reverse("verification-assign", kwargs={"pk": drawn[0].pk}),
                first_of(len(drawn), drawn[0].enrolment.ref),
                weight=78,
            )
        )
    return found


def readings(user: Any) -> list[Task]:
    """Sampled portfolios to read, and those read of which the outcome is to be recorded."""
    rows = list(readings_of(user, today()))
    return [
        *_read("Read {}", [row for row in rows if row.read_at is None], "verification-portfolio", 140),
        *_read("Record the outcome of {}", [row for row in rows if row.read_at], "verification-outcome", 145),
    ]


def _read(label: str, rows: list[Verification], page: str, weight: int) -> list[Task]:
    if not rows:
        return []
    return [
        Task(
            label.format(many(len(rows), "sampled portfolio")),
            reverse(page, kwargs={"pk": rows[0].pk}),
            first_of(len(rows), rows[0].enrolment.ref),
            due=f"Until {rows[0].until:%-d %B}",
            weight=weight,
        )
    ]


def parked(_user: Any) -> list[Task]:
    """Work that failed for good."""
    count = sum(kind.model._default_manager.filter(work_state=work.WorkState.PARKED).count() for kind in work.kinds())
    if not count:
        return []
    return [Task(f"Look at {many(count, 'parked piece')} of work", "/operations/", weight=150)]
