"""The rows of a log in a form: read from what was sent, numbered without gaps, with one row removed or added."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.validators import MaxLengthValidator

from gpa_programme.core import forms
from learners.rules.log import COLUMNS, ROWS_MAX, entry_of

NAME = re.compile(rf"entry_(\d{{1,3}})_({'|'.join(COLUMNS)})")
LABELS = {"on": "Date", "what": "What you did", "times": "How many times", "supervisor": "Supervised by"}
LONGEST = {"on": 10, "what": 300, "times": 4, "supervisor": 100}


class DayInput(forms.TextInput):
    """A day in the browser's own box: it is whole or empty, so a draft never keeps half a date; and it fits a phone."""

    input_type = "date"


class CountInput(forms.TextInput):
    """A small box for a number; what is no number is kept until it is submitted."""

    def __init__(self) -> None:
        super().__init__(attrs={"width": 4, "inputmode": "numeric"})


WIDGETS: dict[str, type[forms.TextInput]] = {"on": DayInput, "times": CountInput}


def read(data: Any, kept: Iterable[Mapping[str, str]], *, new_row: bool) -> tuple[Any, list[dict[str, str]]]:
    """What was sent with its rows numbered from 0, and the rows: of the data, else those kept.

    Rows left empty are dropped; `remove_row` in the data drops one more. There is always a row to type in.
    """
    rows = [entry_of(row) for row in kept] if data is None else _sent(data)
    if new_row or not rows:
        rows.append(entry_of({}))
    rows = rows[:ROWS_MAX]
    return data if data is None else _renumbered(data, rows), rows


def fields(count: int) -> dict[str, forms.CharField]:
    """The fields of so many rows."""
    return {f"entry_{index}_{column}": _field(column) for index in range(count) for column in COLUMNS}


def initial(rows: list[dict[str, str]]) -> dict[str, str]:
    """What the fields of these rows show."""
    return {f"entry_{index}_{column}": said for index, row in enumerate(rows) for column, said in row.items()}


def entries(said: Mapping[str, Any], count: int) -> list[dict[str, str]]:
    """The rows that hold something, for Content."""
    rows = [{column: said[f"entry_{index}_{column}"] for column in COLUMNS} for index in range(count)]
    return [row for row in rows if any(row.values())]


def _field(column: str) -> forms.CharField:
    return forms.CharField(
        label=LABELS[column],
        required=False,
        validators=[MaxLengthValidator(LONGEST[column])],
        widget=WIDGETS.get(column, forms.TextInput)(),
    )


def _sent(data: Any) -> list[dict[str, str]]:
    """The rows of a request in order, without the empty ones and without the one that is to go."""
    typed: dict[int, dict[str, str]] = {}
    for name in data:
        if found := NAME.fullmatch(name):
            typed.setdefault(int(found[1]), {})[found[2]] = data[name]
    gone = data.get("remove_row", "")
    rows = [entry_of(typed[index]) for index in sorted(typed) if str(index) != gone]
    return [row for row in rows if any(row.values())]


def _renumbered(data: Any, rows: list[dict[str, str]]) -> Any:
    changed = data.copy()
    for name in data:
        if NAME.fullmatch(name):
            del changed[name]
    changed.update(initial(rows))
    return changed
