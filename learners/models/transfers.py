"""That a hub offers one of its learners to another: the receiving hub accepts or declines."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.core.constraints import choices_constraint
from gpa_programme.core.periods import now
from hubs.models import Cohort
from learners.enums import OfferState
from learners.models.enrolment import Enrolment


class TransferOfferQuerySet(models.QuerySet["TransferOffer"]):
    """Offers as their readers may see them."""

    def visible_to(self, user: Any) -> "TransferOfferQuerySet":
        """Those made to the person's hubs; national roles see all."""
        hubs = access.hub_ids(user)
        return self if hubs is None else self.filter(to_cohort__hub__in=hubs)


class TransferOffer(models.Model):
    """A learner is offered to another hub's cohort, with a reason; `became` is the enrolment made by accepting."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="transfer_offers")
    to_cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="transfer_offers")
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    reason = models.TextField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="", help_text="Why it was declined.")
    became = models.OneToOneField(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="came_by", editable=False
    )

    objects = TransferOfferQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            choices_constraint("state", OfferState, "learners_transferoffer_state"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(state=OfferState.OPEN), name="learners_transferoffer_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state=OfferState.OPEN) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="learners_transferoffer_decided",
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.ACCEPTED, became__isnull=False)
                | (~Q(state=OfferState.ACCEPTED) & Q(became__isnull=True)),
                name="learners_transferoffer_became",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The page on which the receiving hub answers."""
        return reverse("transfer", kwargs={"pk": self.pk})

    @property
    def status(self) -> OfferState:
        """The state as a member."""
        return OfferState(self.state)

    @property
    def access_scope(self) -> Scope:
        """The receiving hub's: the sending hub finds it on the learner's pages."""
        return Scope(hub=self.to_cohort.hub_id)
