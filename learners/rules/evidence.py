"""What evidence must hold before it is submitted, the hash that freezes it, and the guard against patients' details."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import LEARNING
from learners.rules.guard import Hit, patient_details
from learners.rules.log import row_problems
from learners.rules.prompts import day_problems

TITLE_MAX, TEXT_MAX, JUSTIFICATION_MAX, FILES_MAX = 150, 20_000, 300, 10
EXPLANATION_MIN = 10
TOO_SHORT = (
    f"Explain in at least {EXPLANATION_MIN} characters what it is: from less, whoever reads your explanation later "
    "cannot tell that it is not a patient's"
)
WORDS = "words"  # the field of a problem that is not about one box: nothing is written in any


def may_write(state: str) -> bool:
    """Whether a learner in this state of enrolment adds evidence."""
    return state in LEARNING


def check_may_delete(*, number: int, writable: bool, seen: bool) -> None:
    """Raise StateError unless this is a first version that was never submitted and that nobody else saw anything of."""
    if not writable:
        raise StateError("This version was submitted, so it stays on record.", code="submitted")
    if number > 1:
        raise StateError("An earlier version was submitted, so its evidence stays on record.", code="later")
    if seen:
        raise StateError("Somebody else was asked about this draft. Take that back first.", code="asked")


@dataclass(frozen=True)
class Content:
    """What a version says: title, text, the confirmation, a line of justification by code of competency, answers by key
    of prompt, entries of a log, and whether it shows what was learned before the programme.
    """

    title: str
    text: str
    no_patient_details: bool
    links: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)
    entries: Sequence[Mapping[str, str]] = ()
    prior_learning: bool = False

    def agrees_with(self, other: "Content") -> bool:
        """Whether nothing would be lost by keeping the other instead."""
        mine, theirs = (
            (
                one.title.strip(),
                _lines(one.text),
                one.no_patient_details,
                dict(one.links),
                {key: _lines(said) for key, said in one.answers.items() if said.strip()},
                [dict(entry) for entry in one.entries],
                one.prior_learning,
            )
            for one in (self, other)
        )
        return mine == theirs

    @property
    def says_something(self) -> bool:
        """Whether anything is written: text, an answer or an entry."""
        return bool(self.text.strip() or self.entries or any(said.strip() for said in self.answers.values()))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def frozen_bytes(
    *,
    ref: str,
    number: int,
    kind: str,
    content: Content,
    files: Iterable[tuple[str, str]],
    others: Mapping[str, str] | None = None,
) -> bytes:
    """What freezes a version: its item, number, kind, title, text, links and (name, hash) of files, as bytes.

    Answers, entries, "prior learning" and what `others` said (the hash of a witness's statement, an observer and day)
    count where there are any. Canonical form: JSON with sorted keys, no spaces, UTF-8; line ends as one line feed,
    files by name and hash.
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
    more = {
        "answers": {key: said.replace("\r\n", "\n") for key, said in content.answers.items() if said.strip()},
        "entries": [dict(entry) for entry in content.entries],
        "prior_learning": content.prior_learning,
        "others": dict(others or {}),
    }
    canonical |= {key: said for key, said in more.items() if said}
    return json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def version_sha256(
    *,
    ref: str,
    number: int,
    kind: str,
    content: Content,
    files: Iterable[tuple[str, str]],
    others: Mapping[str, str] | None = None,
) -> str:
    """The SHA-256 that freezes a version, over `frozen_bytes`."""
    frozen = frozen_bytes(ref=ref, number=number, kind=kind, content=content, files=files, others=others)
    return hashlib.sha256(frozen).hexdigest()


def others_of(witness_sha256: str | None, observer: str | None, observed_on: date | None) -> dict[str, str]:
    """What others said of a version, for its SHA-256: the hash of the witness's statement, who observed it and when."""
    said = {"witness": witness_sha256 or "", "observer": observer or ""}
    if observed_on:
        said["observed_on"] = observed_on.isoformat()
    return {key: value for key, value in said.items() if value}


def places_of(content: Content, file_names: Iterable[str]) -> list[tuple[str, str]]:
    """Everything a learner wrote, as (place, text), for the guard."""
    return [
        *((place, text) for _field, place, text in _written(content)),
        *((f"in the name of the file {name}", name) for name in file_names),
    ]


def _written(content: Content) -> list[tuple[str, str, str]]:
    """The words of a version as (field of the form, place, text)."""
    return [
        ("title", "in the title", content.title),
        ("text", "in the text", content.text),
        *(
            (f"answer_{key}", f"in your answer about {key.replace('_', ' ')}", said)
            for key, said in content.answers.items()
        ),
        *(
            (f"entry_{index}_what", f"in line {index + 1} of the log", " ".join(str(said) for said in entry.values()))
            for index, entry in enumerate(content.entries)
        ),
        *((f"why_{code}", f"in what you wrote for {code}", line) for code, line in content.links.items()),
    ]


def _to_remove(content: Content, hits: Sequence[Hit]) -> list[tuple[str, str]]:
    """What was found as problems, each at the field where it stands; what is in a file or its name at the files."""
    fields = {place: field for field, place, _text in _written(content)}
    return [
        (
            fields.get(hit.place, "files"),
            f"“{hit.found}” {hit.place} looks like {hit.what}. Remove it, or explain below",
        )
        for hit in hits
    ]


def findings_of(files: Iterable[tuple[str, Iterable[Mapping[str, str]]]]) -> list[Hit]:
    """What the guard found inside (name, findings) of files when they were added, with the file as the place."""
    return [
        Hit(found["what"], found["found"], f"in the file {name}, {found['place']}")
        for name, findings in files
        for found in findings
    ]


def hits_in(content: Content, *, file_names: Iterable[str], findings: Iterable[Hit] = (), today: date) -> list[Hit]:
    """Everything in words, file names and files that looks like a patient's detail."""
    return [*patient_details(places_of(content, file_names), today=today), *findings]


class NotReadyError(DomainError):
    """A draft cannot be submitted yet: `problems` are (field, message), `hits` what looks like a patient's detail."""

    def __init__(self, problems: Sequence[tuple[str, str]], hits: Sequence[Hit] = ()) -> None:
        field, message = problems[0]
        super().__init__(message, field=field, code="not_ready")
        self.problems, self.hits = list(problems), list(hits)


def is_explained(hits: Sequence[Hit], explanation: str) -> bool:
    """Whether nothing was found, or the learner says why it is not a patient's."""
    return not hits or len(explanation.strip()) >= EXPLANATION_MIN


def check_ready(
    content: Content, *, file_names: Sequence[str], explanation: str, today: date, findings: Sequence[Hit] = ()
) -> list[Hit]:
    """Raise NotReadyError with every problem at once; return the hits that the learner explained."""
    problems = []
    if not content.title.strip():
        problems.append(("title", "Enter a title"))
    if not content.says_something and not file_names:
        problems.append((WORDS, "Write what happened, or add a file"))
    problems += day_problems(content.answers, today=today)
    problems += row_problems(content.entries, today=today)
    if not content.links:
        problems.append(("competencies", "Select at least one competency that this supports"))
    for code, line in content.links.items():
        if not line.strip():
            problems.append((f"why_{code}", f"Enter one line on how this supports {code}"))
    if not content.no_patient_details:
        problems.append(("no_patient_details", "Tick the box to confirm that no patient can be recognised"))
    hits = hits_in(content, file_names=file_names, findings=findings, today=today)
    if not is_explained(hits, explanation):
        problems += _to_remove(content, hits)
        if explanation.strip():
            problems.append(("explanation", TOO_SHORT))
    if problems:
        raise NotReadyError(problems, hits)
    return hits
