"""Celery's doors to reports: expect what is due, and do one piece of report work."""

from celery import shared_task

from evaluation.actions import issue
from evaluation.actions import reports as actions
from evaluation.enums import BuildKind
from evaluation.exports import report as drawing
from evaluation.models import ReportBuild


@shared_task(name="evaluation.expect_reports")
def expect_reports() -> None:
    """Ask which closed periods have no report."""
    actions.expect_reports()


def run(row: ReportBuild) -> None:
    """Freeze the figures, or draw the files of an accepted version and issue it."""
    if row.kind == BuildKind.FREEZE:
        actions.freeze(row)
        return
    version = row.report.versions.select_related("report__hub").get(number=row.number)
    issue.issue(version=version, files=drawing.files(version))
