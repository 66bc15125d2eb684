"""One check: its name, the rule in a sentence, and how its breaches are counted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Check:
    """A rule across rows; `count` gives the number of its breaches."""

    name: str
    rule: str
    count: Callable[[], int]


def sql(name: str, rule: str, breaches: str, params: tuple[Any, ...] = ()) -> Check:
    """A check by plain SQL: `breaches` selects one row a breach."""

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({breaches}) AS breaches", params)  # noqa: S608  our own text
            return int(cursor.fetchone()[0])

    return Check(name, rule, count)


def listed(values: tuple[str, ...]) -> str:
    """So many placeholders for an IN list."""
    return ", ".join(["%s"] * len(values))
