"""What verification does: draw a sample, give a portfolio to a verifier, read blind, record an outcome."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, StateError
from gpa_programme.core.periods import now, today
from hubs.models import Cohort, Hub, Programme
from learners.actions.enrolment import move
from learners.emails import finish as emails
from learners.enums import VerificationOutcome
from learners.models import BlindReading, Competency, Enrolment, Verification, VerificationSample
from learners.queries import verification as queries
from learners.rules import verification as rules
from learners.rules.said import check_kept
from learners.rules.verification import Candidate

OUT = VerificationOutcome

# ------------------------------------------------------------------------------------------------------------- drawing


def draw(
    *, programme: Programme, seed: str, percent: int, competencies_each: int, seen_sha256: str, by: User
) -> VerificationSample:
    """Draw a sample of every portfolio of a programme that waits; the population is frozen with it.

    Raises DomainError for a seed or size, StateError `nobody_waits`, ConflictError `population_changed` where others
    wait than those on the page.
    """
    rules.check_sizes(seed=seed, percent=percent, competencies_each=competencies_each)
    with transaction.atomic():
        _lock_cohorts(Cohort.objects.filter(programme=programme))
        waiting = queries.waiting_for_sample(programme)
        population = queries.candidates_of(waiting)
        rules.check_population(population, seen_sha256)
        return _freeze(programme, population, seed, percent, competencies_each, by)


def draw_more(
    *, sample: VerificationSample, hub: Hub, seed: str, percent: int, competencies_each: int, reason: str, by: User
) -> VerificationSample:
    """Draw again among the portfolios of a hub that were not drawn, since one of its drawn ones was referred.

    They leave the first sample for the new one. Raises as draw does, and StateError `early` or `no_rest`.
    """
    rules.check_sizes(seed=seed, percent=percent, competencies_each=competencies_each)
    with transaction.atomic():
        _lock_hub(sample, hub)
        rest = _checked_rest(sample, hub, reason)
        population = queries.candidates_of(Enrolment.objects.filter(pk__in=[row.enrolment_id for row in rest]))
        for row in rest:
            _close(row, OUT.LEFT, reason, by)
        return _freeze(sample.programme, population, seed, percent, competencies_each, by, reason)


def _freeze(
    programme: Programme,
    population: list[Candidate],
    seed: str,
    percent: int,
    competencies_each: int,
    by: User,
    reason: str = "",
) -> VerificationSample:
    """Write the sample and a row for each portfolio of its population."""
    drawn = rules.draw(population, seed, percent, competencies_each)
    sample = VerificationSample.objects.create(
        programme=programme,
        seed=seed,
        portfolios_percent=percent,
        competencies_each=competencies_each,
        population=[one.as_json() for one in population],
        drawn=drawn,
        by=by,
    )
    since = today()
    enrolments = dict(Enrolment.objects.filter(ref__in=[one.ref for one in population]).values_list("ref", "pk"))
    Verification.objects.bulk_create(
        Verification(
            sample=sample,
            enrolment_id=enrolments[one.ref],
            drawn=one.ref in drawn,
            since=since,
            until=since + rules.WINDOW,
        )
        for one in population
    )
    audit.record(
        "sample_drawn",
        by=by,
        record_type="verification_sample",
        record=sample.pk,
        reason=reason.strip(),
        seed=seed,
        percent=percent,
        competencies_each=competencies_each,
        portfolios=len(population),
        drawn=sorted(drawn),
    )
    return sample


def _lock_cohorts(cohorts: Iterable[Cohort]) -> None:
    """Lock the cohorts in the order of their keys: nothing is submitted or taken back meanwhile."""
    pks = [cohort.pk for cohort in cohorts]
    list(Cohort.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))


def _lock_hub(sample: VerificationSample, hub: Hub) -> None:
    """Lock a hub's part of a sample: who decides on two of its portfolios does so one after the other."""
    list(VerificationSample.objects.select_for_update(of=("self",), no_key=True).filter(pk=sample.pk))
    _lock_cohorts(Cohort.objects.filter(hub=hub, enrolments__verifications__sample=sample).distinct())


# ------------------------------------------------------------------------------------------------------------- reading


def assign(*, verification: Verification, verifier: User, since: date, until: date, by: User) -> None:
    """Give a drawn portfolio to a verifier whom nothing ties to its learner, from a day until a day.

    May be done again while nothing is read, for another person or other days; after that only for other days. Raises
    DomainError `not_independent`, `window` or `past`, StateError `closed`, `not_drawn` or `begun`.
    """
    rules.check_window(since=since, until=until, today=today())
    with transaction.atomic():
        row = _lock(verification)
        rules.check_open(outcome=row.outcome, drawn=row.drawn)
        rules.check_independent(queries.ties_of(verifier, row.enrolment))
        if row.verifier_id != verifier.pk and row.readings.exists():
            raise StateError(f"{row.verifier} has begun to read. Nothing was saved.", field="verifier", code="begun")
        is_new = row.verifier_id != verifier.pk
        row.verifier, row.since, row.until = verifier, since, until
        row.save(update_fields=["verifier", "since", "until"])
        _record(
            "verification_assigned", row, by, verifier=verifier.pk, since=since.isoformat(), until=until.isoformat()
        )
        if is_new:
            emails.assigned(row)


def read_blind(
    *, verification: Verification, competency: Competency, verdict: str, reason: str = "", by: User
) -> BlindReading:
    """Say what one would have decided on a drawn competency, before seeing what was; it cannot be changed.

    Raises DomainError `verdict`, `reason`, `not_yours` or `outside_window`, StateError `closed`, `not_drawn` or
    `not_signed`, ConflictError `already_read`.
    """
    rules.check_verdict(verdict, reason)
    check_kept({"reason": reason}, today=today())
    with transaction.atomic():
        row = _lock(verification)
        _check_reader(row, by)
        if competency.code not in row.codes:
            raise StateError("This competency was not drawn. Nothing was saved.", code="not_drawn")
        if row.readings.filter(competency=competency).exists():
            raise ConflictError("You have read this already: it cannot be changed.", code="already_read")
        decision = queries.decision_read(row, competency)
        if decision is None:
            raise StateError("This competency is not signed off any more. Nothing was saved.", code="not_signed")
        reading = BlindReading.objects.create(
            verification=row, competency=competency, decision=decision, verdict=verdict, reason=reason.strip(), by=by
        )
        _record("blind_reading", row, by, competency=competency.code, verdict=verdict, decision=decision.sha256)
        if not queries.verification_page(row).unread:
            row.read_at = now()
            row.save(update_fields=["read_at"])
        return reading


def _lock(verification: Verification) -> Verification:
    rows = Verification.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("sample", "verifier", "enrolment__cohort__hub", "enrolment__learner").get(
        pk=verification.pk
    )


def _check_reader(row: Verification, by: User) -> None:
    rules.check_open(outcome=row.outcome, drawn=row.drawn)
    rules.check_reader(verifier_id=row.verifier_id, by_id=by.pk, since=row.since, until=row.until, today=today())
    rules.check_independent(queries.ties_of(by, row.enrolment))


def _record(verb: str, row: Verification, by: User, **detail: Any) -> None:
    audit.record(
        verb, by=by, record_type="enrolment", record=row.enrolment.ref, hub=row.enrolment.cohort.hub_id,
        sample=row.sample_id, **detail,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- outcome


def conclude(*, verification: Verification, outcome: str, reason: str = "", by: User) -> Verification:
    """Record what the verification of a drawn portfolio came to: its enrolment is verified or referred back.

    Once every drawn portfolio of the hub is verified, those that were not drawn pass with the sample. Raises
    DomainError `outcome`, `reason`, `not_yours` or `outside_window`, StateError `closed` or `unread`, and as move does.
    """
    with transaction.atomic():
        hub = verification.enrolment.cohort.hub
        _lock_hub(verification.sample, hub)
        row = _lock(verification)
        _check_reader(row, by)
        page = queries.verification_page(row)
        check_kept({"reason": reason}, today=today())
        rules.check_outcome(outcome, reason, unread=page.unread, verdicts=page.verdicts)
        row.read_at = row.read_at or now()
        _close(row, outcome, reason, by)
        _move(row, reason, by)
        part = queries.rest_of(row.sample, hub)
        if rules.rest_passes([one.outcome for one in part.drawn]):
            _pass(part.rest, "", by)
    verification.outcome = row.outcome
    return row


def pass_rest(*, sample: VerificationSample, hub: Hub, reason: str, by: User) -> int:
    """Let the portfolios of a hub that were not drawn pass although a drawn one was referred; returns how many did.

    Raises DomainError `reason`, StateError `early` or `no_rest`.
    """
    with transaction.atomic():
        _lock_hub(sample, hub)
        return _pass(_checked_rest(sample, hub, reason), reason, by)


def _checked_rest(sample: VerificationSample, hub: Hub, reason: str) -> list[Verification]:
    """The portfolios of a hub's rest that wait for somebody to decide about them."""
    part = queries.rest_of(sample, hub)
    rules.check_rest([row.outcome for row in part.drawn], part.waiting, reason)
    return [row for row in part.rest if not row.outcome]


def _pass(rest: list[Verification], reason: str, by: User) -> int:
    """Verify those whose declared sign-offs still stand; the others wait until the hub takes their submission back."""
    passing = queries.passing(rest)
    for row in passing:
        _close(row, OUT.VERIFIED, reason, by)
        _move(row, reason, by)
    return len(passing)


def _close(row: Verification, outcome: str, reason: str, by: User) -> None:
    row.outcome, row.reason, row.decided_by, row.decided_at = outcome, reason.strip(), by, now()
    row.save(update_fields=["outcome", "reason", "decided_by", "decided_at", "read_at"])
    _record(f"verification_{outcome}", row, by, reason=reason.strip(), drawn=row.drawn)


def _move(row: Verification, reason: str, by: User) -> None:
    move(enrolment=row.enrolment, to=row.outcome, effective_on=today(), reason=reason, by=by)
    emails.outcome(row)
