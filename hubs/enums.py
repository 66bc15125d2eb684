"""Allowed values of hubs: kinds of organisation and link, hub and practice roles, rurality."""

from django.db.models import TextChoices

from gpa_programme.accounts.enums import RoleKey


class OrganisationKind(TextChoices):
    """What an organisation is."""

    PRACTICE = "practice", "General practice"
    PCN = "pcn", "Primary care network (PCN)"
    CCG = "ccg", "Clinical commissioning group (CCG)"
    STP = "stp", "Sustainability and transformation partnership (STP)"
    ICB = "icb", "Integrated care board (ICB)"


class Rurality(TextChoices):
    """Rural or urban by the 2011 classification of the practice's postcode."""

    URBAN = "urban", "Urban"
    RURAL = "rural", "Rural"


class HubRole(TextChoices):
    """A person's role in a hub."""

    COORDINATOR = RoleKey.COORDINATOR.value, RoleKey.COORDINATOR.label
    HUB_LEAD = RoleKey.HUB_LEAD.value, RoleKey.HUB_LEAD.label


class ProgrammeState(TextChoices):
    """Whether a programme runs."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"open": "green", "closed": "grey"}[self.value]
