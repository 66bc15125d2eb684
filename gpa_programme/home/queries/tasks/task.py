"""Task: one line of the home page, and how its number is written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """One thing to do: its words, where, a hint, and how much waiting it ends (higher comes first)."""

    label: str
    href: str
    hint: str = ""
    due: str = ""
    weight: int = 0


def many(number: int, one: str, more: str = "") -> str:
    """A number with its noun: "1 request", "3 competencies"."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def first_of(number: int, name: object) -> str:
    """Which of several the link opens; nothing where there is only one, which the label could name."""
    return f"The first is {name}." if number > 1 else f"{name}"
