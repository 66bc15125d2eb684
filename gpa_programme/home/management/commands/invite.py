"""`manage.py invite --role national-lead EMAIL`: the first person of an installation, and any after."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.core.errors import DomainError
from gpa_programme.home import actions
from hubs.models import Hub


class Command(BaseCommand):
    help = "Invite a person to a role by email. A coordinator or hub lead needs --hub SLUG."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=[key.value.replace("_", "-") for key in RoleKey])
        parser.add_argument("--name", default="")
        parser.add_argument("--hub", default="", help="The slug of the hub.")

    def handle(self, *args: Any, email: str, role: str, name: str, hub: str, **options: Any) -> None:
        found = Hub.objects.filter(slug=hub).first() if hub else None
        if hub and found is None:
            slugs = ", ".join(Hub.objects.values_list("slug", flat=True))
            raise CommandError(f"No hub has the slug {hub}. Known: {slugs or 'none; run load_reference first'}.")
        try:
            person = actions.invite(email=email, name=name, role=RoleKey(role.replace("-", "_")), hub=found, by=None)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{person.email} is invited as {role}. They sign in with a code sent to them.")
        if settings.OUTBOX:
            self.stdout.write(f"No mail server is set: ask for the code on the page, then `manage.py outbox {email}`.")
