"""Who else saw it: a colleague's witness statement by emailed link, a mentor's observation, a flag on a version."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from gpa_programme.accounts.access import Scope
from gpa_programme.core.constraints import choices_constraint
from gpa_programme.core.periods import now
from learners.enums import FlagState
from learners.models.evidence import EvidenceFile, EvidenceVersion


class Witness(models.Model):
    """A named colleague who is asked for a statement on a version, without an account; the link is kept as a hash."""

    version = models.OneToOneField(EvidenceVersion, on_delete=models.CASCADE, related_name="witness")
    name = models.CharField(max_length=150)
    job = models.CharField(max_length=100, help_text="Such as practice nurse or practice manager.")
    email = models.EmailField()
    asks = models.TextField(help_text="What the learner asks them to speak about.")
    token_sha256 = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_because = models.CharField(max_length=300, blank=True, default="")
    signed_name = models.CharField(max_length=150, blank=True, default="")
    signed_job = models.CharField(max_length=100, blank=True, default="")
    statement = models.TextField(blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, statement="", sha256="")
                | (Q(answered_at__isnull=False, declined_at__isnull=True) & ~Q(sha256="")),
                name="learners_witness_answered",
            ),
        ]


class Observation(models.Model):
    """That a mentor watched it happen: on which day, and whether it was typed on the learner's own device.

    What is typed on the learner's device is confirmed by the observer from their own mailbox until `confirm_by`.
    """

    version = models.OneToOneField(EvidenceVersion, on_delete=models.CASCADE, related_name="observation")
    observer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="observations")
    observed_on = models.DateField()
    on_learners_device = models.BooleanField(default=False)
    confirm_by = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(on_learners_device=False) | Q(confirm_by__isnull=False),
                name="learners_observation_confirm_by",
            ),
        ]


class PatientFlag(models.Model):
    """A reader says that a version, or one of its files, names a patient: hidden until somebody else decides."""

    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="flags")
    file = models.ForeignKey(EvidenceFile, null=True, blank=True, on_delete=models.PROTECT, related_name="flags")
    where = models.CharField(max_length=300, help_text="Where it stands, without repeating it.")
    state = models.CharField(max_length=10, choices=FlagState.choices, default=FlagState.OPEN)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            choices_constraint("state", FlagState, "learners_patientflag_state"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(state=FlagState.OPEN), name="learners_patientflag_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state=FlagState.OPEN, decided_at__isnull=True)
                | (~Q(state=FlagState.OPEN) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="learners_patientflag_decided",
            ),
        ]

    @property
    def status(self) -> FlagState:
        """The state as a member."""
        return FlagState(self.state)

    @property
    def access_scope(self) -> Scope:
        """Its enrolment's."""
        scope: Any = self.version.item.access_scope
        return scope
