"""Makes the demonstration: invented people at real practices, in a demonstration only."""

import secrets
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gpa_programme.home.demo import build
from gpa_programme.home.demo.people import HOST, HUB_ROLES, NATIONAL
from hubs.models import Programme


class Command(BaseCommand):
    help = "Make the demonstration: seven cohorts of 40 and the pilot; --scale 100 makes 100 cohorts a hub."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=int, default=1, help="cohorts a hub, 1 to 100")

    def handle(self, *args: Any, scale: int, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Invented people belong into a demonstration only: set DEMO=1. Nothing was made.")
        if not 1 <= scale <= 100:
            raise CommandError("--scale takes 1 to 100 cohorts a hub. Nothing was made.")
        if not Programme.objects.filter(slug=build.SLUG).exists():
            raise CommandError("The reference data is missing: run manage.py load_reference first. Nothing was made.")
        began = time.perf_counter()
        password = settings.DEMO_PASSWORD or secrets.token_hex(6)
        if build.exists():
            self.stdout.write("The demonstration is here already.")
        else:
            build.build(password=password, say=self.stdout.write)
            self._sign_ins(password)
        if scale > 1:
            build.extend(scale=scale, password=password, say=self.stdout.write)
        self.stdout.write(f"Made in {time.perf_counter() - began:.1f} seconds.")

    def _sign_ins(self, password: str) -> None:
        people = [*NATIONAL, *(f"{role}.y56" for role in (*HUB_ROLES, "mentor", "learner", "practice"))]
        self.stdout.write("Sign in as: " + ", ".join(f"{person}@{HOST}" for person in people))
        self.stdout.write("and in the same way for y58 to y63.")
        if not settings.DEMO_PASSWORD:
            self.stdout.write(f"Password: {password}")
