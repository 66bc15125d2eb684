"""Enrolment with its append-only changes, scope, and the dated intervals inside it."""

import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.audit.models import AppendOnly
from gpa_programme.core.constraints import choices_constraint, interval_constraint
from gpa_programme.core.periods import now
from hubs.models import Cohort, Organisation, Place
from learners.enums import PLACE_HOLDING, EnrolmentState, MentorKind, Route
from learners.models.framework import CompetencyFramework

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"


def new_ref() -> str:
    """A human reference such as K7M-P2Q4: random, without look-alike letters and without vowels."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(7))
    return f"{letters[:3]}-{letters[3:]}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments as their readers may see them."""

    def visible_to(self, user: Any) -> "EnrolmentQuerySet":
        """National: all. Hub: its cohorts'. Practice: those placed there. Mentor and learner: their own."""
        hubs = access.hub_ids(user)
        if hubs is None:
            return self
        enrolments = [grant.scope.enrolment for grant in access.grants(user) if grant.scope.enrolment]
        placed = Placement.objects.filter(practice__in=access.practice_ids(user), until__isnull=True)
        return self.filter(Q(cohort__hub__in=hubs) | Q(pk__in=enrolments) | Q(pk__in=placed.values("enrolment")))

    def holding_places(self) -> "EnrolmentQuerySet":
        """Those whose state holds a place."""
        return self.filter(state__in=PLACE_HOLDING)


class Enrolment(models.Model):
    """A person on a programme: their cohort, place, framework version and state (the last change's copy)."""

    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    framework = models.ForeignKey(CompetencyFramework, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=20, choices=EnrolmentState.choices)
    starts = models.DateField()
    agreed_end = models.DateField()
    route = models.CharField(max_length=16, choices=Route.choices, default=Route.ACCREDITED)
    first = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="continuations",
        help_text="After a transfer: the enrolment with which the portfolio began.",
    )
    created_at = models.DateTimeField(default=now, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["cohort", "learner__name", "pk"]
        constraints = [
            choices_constraint("state", EnrolmentState, "learners_enrolment_state"),
            choices_constraint("route", Route, "learners_enrolment_route"),
            interval_constraint("starts", "agreed_end", "learners_enrolment_interval"),
            models.UniqueConstraint(
                fields=["place"], condition=Q(state__in=PLACE_HOLDING), name="learners_enrolment_one_a_place"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PLACE_HOLDING) | Q(place__isnull=False), name="learners_enrolment_has_place"
            ),
            models.UniqueConstraint(
                fields=["cohort", "learner"], condition=Q(state__in=PLACE_HOLDING), name="learners_enrolment_once"
            ),
        ]
        indexes = [
            models.Index(fields=["cohort", "state"], name="learners_enrolment_cohort"),
            models.Index(fields=["learner"], name="learners_enrolment_learner"),
        ]

    def __str__(self) -> str:
        return f"{self.learner} ({self.ref})"

    def get_absolute_url(self) -> str:
        """The learner's page."""
        return reverse("learner", kwargs={"ref": self.ref})

    @property
    def status(self) -> EnrolmentState:
        """The state as a member, for the status tag."""
        return EnrolmentState(self.state)

    @property
    def access_scope(self) -> Scope:
        """Its hub, the practice where the learner is placed now, and itself."""
        placement = next((row for row in self.placements.all() if row.until is None), None)
        return Scope(hub=self.cohort.hub_id, practice=placement.practice_id if placement else None, enrolment=self.pk)

    def month_on(self, day: date) -> int:
        """In which month of the programme the learner is on that day; 0 before the start."""
        if day < self.starts:
            return 0
        return (day.year - self.starts.year) * 12 + day.month - self.starts.month - (day.day < self.starts.day) + 1


class EnrolmentChange(AppendOnly):
    """One move of an enrolment: from, to, effective on, recorded at, by whom, why."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="changes")
    from_state = models.CharField(max_length=20, choices=EnrolmentState.choices, blank=True, default="")
    to_state = models.CharField(max_length=20, choices=EnrolmentState.choices)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=30, blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["enrolment", "pk"]
        constraints = [choices_constraint("to_state", EnrolmentState, "learners_enrolmentchange_to")]
        indexes = [models.Index(fields=["to_state", "effective_on"], name="learners_change_to")]

    @property
    def status(self) -> EnrolmentState:
        """The state it led to."""
        return EnrolmentState(self.to_state)


class Placement(models.Model):
    """The practice at which a learner works, from a day until a day."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="placements")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="placements")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            interval_constraint("since", "until", "learners_placement_interval"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(until__isnull=True), name="learners_placement_one_open"
            ),
        ]


class Mentorship(models.Model):
    """A mentor of a learner in a capacity, from a day until a day."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="mentorships")
    mentor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentorships")
    kind = models.CharField(max_length=10, choices=MentorKind.choices, default=MentorKind.GP)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            choices_constraint("kind", MentorKind, "learners_mentorship_kind"),
            interval_constraint("since", "until", "learners_mentorship_interval"),
            models.UniqueConstraint(
                fields=["enrolment", "kind"], condition=Q(until__isnull=True), name="learners_mentorship_one_open"
            ),
        ]
        indexes = [models.Index(fields=["mentor"], name="learners_mentorship_mentor")]

    @property
    def capacity(self) -> MentorKind:
        """The kind as a member."""
        return MentorKind(self.kind)


class Pause(models.Model):
    """Days in which the learner's clock stands still."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="pauses")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            interval_constraint("since", "until", "learners_pause_interval"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(until__isnull=True), name="learners_pause_one_open"
            ),
        ]
