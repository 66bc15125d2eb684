"""For how long a reason opens a portfolio, and what a reason must say."""

from gpa_programme.core.errors import DomainError

HOURS = 4
REASON_MIN, REASON_MAX = 15, 500


def check_reason(reason: str, *, own: bool) -> None:
    """Raise DomainError unless the reason says something, and it is somebody else's portfolio."""
    if own:
        raise DomainError("This is your own portfolio: open it from your home page.", code="own")
    if len(reason.strip()) < REASON_MIN:
        raise DomainError(
            f"Enter why you need to read it, in at least {REASON_MIN} characters. The learner sees what you write.",
            field="reason",
            code="reason",
        )
