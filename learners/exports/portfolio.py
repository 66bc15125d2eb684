"""A portfolio as one ZIP: pages that open offline, the files, the frozen bytes of every version and decision, and
SHA256SUMS, which `sha256sum -c` checks against the hashes as they were recorded.
"""

import hashlib
import json
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from gpa_programme.core.periods import london_date, now
from learners.actions import copies
from learners.models import Decision, EvidenceFile, EvidenceVersion, PortfolioCopy
from learners.queries.copies import Whole, submitted, whole_of
from learners.rules.evidence import Content, frozen_bytes, others_of
from learners.rules.signoff import bound_bytes

STYLE = Path(settings.BASE_DIR) / "static" / "gpa" / "copy.css"
SUMS = "SHA256SUMS"
BLOCK = 1024 * 1024


def make(copy: PortfolioCopy) -> None:
    """Make the ZIP of a copy and keep it; the work of the row."""
    whole = whole_of(copy.enrolment)
    with tempfile.TemporaryFile() as file:
        book = write(whole, file)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        copies.keep(copy=copy, file=File(file, name="copy.zip"), sha256=digest, files=book.files)


def write(whole: Whole, file: Any) -> "Book":
    """The ZIP, into an open binary file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        book = Book(archive, f"portfolio-{whole.enrolment.ref}")
        frozen = submitted(whole)
        for version in frozen:
            _add_version(book, version)
        for draft in drafts_of(whole):
            _add_files(book, draft)
        for decision in whole.decisions:
            _add_decision(book, decision)
        _add_pages(book, whole, frozen)
        book.close()
    return book


class Book:
    """An archive that keeps the checksum of each file it is given: the recorded one, where one was recorded."""

    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        self.archive, self.root = archive, root
        self.sums: list[tuple[str, str]] = []
        self.files = 0

    def add(self, name: str, data: bytes, recorded: str = "") -> None:
        """A file by its bytes."""
        self.archive.writestr(f"{self.root}/{name}", data)
        self.sums.append((recorded or hashlib.sha256(data).hexdigest(), name))

    def add_stored(self, name: str, file: EvidenceFile) -> None:
        """An evidence file from storage, a block at a time."""
        with default_storage.open(file.stored_as) as source, self.archive.open(f"{self.root}/{name}", "w") as target:
            while block := source.read(BLOCK):
                target.write(block)
        self.sums.append((file.sha256, name))
        self.files += 1

    def close(self) -> None:
        """Write the list of checksums, as `sha256sum` writes it."""
        lines = "".join(f"{digest}  {name}\n" for digest, name in sorted(self.sums, key=lambda pair: pair[1]))
        self.archive.writestr(f"{self.root}/{SUMS}", lines)


def folder_of(version: EvidenceVersion) -> str:
    """Where a version stands in the copy."""
    return f"evidence/{version.item.ref}/version-{version.number}"


def path_of(version: EvidenceVersion, file: EvidenceFile) -> str:
    """Where a file of a version stands in the copy."""
    return f"{folder_of(version)}/{file_name(file)}"


def file_name(file: EvidenceFile) -> str:
    """A file's name in the copy; two of one name stay apart."""
    return f"{file.pk}-{file.name}"


def _add_version(book: Book, version: EvidenceVersion) -> None:
    folder, files = folder_of(version), list(version.files.all())
    frozen = frozen_bytes(
        ref=version.item.ref,
        number=version.number,
        kind=version.item.kind,
        content=_content(version),
        files=[(file.name, file.sha256) for file in files],
        others=_others(version),
    )
    book.add(f"{folder}/frozen.json", frozen, version.sha256)
    _add_files(book, version)


def drafts_of(whole: Whole) -> list[EvidenceVersion]:
    """The versions that only the learner sees."""
    return [row for row in whole.versions if row.writable]


def _add_files(book: Book, version: EvidenceVersion) -> None:
    for file in version.files.all():
        if file.destroyed_at is None:
            book.add_stored(path_of(version, file), file)


def _content(version: EvidenceVersion) -> Content:
    """What a version says, from rows that are already read."""
    links = {link.competency.code: link.justification for link in version.links.all()}
    return Content(
        version.title,
        version.text,
        version.no_patient_details,
        links,
        version.answers,
        version.entries,
        version.prior_learning,
    )


def _others(version: EvidenceVersion) -> dict[str, str]:
    witness, observation = getattr(version, "witness", None), getattr(version, "observation", None)
    return others_of(
        witness.sha256 if witness else None,
        str(observation.observer_id) if observation else None,  # an address may change, this does not
        observation.observed_on if observation else None,
    )


def _add_decision(book: Book, decision: Decision) -> None:
    hashes = [row.sha256 for row in seen_by(decision)]
    book.add(f"decisions/{decision.pk}.txt", bound_bytes(hashes, decision.statement), decision.sha256)


def seen_by(decision: Decision) -> list[EvidenceVersion]:
    """The versions that a decision is bound to: those submitted when it was made."""
    return [
        row for row in decision.request.versions.all() if row.submitted_at and row.submitted_at <= decision.decided_at
    ]


def _add_pages(book: Book, whole: Whole, frozen: list[EvidenceVersion]) -> None:
    shown = {"whole": whole, "made_at": now(), "invented": whole.enrolment.cohort.programme.invented}
    by_competency: dict[int, list[Decision]] = {}
    by_version: dict[int, list[Decision]] = {}
    for decision in whole.decisions:
        by_competency.setdefault(decision.competency_id, []).append(decision)
        for seen in seen_by(decision):
            by_version.setdefault(seen.pk, []).append(decision)
    lines = [
        {"competency": one, "state": whole.states[one.pk], "decisions": by_competency.get(one.pk, [])}
        for one in whole.competencies
    ]
    pages = [(row, folder_of(row)) for row in frozen]
    book.add("index.html", _page("learners/copy_index.html", **shown, lines=lines, pages=pages))
    for version, folder in pages:
        files = [(file, file_name(file)) for file in version.files.all()]
        own = {"version": version, "files": files, "decided": by_version.get(version.pk, [])}
        book.add(f"{folder}/index.html", _page("learners/copy_version.html", **shown, **own))
    book.add("drafts.json", _json([_as_json(row) for row in drafts_of(whole)]))
    book.add("decisions.json", _json([_decision_json(row) for row in whole.decisions]))
    book.add("destroyed.txt", _destroyed(whole).encode())
    book.add("how-to-check.txt", render_to_string("learners/copy_check.txt", shown).encode())
    book.add("style.css", STYLE.read_bytes())


def _page(name: str, **shown: Any) -> bytes:
    return render_to_string(name, shown).encode()


def _json(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=1, default=_plain).encode()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _as_json(version: EvidenceVersion) -> dict[str, Any]:
    return {
        "item": version.item.ref,
        "number": version.number,
        "kind": version.item.kind_label,
        "title": version.title,
        "text": version.text,
        "answers": version.answers,
        "entries": version.entries,
        "prior_learning": version.prior_learning,
        "competencies": [
            {"competency": str(link.competency), "justification": link.justification} for link in version.links.all()
        ],
        "files": [
            {"name": file.name, "sha256": file.sha256, "file": path_of(version, file)}
            for file in version.files.all()
            if file.destroyed_at is None
        ],
        "explanation": version.explanation,
        "saved_at": version.saved_at,
    }


def _decision_json(decision: Decision) -> dict[str, Any]:
    return {
        "competency": str(decision.competency),
        "decision": decision.kind,
        "by": str(decision.by),
        "capacity": decision.capacity,
        "statement": decision.statement,
        "reason": decision.reason,
        "would_satisfy": decision.would_satisfy,
        "decided_at": decision.decided_at,
        "versions": [f"{row.item.ref} version {row.number}" for row in seen_by(decision)],
        "sha256": decision.sha256,
        "bytes": f"decisions/{decision.pk}.txt",
    }


def _destroyed(whole: Whole) -> str:
    """What was destroyed because it named a patient: its place, day and hash, and none of its words."""
    lines = [
        f"{london_date(row.destroyed_at)}  version {row.number} of {row.item.ref}  {row.sha256}"
        for row in whole.versions
        if row.destroyed_at
    ]
    lines += [
        f"{london_date(file.destroyed_at)}  a file of version {row.number} of {row.item.ref}  {file.sha256}"
        for row in whole.versions
        for file in row.files.all()
        if file.destroyed_at
    ]
    head = "Destroyed because it named a patient: the day, what, and the SHA-256 that it had. Nothing of it is kept.\n"
    return head + ("\n".join(lines) + "\n" if lines else "Nothing was destroyed.\n")
