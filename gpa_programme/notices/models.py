"""Message: one mail to one person or address, with its template's name and hash; delivery is work."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from gpa_programme.core.periods import now
from gpa_programme.core.work import Work


class Message(Work):
    """A mail to send. A message with a digest waits for the person's next digest instead of going alone."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    address = models.EmailField(blank=True, default="")
    template = models.CharField(max_length=60)
    template_sha256 = models.CharField(max_length=64)
    context = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)
    subject = models.CharField(max_length=200, blank=True, default="")

    class Meta(Work.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(address=""), name="notices_message_to_somebody"
            ),
        ]


class OutboxMail(models.Model):
    """A mail kept here instead of sent: the local outbox, readable in the browser, where no mail server is set."""

    at = models.DateTimeField(default=now)
    recipient = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["recipient", "-id"], name="notices_outbox_recipient")]
