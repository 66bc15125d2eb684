"""That a learner went over to another version of the framework: a recorded choice, never done by a publication."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gpa_programme.audit.models import AppendOnly
from gpa_programme.core.periods import now
from learners.models.enrolment import Enrolment
from learners.models.framework import CompetencyFramework


class FrameworkMove(AppendOnly):
    """From which version to which, by whom, why; the sign-offs follow the versions' mappings."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="framework_moves")
    from_framework = models.ForeignKey(CompetencyFramework, on_delete=models.PROTECT, related_name="+")
    to_framework = models.ForeignKey(CompetencyFramework, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    recorded_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["enrolment", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_framework=F("to_framework")), name="learners_frameworkmove_another"
            ),
        ]
