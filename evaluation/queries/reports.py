"""Reads of reports: what is expected, what was received, and what a report's page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404

from evaluation.enums import ReportState
from evaluation.models import RegionalReport, ReportBuild, ReportFile, ReportVersion
from evaluation.rules import content as contents
from gpa_programme.core.periods import Month, last_closed_month, london_date, now
from hubs.enums import ProgrammeState
from hubs.models import Hub, Programme

RECEIVED = (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.ISSUED, ReportState.SUPERSEDED)


@dataclass(frozen=True)
class Register:
    """Three numbers, never a bare percentage: received on time, received, expected; and who is missing."""

    on_time: int
    received: int
    expected: int
    late: list[RegionalReport]


def report_for(user: Any, *, hub: str, period: str) -> RegionalReport:
    """The newest programme's report of a hub (slug, or "england") and period that the person may see; Http404 else."""
    try:
        Month.parse(period)
    except ValueError:
        raise Http404 from None
    which = Q(hub__isnull=True) if hub == "england" else Q(hub__slug=hub)
    found = (
        RegionalReport.objects.visible_to(user)
        .filter(which, period=period)
        .select_related("hub__region", "programme", "submitted_by", "accepted_by")
        .order_by("-programme__starts")
        .first()
    )
    if found is None:
        raise Http404
    return found


def latest_version(report: RegionalReport) -> ReportVersion | None:
    """The version that counts now."""
    return report.versions.order_by("-number").first()


def previous_version(report: RegionalReport) -> ReportVersion | None:
    """The version that counts of the month before, of the same hub and programme."""
    before = str(Month.parse(report.period).plus(-1))
    same = ReportVersion.objects.filter(report__programme=report.programme_id, report__period=before)
    return same.filter(report__hub=report.hub_id).order_by("-number").first()


def register(reports: Iterable[RegionalReport], at: datetime | None = None) -> Register:
    """The register of hub reports: on time is frozen at first submission; end of the due day counts as on time."""
    moment = at or now()
    hub_reports = [report for report in reports if report.hub_id]
    sent = [report for report in hub_reports if report.first_submitted_at]
    return Register(
        on_time=sum(report.first_submitted_at < report.due_at for report in sent if report.first_submitted_at),
        received=len(sent),
        expected=len(hub_reports),
        late=[report for report in hub_reports if not report.first_submitted_at and report.due_at <= moment],
    )


def missing_periods(moment: datetime | None = None) -> list[tuple[Programme, Hub, Month]]:
    """Hub and closed month of every open programme for which no report row exists: what beat asks for.

    A hub owes a report for each month in which it is open and runs a cohort that has started.
    """
    last = last_closed_month(moment)
    missing = []
    for programme in Programme.objects.filter(state=ProgrammeState.OPEN):
        known = set(RegionalReport.objects.filter(programme=programme, hub__isnull=False).values_list("hub", "period"))
        hubs = Hub.objects.filter(cohorts__programme=programme).distinct()
        first_starts = dict(
            programme.cohorts.order_by("-starts").values_list("hub", "starts")
        )  # ordered so that the earliest start of a hub is kept
        for hub in hubs:
            month = Month.of(first_starts[hub.pk])
            while month <= min(last, Month.of(programme.ends)):
                if (hub.pk, str(month)) not in known and _open_in(hub, month):
                    missing.append((programme, hub, month))
                month = month.plus(1)
    return missing


def _open_in(hub: Hub, month: Month) -> bool:
    return hub.opened <= month.last and (hub.closed is None or hub.closed >= month.first)


def national_due() -> list[tuple[Programme, Month]]:
    """Programme and month whose hub reports are all frozen and whose national report has no row yet."""
    due = []
    for programme in Programme.objects.filter(state=ProgrammeState.OPEN):
        done = set(
            RegionalReport.objects.filter(programme=programme, hub__isnull=True).values_list("period", flat=True)
        )
        hub_reports = RegionalReport.objects.filter(programme=programme, hub__isnull=False)
        waiting = set(hub_reports.filter(versions__isnull=True).values_list("period", flat=True))
        periods = set(hub_reports.values_list("period", flat=True)) - done - waiting
        due += [(programme, Month.parse(period)) for period in sorted(periods)]
    return due


def unfinished(report: RegionalReport) -> ReportBuild | None:
    """Work on this report that is not done: its progress is shown."""
    return report.builds.exclude(work_state="done").order_by("-pk").first()


def changed_since_last_month(report: RegionalReport) -> list[contents.Changed]:
    """Figures that differ from last month's report; empty where there is none."""
    current, before = latest_version(report), previous_version(report)
    if current is None or before is None:
        return []
    return contents.changes(before.content, current.content)


def due_day(report: RegionalReport) -> date:
    """The last day on which the report is on time."""
    return london_date(report.due_at - timedelta(seconds=1))


def files_of(report: RegionalReport) -> list[ReportFile]:
    """The files of the issued version."""
    return list(ReportFile.objects.filter(version__report=report).order_by("-version__number", "kind"))


def history_of(report: RegionalReport) -> list[dict[str, Any]]:
    """The report's moves, newest first, as the timeline component reads them."""
    moves = report.changes.select_related("by").order_by("-pk")
    return [
        {"when": move.at, "heading": move.status.label, "text": move.reason, "by": str(move.by or "the system")}
        for move in moves
    ]
