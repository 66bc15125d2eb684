"""Issuing: the drawn files are stored under their hash, the report moves on, and each recipient gets a link."""

import hashlib
from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from evaluation.actions import reports as actions
from evaluation.emails import reports as emails
from evaluation.enums import FileKind, ReportState
from evaluation.models import RegionalReport, ReportDelivery, ReportFile, ReportVersion
from evaluation.queries import recipients
from gpa_programme.core.periods import now


def issue(*, version: ReportVersion, files: Mapping[FileKind, tuple[str, bytes]]) -> bool:
    """Store the files (kind -> name, bytes) of an accepted version, move the report to issued, tell the recipients.

    May run again after a worker died: a stored file is kept, the move and the mails happen once, together.
    Returns whether this call issued it.
    """
    stored = {kind: _store(version, kind, data) for kind, (_, data) in files.items()}
    with transaction.atomic():
        report = actions.locked(version.report)
        if report.state != ReportState.ACCEPTED:
            return False
        for kind, (name, data) in files.items():
            ReportFile.objects.create(
                version=version,
                kind=kind,
                name=name,
                stored_as=stored[kind],
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
            )
        RegionalReport.objects.filter(pk=report.pk).update(issued_at=now())
        actions.move_on(report, ReportState.ISSUED, by=None)
        for person in recipients.of_report(report):
            message = emails.issued(person, report)
            ReportDelivery.objects.create(version=version, person=person, message=message)
    return True


def _store(version: ReportVersion, kind: FileKind, data: bytes) -> str:
    """Write the bytes under their hash; the same bytes are the same file."""
    name = f"reports/{version.report_id}/{hashlib.sha256(data).hexdigest()}.{kind.value}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
    return name
