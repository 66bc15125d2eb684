"""Hub, Programme, Cohort and Place: who runs what, for whom, and the numbered places there are."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.core.constraints import choices_constraint, interval_constraint
from gpa_programme.core.periods import add_months
from hubs.enums import ProgrammeState
from hubs.models.organisations import Region


class HubQuerySet(models.QuerySet["Hub"]):
    """Hubs as their readers may see them."""

    def visible_to(self, user: Any) -> "HubQuerySet":
        """National roles see all; a hub's people see their own."""
        hubs = access.hub_ids(user)
        return self if hubs is None else self.filter(pk__in=hubs)


class Hub(models.Model):
    """A lead training hub: it covers a region, from a day until a day."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="hubs")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    mailbox = models.EmailField(help_text="A role mailbox, never a person's.")
    opened = models.DateField()
    closed = models.DateField(null=True, blank=True)

    objects = HubQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [interval_constraint("opened", "closed", "hubs_hub_interval")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The hub's page."""
        return reverse("hub", kwargs={"slug": self.slug})

    @property
    def access_scope(self) -> Scope:
        """The hub itself."""
        return Scope(hub=self.pk)


class Programme(models.Model):
    """A training programme as data: dates, size, thresholds; a different role can be run without code."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    role = models.CharField(max_length=80, default="General Practice Assistant")
    state = models.CharField(max_length=10, choices=ProgrammeState.choices, default=ProgrammeState.OPEN)
    starts = models.DateField()
    ends = models.DateField()
    places_per_cohort = models.PositiveSmallIntegerField(default=40)
    learner_months = models.PositiveSmallIntegerField(default=9)
    extension_months = models.PositiveSmallIntegerField(default=3)
    stalled_days = models.PositiveSmallIntegerField(default=28)
    remind_days = models.PositiveSmallIntegerField(default=7)
    remind_again_days = models.PositiveSmallIntegerField(default=14)
    tell_hub_days = models.PositiveSmallIntegerField(default=21)
    pace_percent_month_3 = models.PositiveSmallIntegerField(default=25)
    pace_percent_month_6 = models.PositiveSmallIntegerField(default=60)
    rag_green_percent = models.PositiveSmallIntegerField(default=90)
    rag_amber_percent = models.PositiveSmallIntegerField(default=75)
    report_due_day = models.PositiveSmallIntegerField(default=10, help_text="Day of the next month, end of day.")
    invented = models.BooleanField(default=False, help_text="Made by seed_demo: people and figures are invented.")

    class Meta:
        ordering = ["-starts", "name"]
        constraints = [
            choices_constraint("state", ProgrammeState, "hubs_programme_state"),
            interval_constraint("starts", "ends", "hubs_programme_interval"),
            models.CheckConstraint(condition=Q(places_per_cohort__gte=1), name="hubs_programme_places"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def status(self) -> ProgrammeState:
        """The state as a member, for the status tag."""
        return ProgrammeState(self.state)


class CohortQuerySet(models.QuerySet["Cohort"]):
    """Cohorts as their readers may see them."""

    def visible_to(self, user: Any) -> "CohortQuerySet":
        """National roles see all; a hub's people see their own."""
        hubs = access.hub_ids(user)
        return self if hubs is None else self.filter(hub__in=hubs)


class Cohort(models.Model):
    """A hub's learners of one intake of a programme; its places are rows."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=80, default="Cohort 1")
    starts = models.DateField()

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "hub", "starts", "name"]
        constraints = [models.UniqueConstraint(fields=["programme", "hub", "name"], name="hubs_cohort_name")]

    def __str__(self) -> str:
        return f"{self.name}, {self.hub.name}"

    def get_absolute_url(self) -> str:
        """The cohort's page."""
        return reverse("cohort", kwargs={"pk": self.pk})

    @property
    def access_scope(self) -> Scope:
        """Its hub."""
        return Scope(hub=self.hub_id)

    @property
    def planned_end(self) -> date:
        """The day by which its learners are planned to finish."""
        return add_months(self.starts, self.programme.learner_months)


class Place(models.Model):
    """A place in a cohort: its number is unique there; a learner's enrolment points at it."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["cohort", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="hubs_place_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="hubs_place_from_one"),
        ]
