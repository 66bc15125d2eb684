"""Snapshot: figures kept by unit and period, so that a national page costs the same however many learners there are."""

from django.db import models

from evaluation.enums import UnitKind
from gpa_programme.core.constraints import choices_constraint
from gpa_programme.core.periods import now


class Snapshot(models.Model):
    """One figure of one unit in one period: numerator, denominator, n, as at. `item` splits it, as by competency.

    `period` is YYYY-MM; `unit` is the cohort's id, the hub's slug, the region's code, or "england".
    `programme` keeps programmes apart. A median stands in `value` with its n. `parts` is what the units above are
    summed from: {"days": {"3": 12}} for a median, {"items": {"A1": [24, 40]}} for a split.
    """

    programme = models.ForeignKey("hubs.Programme", on_delete=models.CASCADE, related_name="+")
    measure = models.CharField(max_length=40)
    unit_kind = models.CharField(max_length=10, choices=UnitKind.choices)
    unit = models.CharField(max_length=60)
    period = models.CharField(max_length=7)
    item = models.CharField(max_length=40, blank=True, default="")
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    value = models.FloatField(null=True)
    parts = models.JSONField(default=dict, blank=True)
    n = models.PositiveIntegerField(default=0)
    covered = models.PositiveIntegerField(default=0, help_text="Units beneath that it covers, such as 6 hubs")
    expected = models.PositiveIntegerField(default=0, help_text="of so many.")
    as_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            choices_constraint("unit_kind", UnitKind, "evaluation_snapshot_unit_kind"),
            models.UniqueConstraint(
                fields=["programme", "unit_kind", "unit", "period", "measure", "item"], name="evaluation_snapshot_once"
            ),
        ]
        indexes = [models.Index(fields=["programme", "unit_kind", "period"], name="evaluation_snapshot_page")]
