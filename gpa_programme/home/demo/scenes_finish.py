"""Scenes at the end of portfolios and in the national team: a sample to read, certificates, a draft framework."""

from dataclasses import replace

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import today
from gpa_programme.home.demo import scene_texts as texts
from gpa_programme.home.demo.cast import Cast
from gpa_programme.home.demo.clock import Clock
from gpa_programme.home.demo.finished import SEED
from gpa_programme.home.demo.people import People
from hubs.models import Programme
from learners.actions import certificates, frameworks, transfer, verification
from learners.enums import EnrolmentState, Verdict
from learners.models import Certificate, CompetencyMapping, Verification, VerificationSample
from learners.queries import verification as queries
from learners.queries.frameworks import rows_of
from learners.rules import verification as rules
from learners.rules.framework import Row

ASSIGNED = 4  # the first hubs' portfolios are the verifier's to read, the others wait to be given to somebody
READ = 2  # so many competencies of the first are read
REWORDED, JOINED, INTO = "COM-09", "REC-09", "REC-08"
NEW = Row(
    code="COM-10",
    domain="Communication",
    title="Helps people to use video and online consultations",
    kind="administrative",
    description="You help people to join, and notice who needs another way.",
    suggested=("DO", "CS"),
    minimum_pieces=2,
)


def play(casts: list[Cast], people: People, clock: Clock) -> None:
    """Everything of this kind in all hubs: what is between hubs, and what the national team does."""
    for number, cast in enumerate(casts):
        _withdraw_certificate(cast)
        _offer(cast, casts[(number + 1) % len(casts)])
    lead, verifier = (User.objects.get(pk=people.persona(local)) for local in ("national.lead", "verifier"))
    casts[0].at(9, 11)
    _draft_framework(casts[0].cohort.programme, lead)
    casts[0].at(3, 10)
    _sample(casts, lead, verifier)


def _withdraw_certificate(cast: Cast) -> None:
    """The certificate of who completed in house; the other certificates of the hub stand."""
    cast.at(5, 16)
    state = EnrolmentState.COMPLETED_IN_HOUSE
    certificate = Certificate.objects.get(enrolment__cohort=cast.cohort, enrolment__state=state)
    certificates.withdraw(certificate=certificate, reason=texts.WITHDRAWN_CERTIFICATE, by=cast.lead)


def _offer(cast: Cast, there: Cast) -> None:
    """The mentor's last learner is offered to the next hub, which has not answered."""
    cast.at(2, 15)
    transfer.offer(enrolment=cast.others[-1], to_cohort=there.cohort, reason=texts.TRANSFER, by=cast.coordinator)


def _draft_framework(programme: Programme, lead: User) -> None:
    """The next version: one competency worded anew, one new, one part of another, and what became of each."""
    current = programme.frameworks.get(version=1)
    draft = frameworks.draft_from(framework=current, by=lead)
    worded = next(row for row in rows_of(draft) if row.code == REWORDED)
    title = f"{worded.title}, in plain words"
    frameworks.save_competency(framework=draft, row=replace(worded, title=title), code=REWORDED, by=lead)
    frameworks.save_competency(framework=draft, row=NEW, code="", by=lead)
    frameworks.remove_competency(framework=draft, code=JOINED, by=lead)
    made = CompetencyMapping.objects.filter(new__framework=draft).values_list("old__code", "new__code", "carries")
    became = {old: (new, carries) for old, new, carries in made} | {JOINED: (INTO, False)}
    frameworks.save_mapping(framework=draft, became=became, note=texts.DRAFT_NOTE, by=lead)


def _sample(casts: list[Cast], lead: User, verifier: User) -> None:
    """Everybody who waits is drawn; the verifier has some to read and has begun with one."""
    programme = casts[0].cohort.programme
    population = queries.candidates_of(queries.waiting_for_sample(programme))
    sample = verification.draw(
        programme=programme,
        seed=f"{SEED}-{today():%Y-%m-%d}",
        percent=100,
        competencies_each=rules.EACH,
        seen_sha256=rules.population_sha256(population),
        by=lead,
    )
    for cast in casts[:ASSIGNED]:
        until = today() + rules.WINDOW
        verification.assign(verification=_of(sample, cast), verifier=verifier, since=today(), until=until, by=lead)
    begun = _of(sample, casts[0])
    for reading in queries.verification_page(begun).readings[:READ]:
        verification.read_blind(
            verification=begun, competency=reading.competency, verdict=Verdict.WOULD_SIGN.value, by=verifier
        )


def _of(sample: VerificationSample, cast: Cast) -> Verification:
    rows = sample.verifications.select_related("sample", "enrolment__cohort__hub", "enrolment__learner")
    return rows.get(enrolment__cohort=cast.cohort)
