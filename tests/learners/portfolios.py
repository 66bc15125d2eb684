"""Builders for portfolio tests: a cohort with learners, mentors and a small framework; every row is valid."""

from dataclasses import dataclass, field
from datetime import date

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import now, today
from hubs.models import Cohort, Hub, HubMembership, Organisation, Place, Programme, Region
from learners.models import (
    Competency,
    CompetencyFramework,
    Decision,
    Domain,
    Enrolment,
    EvidenceItem,
    EvidenceLink,
    EvidenceVersion,
    Mentorship,
    Placement,
    RequestVersion,
    ScopeItem,
    SignOffRequest,
)

STATEMENT = "I have seen enough to confirm it."


def make_person(name, **fields):
    """A person whose address follows from the name."""
    return User.objects.create_user(f"{name.lower().replace(' ', '.')}@people.example", name=name, **fields)


@dataclass
class Small:
    """One hub with one cohort of three places, a framework of two domains and four competencies."""

    cohort: Cohort
    practice: Organisation
    framework: CompetencyFramework
    competencies: list[Competency]
    people: dict[str, User] = field(default_factory=dict)

    def learner(self, name="Ada Moss", mentor="Grace Lamb", state="active"):
        """An enrolment in the next place, with three of the four competencies in scope and a GP mentor."""
        place = Place.objects.create(cohort=self.cohort, number=self.cohort.places.count() + 1)
        enrolment = Enrolment.objects.create(
            cohort=self.cohort,
            place=place,
            learner=self.person(name),
            framework=self.framework,
            state=state,
            starts=self.cohort.starts,
            agreed_end=date(2027, 6, 30),
        )
        Placement.objects.create(enrolment=enrolment, practice=self.practice, since=self.cohort.starts)
        Mentorship.objects.create(enrolment=enrolment, mentor=self.person(mentor), since=self.cohort.starts)
        ScopeItem.objects.bulk_create(ScopeItem(enrolment=enrolment, competency=item) for item in self.competencies[:3])
        return enrolment

    def person(self, name):
        """The person of that name, made once."""
        if name not in self.people:
            self.people[name] = make_person(name)
        return self.people[name]


def make_small(slug="north", code="Y60"):
    """The small world; a second with another slug and code stands beside it."""
    region = Region.objects.create(
        code=code, name=f"Region {slug}", gss_code=f"E4000{code}", gss_code_2022=f"E4000{code}",
        label_longitude=0, label_latitude=52,
    )  # fmt: skip
    programme, _made = Programme.objects.get_or_create(
        slug="gpa", defaults={"name": "GPA", "starts": date(2026, 4, 1), "ends": date(2027, 6, 30)}
    )
    hub = Hub.objects.create(
        region=region, name=f"Hub {slug}", slug=slug, mailbox=f"{slug}@hub.example", opened=date(2019, 1, 1)
    )
    cohort = Cohort.objects.create(programme=programme, hub=hub, starts=date(2026, 6, 1))
    practice = Organisation.objects.create(
        ods_code=f"A{code}", kind="practice", name=f"{slug.capitalize()} Surgery", region=region
    )
    framework, made = CompetencyFramework.objects.get_or_create(
        programme=programme, version=1, defaults={"name": "Framework", "state": "published", "published_at": now()}
    )
    if made:
        for position, (letter, name) in enumerate([("A", "Care"), ("B", "Administration")], start=1):
            domain = Domain.objects.create(framework=framework, code=letter, name=name, position=position)
            for number in (1, 2):
                Competency.objects.create(
                    framework=framework,
                    domain=domain,
                    code=f"{letter}{number}",
                    title=f"Does {letter}{number} well",
                    kind="core",
                    suggested=["RA", "DO"],
                    position=position * 10 + number,
                )
    return Small(cohort, practice, framework, list(framework.competencies.order_by("position")))


def make_coordinator(small, name="Cora Bell"):
    """A coordinator of the world's hub."""
    user = make_person(name)
    HubMembership.objects.create(user=user, hub=small.cohort.hub, role="coordinator", since=date(2020, 1, 1))
    return user


def make_version(enrolment, *competencies, item=None, at=None, draft=False, title="Calling a patient back"):
    """A version of an item that supports the competencies; submitted unless it is a draft."""
    item = item or EvidenceItem.objects.create(enrolment=enrolment, kind="RA")
    frozen = {} if draft else {"state": "submitted", "submitted_at": at or now(), "sha256": "a" * 64}
    version = EvidenceVersion.objects.create(
        item=item,
        number=item.versions.count() + 1,
        title=title,
        text="What happened, and what I learned.",
        no_patient_details=True,
        **frozen,
    )
    for competency in competencies:
        EvidenceLink.objects.create(version=version, competency=competency, justification="It shows the call.")
    return version


def make_request(enrolment, competency, *versions, at=None, closed=None):
    """A request over the versions (a new one where none is given)."""
    moment = at or now()
    versions = versions or (make_version(enrolment, competency, at=moment),)
    request = SignOffRequest.objects.create(
        enrolment=enrolment, competency=competency, requested_at=moment, closed_at=closed
    )
    for version in versions:
        RequestVersion.objects.create(request=request, version=version)
    return request


def make_decision(request, kind="signed_off", *, by=None, at=None, effective_on=None):
    """A decision on a request, which it closes unless it is "cannot judge"."""
    moment = at or now()
    decision = Decision.objects.create(
        request=request,
        enrolment=request.enrolment,
        competency=request.competency,
        learner=request.enrolment.learner,
        kind=kind,
        by=by or request.enrolment.mentorships.get(kind="gp").mentor,
        capacity="gp",
        statement=STATEMENT,
        reason="Too short." if kind in {"returned", "revoked"} else "",
        would_satisfy="A second example." if kind == "returned" else "",
        effective_on=effective_on or today(),
        decided_at=moment,
        sha256="b" * 64,
    )
    if kind != "cannot_judge" and request.closed_at is None:
        request.closed_at = moment
        request.save(update_fields=["closed_at"])
    return decision
