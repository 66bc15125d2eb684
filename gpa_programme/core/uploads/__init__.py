"""Files that people bring as evidence: only known kinds, checked from the inside, stored inert."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import IO

from gpa_programme.core.uploads.office import check_office
from gpa_programme.core.uploads.pdf import check_pdf
from gpa_programme.core.uploads.pictures import encoded_anew, text_as_utf8
from gpa_programme.core.uploads.reading import Inside, text_inside
from gpa_programme.core.uploads.refusal import refused

LARGEST = 10 * 1024 * 1024
LARGEST_PICTURE = 30 * 1024 * 1024  # about what a camera writes for the most pixels that are taken
LONGEST_NAME = 100
ACCEPT = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg,.txt"

_SIGNATURES = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"PK\x03\x04": "office"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_EXTENSIONS = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "png": "png", "jpg": "jpg", "jpeg": "jpg", "txt": "txt"}
_OFFICE = ("docx", "xlsx")
_PICTURES = ("png", "jpg")
_CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain; charset=utf-8",
}
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Upload:
    """A file fit to keep: a name that is safe to show, its true type, the bytes to store with their SHA-256, and what
    could be read inside, with the words that are stripped from a picture.

    Serve it as an attachment, with nosniff, all the same.
    """

    name: str
    content_type: str
    data: bytes
    sha256: str
    inside: Inside = field(default_factory=Inside)


def check_upload(name: str, file: IO[bytes]) -> Upload:
    """The file as it may be stored: pictures are encoded anew and text becomes UTF-8, the rest is kept as it came.

    At most 10 MB is read, of a picture 30 MB, which is made smaller until it takes 10. Raises DomainError on field
    "file" with a reason that says what to do.
    """
    pictured = _EXTENSIONS.get(_ending(name)) in _PICTURES
    largest = LARGEST_PICTURE if pictured else LARGEST
    data = file.read(largest + 1)
    if not data:
        raise refused("empty")
    if len(data) > largest:
        raise refused("picture_size" if pictured else "size")
    kind = _kind(name, data)
    stored = _stored(kind, data)
    inside = text_inside(kind, stored if kind == "txt" else data)
    return Upload(safe_name(name, kind), _CONTENT_TYPES[kind], stored, hashlib.sha256(stored).hexdigest(), inside)


def safe_name(name: str, kind: str) -> str:
    """A name without folders, control or direction characters, or what a file system reserves; 100 letters at most.

    A browser sends a quotation mark in a name as `%22` (WHATWG, multipart/form-data).
    """
    name = name.replace("%22", '"')
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in plain if letter.isspace() or unicodedata.category(letter)[0] != "C")
    plain = re.sub(r'[<>:"|?*]', "_", " ".join(plain.split()))
    stem = (plain.rpartition(".")[0] if "." in plain else plain).strip(". ")
    stem = stem[: LONGEST_NAME - len(kind) - 1].strip(". ") or "evidence"
    return f"{'_' if _RESERVED.match(stem) else ''}{stem}.{kind}"


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def _kind(name: str, data: bytes) -> str:
    """What the file is, where its name and its first bytes agree."""
    ending = _ending(name)
    if data.startswith(_OLD_OFFICE):
        raise refused("password" if ending in _OFFICE else "old")
    named = _EXTENSIONS.get(ending)
    if named is None:
        raise refused("type")
    found = next((kind for start, kind in _SIGNATURES.items() if data.startswith(start)), "txt")
    if found != ("office" if named in _OFFICE else named):
        raise refused("mismatch")
    return named


def _stored(kind: str, data: bytes) -> bytes:
    if kind == "txt":
        return text_as_utf8(data)
    if kind in _PICTURES:
        return encoded_anew(data, "PNG" if kind == "png" else "JPEG", most=LARGEST)
    if kind == "pdf":
        check_pdf(data)
    else:
        check_office(data, kind)
    return data
