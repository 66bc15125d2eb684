"""When a learner may ask for a competency, ask again, remind and take back."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import CompetencyState, RequestRoute

RESEND_AFTER = timedelta(days=3)
SETTLED = (CompetencyState.SIGNED_OFF, CompetencyState.OUT_OF_SCOPE)


def resend_from(last_told: date) -> date:
    """The first day on which the mentors may be told again of a request, when they were last told on that day."""
    return last_told + RESEND_AFTER


def check_resend(*, last_told: date, today: date) -> None:
    """Raise StateError with the day from which it may be sent again."""
    if today < resend_from(last_told):
        raise StateError(
            f"Your mentors were told on {last_told:%-d %B}. You can tell them again from "
            f"{resend_from(last_told):%-d %B}.",
            code="too_soon",
        )


def may_ask(state: CompetencyState, *, open_request: bool) -> bool:
    """Whether a competency in this state may be asked for over evidence that was submitted before."""
    return not open_request and state not in SETTLED


def check_ask(state: CompetencyState, *, open_request: bool) -> None:
    """Raise StateError where there is nothing to ask for."""
    if open_request:
        raise StateError("This is with your mentor already.", code="open")
    if not may_ask(state, open_request=open_request):
        raise StateError(f"There is nothing to ask for: this is “{state.label}”.", code="settled")


def check_chosen(chosen: Collection[int], *, askable: Collection[int]) -> None:
    """Raise DomainError unless at least one version is named, and each is one that may be named."""
    if not chosen:
        raise DomainError("Select at least one piece of evidence", field="versions", code="none")
    if set(chosen) - set(askable):
        raise DomainError(
            "One of these was changed since you opened this page. Select again", field="versions", code="versions"
        )


def route_of(prior: Iterable[bool]) -> RequestRoute:
    """The route of a request over versions that show, or do not show, what was learned before the programme."""
    return RequestRoute.PRIOR if all(prior) else RequestRoute.USUAL
