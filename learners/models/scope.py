"""Which competencies apply to a learner, as agreed and dated; what they bring with them; their protected weeks."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from gpa_programme.core.constraints import choices_constraint
from gpa_programme.core.periods import now
from learners.enums import CareCertificate, ProtectedHours, ScopeState
from learners.models.enrolment import Enrolment
from learners.models.framework import Competency


class ScopeAgreement(models.Model):
    """A version of a learner's scope: proposed by mentor or learner with a reason, agreed or declined by the other."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="scope_agreements")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ScopeState.choices, default=ScopeState.PROPOSED)
    competencies = models.ManyToManyField(Competency, related_name="+")
    reason = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="", help_text="Why it was declined.")

    class Meta:
        ordering = ["enrolment", "number"]
        constraints = [
            choices_constraint("state", ScopeState, "learners_scopeagreement_state"),
            models.UniqueConstraint(fields=["enrolment", "number"], name="learners_scopeagreement_number"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(state=ScopeState.PROPOSED), name="learners_scopeagreement_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state=ScopeState.PROPOSED, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state=ScopeState.PROPOSED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="learners_scopeagreement_decided",
            ),
        ]

    @property
    def status(self) -> ScopeState:
        """The state as a member."""
        return ScopeState(self.state)


class ScopeItemQuerySet(models.QuerySet["ScopeItem"]):
    """Scope now, or as it was."""

    def current(self, at: datetime | None = None) -> "ScopeItemQuerySet":
        """What applies now; with `at`, what applied just before that moment."""
        if at is None:
            return self.filter(until__isnull=True)
        return self.filter(Q(since__isnull=True) | Q(since__lt=at), Q(until__isnull=True) | Q(until__gte=at))


class ScopeItem(models.Model):
    """A competency that applies to a learner, from a moment (empty: from the start) until a moment."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="scope")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    agreement = models.ForeignKey(ScopeAgreement, null=True, blank=True, on_delete=models.PROTECT, related_name="items")

    objects = ScopeItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "competency"], condition=Q(until__isnull=True), name="learners_scopeitem_once"
            )
        ]


class Background(models.Model):
    """What a learner brings: their previous role and whether they hold the Care Certificate."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="background")
    previous_role = models.CharField(max_length=150, blank=True, default="")
    care_certificate = models.CharField(max_length=12, choices=CareCertificate.choices, default=CareCertificate.NONE)
    certified_on = models.DateField(null=True, blank=True)
    edition = models.CharField(max_length=10, blank=True, default="", help_text="Which standards, such as 2015.")
    saved_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            choices_constraint("care_certificate", CareCertificate, "learners_background_certificate"),
            models.CheckConstraint(
                condition=~Q(care_certificate=CareCertificate.HELD) | (Q(certified_on__isnull=False) & ~Q(edition="")),
                name="learners_background_held",
            ),
        ]


class ProtectedWeek(models.Model):
    """Whether a learner had their protected time in a week: one tap a week."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="protected_weeks")
    monday = models.DateField()
    had = models.CharField(max_length=4, choices=ProtectedHours.choices)
    recorded_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["enrolment", "monday"]
        constraints = [
            choices_constraint("had", ProtectedHours, "learners_protectedweek_had"),
            models.UniqueConstraint(fields=["enrolment", "monday"], name="learners_protectedweek_once"),
        ]
