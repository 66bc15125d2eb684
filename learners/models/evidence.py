"""EvidenceItem, its versions, files and the competencies each version supports; submitting freezes a version."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from gpa_programme.accounts.access import Scope
from gpa_programme.core.constraints import choices_constraint
from gpa_programme.core.periods import now
from learners.enums import WRITABLE, EvidenceKind, VersionState
from learners.models.enrolment import Enrolment, new_ref
from learners.models.framework import Competency


class EvidenceItemQuerySet(models.QuerySet["EvidenceItem"]):
    """Evidence as its owner may see it; mentors read it through requests."""

    def owned_by(self, user: Any) -> "EvidenceItemQuerySet":
        """The learner's own."""
        return self.filter(enrolment__learner=user.pk)


class EvidenceItem(models.Model):
    """One piece of evidence; what it says is in its versions."""

    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=4, choices=EvidenceKind.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The mentor who recorded it; empty where the learner did.",
    )
    created_at = models.DateTimeField(default=now, editable=False)

    objects = EvidenceItemQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [choices_constraint("kind", EvidenceKind, "learners_evidenceitem_kind")]

    def get_absolute_url(self) -> str:
        """The item's page for its owner."""
        return reverse("evidence", kwargs={"ref": self.ref})

    @property
    def access_scope(self) -> Scope:
        """Its enrolment's."""
        return self.enrolment.access_scope

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(EvidenceKind(self.kind).label)


class EvidenceVersion(models.Model):
    """What an item says in one version; once submitted it is never changed and carries its SHA-256."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    title = models.CharField(max_length=150, blank=True, default="")
    text = models.TextField(blank=True, default="")
    answers = models.JSONField(default=dict, blank=True, help_text="Key of a prompt -> what was written.")
    entries = models.JSONField(default=list, blank=True, help_text="Of a log: on, what, times, supervisor.")
    prior_learning = models.BooleanField(default=False, help_text="It shows what was learned before the programme.")
    no_patient_details = models.BooleanField(default=False)
    explanation = models.TextField(blank=True, default="", help_text="Why what looks like a patient's is not.")
    saved_at = models.DateTimeField(default=now)
    revision = models.PositiveIntegerField(default=0, help_text="Counts saves: two tabs cannot overwrite each other.")
    submitted_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    destroyed_at = models.DateTimeField(
        null=True, blank=True, help_text="Its words were destroyed: they named a patient."
    )

    class Meta:
        ordering = ["item", "number"]
        constraints = [
            choices_constraint("state", VersionState, "learners_evidenceversion_state"),
            models.UniqueConstraint(fields=["item", "number"], name="learners_evidenceversion_number"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state__in=WRITABLE), name="learners_evidenceversion_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state__in=WRITABLE, submitted_at__isnull=True, sha256="")
                | (Q(state=VersionState.SUBMITTED, submitted_at__isnull=False) & ~Q(sha256="")),
                name="learners_evidenceversion_frozen",
            ),
        ]
        indexes = [models.Index(fields=["submitted_at"], name="learners_version_submitted")]

    @property
    def status(self) -> VersionState:
        """The state as a member."""
        return VersionState(self.state)

    @property
    def writable(self) -> bool:
        """Whether its owner may still change it."""
        return self.state in WRITABLE


class EvidenceFile(models.Model):
    """A file of a version: its bytes stand in storage under its SHA-256."""

    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField(default=now)
    findings = models.JSONField(default=list, blank=True, help_text="What the guard found inside: what, found, place.")
    unread = models.BooleanField(default=False, help_text="Nothing in it can be read by the guard: a picture, a scan.")
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=False) | ~Q(stored_as=""), name="learners_evidencefile_stored"
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="learners_file_sha256")]


class EvidenceLink(models.Model):
    """A competency that a version supports, with a line of justification."""

    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="links")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="evidence_links")
    justification = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["version", "competency__position"]
        constraints = [models.UniqueConstraint(fields=["version", "competency"], name="learners_evidencelink_once")]
