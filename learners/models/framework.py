"""CompetencyFramework, Domain, Competency, mappings and imports: what is learned; a published version is frozen."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from gpa_programme.core.constraints import choices_constraint
from gpa_programme.core.periods import now
from hubs.models import Programme
from learners.enums import CompetencyKind, EvidenceKind, FrameworkState, MentorKind


def every_mentor() -> list[str]:
    """Version 1 lets each kind of mentor sign."""
    return [kind.value for kind in MentorKind]


class CompetencyFramework(models.Model):
    """A version of the framework of a programme; enrolments stay pinned to theirs."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="frameworks")
    name = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=FrameworkState.choices, default=FrameworkState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")
    change_note = models.TextField(blank=True, default="", help_text="What is new in this version, in plain words.")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_reason = models.TextField(blank=True, default="")
    enrol_until = models.DateField(null=True, blank=True, help_text="The last day on which learners start with it.")

    class Meta:
        constraints = [
            choices_constraint("state", FrameworkState, "learners_framework_state"),
            models.CheckConstraint(
                condition=(Q(state=FrameworkState.RETIRED, retired_at__isnull=False) & ~Q(retired_reason=""))
                | (~Q(state=FrameworkState.RETIRED) & Q(retired_at__isnull=True, retired_reason="")),
                name="learners_framework_retired",
            ),
            models.UniqueConstraint(fields=["programme", "version"], name="learners_framework_version"),
            models.CheckConstraint(
                condition=Q(state=FrameworkState.DRAFT, published_at__isnull=True)
                | (~Q(state=FrameworkState.DRAFT) & Q(published_at__isnull=False)),
                name="learners_framework_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def status(self) -> FrameworkState:
        """The state as a member."""
        return FrameworkState(self.state)

    def get_absolute_url(self) -> str:
        """The framework's page."""
        return reverse("framework", kwargs={"pk": self.pk})

    def takes_learners_on(self, day: date) -> bool:
        """Whether a learner who is enrolled on that day may be pinned to it."""
        if self.state == FrameworkState.PUBLISHED:
            return self.enrol_until is None or day <= self.enrol_until
        return self.state == FrameworkState.RETIRED and self.enrol_until is not None and day <= self.enrol_until


class Domain(models.Model):
    """One of the framework's domains, in order."""

    framework = models.ForeignKey(CompetencyFramework, on_delete=models.PROTECT, related_name="domains")
    code = models.CharField(max_length=4)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["framework", "position"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="learners_domain_code")]

    def __str__(self) -> str:
        return self.name


class Competency(models.Model):
    """One competency: its code is never used again for another."""

    framework = models.ForeignKey(CompetencyFramework, on_delete=models.PROTECT, related_name="competencies")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="competencies")
    code = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=CompetencyKind.choices)
    suggested = models.JSONField(default=list, help_text="Codes of suggested kinds of evidence.")
    position = models.PositiveSmallIntegerField()
    valid_for_months = models.PositiveSmallIntegerField(null=True, blank=True)
    description = models.TextField(blank=True, default="", help_text="What it means, in plain words.")
    minimum_pieces = models.PositiveSmallIntegerField(default=1)
    required_kinds = models.JSONField(default=list, blank=True, help_text="Codes of kinds needed at least once each.")
    may_sign = models.JSONField(default=every_mentor, help_text="Kinds of mentor who may sign it off.")

    class Meta:
        ordering = ["framework", "position"]
        constraints = [
            choices_constraint("kind", CompetencyKind, "learners_competency_kind"),
            models.UniqueConstraint(fields=["framework", "code"], name="learners_competency_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def suggested_labels(self) -> list[str]:
        """The suggested kinds of evidence in words."""
        return [str(EvidenceKind(code).label) for code in self.suggested]

    @property
    def required_labels(self) -> list[str]:
        """The kinds of evidence that are needed at least once each, in words."""
        return [str(EvidenceKind(code).label) for code in self.required_kinds]

    @property
    def may_sign_labels(self) -> list[str]:
        """The kinds of mentor who may sign it off, in words."""
        return [str(MentorKind(kind).label) for kind in self.may_sign]


class CompetencyMapping(models.Model):
    """What a competency of an older version became in a newer one; `carries` lets its sign-off count there."""

    old = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="became")
    new = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="came_from")
    carries = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="learners_mapping_once"),
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="learners_mapping_not_itself"),
        ]


class FrameworkImport(models.Model):
    """A file from which a draft framework is to be made: its rows as read, until somebody confirms them."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="framework_imports")
    name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)
    framework = models.ForeignKey(
        CompetencyFramework, null=True, blank=True, on_delete=models.SET_NULL, related_name="imported_from"
    )


class CareStandard(models.Model):
    """A standard of the Care Certificate, and the competencies for which holding it is prior learning."""

    edition = models.CharField(max_length=10, help_text="The year of the standards, such as 2015 or 2025.")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    competencies = models.ManyToManyField(Competency, blank=True, related_name="care_standards")

    class Meta:
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="learners_carestandard_number")]

    def __str__(self) -> str:
        return f"Standard {self.number}: {self.title}"
