"""The standing world of access tests: two regions, three hubs, their people, and those who belong to none."""

from dataclasses import dataclass

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import User
from hubs.enums import HubRole
from hubs.models import Cohort, Hub, Organisation, Programme, Region
from learners.models import CompetencyFramework, Enrolment
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_framework,
    make_hub,
    make_hub_membership,
    make_national_role,
    make_practice,
    make_practice_membership,
    make_programme,
    make_region,
    make_user,
)


@dataclass(frozen=True)
class HubWorld:
    """One hub with its people: both learners are active at the practice and have the same mentor."""

    hub: Hub
    cohort: Cohort
    practice: Organisation
    coordinator: User
    hub_lead: User
    mentor: User
    practice_manager: User
    learner: User
    other_learner: User
    enrolment: Enrolment
    other_enrolment: Enrolment


@dataclass(frozen=True)
class World:
    """`north` and `south` are hubs of two regions; `second` is another hub in the region of `south`."""

    programme: Programme
    framework: CompetencyFramework
    regions: tuple[Region, Region]
    north: HubWorld
    south: HubWorld
    second: HubWorld
    national_lead: User
    national_analyst: User
    verifier: User
    support: User
    deactivated: User
    stranger: User

    @property
    def hubs(self) -> tuple[HubWorld, HubWorld, HubWorld]:
        """The three hubs."""
        return self.north, self.south, self.second


def build_world() -> World:
    """The world in its programme's seventh month; each cohort has four places, two of them held."""
    regions = make_region(name="North"), make_region(name="South")
    programme = make_programme()
    framework = make_framework(programme=programme, competencies=3)
    north, south, second = (
        _hub_world(key, region, programme)
        for key, region in (("north", regions[0]), ("south", regions[1]), ("second", regions[1]))
    )
    deactivated = _person("deactivated", is_active=False)
    make_hub_membership(user=deactivated, hub=north.hub)
    return World(
        programme=programme,
        framework=framework,
        regions=regions,
        north=north,
        south=south,
        second=second,
        national_lead=_national(RoleKey.NATIONAL_LEAD),
        national_analyst=_national(RoleKey.NATIONAL_ANALYST),
        verifier=_national(RoleKey.VERIFIER),
        support=_national(RoleKey.SUPPORT),
        deactivated=deactivated,
        stranger=_person("stranger"),
    )


def _hub_world(key: str, region: Region, programme: Programme) -> HubWorld:
    hub = make_hub(region=region, name=f"{key.capitalize()} hub", slug=f"{key}-hub")
    cohort = make_cohort(programme=programme, hub=hub, name="Cohort 1", places=4)
    practice = make_practice(region=region, name=f"{key.capitalize()} surgery")
    people = {
        role: _person(f"{role}.{key}")
        for role in ("coordinator", "hub_lead", "mentor", "practice_manager", "learner", "other_learner")
    }
    make_hub_membership(user=people["coordinator"], hub=hub, role=HubRole.COORDINATOR)
    make_hub_membership(user=people["hub_lead"], hub=hub, role=HubRole.HUB_LEAD)
    make_practice_membership(user=people["practice_manager"], practice=practice)
    enrolment, other_enrolment = (
        make_enrolment(cohort=cohort, practice=practice, learner=people[learner], mentor=people["mentor"])
        for learner in ("learner", "other_learner")
    )
    return HubWorld(
        hub=hub, cohort=cohort, practice=practice, enrolment=enrolment, other_enrolment=other_enrolment, **people
    )


def _person(key: str, **fields) -> User:
    return make_user(email=f"{key}@world.example", name=key.replace("_", " ").replace(".", " ").title(), **fields)


def _national(role: RoleKey) -> User:
    return make_national_role(role=role, user=_person(role.value)).user
