"""Reads of what a learner brings, and of the Care Certificate's standards with the competencies they cover."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from gpa_programme.accounts.access import Scope
from learners.enums import CareCertificate
from learners.models import Background, CareStandard, Competency, CompetencyFramework, Domain, Enrolment
from learners.queries.states import enrolment_states
from learners.rules import background as rules


@dataclass(frozen=True)
class BackgroundOf:
    """What a learner brings: for them, their mentors and the hub. It belongs to no practice, so none reads it."""

    enrolment: Enrolment

    @property
    def access_scope(self) -> Scope:
        """The enrolment's, without the practice."""
        return Scope(hub=self.enrolment.cohort.hub_id, enrolment=self.enrolment.pk)


def background_of(enrolment: Enrolment) -> Background | None:
    """What the learner said they bring; None where nothing was said."""
    return Background.objects.filter(enrolment=enrolment).first()


@dataclass(frozen=True)
class Claim:
    """What a held certificate can be claimed for: each competency with its line of justification."""

    edition: str
    lines: list[tuple[Competency, str]]


def claim_of(enrolment: Enrolment, background: Background | None) -> Claim | None:
    """What the learner's certificate can be claimed for today; None where none is held."""
    if background is None or background.care_certificate != CareCertificate.HELD:
        return None
    covered = _covered(enrolment.framework_id, background.edition)
    states = enrolment_states([enrolment.pk])[enrolment.pk]
    wanted = rules.claimable(states, covered)
    rows = Competency.objects.filter(pk__in=wanted).order_by("position")
    return Claim(background.edition, [(one, rules.justification(covered[one.pk])) for one in rows])


def _covered(framework: int, edition: str) -> dict[int, set[tuple[int, str]]]:
    """By competency of the framework: the standards (number, title) that cover it, or what it came from."""
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    here = Competency.objects.filter(framework=framework).order_by()
    for path in ("care_standards", "came_from__old__care_standards"):
        carried = Q() if path == "care_standards" else Q(came_from__carries=True)
        rows = here.filter(carried, **{f"{path}__edition": edition})
        for pk, number, title in rows.values_list("pk", f"{path}__number", f"{path}__title"):
            found[pk].add((number, title))
    return dict(found)


@dataclass(frozen=True)
class StandardRow:
    """A standard, and the competencies of one framework that it covers."""

    standard: CareStandard
    competencies: list[Competency]


@dataclass(frozen=True)
class Edition:
    """The standards of one edition."""

    year: str
    rows: list[StandardRow]


def care_table(framework: CompetencyFramework) -> list[Edition]:
    """The standards by edition, the newest first, with what they cover of the framework: two queries."""
    covered: dict[int, list[Competency]] = defaultdict(list)
    pairs = CareStandard.competencies.through.objects.filter(competency__framework=framework)
    for pair in pairs.select_related("competency").order_by("competency__position"):
        covered[pair.carestandard_id].append(pair.competency)
    editions: dict[str, list[StandardRow]] = {}
    for standard in CareStandard.objects.order_by("-edition", "number"):
        editions.setdefault(standard.edition, []).append(StandardRow(standard, covered[standard.pk]))
    return [Edition(year, rows) for year, rows in editions.items()]


def by_domain(framework: CompetencyFramework) -> list[tuple[Domain, list[Competency]]]:
    """The framework's competencies by domain, in order."""
    groups: dict[int, tuple[Domain, list[Competency]]] = {}
    for one in Competency.objects.filter(framework=framework).select_related("domain").order_by("position"):
        groups.setdefault(one.domain_id, (one.domain, []))[1].append(one)
    return list(groups.values())


def covered_by(standard: CareStandard) -> set[int]:
    """The competencies, of any framework, that a standard covers."""
    return set(standard.competencies.values_list("pk", flat=True))
