"""Loads the instruments and the first programme's evaluation plan from data; running it again changes nothing."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from evaluation.models import EvaluationPlan, Instrument, Question
from gpa_programme.core.periods import now
from hubs.models import Programme

DATA = Path(__file__).resolve().parent.parent / "data" / "instruments.json"
PROGRAMME = "gpa-spread-adoption-2019"


def load_instruments() -> int:
    """Publish the instruments of data/instruments.json that are not there yet, and plan 1 of the first programme
    where that programme exists; returns how many instruments were new.

    A published instrument is frozen: other questions are another version in the file.
    """
    new = 0
    with transaction.atomic():
        for row in json.loads(DATA.read_text(encoding="utf-8")):
            new += _load(row)
        programme = Programme.objects.filter(slug=PROGRAMME).first()
        if programme:
            publish_plan(programme)
    return new


def _load(row: dict[str, Any]) -> int:
    fields = {name: row[name] for name in ("respondent", "title", "introduction", "source")}
    instrument, made = Instrument.objects.get_or_create(
        key=row["key"], version=row["version"], defaults={**fields, "published_at": now()}
    )
    if not made:
        return 0
    Question.objects.bulk_create(
        Question(instrument=instrument, position=position, **question)
        for position, question in enumerate(row["questions"], start=1)
    )
    return 1


def publish_plan(programme: Programme) -> EvaluationPlan:
    """The programme's plan 1, published now where there is none."""
    plan, _ = EvaluationPlan.objects.get_or_create(
        programme=programme,
        version=1,
        defaults={"pairing_key": f"{programme.slug}-1"[:40], "published_at": now()},
    )
    return plan
