"""What one sample of the corpus is: where it stands, what was planted in it, and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["nhs_number", "date_of_birth", "postcode", "phone", "email"]
Where = Literal["text", "file_name", "pdf", "docx", "xlsx", "image"]

KINDS: tuple[Kind, ...] = get_args(Kind)
PLACES: tuple[Where, ...] = get_args(Where)


@dataclass(frozen=True)
class Sample:
    """One thing a learner might type or upload, with every patient identifier that was planted in it.

    A planted string is written as a person would read it: a date cell as its sheet shows it, neighbouring
    cells of a row with one space between them, and a run-split word as the whole word.
    """

    name: str
    where: Where
    planted: tuple[tuple[Kind, str], ...]
    make: str | Callable[[], tuple[str, bytes]]

    @property
    def text(self) -> str:
        """Return the typed text of a text sample."""
        if not isinstance(self.make, str):
            raise TypeError(f"{self.name} is a file, not typed text")
        return self.make

    def build(self) -> tuple[str, bytes]:
        """Return the file name and the bytes of a file sample."""
        if isinstance(self.make, str):
            raise TypeError(f"{self.name} is typed text, not a file")
        return self.make()
