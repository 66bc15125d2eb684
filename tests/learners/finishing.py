"""What tests of a portfolio's end share: everything signed off, the three declarations, and a sample to verify."""

from gpa_programme.core.periods import today
from learners.actions import certificates, finish, verification
from learners.enums import Route
from learners.models import Verification, VerificationSample
from learners.queries import verification as queries
from learners.queries.finish import position_of
from learners.rules.finish import CHECKS
from learners.rules.verification import WINDOW, population_sha256
from tests.factories import make_decision, make_request
from tests.learners.portfolios import competencies

SEED = "ball-7-21-33"


def sign_everything(enrolment):
    """Every competency of the learner signed off by their mentor; returns the decisions."""
    return [make_decision(request=make_request(enrolment=enrolment, competency=one)) for one in competencies(enrolment)]


def seen(enrolment):
    """What somebody who declares has before them."""
    return position_of(enrolment).seen_sha256


def declare_all(hub, enrolment):
    """Learner, mentor and hub declare."""
    facts = {"enrolment": enrolment, "seen_sha256": seen(enrolment)}
    finish.declare(**facts, by=enrolment.learner)
    finish.state_as_mentor(**facts, by=hub.mentor)
    finish.check_as_hub(**facts, checks=list(CHECKS), by=hub.coordinator)


def submitted(hub, enrolment):
    """The enrolment finished, declared and handed in."""
    sign_everything(enrolment)
    declare_all(hub, enrolment)
    finish.submit(enrolment=enrolment, by=hub.coordinator)
    return enrolment


def drawn(world, percent=100, each=2, seed=SEED) -> VerificationSample:
    """A sample of everything that waits."""
    population = queries.candidates_of(queries.waiting_for_sample(world.programme))
    return verification.draw(
        programme=world.programme,
        seed=seed,
        percent=percent,
        competencies_each=each,
        seen_sha256=population_sha256(population),
        by=world.national_lead,
    )


def assigned(world, found: Verification, verifier=None) -> Verification:
    """The portfolio given to the verifier for the usual window."""
    verification.assign(
        verification=found,
        verifier=verifier or world.verifier,
        since=today(),
        until=today() + WINDOW,
        by=world.national_lead,
    )
    found.refresh_from_db()
    return found


def read_all(found: Verification, verdict="would_sign", reason=""):
    """Every drawn competency read."""
    for one in queries.verification_page(found).readings:
        verification.read_blind(
            verification=found, competency=one.competency, verdict=verdict, reason=reason, by=found.verifier
        )


def concluded(world, found: Verification, outcome="verified", reason="") -> Verification:
    """Assigned, read and decided."""
    found = assigned(world, found)
    read_all(found)
    return verification.conclude(verification=found, outcome=outcome, reason=reason, by=world.verifier)


def verified(world, hub, enrolment):
    """The enrolment verified by a sample of everything that waits."""
    submitted(hub, enrolment)
    concluded(world, drawn(world).verifications.get(enrolment=enrolment))
    enrolment.refresh_from_db()
    return enrolment


def certified(world, hub, enrolment):
    """The certificate of a verified learner."""
    return certificates.issue(enrolment=verified(world, hub, enrolment), by=hub.hub_lead)


def to_in_house(hub, enrolment):
    """The route set to the end in house."""
    finish.set_route(enrolment=enrolment, route=Route.IN_HOUSE, reason="No award is sought", by=hub.coordinator)
