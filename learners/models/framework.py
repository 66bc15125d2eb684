"""CompetencyFramework, Domain and Competency: what is learned, versioned; a published version is frozen."""

from django.db import models
from django.db.models import Q

from gpa_programme.core.constraints import choices_constraint
from hubs.models import Programme
from learners.enums import CompetencyKind, EvidenceKind, FrameworkState


class CompetencyFramework(models.Model):
    """A version of the framework of a programme; enrolments stay pinned to theirs."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="frameworks")
    name = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=FrameworkState.choices, default=FrameworkState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            choices_constraint("state", FrameworkState, "learners_framework_state"),
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
