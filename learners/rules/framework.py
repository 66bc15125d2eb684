"""What a competency framework must hold: the rows of a file, what differs between versions, what stops publication."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import CompetencyKind, EvidenceKind, FrameworkState, MentorKind

COLUMNS = (
    "code",
    "domain",
    "title",
    "kind",
    "description",
    "suggested",
    "minimum_pieces",
    "required_kinds",
    "may_sign",
    "valid_for_months",
)
LISTS = ("suggested", "required_kinds", "may_sign", "problems")
NEEDED = ("code", "domain", "title", "kind")
ROWS_MAX, PIECES_MAX, MONTHS_MAX, TITLE_MAX, DOMAIN_MAX = 300, 10, 60, 200, 60
_CODE = re.compile(r"[A-Z]{1,4}-\d{1,3}")


@dataclass(frozen=True)
class Row:
    """One competency as a file or form gives it; `domain` is its domain's name. `problems` say what to put right."""

    code: str
    domain: str
    title: str
    kind: str
    description: str = ""
    suggested: tuple[str, ...] = ()
    minimum_pieces: int = 1
    required_kinds: tuple[str, ...] = ()
    may_sign: tuple[str, ...] = tuple(kind.value for kind in MentorKind)
    valid_for_months: int | None = None
    problems: tuple[str, ...] = field(default=(), compare=False)

    def as_json(self) -> dict[str, object]:
        """The row as it is kept until somebody confirms it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Row":
        """The row as it was kept."""
        lists: dict[str, Any] = {name: tuple(kept[name]) for name in LISTS}
        return cls(**{**kept, **lists})


def rows_of(records: Sequence[Mapping[str, str]]) -> list[Row]:
    """The rows of a file by its column names, each with its problems. Raises DomainError where it is no framework."""
    if not records:
        raise DomainError("The file has no rows. Nothing was saved.", field="file", code="empty")
    missing = [name for name in NEEDED if name not in records[0]]
    if missing:
        raise DomainError(
            f"The first row of the file must name these columns, and lacks: {', '.join(missing)}. Nothing was saved.",
            field="file",
            code="columns",
        )
    if len(records) > ROWS_MAX:
        raise DomainError(f"A framework has at most {ROWS_MAX} competencies.", field="file", code="too_many")
    seen: set[str] = set()
    rows = []
    for record in records:
        row = _row({name: (record.get(name) or "").strip() for name in COLUMNS}, seen)
        seen.add(row.code)
        rows.append(row)
    return rows


def _row(said: Mapping[str, str], seen: set[str]) -> Row:
    problems: list[str] = []
    code, kind = said["code"].upper(), said["kind"].lower()
    if not _CODE.fullmatch(code):
        problems.append("The code must be letters, a dash and a number, such as CAR-01")
    if code in seen:
        problems.append("The code stands in the file twice")
    if not said["domain"] or len(said["domain"]) > DOMAIN_MAX:
        problems.append(f"Give the domain a name of at most {DOMAIN_MAX} characters")
    if not said["title"] or len(said["title"]) > TITLE_MAX:
        problems.append(f"Give it a title of at most {TITLE_MAX} characters")
    if kind not in CompetencyKind.values:
        problems.append(f"The kind must be one of: {', '.join(CompetencyKind.values)}")
    suggested = _listed(said["suggested"], EvidenceKind.values, "suggested evidence", problems)
    required = _listed(said["required_kinds"], EvidenceKind.values, "required kinds", problems)
    may_sign = _listed(said["may_sign"].lower(), MentorKind.values, "who may sign", problems)
    pieces = _number(said["minimum_pieces"] or "1", PIECES_MAX, "The minimum number of pieces", problems) or 1
    months = _number(said["valid_for_months"], MONTHS_MAX, "The months for which it holds", problems)
    pieces = max(pieces, len(required))
    return Row(
        code=code,
        domain=said["domain"],
        title=said["title"],
        kind=kind,
        description=said["description"],
        suggested=suggested,
        minimum_pieces=pieces,
        required_kinds=required,
        may_sign=may_sign or tuple(kind.value for kind in MentorKind),
        valid_for_months=months,
        problems=tuple(problems),
    )


def _listed(text: str, allowed: Sequence[str], what: str, problems: list[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in re.split(r"[;,]", text) if part.strip()))
    strange = [part for part in found if part not in allowed]
    if strange:
        problems.append(f"Not known under {what}: {', '.join(strange)}. Use: {', '.join(allowed)}")
    return tuple(part for part in found if part in allowed)


def _number(text: str, largest: int, what: str, problems: list[str]) -> int | None:
    if not text:
        return None
    whole = text.removesuffix(".0")
    if not whole.isdecimal() or not 1 <= int(whole) <= largest:
        problems.append(f"{what} must be a whole number from 1 to {largest}")
        return None
    return int(whole)


def check_rows(rows: Iterable[Row]) -> None:
    """Raise DomainError unless every row can be taken."""
    bad = [row.code or "a row without a code" for row in rows if row.problems]
    if bad:
        raise DomainError(
            f"Put right {len(bad)} row{'' if len(bad) == 1 else 's'} of the file first: {', '.join(bad[:5])}.",
            field="file",
            code="problems",
        )


@dataclass(frozen=True)
class Difference:
    """How one competency differs between two versions: added, removed, or what was and what is, by field."""

    code: str
    old: Row | None
    new: Row | None

    @property
    def what(self) -> str:
        """Added, removed or changed."""
        if self.old is None:
            return "Added"
        return "Changed" if self.new else "Removed"

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """The fields that differ: their name, what was, what is; none where it was added or removed."""
        if self.old is None or self.new is None:
            return []
        return [
            (WORDS[column.name], _said(getattr(self.old, column.name)), _said(getattr(self.new, column.name)))
            for column in fields(Row)
            if column.compare and column.name != "code" and _differ(self.old, self.new, column.name)
        ]


WORDS = {
    "domain": "Domain",
    "title": "Title",
    "kind": "Kind",
    "description": "Description",
    "suggested": "Suggested evidence",
    "minimum_pieces": "Minimum pieces",
    "required_kinds": "Required kinds",
    "may_sign": "Who may sign",
    "valid_for_months": "Months for which it holds",
}


def _differ(old: Row, new: Row, name: str) -> bool:
    return bool(getattr(old, name) != getattr(new, name))


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return "none" if value in ("", None) else str(value)


def differences(old: Sequence[Row], new: Sequence[Row]) -> list[Difference]:
    """What differs, by code: the new version's order first, then what it no longer has."""
    before, after = {row.code: row for row in old}, {row.code: row for row in new}
    changed = [Difference(row.code, before.get(row.code), row) for row in new if before.get(row.code) != row]
    return [*changed, *(Difference(row.code, row, None) for row in old if row.code not in after)]


def check_draft(state: str) -> None:
    """Raise StateError unless the version is a draft: a published one is frozen."""
    if state != FrameworkState.DRAFT:
        raise StateError("This version is published, so it is frozen. Make a new draft from it.", code="frozen")


def check_publishable(*, state: str, competencies: int, empty_domains: Sequence[str]) -> None:
    """Raise unless a draft can be published: it has competencies and no empty domain."""
    check_draft(state)
    if not competencies:
        raise StateError("A framework needs at least one competency before it is published.", code="empty")
    if empty_domains:
        raise StateError(f"These domains have no competency: {', '.join(empty_domains)}.", code="empty_domain")


def check_retirable(*, state: str, reason: str) -> None:
    """Raise unless a published version can be retired for that reason."""
    if state != FrameworkState.PUBLISHED:
        raise StateError("Only a published version is retired.", code="not_published")
    if not reason.strip():
        raise DomainError("Enter why this version is retired", field="reason", code="reason")


def check_move(*, same_programme: bool, state: str, newer: bool, learning: bool, reason: str) -> None:
    """Raise unless a learner can go over to that version for that reason. Mappings lead to newer versions only: going
    back would count nothing and close everything that waits.
    """
    if not newer or not same_programme or state != FrameworkState.PUBLISHED:
        raise StateError("A learner goes over to a newer published version of the same programme.", code="no_version")
    if not learning:
        raise StateError("Only a learner who is learning goes over to another version.", code="not_learning")
    if not reason.strip():
        raise DomainError("Enter why the learner goes over", field="reason", code="reason")
