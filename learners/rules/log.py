"""A log of supervised repetitions: what its rows must hold, and how they are read back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from learners.rules.prompts import day_of, in_words

COLUMNS = ("on", "what", "times", "supervisor")
ROWS_MAX, MOST_TIMES = 50, 999


@dataclass(frozen=True)
class Row:
    """A row as it is shown: the day in words where it is one, else as it was typed."""

    on: str
    what: str
    times: str
    supervisor: str


def entry_of(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed in a row as a version keeps it: its columns, without white space at the ends."""
    return {column: typed.get(column, "").strip() for column in COLUMNS}


def rows_of(entries: Iterable[Mapping[str, str]]) -> list[Row]:
    """The rows of a version in order."""
    kept = [entry_of(entry) for entry in entries]
    return [Row(_day_in_words(row["on"]), row["what"], row["times"], row["supervisor"]) for row in kept]


def row_problems(entries: Sequence[Mapping[str, str]], *, today: date) -> Iterable[tuple[str, str]]:
    """What is missing or wrong in the rows, as (field of the form, message); rows are counted from 1 in the words."""
    for index, entry in enumerate(entries):
        row, where = entry_of(entry), f"in row {index + 1}"
        day = day_of(row["on"])
        if day is None:
            yield f"entry_{index}_on", f"Enter the date {where}"
        elif day > today:
            yield f"entry_{index}_on", f"The date {where} must be today or in the past"
        if not row["what"]:
            yield f"entry_{index}_what", f"Enter what you did {where}"
        if not (row["times"].isdecimal() and 1 <= int(row["times"]) <= MOST_TIMES):
            yield f"entry_{index}_times", f"Enter how many times {where}, as a number from 1 to {MOST_TIMES}"
        if not row["supervisor"]:
            yield f"entry_{index}_supervisor", f"Enter who supervised you {where}"


def _day_in_words(text: str) -> str:
    day = day_of(text)
    return in_words(day) if day else text
