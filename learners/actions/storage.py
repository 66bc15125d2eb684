"""The bytes of evidence files: kept once under their SHA-256, deleted when no row needs them any more."""

from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads import Upload
from learners.enums import FlagState
from learners.models import EvidenceFile, PatientFlag


def keep(upload: Upload) -> str:
    """Where the bytes stand now. Belongs inside the transaction that writes the row.

    Raises DomainError `destroyed` for bytes that were destroyed because they named a patient.
    """
    _alone(upload.sha256)
    if PatientFlag.objects.filter(file__sha256=upload.sha256, state=FlagState.CONFIRMED).exists():
        raise DomainError(
            f"{upload.name} was destroyed before, because it named a patient. Take that out and add the new file.",
            field="files",
            code="destroyed",
        )
    stored_as = f"evidence/{upload.sha256[:2]}/{upload.sha256}"
    if not default_storage.exists(stored_as):
        stored_as = default_storage.save(stored_as, ContentFile(upload.data))
    return stored_as


def drop_unused(file: EvidenceFile) -> None:
    """Delete a file's bytes after commit, unless another row needs them by then."""
    transaction.on_commit(partial(_drop_unused, file.sha256, file.stored_as))


def _drop_unused(sha256: str, stored_as: str) -> None:
    with transaction.atomic():
        _alone(sha256)
        if stored_as and not EvidenceFile.objects.filter(sha256=sha256, stored_as=stored_as).exists():
            default_storage.delete(stored_as)


def destroy(sha256: str, places: set[str]) -> None:
    """Delete bytes now, at the end of the transaction that makes their rows tombstones.

    Now and not after commit: where the storage fails nothing is confirmed and somebody tries again, while a record of a
    destruction that did not happen would be believed.
    """
    _alone(sha256)
    for stored_as in sorted(places - {""}):
        default_storage.delete(stored_as)


def _alone(sha256: str) -> None:
    """Let whoever keeps or deletes the same bytes wait for this transaction; SQLite's writers wait for each other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])
