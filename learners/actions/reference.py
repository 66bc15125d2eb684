"""Loads learners/data: the default competency framework, version 1, and the standards of the Care Certificate."""

import csv
from pathlib import Path

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.periods import now
from hubs.models import Programme
from learners.enums import FrameworkState
from learners.models import CareStandard, Competency, CompetencyFramework, Domain

FOLDER = Path(__file__).resolve().parent.parent / "data"
DATA = FOLDER / "competency_framework_v1.csv"
CARE = FOLDER / "care_certificate.csv"
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
                description=row["description"],
                minimum_pieces=int(row["minimum_pieces"]),
                required_kinds=list(filter(None, row["required_kinds"].split(";"))),
                may_sign=row["may_sign"].split(";"),
                position=position,
                valid_for_months=int(row["valid_for_months"]) if row["valid_for_months"] else None,
            )
            for position, row in enumerate(rows, start=1)
        )
        audit.record("framework_published", by=by, record_type="framework", record=framework.pk, competencies=len(rows))
    return framework


def load_care_standards(*, framework: CompetencyFramework) -> int:
    """The published standards of the Care Certificate, 2015 and 2025, tied to the framework's competencies; how many
    are new. What they cover is ours to suggest and the owner's to change: a framework with any is left alone.
    """
    with CARE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with transaction.atomic():
        untouched = not CareStandard.objects.filter(competencies__framework=framework).exists()
        by_code = {one.code: one for one in framework.competencies.all()}
        new = 0
        for row in rows:
            standard, made = CareStandard.objects.get_or_create(
                edition=row["edition"], number=int(row["number"]), defaults={"title": row["title"]}
            )
            new += made
            if untouched:
                codes = filter(None, row["competencies"].split(";"))
                standard.competencies.add(*(by_code[code] for code in codes if code in by_code))
    return new
