"""How a mentor wants to be asked: the rhythm of their digest, absences with cover, and what they put off."""

from django.conf import settings
from django.db import models

from gpa_programme.core.constraints import choices_constraint, interval_constraint
from gpa_programme.core.periods import now
from learners.enums import DigestRhythm
from learners.models.signoff import SignOffRequest


class MentorSettings(models.Model):
    """How often a mentor's digest comes."""

    mentor = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentor_settings")
    rhythm = models.CharField(max_length=8, choices=DigestRhythm.choices, default=DigestRhythm.SOON)

    class Meta:
        constraints = [choices_constraint("rhythm", DigestRhythm, "learners_mentorsettings_rhythm")]


class Absence(models.Model):
    """Days on which a mentor is away; `cover` decides meanwhile, as a mentor of the kind cover."""

    mentor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    cover = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="covers"
    )
    since = models.DateField()
    until = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["mentor", "since"]
        constraints = [
            interval_constraint("since", "until", "learners_absence_interval"),
            models.CheckConstraint(
                condition=models.Q(cover__isnull=True) | ~models.Q(cover=models.F("mentor")),
                name="learners_absence_cover_other",
            ),
        ]


class Snooze(models.Model):
    """A request that a mentor put off until a day: it keeps its age, only its reminders wait."""

    request = models.ForeignKey(SignOffRequest, on_delete=models.CASCADE, related_name="snoozes")
    mentor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="snoozes")
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "mentor"], name="learners_snooze_once")]
