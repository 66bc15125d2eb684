"""Makes regions, organisations, hubs, programmes, cohorts and places, and who works where."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from gpa_programme.core.periods import Month, add_months, today
from hubs.enums import HubRole, OrganisationKind, Rurality
from hubs.models import (
    Cohort,
    Hub,
    HubMembership,
    Organisation,
    OrganisationLink,
    Place,
    PracticeFigures,
    PracticeMembership,
    Programme,
    Region,
)
from tests.factories.accounts import UserFactory, make_second_factor


def a_year_ago() -> date:
    """Since when memberships of the factories run."""
    return add_months(today(), -12)


class RegionFactory(DjangoModelFactory):
    """A region in the middle of England."""

    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"{n + 1:03X}")
    name = factory.Sequence(lambda n: f"Region {n + 1}")
    gss_code = factory.Sequence(lambda n: f"E9{n + 1:07d}")
    gss_code_2022 = factory.SelfAttribute("gss_code")
    label_longitude = -1.5
    label_latitude = 52.5


class HubFactory(DjangoModelFactory):
    """A hub that has run since 2019."""

    class Meta:
        model = Hub

    region = factory.SubFactory(RegionFactory)
    name = factory.Sequence(lambda n: f"Hub {n + 1}")
    slug = factory.Sequence(lambda n: f"hub-{n + 1}")
    mailbox = factory.LazyAttribute(lambda hub: f"{hub.slug}@hubs.example")
    opened = date(2019, 2, 1)


class OrganisationFactory(DjangoModelFactory):
    """A general practice."""

    class Meta:
        model = Organisation

    ods_code = factory.Sequence(lambda n: f"X{n + 1:05d}")
    kind = OrganisationKind.PRACTICE
    name = factory.Sequence(lambda n: f"Practice {n + 1}")
    postcode = "LS1 1AA"
    region = factory.SubFactory(RegionFactory)
    opened = date(2000, 4, 1)


class ProgrammeFactory(DjangoModelFactory):
    """A programme in its seventh month."""

    class Meta:
        model = Programme

    name = factory.Sequence(lambda n: f"Programme {n + 1}")
    slug = factory.Sequence(lambda n: f"programme-{n + 1}")
    starts = factory.LazyFunction(lambda: Month.of(today()).plus(-6).first)
    ends = factory.LazyAttribute(lambda programme: Month.of(programme.starts).plus(11).last)


class CohortFactory(DjangoModelFactory):
    """A cohort that started with its programme."""

    class Meta:
        model = Cohort

    programme = factory.SubFactory(ProgrammeFactory)
    hub = factory.SubFactory(HubFactory)
    name = factory.Sequence(lambda n: f"Cohort {n + 1}")
    starts = factory.SelfAttribute("programme.starts")


class PlaceFactory(DjangoModelFactory):
    """The next place of a cohort."""

    class Meta:
        model = Place

    cohort = factory.SubFactory(CohortFactory)
    number = factory.LazyAttribute(lambda place: place.cohort.places.count() + 1)


class FiguresFactory(DjangoModelFactory):
    """The published figures of a practice in November 2019."""

    class Meta:
        model = PracticeFigures

    practice = factory.SubFactory(OrganisationFactory)
    as_at = date(2019, 11, 19)
    list_size = 8000
    rurality = Rurality.URBAN
    imd_score = 20
    imd_fifth = 3
    contract = "GMS"
    source = "Invented for a test"


class LinkFactory(DjangoModelFactory):
    """A practice in a PCN of its region since July 2019."""

    class Meta:
        model = OrganisationLink

    child = factory.SubFactory(OrganisationFactory)
    parent = factory.SubFactory(
        OrganisationFactory, kind=OrganisationKind.PCN, region=factory.SelfAttribute("..child.region")
    )
    since = date(2019, 7, 1)


class HubMembershipFactory(DjangoModelFactory):
    """A coordinator of a hub for a year."""

    class Meta:
        model = HubMembership

    user = factory.SubFactory(UserFactory)
    hub = factory.SubFactory(HubFactory)
    role = HubRole.COORDINATOR
    since = factory.LazyFunction(a_year_ago)


class PracticeMembershipFactory(DjangoModelFactory):
    """A practice manager for a year."""

    class Meta:
        model = PracticeMembership

    user = factory.SubFactory(UserFactory)
    practice = factory.SubFactory(OrganisationFactory)
    since = factory.LazyFunction(a_year_ago)


make_region = RegionFactory
make_hub = HubFactory
make_organisation = OrganisationFactory
make_practice = OrganisationFactory
make_programme = ProgrammeFactory
make_place = PlaceFactory
make_figures = FiguresFactory
make_link = LinkFactory
make_practice_membership = PracticeMembershipFactory


def make_hub_membership(**fields) -> HubMembership:
    """A person's role in a hub, with the second factor that it needs."""
    membership = HubMembershipFactory(**fields)
    make_second_factor(membership.user)
    return membership


def make_cohort(*, places: int = 0, **fields) -> Cohort:
    """A cohort with so many places, numbered from 1."""
    cohort = CohortFactory(**fields)
    Place.objects.bulk_create([Place(cohort=cohort, number=number + 1) for number in range(places)])
    return cohort
