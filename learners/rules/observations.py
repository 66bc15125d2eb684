"""What recording an observation needs, whose word confirms it and until when, and the wording of such a sign-off."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from gpa_programme.core.errors import DomainError, StateError
from learners.rules.evidence import may_write
from learners.rules.said import check_said

BACK_DAYS = 14
STATEMENT = (
    "I watched {learner} on {day}, as written here, and have read this evidence. "
    "I am satisfied that {learner} is competent in {competency}."
)


def statement(*, learner: str, competency: str, observed_on: date) -> str:
    """The wording that a mentor confirms who watched it themselves."""
    day = f"{observed_on.day} {observed_on:%B %Y}"
    return STATEMENT.format(learner=learner, competency=competency, day=day)


def stands_for(*, on_learners_device: bool, confirm_by: datetime | None, confirmed: bool, moment: datetime) -> bool:
    """Whether the observer's own word stands, or can still be given, for what is written: they recorded it
    themselves, confirmed it in time, or still have time.
    """
    return not on_learners_device or confirmed or (confirm_by is not None and moment < confirm_by)


def earliest(*, starts: date, today: date) -> date:
    """The first day that an observation may still be recorded for."""
    return max(starts, today - timedelta(days=BACK_DAYS))


def check_observer(kinds: Collection[str], *, state: str, own: bool) -> None:
    """Raise unless this is a mentor of the learner today, the learner is learning, and they are not the same person."""
    if own:
        raise DomainError("Nobody observes themselves. Nothing was saved.", code="own")
    if not kinds:
        raise DomainError("Only a mentor of the learner today records what they watched.", code="not_mentor")
    if not may_write(state):
        raise StateError(
            "Observations are recorded while somebody is learning. Nothing was saved.", code="not_learning"
        )


def check_recorded(
    *, title: str, text: str, competencies: Collection[str], no_patient_details: bool, today: date
) -> None:
    """Raise NotReadyError with every reason why this is not yet an observation."""
    wanted = (
        ("title", title.strip(), "Enter what was done, in a few words"),
        ("text", text.strip(), "Enter what happened"),
        ("competencies", competencies, "Select at least one competency that this shows"),
        ("no_patient_details", no_patient_details, "Tick the box to confirm that no patient can be recognised"),
    )
    check_said(
        {"title": title, "text": text},
        problems=[(field, message) for field, said, message in wanted if not said],
        today=today,
    )


def check_day(observed_on: date, *, starts: date, today: date) -> None:
    """Raise DomainError for a day before the learner began, more than two weeks ago, or to come."""
    first = earliest(starts=starts, today=today)
    if not first <= observed_on <= today:
        raise DomainError(
            f"Enter a day from {first.day} {first:%B %Y} to today", field="observed_on", code="observed_on"
        )
