"""Makes frameworks and enrolments: a learner at a practice, with a place, scope and the changes that led there."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from gpa_programme.core.periods import add_months, start_of_day
from hubs.models import Cohort
from learners.enums import PLACE_HOLDING, CompetencyKind, EnrolmentState, FrameworkState, MentorKind, WithdrawalReason
from learners.models import (
    Competency,
    CompetencyFramework,
    Domain,
    Enrolment,
    EnrolmentChange,
    Mentorship,
    Pause,
    Placement,
    ScopeItem,
)
from tests.factories.accounts import UserFactory
from tests.factories.hubs import OrganisationFactory, ProgrammeFactory, make_cohort, make_place

S = EnrolmentState
TO_ACTIVE = (S.APPLIED, S.OFFERED, S.ACCEPTED, S.ACTIVE)
PATHS: dict[str, tuple[EnrolmentState, ...]] = {
    S.APPLIED: (S.APPLIED,),
    S.RESERVE: (S.APPLIED, S.RESERVE),
    S.OFFERED: TO_ACTIVE[:2],
    S.ACCEPTED: TO_ACTIVE[:3],
    S.ACTIVE: TO_ACTIVE,
    S.SUBMITTED: (*TO_ACTIVE, S.SUBMITTED),
    S.REFERRED: (*TO_ACTIVE, S.SUBMITTED, S.REFERRED),
    S.VERIFIED: (*TO_ACTIVE, S.SUBMITTED, S.VERIFIED),
    S.COMPLETED: (*TO_ACTIVE, S.SUBMITTED, S.VERIFIED, S.COMPLETED),
    S.COMPLETED_IN_HOUSE: (*TO_ACTIVE, S.COMPLETED_IN_HOUSE),
    S.DECLINED: (*TO_ACTIVE[:2], S.DECLINED),
    S.LAPSED: (*TO_ACTIVE[:2], S.LAPSED),
    S.WITHDRAWN: (*TO_ACTIVE, S.WITHDRAWN),
    S.TRANSFERRED: (*TO_ACTIVE, S.TRANSFERRED),
}


class FrameworkFactory(DjangoModelFactory):
    """A published framework."""

    class Meta:
        model = CompetencyFramework

    programme = factory.SubFactory(ProgrammeFactory)
    name = "Framework"
    version = factory.LazyAttribute(lambda framework: framework.programme.frameworks.count() + 1)
    state = FrameworkState.PUBLISHED
    published_at = factory.LazyAttribute(
        lambda framework: (
            None
            if framework.state == FrameworkState.DRAFT
            else start_of_day(add_months(framework.programme.starts, -2))
        )
    )


class DomainFactory(DjangoModelFactory):
    """A domain of a framework."""

    class Meta:
        model = Domain

    framework = factory.SubFactory(FrameworkFactory)
    position = factory.LazyAttribute(lambda domain: domain.framework.domains.count() + 1)
    code = factory.LazyAttribute(lambda domain: f"D{domain.position}")
    name = factory.LazyAttribute(lambda domain: f"Domain {domain.position}")


class CompetencyFactory(DjangoModelFactory):
    """A core competency of a framework's first domain."""

    class Meta:
        model = Competency

    framework = factory.SubFactory(FrameworkFactory)
    domain = factory.LazyAttribute(
        lambda competency: competency.framework.domains.first() or DomainFactory(framework=competency.framework)
    )
    position = factory.LazyAttribute(lambda competency: competency.framework.competencies.count() + 1)
    code = factory.LazyAttribute(lambda competency: f"{competency.domain.code}-{competency.position:02d}")
    title = factory.LazyAttribute(lambda competency: f"Competency {competency.position}")
    kind = CompetencyKind.CORE
    suggested = factory.LazyFunction(lambda: ["RA"])


make_competency = CompetencyFactory


def make_framework(*, competencies: int = 0, **fields) -> CompetencyFramework:
    """A published framework with so many core competencies."""
    framework = FrameworkFactory(**fields)
    for _ in range(competencies):
        CompetencyFactory(framework=framework)
    return framework


def framework_of(cohort: Cohort) -> CompetencyFramework:
    """The programme's newest published framework, made with two competencies where there is none."""
    published = cohort.programme.frameworks.filter(state=FrameworkState.PUBLISHED).order_by("-version").first()
    return published or make_framework(programme=cohort.programme, competencies=2)


def make_enrolment(
    *,
    state: EnrolmentState = S.ACTIVE,
    cohort: Cohort | None = None,
    practice=None,
    mentor=None,
    starts: date | None = None,
    scope=None,
    **fields,
) -> Enrolment:
    """A learner in that state, led there by the shortest chain of changes, placed at a practice of the hub's region.

    A state that holds a place takes the cohort's first free one, or makes one. `scope` defaults to every core
    competency; `mentor` adds a GP mentor.
    """
    cohort = cohort or make_cohort()
    starts = starts or cohort.starts
    if state in PLACE_HOLDING and "place" not in fields:
        taken = Enrolment.objects.filter(cohort=cohort).holding_places().values("place")
        fields["place"] = cohort.places.exclude(pk__in=taken).order_by("number").first() or make_place(cohort=cohort)
    fields.setdefault("framework", None)
    framework = fields.pop("framework") or framework_of(cohort)
    enrolment = Enrolment.objects.create(
        cohort=cohort,
        learner=fields.pop("learner", None) or UserFactory(),
        framework=framework,
        state=state,
        starts=starts,
        agreed_end=fields.pop("agreed_end", None) or add_months(starts, cohort.programme.learner_months),
        created_at=start_of_day(add_months(starts, -1)),
        **fields,
    )
    _lead_to(enrolment)
    make_placement(enrolment=enrolment, practice=practice or OrganisationFactory(region=cohort.hub.region))
    if scope is None:
        scope = framework.competencies.filter(kind=CompetencyKind.CORE)
    ScopeItem.objects.bulk_create([ScopeItem(enrolment=enrolment, competency=competency) for competency in scope])
    if mentor:
        make_mentorship(enrolment=enrolment, mentor=mentor)
    return enrolment


def _lead_to(enrolment: Enrolment) -> None:
    before = ""
    for number, step in enumerate(PATHS[enrolment.state]):
        early = step in {*TO_ACTIVE, S.RESERVE, S.DECLINED, S.LAPSED} and step != S.ACTIVE
        day = add_months(enrolment.starts, -1) if early else enrolment.starts
        EnrolmentChange.objects.create(
            enrolment=enrolment,
            from_state=before,
            to_state=step,
            effective_on=day,
            recorded_at=start_of_day(day).replace(hour=9 + number),
            reason_code=WithdrawalReason.WORKLOAD if step == S.WITHDRAWN else "",
            reason="A reason" if step in {S.WITHDRAWN, S.DECLINED, S.TRANSFERRED, S.REFERRED} else "",
        )
        before = step


def make_placement(*, enrolment: Enrolment, practice=None, **fields) -> Placement:
    """A placement since the learner's start."""
    fields.setdefault("since", enrolment.starts)
    practice = practice or OrganisationFactory(region=enrolment.cohort.hub.region)
    return Placement.objects.create(enrolment=enrolment, practice=practice, **fields)


def make_mentorship(*, enrolment: Enrolment, mentor=None, kind: MentorKind = MentorKind.GP, **fields) -> Mentorship:
    """A mentor of a learner since the learner's start."""
    fields.setdefault("since", enrolment.starts)
    return Mentorship.objects.create(enrolment=enrolment, mentor=mentor or UserFactory(), kind=kind, **fields)


def make_pause(*, enrolment: Enrolment, **fields) -> Pause:
    """An open pause since the second month."""
    fields.setdefault("since", add_months(enrolment.starts, 1))
    fields.setdefault("reason", "Sick leave")
    return Pause.objects.create(enrolment=enrolment, **fields)
