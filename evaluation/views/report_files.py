"""Downloads of issued reports: the stored bytes, never drawn again."""

from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from evaluation.enums import FileKind
from evaluation.models import RegionalReport, ReportFile
from evaluation.queries import reports as queries
from gpa_programme.accounts.access import Scope, needs
from gpa_programme.accounts.enums import Permission

CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class FileOfReport:
    """A file with the report that says who may take it."""

    report: RegionalReport
    file: ReportFile

    @property
    def access_scope(self) -> Scope:
        """The report's."""
        return self.report.access_scope


def _file_for(user: Any, *, hub: str, period: str, kind: str) -> FileOfReport:
    report = queries.report_for(user, hub=hub, period=period)
    found = next((file for file in queries.files_of(report) if file.kind == kind), None)
    if found is None:
        raise Http404
    return FileOfReport(report, found)


@needs(Permission.SEE_REPORT, of=_file_for)
@require_GET
def download(request: HttpRequest, found: FileOfReport) -> HttpResponseBase:
    """The file as an attachment."""
    return FileResponse(
        default_storage.open(found.file.stored_as),
        as_attachment=True,
        filename=found.file.name,
        content_type=CONTENT_TYPES[FileKind(found.file.kind)],
    )
