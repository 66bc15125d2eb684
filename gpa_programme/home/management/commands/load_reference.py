"""Loads the reference data of every app; a second run changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from evaluation.actions.reference import load_instruments
from hubs.actions import reference as hubs_reference
from hubs.models import Programme
from learners.actions.reference import load_care_standards, publish_framework


class Command(BaseCommand):
    help = "Load regions, hubs, practices, the programme, its competency framework and the instruments."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            for item in hubs_reference.load(by=None):
                self.stdout.write(f"{item.what}: {item.made} made, {item.changed} changed, {item.same} as they were")
            programme = Programme.objects.get(slug=hubs_reference.FIRST_PROGRAMME)
            made = int(publish_framework(programme=programme, by=None) is not None)
            self.stdout.write(f"competency frameworks: {made} made, 0 changed, {1 - made} as they were")
            framework = programme.frameworks.get(version=1)
            self.stdout.write(f"standards of the Care Certificate: {load_care_standards(framework=framework)} made")
            self.stdout.write(f"instruments: {load_instruments()} made")
