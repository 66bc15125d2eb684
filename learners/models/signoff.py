"""SignOffRequest for one competency over exact versions, the append-only Decision on it and its Acknowledgement."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.accounts.enums import Permission
from gpa_programme.audit.models import AppendOnly
from gpa_programme.core.constraints import choices_constraint
from gpa_programme.core.periods import now
from learners.enums import ClosedBecause, DecisionKind, MentorKind, RequestRoute
from learners.models.enrolment import Enrolment, new_ref
from learners.models.evidence import EvidenceVersion
from learners.models.framework import Competency


class SignOffRequestQuerySet(models.QuerySet["SignOffRequest"]):
    """Requests as their readers may see them."""

    def visible_to(self, user: Any) -> "SignOffRequestQuerySet":
        """Those of the learners whom the person mentors or is."""
        mine = [
            grant.scope.enrolment
            for grant in access.grants(user)
            if grant.scope.enrolment and grant.allows(Permission.SEE_LEARNER)
        ]
        return self.filter(enrolment__in=mine)

    def open(self) -> "SignOffRequestQuerySet":
        """Those that wait for a decision."""
        return self.filter(closed_at__isnull=True)


class SignOffRequest(models.Model):
    """A learner asks for one competency to be signed off on named versions; one open request a competency."""

    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="requests")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="requests")
    requested_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(
        max_length=12, choices=ClosedBecause.choices, blank=True, default="", help_text="Empty: open, or decided."
    )
    route = models.CharField(max_length=6, choices=RequestRoute.choices, default=RequestRoute.USUAL)
    reminded_days = models.PositiveSmallIntegerField(default=0, help_text="The last reminder that went, in days.")
    resent_at = models.DateTimeField(null=True, blank=True, help_text="When the learner last asked again.")
    versions = models.ManyToManyField(EvidenceVersion, through="RequestVersion", related_name="requests")

    objects = SignOffRequestQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at", "pk"]
        constraints = [
            choices_constraint("route", RequestRoute, "learners_request_route"),
            models.CheckConstraint(
                condition=Q(closed_because="") | Q(closed_because__in=ClosedBecause.values, closed_at__isnull=False),
                name="learners_request_closed_because",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "competency"],
                condition=Q(closed_at__isnull=True),
                name="learners_request_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["enrolment", "competency", "id"], name="learners_request_of"),
            models.Index(fields=["requested_at"], name="learners_request_open", condition=Q(closed_at__isnull=True)),
        ]

    def get_absolute_url(self) -> str:
        """The page on which a mentor decides."""
        return reverse("waiting-request", kwargs={"ref": self.ref})

    @property
    def access_scope(self) -> Scope:
        """Its enrolment's."""
        return self.enrolment.access_scope


class RequestVersion(models.Model):
    """An exact version that a request names."""

    request = models.ForeignKey(SignOffRequest, on_delete=models.PROTECT, related_name="named")
    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="named_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "version"], name="learners_requestversion_once")]


class Decision(AppendOnly):
    """What was decided on a request, by whom and in what capacity, over which hash. The first closing one wins.

    `learner` and `competency` are copied so that "nobody decides on their own" is a check constraint and so that
    boards and measures read one table.
    """

    request = models.ForeignKey(SignOffRequest, on_delete=models.PROTECT, related_name="decisions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="decisions")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="decisions")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DecisionKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    capacity = models.CharField(max_length=10, choices=MentorKind.choices)
    statement = models.TextField(help_text="The wording that the mentor confirmed.")
    reason = models.TextField(blank=True, default="")
    would_satisfy = models.TextField(blank=True, default="", help_text="What would satisfy me.")
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who should judge instead.",
    )
    pictures_looked_at = models.BooleanField(
        default=False, help_text="Confirmed: no name, number or face on what cannot be read by the guard."
    )
    effective_on = models.DateField()
    decided_at = models.DateTimeField(default=now)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [
            choices_constraint("kind", DecisionKind, "learners_decision_kind"),
            choices_constraint("capacity", MentorKind, "learners_decision_capacity"),
            models.CheckConstraint(condition=~Q(by=F("learner")), name="learners_decision_not_own"),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(kind__in=[DecisionKind.SIGNED_OFF, DecisionKind.RETURNED]),
                name="learners_decision_first_wins",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DecisionKind.RETURNED) | (~Q(reason="") & ~Q(would_satisfy="")),
                name="learners_decision_return_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DecisionKind.REVOKED) | ~Q(reason=""), name="learners_decision_revoke_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["enrolment", "competency", "id"], name="learners_decision_of"),
            models.Index(fields=["decided_at"], name="learners_decision_at"),
        ]

    @property
    def status(self) -> DecisionKind:
        """The kind as a member."""
        return DecisionKind(self.kind)


class Acknowledgement(AppendOnly):
    """The learner has read what a mentor said."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="acknowledgement")
    at = models.DateTimeField(default=now)
