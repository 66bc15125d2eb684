"""`manage.py outbox [EMAIL]`: the newest mail of the local outbox, for an installation that has no mail server yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gpa_programme.notices.models import OutboxMail


class Command(BaseCommand):
    help = "Print the newest mail kept in the local outbox (where EMAIL_URL is unset), to everyone or to one address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", default="")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        mails = OutboxMail.objects.filter(recipient__iexact=email) if email else OutboxMail.objects.all()
        newest = mails.first()
        if newest is None:
            self.stdout.write("The outbox is empty. With EMAIL_URL set, mails are sent and not kept here.")
            return
        self.stdout.write(f"To: {newest.recipient}\nSubject: {newest.subject}\n\n{newest.text}")
