"""The records of hubs, split by noun."""

from hubs.models.organisations import Organisation, OrganisationLink, PracticeFigures, Region
from hubs.models.people import HubMembership, PracticeMembership
from hubs.models.programmes import Cohort, Hub, Place, Programme

__all__ = [
    "Cohort",
    "Hub",
    "HubMembership",
    "Organisation",
    "OrganisationLink",
    "Place",
    "PracticeFigures",
    "PracticeMembership",
    "Programme",
    "Region",
]
