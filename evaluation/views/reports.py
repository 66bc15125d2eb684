"""The register of reports, and a report as the accessible page that its files are drawn beside."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from evaluation.enums import ReportState
from evaluation.exports import report as drawing
from evaluation.models import RegionalReport
from evaluation.queries import drift
from evaluation.queries import reports as queries
from evaluation.rules import reports as rules
from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.http import page
from gpa_programme.core.periods import Month, last_closed_month
from gpa_programme.core.tables import Column, Table

CRUMBS = [("Home", "/")]


@needs(Permission.SEE_REPORT)
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """Expected, received, late: as three numbers for the last closed month, and every report as a list."""
    visible = RegionalReport.objects.visible_to(request.user).select_related("hub", "programme")
    last = str(last_closed_month())
    register = queries.register(visible.filter(period=last))
    table = Table(
        visible.order_by("-period", "hub__name"),
        [
            Column("name", "Report", value=str, link=lambda row: row.get_absolute_url(), sort=["hub__name", "period"]),
            Column("period", "Month", value=lambda row: Month.parse(row.period).label, sort="period"),
            Column("status", "Status", format="status", sort="state"),
            Column("due_at", "Due", format="date", value=queries.due_day, sort=True),
            Column("first_submitted_at", "First submitted", format="datetime", missing="not yet", sort=True),
        ],
        request,
        caption="Reports, newest month first",
        empty="No report is expected yet. Each month's reports appear here when the month has closed.",
    )
    return table.export() or page(
        request,
        "evaluation/reports.html",
        title="Reports",
        crumbs=CRUMBS,
        table=table,
        register=register,
        period=Month.parse(last).label,
    )


@needs(Permission.SEE_REPORT, of=queries.report_for)
@require_GET
def report(request: HttpRequest, row: RegionalReport) -> HttpResponse:
    """One report: its figures, words, workflow, files, and what changed."""
    version = queries.latest_version(row)
    content = version.content if version else None
    user = request.user
    decides = access.can(user, Permission.ACCEPT_REPORT, row)
    return page(
        request,
        "evaluation/report.html",
        title=str(row),
        crumbs=[*CRUMBS, ("Reports", "/reports/")],
        report=row,
        version=version,
        content=content,
        meta=drawing.meta(version) if version else [],
        chart=drawing.figure_chart(content) if content else None,
        rag_rows=drawing.rag_rows(content) if content else [],
        words=[(label, (content or {}).get("narrative", {}).get(key, "")) for key, label, _ in rules.SECTIONS],
        changed=queries.changed_since_last_month(row),
        drifted=drift.since_frozen(row, version) if version else [],
        work=queries.unfinished(row),
        files=queries.files_of(row),
        history=queries.history_of(row),
        may_write=row.state in rules.WRITABLE and access.can(user, Permission.WRITE_REPORT, row),
        may_decide=row.state == ReportState.SUBMITTED and decides,
        may_issue=row.hub_id is None
        and row.state == ReportState.DRAFT
        and access.can(user, Permission.ACCEPT_REPORT, row),
        own=row.submitted_by_id == user.pk,
    )
