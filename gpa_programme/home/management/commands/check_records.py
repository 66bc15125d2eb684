"""Finds breaches of the rules across rows; ends with 1 where there is any."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gpa_programme.home.checks import CHECKS


class Command(BaseCommand):
    help = "Check every rule that stands across rows; prints each with its number of breaches."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for check in CHECKS:
            began = time.perf_counter()
            count = check.count()
            seconds = time.perf_counter() - began
            self.stdout.write(f"{check.name}: {count} ({seconds:.1f} s){f'  {check.rule}' if count else ''}")
            found += count
        if found:
            raise CommandError(f"Breaches found: {found}.")
        self.stdout.write(f"{len(CHECKS)} checks, no breach.")
