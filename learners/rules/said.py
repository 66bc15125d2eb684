"""The guard over words that are typed once and kept as they are: a witness's, an observer's, a reason."""

from collections.abc import Mapping
from datetime import date

from gpa_programme.core.errors import DomainError
from learners.rules.evidence import NotReadyError
from learners.rules.guard import patient_details


def details_in(said: Mapping[str, str], *, today: date) -> list[tuple[str, str]]:
    """What looks like a patient's detail in the words of each field, as (field, what to do)."""
    hits = patient_details(said.items(), today=today)
    return [(hit.place, f"Remove “{hit.found}”: it looks like {hit.what}") for hit in hits]


def check_said(said: Mapping[str, str], *, problems: list[tuple[str, str]], today: date) -> None:
    """Raise NotReadyError with `problems` and with what looks like a patient's detail, each at its field."""
    found = [*problems, *details_in(said, today=today)]
    if found:
        raise NotReadyError(found)


def check_kept(said: Mapping[str, str], *, today: date) -> None:
    """Raise DomainError at the first field whose words look like a patient's detail: they stay as they are for good."""
    for field, what in details_in(said, today=today):
        raise DomainError(f"{what}. Others read this, and it cannot be changed later", field=field, code="details")
