"""What a learner brings: when a Care Certificate is complete, what it is claimed for, what each route means."""

from collections.abc import Iterable, Mapping
from datetime import date

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import CareCertificate, CompetencyState, EnrolmentState, Route
from learners.rules.evidence import JUSTIFICATION_MAX

EDITIONS = ("2015", "2025")
BEGAN = {"2015": date(2015, 4, 1), "2025": date(2025, 3, 1)}
CLAIMED = (CompetencyState.OUT_OF_SCOPE, CompetencyState.SIGNED_OFF, CompetencyState.WAITING)
ROUTED = (EnrolmentState.ACCEPTED, EnrolmentState.ACTIVE, EnrolmentState.REFERRED)

ROUTES = {
    Route.ACCREDITED: "The portfolio goes to an external verifier at the end, and an award is sought.",
    Route.IN_HOUSE: "The practice and the hub complete the programme. No award is sought.",
    Route.RETROSPECTIVE: (
        "The learner works in the role already. Evidence may come from before the programme: it is claimed as prior "
        "learning, the mentor decides each competency as usual, and the certificate says which were prior learning."
    ),
}


def check_background(*, certificate: str, certified_on: date | None, edition: str, today: date) -> None:
    """Raise unless a certificate that is held has a day that was and the standards of its time."""
    if edition and edition not in EDITIONS:
        raise DomainError("Select the standards: 2015 or 2025", field="edition", code="edition")
    if certificate != CareCertificate.HELD:
        return
    if certified_on is None:
        raise DomainError("Enter the date on the certificate", field="certified_on", code="date")
    if certified_on > today:
        raise DomainError("The date on the certificate must be today or earlier", field="certified_on", code="future")
    if not edition:
        raise DomainError("Select the standards that the certificate names", field="edition", code="edition")
    if certified_on < BEGAN[edition]:
        began = BEGAN[edition]
        raise DomainError(
            f"The {edition} standards began in {began:%B %Y}. Check the date or the standards.",
            field="edition",
            code="before_edition",
        )


def claimable(states: Mapping[int, CompetencyState], mapped: Iterable[int]) -> set[int]:
    """The mapped competencies that a held certificate can be claimed for: in scope, not signed off, not waiting."""
    return {one for one in mapped if states.get(one, CompetencyState.OUT_OF_SCOPE) not in CLAIMED}


def justification(standards: Iterable[tuple[int, str]]) -> str:
    """The line that says which standards of the certificate cover a competency."""
    named = "; ".join(f"standard {number}: {title}" for number, title in sorted(standards))
    return f"Care Certificate {named}"[:JUSTIFICATION_MAX]


def claim_title(edition: str) -> str:
    """The title of the evidence with which a Care Certificate is claimed."""
    return f"Care Certificate, {edition} standards"


def check_route(state: str) -> None:
    """Raise unless the portfolio of a learner in this state is still to be judged."""
    if state not in ROUTED:
        raise StateError(
            "The route changes only before the portfolio is submitted for verification. Nothing was saved.",
            code="too_late",
        )
