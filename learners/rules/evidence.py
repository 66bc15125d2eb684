"""What evidence must hold before it is submitted, the hash that freezes it, and the guard against patients' details."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gpa_programme.core.errors import DomainError
from learners.enums import LEARNING

PROMPTS = (
    "What happened, and what was your part?",
    "What went well, and what was hard?",
    "What did you learn?",
    "What will you do next time?",
)
TITLE_MAX, TEXT_MAX, JUSTIFICATION_MAX, FILES_MAX = 150, 20_000, 300, 10
EXPLANATION_MIN = 10


def may_write(state: str) -> bool:
    """Whether a learner in this state of enrolment adds evidence."""
    return state in LEARNING


@dataclass(frozen=True)
class Content:
    """What a version says: title, text, the confirmation, and a line of justification by code of competency."""

    title: str
    text: str
    no_patient_details: bool
    links: Mapping[str, str]

    def agrees_with(self, other: "Content") -> bool:
        """Whether nothing would be lost by keeping the other instead."""
        mine, theirs = (
            (one.title.strip(), _lines(one.text), one.no_patient_details, dict(one.links)) for one in (self, other)
        )
        return mine == theirs


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def version_sha256(*, ref: str, number: int, kind: str, content: Content, files: Iterable[tuple[str, str]]) -> str:
    """The SHA-256 that freezes a version: over its item, number, kind, title, text, links and (name, hash) of files.

    Canonical form: JSON with sorted keys, no spaces, UTF-8; line ends as one line feed, files by name and hash.
    """
    canonical = {
        "item": ref,
        "number": number,
        "kind": kind,
        "title": content.title,
        "text": content.text.replace("\r\n", "\n"),
        "links": dict(content.links),
        "files": sorted([name, digest] for name, digest in files),
    }
    line = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


@dataclass(frozen=True)
class Hit:
    """Something that looks like a patient's detail: what it seems to be, the characters, and where they stand."""

    what: str
    found: str
    place: str


_NHS_NUMBER = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\d+])(?:\+44[ ]?(?:\(0\))?|0)\d(?:[ -]?\d){8,9}(?!\d)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:[/.-]\d{{1,2}}[/.-]|(?:st|nd|rd|th)? {_MONTH},? )(\d{{4}}|\d{{2}})\b", re.IGNORECASE
)
_BORN = re.compile(r"(?:\bd\.?o\.?b\.?\b|\bborn\b|\bbirth)[^\n]{0,20}$", re.IGNORECASE)
_EVENT_YEARS = 2


def is_nhs_number(text: str) -> bool:
    """Whether ten digits, spaces and dashes apart, carry the check digit of an NHS number (modulus 11)."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == digits[9]


def patient_details(places: Iterable[tuple[str, str]], *, today: date) -> list[Hit]:
    """What looks like a patient's detail in (place, text) pairs: numbers, birthdays, addresses; each once a place."""
    hits = [
        Hit(what, found, place)
        for place, text in places
        for what, found in _found_in(text.replace("_", " "), today.year - _EVENT_YEARS)
    ]
    return list(dict.fromkeys(hits))


def _found_in(text: str, event_year: int) -> Iterable[tuple[str, str]]:
    for match in _NHS_NUMBER.finditer(text):
        if is_nhs_number(match[0]):
            yield "an NHS number", match[0]
    for match in _DATE.finditer(text):
        long_ago = len(match[1]) == 4 and int(match[1]) < event_year
        if long_ago or _BORN.search(text[: match.start()]):
            yield "a date of birth", match[0]
    for what, pattern in (("an email address", _EMAIL), ("a phone number", _PHONE), ("a postcode", _POSTCODE)):
        for match in pattern.finditer(text):
            yield what, match[0]


def places_of(content: Content, file_names: Iterable[str]) -> list[tuple[str, str]]:
    """Everything a learner wrote, as (place, text), for the guard."""
    return [
        ("in the title", content.title),
        ("in the text", content.text),
        *((f"in what you wrote for {code}", line) for code, line in content.links.items()),
        *((f"in the name of the file {name}", name) for name in file_names),
    ]


class NotReadyError(DomainError):
    """A draft cannot be submitted yet: `problems` are (field, message), `hits` what looks like a patient's detail."""

    def __init__(self, problems: Sequence[tuple[str, str]], hits: Sequence[Hit] = ()) -> None:
        field, message = problems[0]
        super().__init__(message, field=field, code="not_ready")
        self.problems, self.hits = list(problems), list(hits)


def check_ready(content: Content, *, file_names: Sequence[str], explanation: str, today: date) -> list[Hit]:
    """Raise NotReadyError with every problem at once; return the hits that the learner explained."""
    problems = []
    if not content.title.strip():
        problems.append(("title", "Enter a title"))
    if not content.text.strip() and not file_names:
        problems.append(("text", "Write what happened, or add a file"))
    if not content.links:
        problems.append(("competencies", "Select at least one competency that this supports"))
    for code, line in content.links.items():
        if not line.strip():
            problems.append((f"why_{code}", f"Enter one line on how this supports {code}"))
    if not content.no_patient_details:
        problems.append(("no_patient_details", "Tick the box to confirm that no patient can be recognised"))
    hits = patient_details(places_of(content, file_names), today=today)
    if hits and len(explanation.strip()) < EXPLANATION_MIN:
        problems += [("explanation", f"Remove “{hit.found}” {hit.place}: it looks like {hit.what}") for hit in hits]
    if problems:
        raise NotReadyError(problems, hits)
    return hits
