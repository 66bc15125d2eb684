"""The mail backend of an installation without a mail server: mails become rows that the outbox page shows."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from gpa_programme.notices.models import OutboxMail


class Backend(BaseEmailBackend):
    """Keeps each mail as a row, one a recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails; returns how many messages were taken."""
        for message in email_messages:
            for recipient in message.recipients():
                OutboxMail.objects.create(
                    recipient=recipient, subject=str(message.subject), text=str(message.body), html=_html(message)
                )
        return len(email_messages)


def _html(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(body) for body, kind in message.alternatives if kind == "text/html"), "")
