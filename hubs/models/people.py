"""HubMembership and PracticeMembership: who works where, since when."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from gpa_programme.core.constraints import choices_constraint, interval_constraint
from gpa_programme.core.periods import today
from hubs.enums import HubRole
from hubs.models.organisations import Organisation
from hubs.models.programmes import Hub


class HubMembership(models.Model):
    """A person is coordinator or lead of a hub from a day until a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hub_memberships")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=HubRole.choices)
    since = models.DateField(default=today)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            choices_constraint("role", HubRole, "hubs_hubmembership_role"),
            interval_constraint("since", "until", "hubs_hubmembership_interval"),
            models.UniqueConstraint(
                fields=["user", "hub", "role"], condition=Q(until__isnull=True), name="hubs_hubmembership_one_open"
            ),
        ]

    @property
    def status(self) -> HubRole:
        """The role as a member."""
        return HubRole(self.role)


class PracticeMembership(models.Model):
    """A person is a practice's manager from a day until a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="practice_memberships")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    since = models.DateField(default=today)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            interval_constraint("since", "until", "hubs_practicemembership_interval"),
            models.UniqueConstraint(
                fields=["user", "practice"], condition=Q(until__isnull=True), name="hubs_practicemembership_one_open"
            ),
        ]
