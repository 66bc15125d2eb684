"""Region, Organisation, the dated links between organisations and the dated figures of practices."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.core.constraints import choices_constraint, interval_constraint
from gpa_programme.core.periods import today
from hubs.enums import OrganisationKind, Rurality


class Region(models.Model):
    """One of the seven NHS England regions, keyed on its ODS code."""

    code = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=60)
    gss_code = models.CharField(max_length=9, help_text="ONS code of 2019 to 2021.")
    gss_code_2022 = models.CharField(max_length=9, help_text="ONS code from July 2022.")
    label_longitude = models.FloatField()
    label_latitude = models.FloatField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations as their readers may see them."""

    def practices(self) -> "OrganisationQuerySet":
        """Only general practices."""
        return self.filter(kind=OrganisationKind.PRACTICE)

    def visible_to(self, user: Any) -> "OrganisationQuerySet":
        """National roles see all; a hub's people see their region's; a practice's people see their own."""
        hubs = access.hub_ids(user)
        if hubs is None:
            return self
        regions = Region.objects.filter(hubs__in=hubs)
        return self.filter(Q(region__in=regions) | Q(pk__in=access.practice_ids(user)))


class Organisation(models.Model):
    """A practice, PCN, CCG, STP or ICB: keyed on its ODS code, dated, with its successor."""

    ods_code = models.CharField(max_length=10, unique=True)
    kind = models.CharField(max_length=10, choices=OrganisationKind.choices)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True, default="")
    town = models.CharField(max_length=100, blank=True, default="")
    postcode = models.CharField(max_length=8, blank=True, default="")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organisations")
    opened = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors")
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "ods_code"]
        constraints = [
            choices_constraint("kind", OrganisationKind, "hubs_organisation_kind"),
            interval_constraint("opened", "closed", "hubs_organisation_interval"),
        ]
        indexes = [
            models.Index(fields=["kind", "region", "name"], name="hubs_organisation_list"),
            models.Index(fields=["postcode"], name="hubs_organisation_postcode"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The practice's page."""
        return reverse("practice", kwargs={"ods": self.ods_code})

    @property
    def access_scope(self) -> Scope:
        """The hub of its region that runs now, and the practice itself."""
        day = today()
        running = self.region.hubs.filter(Q(closed__isnull=True) | Q(closed__gte=day), opened__lte=day)
        return Scope(hub=running.order_by("pk").values_list("pk", flat=True).first(), practice=self.pk)


class OrganisationLink(models.Model):
    """A child belongs to a parent from a day until a day: practice to PCN, CCG; CCG to STP; STP to ICB."""

    child = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="parent_links")
    parent = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="child_links")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            interval_constraint("since", "until", "hubs_organisationlink_interval"),
            models.UniqueConstraint(fields=["child", "parent", "since"], name="hubs_organisationlink_once"),
        ]


class PracticeFigures(models.Model):
    """What was published about a practice as at a day: list size, rurality, deprivation."""

    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="figures")
    as_at = models.DateField()
    list_size = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    rurality = models.CharField(max_length=5, choices=Rurality.choices, blank=True, default="")
    imd_score = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    imd_fifth = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1 is the most deprived fifth of active practices."
    )
    contract = models.CharField(max_length=10, blank=True, default="")
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "as_at"], name="hubs_practicefigures_once"),
            models.CheckConstraint(
                condition=Q(rurality__in=["", *Rurality.values]), name="hubs_practicefigures_rurality"
            ),
            models.CheckConstraint(
                condition=Q(imd_fifth__isnull=True) | Q(imd_fifth__range=(1, 5)), name="hubs_practicefigures_fifth"
            ),
        ]
