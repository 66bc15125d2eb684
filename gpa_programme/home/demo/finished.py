"""Ends of portfolios in the demonstration, through the actions: declarations, samples, blind readings, outcomes."""

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import now, today
from gpa_programme.home.demo import texts
from learners.actions import certificates, finish, verification
from learners.enums import Route, Verdict, VerificationOutcome
from learners.models import Competency, Enrolment, Verification
from learners.queries import finish as finish_queries
from learners.queries import verification as queries
from learners.rules import finish as rules
from learners.rules import verification as verification_rules

SEED = "demonstration"
EACH = 3


def declare_all(enrolment: Enrolment, *, learner: User, mentor: User, hub: User) -> None:
    """The learner declares, the GP mentor states, the hub checks."""
    seen = finish_queries.position_of(enrolment).seen_sha256
    finish.declare(enrolment=enrolment, seen_sha256=seen, by=learner)
    finish.state_as_mentor(enrolment=enrolment, seen_sha256=seen, note=texts.STATEMENT, by=mentor)
    finish.check_as_hub(enrolment=enrolment, seen_sha256=seen, checks=list(rules.CHECKS), by=hub)


def in_house(enrolment: Enrolment, *, by: User) -> None:
    """No award is sought for this learner."""
    finish.set_route(enrolment=enrolment, route=Route.IN_HOUSE, reason=texts.NO_AWARD, by=by)


def certify(enrolment: Enrolment, *, by: User) -> None:
    """Issue the certificate."""
    certificates.issue(enrolment=enrolment, by=by)


def verify(enrolment: Enrolment, outcome: VerificationOutcome, *, reason: str, lead: User, verifier: User) -> None:
    """Draw the portfolio if it waits to be drawn, read what was drawn blind, and record the outcome."""
    found = _drawn(enrolment, lead)
    verification.assign(
        verification=found, verifier=verifier, since=today(), until=today() + verification_rules.WINDOW, by=lead
    )
    page = queries.verification_page(found)
    for number, one in enumerate(page.readings):
        _read(found, one.competency, outcome, number, verifier)
    verification.conclude(verification=found, outcome=outcome.value, reason=reason, by=verifier)


def _drawn(enrolment: Enrolment, lead: User) -> Verification:
    rows = Verification.objects.open().filter(enrolment=enrolment)
    if not rows.exists():
        programme = enrolment.cohort.programme
        population = queries.candidates_of(queries.waiting_for_sample(programme))
        verification.draw(
            programme=programme,
            seed=f"{SEED}-{now():%Y-%m-%d}",
            percent=100,
            competencies_each=EACH,
            seen_sha256=verification_rules.population_sha256(population),
            by=lead,
        )
    return rows.select_related("sample", "enrolment__cohort__hub", "enrolment__learner").get()


def _read(found: Verification, competency: Competency, outcome: VerificationOutcome, number: int, by: User) -> None:
    """The first reading of a portfolio that is referred back disagrees with the mentor."""
    would_return = number == 0 and outcome == VerificationOutcome.REFERRED
    verification.read_blind(
        verification=found,
        competency=competency,
        verdict=(Verdict.WOULD_RETURN if would_return else Verdict.WOULD_SIGN).value,
        reason=texts.WOULD_RETURN if would_return else "",
        by=by,
    )
