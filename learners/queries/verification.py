"""Reads of verification: what waits to be drawn, samples, and what a verifier may see before and after a reading."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import NationalRole, User
from gpa_programme.core.periods import today
from hubs.models import Hub, HubMembership, PracticeMembership, Programme
from learners.enums import CompetencyState, EnrolmentState
from learners.models import (
    BlindReading,
    Competency,
    Decision,
    Enrolment,
    EvidenceFile,
    EvidenceVersion,
    Mentorship,
    ScopeItem,
    Verification,
    VerificationSample,
)
from learners.queries.chain import portfolio_ids
from learners.queries.finish import arrival_of, standing_of
from learners.queries.flags import hidden_versions
from learners.queries.states import enrolment_states
from learners.queries.waiting import forms_of, links_of
from learners.rules import verification as rules
from learners.rules.verification import Candidate, Ties

# ------------------------------------------------------------------------------------------------------- what is drawn


def waiting_for_sample(programme: Programme) -> QuerySet[Enrolment]:
    """The submitted portfolios of a programme that are in no open sample."""
    rows = Enrolment.objects.filter(cohort__programme=programme, state=EnrolmentState.SUBMITTED)
    return rows.exclude(verifications__outcome="", verifications__isnull=False)


def programmes_waiting() -> list[tuple[Programme, int]]:
    """The programmes in which portfolios wait to be drawn, and how many."""
    rows = Enrolment.objects.filter(state=EnrolmentState.SUBMITTED).exclude(
        verifications__outcome="", verifications__isnull=False
    )
    counts = dict(rows.order_by().values_list("cohort__programme").annotate(count=Count("pk")))
    programmes = Programme.objects.filter(pk__in=counts).order_by("-starts", "pk")
    return [(programme, counts[programme.pk]) for programme in programmes]


def candidates_of(enrolments: QuerySet[Enrolment]) -> list[Candidate]:
    """These portfolios as candidates, with the competencies in their scope, by reference; two queries."""
    rows = list(enrolments.order_by("ref").values_list("pk", "ref", "cohort__hub__slug"))
    scope: dict[int, dict[str, str]] = defaultdict(dict)
    items = ScopeItem.objects.current().filter(enrolment__in=[pk for pk, _ref, _hub in rows])
    columns = items.order_by("competency__position").values_list(
        "enrolment", "competency__code", "competency__domain__code"
    )
    for enrolment, code, domain in columns:
        scope[enrolment][code] = domain
    return [Candidate(ref, hub, scope[pk]) for pk, ref, hub in rows]


def by_hub(population: Collection[Candidate], percent: int) -> list[tuple[str, int, int]]:
    """Of each hub in a population: its name, how many portfolios wait, and how many are drawn."""
    names = dict(Hub.objects.filter(slug__in={one.hub for one in population}).values_list("slug", "name"))
    counts: dict[str, int] = defaultdict(int)
    for one in population:
        counts[one.hub] += 1
    return sorted((names[hub], count, rules.count_of(count, percent)) for hub, count in counts.items())


# ------------------------------------------------------------------------------------------------------------- samples


def samples_for(user: Any) -> QuerySet[VerificationSample]:
    """The samples in which the person may see a portfolio as hub or national team; none as a verifier."""
    rows = VerificationSample.objects.select_related("programme", "by").order_by("-pk")
    hubs = access.hub_ids(user)
    if hubs is None:
        return rows
    mine = Verification.objects.filter(enrolment__cohort__hub__in=hubs)
    return rows.filter(pk__in=mine.values("sample"))


def newest_samples(user: Any, count: int) -> list[VerificationSample]:
    """The newest of them, to be named: without what was drawn from what, which is megabytes a sample."""
    return list(samples_for(user).defer("population", "drawn")[:count])


def verifications_for(user: Any) -> QuerySet[Verification]:
    """The portfolios in samples that the person may see, with how many competencies are read."""
    rows = Verification.objects.visible_to(user).select_related(
        "enrolment__learner", "enrolment__cohort__hub", "sample", "verifier"
    )
    return rows.defer("sample__population").annotate(read=Count("readings")).order_by("-sample", "pk")


def verification_for(user: Any, pk: int) -> Verification | None:
    """One portfolio in a sample, where the person may see it."""
    rows = Verification.objects.visible_to(user).select_related(
        "enrolment__learner", "enrolment__cohort__hub", "enrolment__cohort__programme", "sample__programme", "verifier"
    )
    return rows.prefetch_related("enrolment__placements").filter(pk=pk).first()


@dataclass(frozen=True)
class HubPart:
    """A hub's part of a sample: its drawn portfolios, those that pass with them, and what is to be decided."""

    hub: Hub
    drawn: list[Verification]
    rest: list[Verification]

    @property
    def waiting(self) -> int:
        """How many portfolios that were not drawn are without an outcome."""
        return sum(not row.outcome for row in self.rest)

    @property
    def needs_decision(self) -> bool:
        """Whether the national team says what becomes of the rest."""
        return bool(self.waiting) and rules.rest_needs_decision([row.outcome for row in self.drawn])

    @property
    def is_held_up(self) -> bool:
        """Whether the drawn ones speak for the rest, and some of it could not pass: its sign-offs changed."""
        return bool(self.waiting) and rules.rest_passes([row.outcome for row in self.drawn])


@dataclass(frozen=True)
class SamplePage:
    """A sample as its reader may see it: of a hub's people, only their hub's part."""

    sample: VerificationSample
    population: list[Candidate]
    drawn: dict[str, list[str]]
    parts: list[HubPart]

    def drawn_again(self) -> bool:
        """Whether the seed gives the same draw over the frozen population; each hub is drawn by itself."""
        sample = self.sample
        again = rules.draw(self.population, sample.seed, sample.portfolios_percent, sample.competencies_each)
        return again == self.drawn


def sample_page(user: Any, sample: VerificationSample) -> SamplePage:
    """The page of a sample, in a fixed number of queries."""
    hubs = access.hub_ids(user)
    rows = verifications_for(user).filter(sample=sample)
    if hubs is not None:
        rows = rows.filter(enrolment__cohort__hub__in=hubs)
    found: dict[int, list[Verification]] = defaultdict(list)
    for row in rows.order_by("enrolment__cohort__hub__name", "pk"):
        row.sample = sample
        found[row.enrolment.cohort.hub_id].append(row)
    parts = [
        HubPart(
            mine[0].enrolment.cohort.hub, [row for row in mine if row.drawn], [row for row in mine if not row.drawn]
        )
        for mine in found.values()
    ]
    slugs = {part.hub.slug for part in parts}
    population = [one for one in rules.candidates(sample.population) if one.hub in slugs]
    refs = {one.ref for one in population}
    return SamplePage(
        sample=sample,
        population=population,
        drawn={ref: codes for ref, codes in sample.drawn.items() if ref in refs},
        parts=parts,
    )


def rest_of(sample: VerificationSample, hub: Hub) -> HubPart:
    """A hub's part of a sample."""
    rows = Verification.objects.filter(sample=sample, enrolment__cohort__hub=hub)
    found = list(rows.select_related("enrolment__learner", "enrolment__cohort").order_by("pk"))
    return HubPart(hub, [row for row in found if row.drawn], [row for row in found if not row.drawn])


def passing(rest: Iterable[Verification]) -> list[Verification]:
    """Those of a hub's rest that can pass: declared in full, with every declared sign-off still standing."""
    return [row for row in rest if not row.outcome and arrival_of(row.enrolment).declared]


# ----------------------------------------------------------------------------------------------------------- verifiers


def verifiers_today() -> QuerySet[User]:
    """The people who are verifiers today."""
    day = today()
    held = NationalRole.objects.filter(Q(until__isnull=True) | Q(until__gte=day), role=RoleKey.VERIFIER, since__lte=day)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk")


def ties_of(person: User, enrolment: Enrolment) -> Ties:
    """What ties somebody to a learner: ever having mentored them, and working now for their hub or practice."""
    day = today()
    now = Q(until__isnull=True) | Q(until__gte=day)
    practices = enrolment.placements.filter(until__isnull=True).values("practice")
    return Ties(
        is_verifier=verifiers_today().filter(pk=person.pk).exists(),
        is_learner=enrolment.learner_id == person.pk,
        mentors=Mentorship.objects.filter(enrolment__in=portfolio_ids(enrolment), mentor=person).exists(),
        hub_staff=HubMembership.objects.filter(now, user=person, hub=enrolment.cohort.hub_id).exists(),
        practice_staff=PracticeMembership.objects.filter(now, user=person, practice__in=practices).exists(),
    )


# ------------------------------------------------------------------------------------------------------- blind reading


@dataclass(frozen=True)
class Reading:
    """A drawn competency: whether it is read, and, only where it is, what was decided."""

    competency: Competency
    reading: BlindReading | None
    still_signed: bool


@dataclass(frozen=True)
class VerificationPage:
    """A portfolio in a sample with its drawn competencies."""

    verification: Verification
    readings: list[Reading]

    @property
    def unread(self) -> list[str]:
        """The codes of drawn competencies that still wait for a reading; what is not signed off any more cannot be."""
        return [one.competency.code for one in self.readings if one.reading is None and one.still_signed]

    @property
    def read(self) -> int:
        """How many are read."""
        return sum(one.reading is not None for one in self.readings)

    @property
    def verdicts(self) -> list[str]:
        """What the verifier would have decided."""
        return [one.reading.verdict for one in self.readings if one.reading is not None]


def verification_page(verification: Verification) -> VerificationPage:
    """The drawn competencies of a portfolio, each with its reading if there is one."""
    enrolment = verification.enrolment
    competencies = Competency.objects.filter(framework=enrolment.framework_id, code__in=verification.codes)
    given = verification.readings.select_related("decision__by")
    readings = {row.competency_id: row for row in given}
    states = enrolment_states([enrolment.pk])[enrolment.pk]
    settled = {CompetencyState.SIGNED_OFF, CompetencyState.EXPIRED}
    return VerificationPage(
        verification,
        [
            Reading(one, readings.get(one.pk), states[one.pk] in settled)
            for one in competencies.select_related("domain").order_by("position")
        ],
    )


@dataclass(frozen=True)
class Piece:
    """A version as a verifier reads it: with its line of justification; hidden where somebody flagged a patient."""

    version: EvidenceVersion
    justification: str
    hidden: bool


@dataclass(frozen=True)
class BlindCase:
    """One drawn competency before a verifier: the evidence; the decision only once the reading is given."""

    verification: Verification
    competency: Competency
    pieces: list[Piece]
    reading: BlindReading | None

    @property
    def access_scope(self) -> access.Scope:
        """Its enrolment's."""
        return self.verification.access_scope

    @property
    def decision(self) -> Decision | None:
        """What the mentor decided; None before the reading, so that no page can show it too early."""
        return self.reading.decision if self.reading else None


def decision_read(verification: Verification, competency: Competency) -> Decision | None:
    """The sign-off that a blind reading of this competency is held against; None where none stands."""
    enrolment = verification.enrolment
    states = enrolment_states([enrolment.pk])[enrolment.pk]
    standing = standing_of(enrolment, states).get(competency.pk)
    return Decision.objects.select_related("request__competency").get(pk=standing.decision) if standing else None


def blind_case(verification: Verification, code: str) -> BlindCase | None:
    """The case of a drawn competency; None where the code was not drawn."""
    if code not in verification.codes:
        return None
    rows = Competency.objects.filter(framework=verification.enrolment.framework_id, code=code)
    competency = rows.select_related("domain").get()
    reading = verification.readings.filter(competency=competency).select_related(
        "decision__by", "decision__request__competency"
    )
    given = reading.first()
    decision = given.decision if given else decision_read(verification, competency)
    return BlindCase(verification, competency, _pieces(decision) if decision else [], given)


def _pieces(decision: Decision) -> list[Piece]:
    """The versions that the sign-off was made on, the newest first."""
    rows = decision.request.versions.select_related("item", "witness", "observation__observer").prefetch_related(
        "files", links_of(forms_of(decision.request.competency))
    )
    versions = list(rows.order_by("-pk"))
    hidden = hidden_versions([one.pk for one in versions])
    return [Piece(one, next((link.justification for link in _here(one)), ""), one.pk in hidden) for one in versions]


def _here(version: EvidenceVersion) -> list[Any]:
    """What links_of fetched."""
    found: list[Any] = version.links_here  # type: ignore[attr-defined]
    return found


def assigned_to(user: Any, pk: int, day: date) -> Verification | None:
    """The drawn portfolio, where it is open and this person's to read on that day."""
    found = readings_of(user, day).select_related(
        "enrolment__learner", "enrolment__cohort__hub", "enrolment__cohort__programme", "sample__programme", "verifier"
    )
    return found.prefetch_related("enrolment__placements").filter(pk=pk).first()


def readings_of(user: Any, day: date) -> QuerySet[Verification]:
    """The drawn portfolios that are open and this person's to read on that day, those that end first before others."""
    rows = Verification.objects.open().filter(verifier=user.pk, drawn=True, since__lte=day, until__gte=day)
    return rows.exclude(enrolment__learner=user.pk).select_related("enrolment").order_by("until", "pk")


def without_verifier() -> QuerySet[Verification]:
    """The drawn portfolios that nobody has been given to read, the oldest sample first."""
    rows = Verification.objects.open().filter(drawn=True, verifier__isnull=True)
    return rows.select_related("enrolment").order_by("sample", "pk")


@dataclass(frozen=True)
class BlindFile:
    """A file of the evidence that a verifier reads, and where it belongs."""

    file: EvidenceFile
    access_scope: access.Scope


def blind_file(case: BlindCase, pk: int) -> BlindFile | None:
    """The file, where it stands in the evidence of the case and is neither hidden nor destroyed."""
    shown = [one.version.pk for one in case.pieces if not one.hidden]
    rows = EvidenceFile.objects.filter(pk=pk, version__in=shown, destroyed_at__isnull=True)
    file = rows.select_related("version__item").first()
    return BlindFile(file, case.access_scope) if file else None
