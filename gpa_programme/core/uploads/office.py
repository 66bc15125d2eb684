"""What a Word or Excel file may hold: its own text, figures and pictures; no code, nothing from elsewhere."""

import re
import stat
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from defusedxml import ElementTree

from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads.refusal import refused

MOST_MEMBERS = 2_000
MOST_UNPACKED = 60 * 1024 * 1024
STEP = 64 * 1024
MOST_RATIO = 200
RATIO_FROM = 1024 * 1024
LARGEST_RELATIONS = 1024 * 1024

_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_CODE_NAME = re.compile(r"vbaproject\.bin|vbadata\.xml|(^|/)activex/|(^|/)macrosheets/", re.IGNORECASE)
_CODE_TYPE = re.compile(r"macroenabled|vbaproject|activex", re.IGNORECASE)
_LIVE = re.compile(rb"DDEAUTO|<ddeLink|<oleLink")
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_OWN_DISK = re.compile(r"(file:/{0,3})?[a-z]:[/\\]", re.IGNORECASE)
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]+:|//|\\\\", re.IGNORECASE)


def check_office(data: bytes, kind: str, inside: bool = False) -> None:
    """Looks at every member of a .docx or .xlsx (`kind`), and of a workbook `inside` it that a chart brings along.

    Raises DomainError where it is locked, damaged, a bomb, macro-enabled, or takes parts from elsewhere.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as book:
            members = book.infolist()
            _check_list(members, kind)
            for member in members:
                _check_member(member.filename.lower(), _unpacked(book, member), inside)
    except DomainError:
        raise
    except Exception as error:
        raise refused("damaged") from error


def _check_list(members: list[zipfile.ZipInfo], kind: str) -> None:
    """What can be said before anything is unpacked."""
    names = {member.filename.lower() for member in members}
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise refused("bomb")
    if any(member.flag_bits & 0x1 for member in members):
        raise refused("password")
    if any(member.file_size > max(RATIO_FROM, MOST_RATIO * member.compress_size) for member in members):
        raise refused("bomb")
    if len(names) < len(members) or any(_strays(member) for member in members):
        raise refused("damaged")
    if not {"[content_types].xml", _MAIN_PART[kind]} <= names:
        raise refused("mismatch")
    if any(_CODE_NAME.search(name) for name in names):
        raise refused("code")


def _strays(member: zipfile.ZipInfo) -> bool:
    """Whether a member's name leads out of its folder, or it is a link."""
    parts = re.split(r"[/\\]", member.filename)
    return ".." in parts or parts[0] == "" or ":" in member.filename or stat.S_ISLNK(member.external_attr >> 16)


def _unpacked(book: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member, step by step: read whole, one that lies about its size would fill the memory before it is cut."""
    with book.open(member) as file:
        return b"".join(iter(lambda: file.read(STEP), b""))


def _check_member(name: str, data: bytes, inside: bool) -> None:
    if name.endswith((".xml", ".rels", ".vml")):
        _check_xml(name, data)
    elif data.startswith(_ZIP):
        kind = name.rpartition(".")[2]
        if inside or kind not in _MAIN_PART:
            raise refused("attached")
        check_office(data, kind, inside=True)
    elif data.startswith(_OLE):
        raise refused("attached")
    elif data.startswith(_PROGRAMS):
        raise refused("code")


def _check_xml(name: str, data: bytes) -> None:
    if b"\0" in data or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise refused("damaged")
    if _LIVE.search(data):
        raise refused("elsewhere")
    if name == "[content_types].xml" and any(_CODE_TYPE.search(node.get("ContentType", "")) for node in _nodes(data)):
        raise refused("code")
    if name.endswith(".rels") and any(_from_elsewhere(node) for node in _nodes(data)):
        raise refused("elsewhere")


def _nodes(data: bytes) -> Iterator[Any]:
    if len(data) > LARGEST_RELATIONS:
        raise refused("bomb")
    return iter(ElementTree.fromstring(data, forbid_dtd=True).iter())


def _from_elsewhere(relation: Any) -> bool:
    """Whether opening the file would fetch this: not a link that a reader may follow, nor a path on one's own disk."""
    if relation.get("TargetMode", "").lower() != "external" or relation.get("Type", "").endswith("/hyperlink"):
        return False
    target = relation.get("Target", "").strip()
    return bool(_REMOTE.match(target)) and not _OWN_DISK.match(target)
