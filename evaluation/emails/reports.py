"""Messages about reports: a link, never an attachment."""

from evaluation.models import RegionalReport
from gpa_programme.accounts.models import User
from gpa_programme.notices import actions as notices
from gpa_programme.notices.models import Message


def issued(person: User, report: RegionalReport) -> Message:
    """Tell a recipient that a report is issued."""
    context = {"report": str(report), "path": report.get_absolute_url()}
    return notices.post("report_issued", to=person, context=context)


def returned(person: User, report: RegionalReport, reason: str) -> Message:
    """Tell a hub's person why their report came back."""
    context = {"report": str(report), "path": report.get_absolute_url(), "reason": reason}
    return notices.post("report_returned", to=person, context=context)
