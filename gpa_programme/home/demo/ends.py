"""The ends of the portfolios that were written in bulk: declarations, two samples read blind, certificates."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from gpa_programme.accounts.models import User
from gpa_programme.home.demo import changes, texts
from gpa_programme.home.demo.clock import hush, moved_clock
from gpa_programme.home.demo.finished import EACH, SEED
from gpa_programme.home.demo.people import People
from hubs.models import Programme
from learners.actions import certificates
from learners.actions.finish import wording_of
from learners.enums import COMPLETE, DeclarationKind, EnrolmentState, Route, Verdict, VerificationOutcome
from learners.models import (
    BlindReading,
    Competency,
    Declaration,
    Enrolment,
    EnrolmentChange,
    Verification,
    VerificationSample,
)
from learners.queries.finish import gp_mentors, position_of
from learners.queries.verification import candidates_of
from learners.rules import finish as rules
from learners.rules import verification as verification_rules
from learners.rules.verification import WINDOW

S = EnrolmentState
FINISHED = (S.SUBMITTED, S.REFERRED, S.VERIFIED, *COMPLETE)
SAMPLES = ((S.COMPLETED,), (S.VERIFIED, S.REFERRED))  # who was drawn together
OFTEN_RETURNED = 7  # every so many readings a verifier would have returned what a mentor signed off
DECLARED = {DeclarationKind.LEARNER: 4, DeclarationKind.MENTOR: 3, DeclarationKind.HUB: 1}  # days before


def write(programme: Programme, people: People) -> None:
    """Declare, verify and certify everybody of the programme who has come to an end and has not declared yet."""
    rows = Enrolment.objects.filter(cohort__programme=programme, state__in=FINISHED, declarations__isnull=True)
    found = list(rows.select_related("cohort__programme", "cohort__hub__region", "learner").order_by("pk"))
    for enrolment in found:
        _declare(enrolment, people)
    for states in SAMPLES:
        _verify(programme, [one for one in found if one.state in states], people)
    with moved_clock() as clock:
        for enrolment in (one for one in found if one.state in COMPLETE):
            clock.set(_moved(enrolment, enrolment.state).recorded_at)
            certificates.issue(enrolment=enrolment, by=_hubs(enrolment, people, "hub.lead"))
    hush()


def _moved(enrolment: Enrolment, *states: str) -> EnrolmentChange:
    """The last move to one of these states."""
    found = enrolment.changes.filter(to_state__in=states).order_by("pk").last()
    if found is None:
        raise ValueError(f"{enrolment.ref} never was {states}")
    return found


def _hubs(enrolment: Enrolment, people: People, role: str) -> User:
    return User.objects.get(pk=people.persona(f"{role}.{enrolment.cohort.hub.region.code.lower()}"))


def _declare(enrolment: Enrolment, people: People) -> None:
    if enrolment.state == S.COMPLETED_IN_HOUSE:
        enrolment.route = Route.IN_HOUSE
        enrolment.save(update_fields=["route"])
    handed_in = _moved(enrolment, S.SUBMITTED, S.COMPLETED_IN_HOUSE).recorded_at
    hashes = position_of(enrolment).hashes
    by = {
        DeclarationKind.LEARNER: enrolment.learner,
        DeclarationKind.MENTOR: gp_mentors(enrolment)[0].mentor,
        DeclarationKind.HUB: _hubs(enrolment, people, "coordinator"),
    }
    for kind, days in DECLARED.items():
        wording = wording_of(enrolment, kind, len(hashes))
        Declaration.objects.create(
            enrolment=enrolment,
            round=1,
            kind=kind,
            by=by[kind],
            wording=wording,
            note=texts.STATEMENT if kind == DeclarationKind.MENTOR else "",
            made_at=handed_in - timedelta(days=days),
            sha256=rules.declaration_sha256(hashes, wording),
        )


def _verify(programme: Programme, found: list[Enrolment], people: People) -> None:
    """One sample of all of them, everybody drawn, each read by the verifier before the outcome was recorded."""
    lead, verifier = (User.objects.get(pk=people.persona(local)) for local in ("national.lead", "verifier"))
    population = candidates_of(Enrolment.objects.filter(pk__in=[one.pk for one in found]))
    drawn_at = max(_moved(one, S.SUBMITTED).recorded_at for one in found) + timedelta(days=1)
    seed = f"{SEED}-{drawn_at:%Y-%m-%d}"
    sample = VerificationSample.objects.create(
        programme=programme,
        seed=seed,
        portfolios_percent=100,
        competencies_each=EACH,
        population=[one.as_json() for one in population],
        drawn=verification_rules.draw(population, seed, 100, EACH),
        by=lead,
        drawn_at=drawn_at,
    )
    for enrolment in found:
        _read(sample, enrolment, verifier, drawn_at)


def _read(sample: VerificationSample, enrolment: Enrolment, verifier: User, drawn_at: datetime) -> None:
    decided = _moved(enrolment, S.VERIFIED, S.REFERRED)
    outcome = VerificationOutcome(decided.to_state)
    row = Verification.objects.create(
        sample=sample,
        enrolment=enrolment,
        drawn=True,
        verifier=verifier,
        since=drawn_at.date(),
        until=drawn_at.date() + WINDOW,
        read_at=decided.recorded_at - timedelta(hours=1),
        outcome=outcome,
        reason=changes.REASONS[S.REFERRED] if outcome == VerificationOutcome.REFERRED else "",
        decided_by=verifier,
        decided_at=decided.recorded_at,
    )
    standing = position_of(enrolment).standing
    competencies = Competency.objects.filter(framework=enrolment.framework_id, code__in=row.codes).order_by("position")
    decisions = {key: one.decision for key, one in standing.items()}
    BlindReading.objects.bulk_create(_readings(row, competencies, decisions, decided.recorded_at - timedelta(hours=2)))


def _readings(
    row: Verification, competencies: Iterable[Competency], decisions: dict[int, int], at: datetime
) -> list[BlindReading]:
    found = []
    for number, competency in enumerate(competencies):
        referred = row.outcome == VerificationOutcome.REFERRED and number == 0
        would_return = referred or (row.pk * EACH + number) % OFTEN_RETURNED == 0
        found.append(
            BlindReading(
                verification=row,
                competency=competency,
                decision_id=decisions[competency.pk],
                verdict=(Verdict.WOULD_RETURN if would_return else Verdict.WOULD_SIGN).value,
                reason=texts.WOULD_RETURN if would_return else "",
                by=row.verifier,
                at=at,
            )
        )
    return found
