"""AuditEvent, ReadLog and Seal: rows that outlive what they describe and are never changed."""

from typing import Any

from django.db import models

from gpa_programme.core.periods import now


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete a row that is evidence."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset that adds and reads, and nothing else."""

    def update(self, **kwargs: Any) -> int:
        """Refused."""
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise AppendOnlyError(f"{self.model.__name__} rows are never deleted.")

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        """Refused."""
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")


class AppendOnly(models.Model):
    """A base for tables that are evidence: insert and read only."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a second save is refused."""
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise AppendOnlyError(f"{type(self).__name__} rows are never deleted.")


class AuditEvent(AppendOnly):
    """One change: who did what to which record, why, and what changed. `hub` scopes who may read it."""

    at = models.DateTimeField(default=now)
    actor = models.BigIntegerField(null=True, blank=True, help_text="The id of the person; empty for the system.")
    actor_label = models.CharField(max_length=200, blank=True, default="")
    verb = models.CharField(max_length=60)
    record_type = models.CharField(max_length=40)
    record = models.CharField(max_length=60)
    hub = models.BigIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["record_type", "record", "id"], name="audit_event_record")]


class ReadLog(AppendOnly):
    """One look at a record that is read only with a reason, or by somebody whose look the owner may see."""

    at = models.DateTimeField(default=now)
    reader = models.BigIntegerField()
    reader_label = models.CharField(max_length=200)
    record_type = models.CharField(max_length=40)
    record = models.CharField(max_length=60)
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["record_type", "record", "id"], name="audit_readlog_record")]


class Seal(AppendOnly):
    """A batch of events sealed together: SHA-256 over the last seal and every event of the batch, in order of id."""

    at = models.DateTimeField(default=now)
    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    ids = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
