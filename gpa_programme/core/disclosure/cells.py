"""The forms a published figure can take, each with its words and its JSON."""

from dataclasses import asdict, dataclass
from typing import Any

MARK = "*"


@dataclass(frozen=True)
class Suppressed:
    """A figure that is held back; the reason is part of the value, so it is never blank and never zero."""

    reason: str

    @property
    def short(self) -> str:
        """The mark for tables, explained by a note that quotes the reason."""
        return MARK

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class PublishedCount:
    """A number of people; `rounded` where it is the nearest 5."""

    value: int
    rounded: bool = False

    @property
    def short(self) -> str:
        """The number alone."""
        return f"{self.value:,}"

    def __str__(self) -> str:
        return self.short


@dataclass(frozen=True)
class Band:
    """How many answered, no closer than this; `high` is None in the topmost band."""

    low: int
    high: int | None

    def __str__(self) -> str:
        return f"{self.low:,} or more" if self.high is None else f"{self.low:,} to {self.high:,}"


@dataclass(frozen=True)
class PublishedShare:
    """A hub's survey result: per cent to the nearest 5 with interval ends, or an extreme in words without either."""

    answers: Band
    share: int | None = None
    low: int | None = None
    high: int | None = None
    extreme: str = ""

    @property
    def short(self) -> str:
        """The share or the extreme alone."""
        return self.extreme or f"{self.share}%"

    def __str__(self) -> str:
        if self.extreme:
            return f"{self.extreme} ({self.answers} answered)"
        return f"{self.share}% ({self.low}% to {self.high}%; {self.answers} answered)"


@dataclass(frozen=True)
class PublishedDistribution:
    """England's result: every option in whole per cent adding to 100, answers to the nearest 5.

    `share`, `low` and `high` are the per cent of the options that count as positive, with its 95% interval;
    None where the question has none.
    """

    answers: int
    percents: dict[str, int]
    share: int | None = None
    low: int | None = None
    high: int | None = None

    @property
    def short(self) -> str:
        """The positive share, or every option where none counts as positive."""
        if self.share is not None:
            return f"{self.share}%"
        return ", ".join(f"{option} {percent}%" for option, percent in self.percents.items())

    def __str__(self) -> str:
        if self.share is None:
            return f"{self.short} (about {self.answers:,} answered)"
        return f"{self.share}% ({self.low}% to {self.high}%; about {self.answers:,} answered)"


@dataclass(frozen=True)
class PublishedChange:
    """The mean change of the same people with its 95% interval, in points of the item to one decimal.

    For a hub `answers` is a band and the percents are None; for England they are whole per cent of pairs.
    """

    answers: Band
    mean: float
    low: float
    high: float
    improved: int | None = None
    same: int | None = None
    worse: int | None = None

    @property
    def short(self) -> str:
        """The mean change with its sign."""
        return f"{self.mean:+.1f}"

    def __str__(self) -> str:
        return f"{self.mean:+.1f} ({self.low:+.1f} to {self.high:+.1f}; {self.answers} pairs)"


PublishedCell = Suppressed | PublishedCount | PublishedShare | PublishedDistribution | PublishedChange

_KINDS: dict[str, type[PublishedCell]] = {
    "suppressed": Suppressed,
    "count": PublishedCount,
    "share": PublishedShare,
    "distribution": PublishedDistribution,
    "change": PublishedChange,
}
_NAMES = {cls: kind for kind, cls in _KINDS.items()}


def to_json(cell: PublishedCell) -> dict[str, Any]:
    """The cell as a dictionary of plain values for frozen content; `from_json` reads it back equal."""
    return {"kind": _NAMES[type(cell)], **asdict(cell)}


def from_json(data: dict[str, Any]) -> PublishedCell:
    """The cell that `to_json` wrote. Raises KeyError for a kind that does not exist."""
    values = {key: value for key, value in data.items() if key != "kind"}
    if isinstance(values.get("answers"), dict):
        values["answers"] = Band(**values["answers"])
    return _KINDS[data["kind"]](**values)
