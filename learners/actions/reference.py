"""Publishes the default competency framework, version 1, from learners/data for a programme that has none."""

import csv
from pathlib import Path

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.periods import now
from hubs.models import Programme
from learners.enums import FrameworkState
from learners.models import Competency, CompetencyFramework, Domain

DATA = Path(__file__).resolve().parent.parent / "data" / "competency_framework_v1.csv"
NAME = "GPA competency framework"
DOMAIN_CODES = {
    "Care": "CAR",
    "Admin": "ADM",
    "Clinical": "CLI",
    "Communication": "COM",
    "Managing Health Records": "REC",
}


def publish_framework(*, programme: Programme, by: User | None) -> CompetencyFramework | None:
    """Version 1 of the default framework, published; None where the programme has a framework already.

    The titles are ours, written from public task lists; the five domains and 58 competencies are the published counts.
    """
    with transaction.atomic():
        programme = Programme.objects.select_for_update().get(pk=programme.pk)
        if programme.frameworks.exists():
            return None
        framework = CompetencyFramework.objects.create(
            programme=programme, name=NAME, version=1, state=FrameworkState.PUBLISHED, published_at=now()
        )
        with DATA.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        domains = {
            name: Domain.objects.create(framework=framework, code=code, name=name, position=position)
            for position, (name, code) in enumerate(DOMAIN_CODES.items(), start=1)
        }
        Competency.objects.bulk_create(
            Competency(
                framework=framework,
                domain=domains[row["domain"]],
                code=row["code"],
                title=row["title"],
                kind=row["kind"],
                suggested=row["suggested"].split(";"),
                position=position,
                valid_for_months=int(row["valid_for_months"]) if row["valid_for_months"] else None,
            )
            for position, row in enumerate(rows, start=1)
        )
        audit.record("framework_published", by=by, record_type="framework", record=framework.pk, competencies=len(rows))
    return framework
