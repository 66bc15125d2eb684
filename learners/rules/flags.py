"""Flags on evidence that names a patient: what one must say, who decides on it, and what is left when words go."""

from datetime import date
from typing import Any

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import FlagState
from learners.rules.guard import patient_details

WHERE_MIN, WHERE_MAX, ANSWER_MIN = 5, 300, 10
DESTROYED_TITLE, DESTROYED_NAME = "Destroyed: it named a patient", "Destroyed file"
OPEN_TO_NOBODY = "Somebody says that it names a patient, so nobody but its author sees it until that is decided."


def words_of(version: Any) -> tuple[Any, ...]:
    """What a version says, without its title: two versions that say the same share a patient's name."""
    return version.text.strip(), {key: said for key, said in version.answers.items() if said}, version.entries


def check_where(where: str, *, today: date) -> None:
    """Raise DomainError where the place is not said, or where it repeats what must not be repeated."""
    if len(where.strip()) < WHERE_MIN:
        raise DomainError("Say where it stands, such as “second line of the text”", field="where", code="where")
    if len(where.strip()) > WHERE_MAX:
        raise DomainError(f"Use at most {WHERE_MAX} characters", field="where", code="where")
    check_not_repeated(where, field="where", today=today)


def check_not_repeated(said: str, *, field: str, today: date) -> None:
    """Raise DomainError where a line that others read repeats what must not be repeated."""
    if patient_details([("", said)], today=today):
        raise DomainError("Say it without repeating what was found: others read this", field=field, code="repeats")


def check_open(state: str) -> None:
    """Raise StateError where somebody decided already."""
    if state != FlagState.OPEN:
        raise StateError(
            f"This was decided already: {FlagState(state).label.lower()}. Nothing was changed.", code="decided"
        )


def may_confirm(*, by: int, raised_by: int, author: int, for_hub: bool) -> bool:
    """Whether the person may say that it names a patient: its author, or the hub; never who raised the flag."""
    return by != raised_by and (by == author or for_hub)


def may_clear(*, by: int, raised_by: int, author: int, for_hub: bool) -> bool:
    """Whether the person may say that it names nobody: only the hub, neither its author nor who raised the flag."""
    return for_hub and by not in {raised_by, author}


def check_answer(answer: str, *, today: date) -> None:
    """Raise DomainError where the reason for clearing is not said, or repeats what was found."""
    check_not_repeated(answer, field="answer", today=today)
    if len(answer.strip()) < ANSWER_MIN:
        raise DomainError("Say in a few words why no patient can be recognised", field="answer", code="answer")
