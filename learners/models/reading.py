"""Reading for a time: who may read a portfolio that is not theirs to mentor, why, and until when."""

from django.conf import settings
from django.db import models

from gpa_programme.audit.models import AppendOnly
from gpa_programme.core.periods import now
from learners.models.enrolment import Enrolment


class ReadingReason(AppendOnly):
    """A coordinator's reason to open a learner's evidence; it lasts a few hours and the learner sees it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="reading_reasons")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reading_reasons")
    reason = models.TextField()
    at = models.DateTimeField(default=now)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="learners_readingreason_given"),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("at")), name="learners_readingreason_interval"
            ),
        ]
        indexes = [models.Index(fields=["reader", "until"], name="learners_readingreason_reader")]
