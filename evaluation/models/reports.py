"""RegionalReport with its builds, frozen versions, files, state changes and deliveries."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from evaluation.enums import BuildKind, FileKind, ReportState
from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.audit.models import AppendOnly
from gpa_programme.core.constraints import choices_constraint, pair_constraint
from gpa_programme.core.periods import Month, now
from gpa_programme.core.work import Work
from hubs.models import Hub, Programme


class RegionalReportQuerySet(models.QuerySet["RegionalReport"]):
    """Reports as their readers may see them."""

    def visible_to(self, user: Any) -> "RegionalReportQuerySet":
        """National roles see all; a hub's people see their own."""
        hubs = access.hub_ids(user)
        return self if hubs is None else self.filter(hub__in=hubs)


class RegionalReport(models.Model):
    """What a hub owes for a month (no hub: the national roll-up): expected when the period closes, then its workflow.

    The row itself is the expected return: its due moment, extension and first submission are auditable here.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="reports")
    hub = models.ForeignKey(Hub, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    period = models.CharField(max_length=7)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.EXPECTED)
    due_at = models.DateTimeField()
    expected_at = models.DateTimeField(default=now)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    narrative = models.JSONField(default=dict, blank=True, help_text="Text by section key, written by the hub.")
    rag = models.JSONField(default=dict, blank=True, help_text="Set by a person: part -> {value, reason}.")
    revision = models.PositiveIntegerField(default=0, help_text="Counts saves: two people cannot overwrite each other.")

    objects = RegionalReportQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "hub__name"]
        constraints = [
            choices_constraint("state", ReportState, "evaluation_report_state"),
            pair_constraint("accepted_by", "accepted_at", "evaluation_report_accepted"),
            models.UniqueConstraint(fields=["programme", "hub", "period"], name="evaluation_report_once"),
            models.UniqueConstraint(
                fields=["programme", "period"], condition=Q(hub__isnull=True), name="evaluation_report_one_national"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=models.F("submitted_by")),
                name="evaluation_report_accepter_not_submitter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hub.name if self.hub else 'National report'}, {Month.parse(self.period).label}"

    def get_absolute_url(self) -> str:
        """The report as a page."""
        return reverse("report", kwargs={"hub": self.hub.slug if self.hub else "england", "period": self.period})

    @property
    def status(self) -> ReportState:
        """The state as a member."""
        return ReportState(self.state)

    @property
    def access_scope(self) -> Scope:
        """Its hub; the national report belongs to no hub."""
        return Scope(hub=self.hub_id)


class ReportVersion(AppendOnly):
    """The content of a report frozen as JSON, with its SHA-256; a rebuild adds a version and keeps the old."""

    report = models.ForeignKey(RegionalReport, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    cut_off = models.DateTimeField()
    built_at = models.DateTimeField(default=now)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="evaluation_reportversion_number")]


class ReportBuild(Work):
    """The work of freezing one version of a report, or of drawing its files when it is issued."""

    report = models.ForeignKey(RegionalReport, on_delete=models.PROTECT, related_name="builds")
    kind = models.CharField(max_length=6, choices=BuildKind.choices, default=BuildKind.FREEZE)
    number = models.PositiveSmallIntegerField(default=1, help_text="The version it makes or draws.")
    step = models.CharField(max_length=60, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta(Work.Meta):
        constraints = [
            choices_constraint("kind", BuildKind, "evaluation_reportbuild_kind"),
            models.UniqueConstraint(fields=["report", "kind", "number"], name="evaluation_reportbuild_once"),
        ]


class ReportChange(AppendOnly):
    """One move of a report: from, to, by whom, when, why."""

    report = models.ForeignKey(RegionalReport, on_delete=models.PROTECT, related_name="changes")
    from_state = models.CharField(max_length=10, choices=ReportState.choices, blank=True, default="")
    to_state = models.CharField(max_length=10, choices=ReportState.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["report", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(to_state=ReportState.RETURNED) | ~Q(reason=""), name="evaluation_reportchange_reason"
            ),
        ]

    @property
    def status(self) -> ReportState:
        """The state it led to."""
        return ReportState(self.to_state)


class ReportFile(AppendOnly):
    """A file drawn from a frozen version at issue: bytes in storage, SHA-256 here."""

    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=4, choices=FileKind.choices)
    name = models.CharField(max_length=120)
    stored_as = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            choices_constraint("kind", FileKind, "evaluation_reportfile_kind"),
            models.UniqueConstraint(fields=["version", "kind"], name="evaluation_reportfile_once"),
        ]


class ReportDelivery(models.Model):
    """One recipient of an issued report: a link, never an attachment; the message row says how it went."""

    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey("notices.Message", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="evaluation_reportdelivery_once")]
