"""Who reads a portfolio: the reason that is open now, and every look that its learner may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from gpa_programme.audit.models import ReadLog
from gpa_programme.core.periods import now
from learners.models import Competency, Enrolment, EvidenceFile, ReadingReason
from learners.queries.chain import portfolio_ids

LOOKS_SHOWN = 200


@dataclass(frozen=True)
class Look:
    """One look: when, by whom, at what, and the reason that opened it, if one had to be given."""

    at: datetime
    reader: str
    what: str
    reason: str


def open_reason(user: Any, enrolment: Enrolment) -> ReadingReason | None:
    """The person's reason that opens this portfolio now; None where none is open."""
    mine = ReadingReason.objects.filter(reader=user.pk, enrolment=enrolment, until__gt=now())
    return mine.order_by("-until").first()


def reasons_of(enrolment: Enrolment) -> list[ReadingReason]:
    """Every reason for which somebody opened the portfolio, the newest first."""
    rows = ReadingReason.objects.filter(enrolment__in=portfolio_ids(enrolment)).select_related("reader")
    return list(rows.order_by("-pk"))


def looks_at(enrolment: Enrolment) -> list[Look]:
    """The newest looks at the portfolio and its files by anybody but its learner; a fixed number of queries."""
    mine = portfolio_ids(enrolment)
    refs = Enrolment.objects.filter(pk__in=mine).values_list("ref", flat=True)
    codes = Competency.objects.filter(framework__programme=enrolment.cohort.programme_id).values_list("code", flat=True)
    pages = ["", *(f"/{code}" for code in codes.distinct().order_by("code"))]
    files = EvidenceFile.objects.filter(version__item__enrolment__in=mine).values_list("version__item__ref", "pk")
    portfolio = Q(record_type="portfolio", record__in=[f"{ref}{page}" for ref in refs for page in pages])
    opened = Q(record_type="evidence_file", record__in=[f"{ref}/{pk}" for ref, pk in files])
    rows = ReadLog.objects.filter(portfolio | opened).exclude(reader=enrolment.learner_id)
    given = reasons_of(enrolment)
    return [
        Look(row.at, row.reader_label, _what(row), _reason(row, given)) for row in rows.order_by("-pk")[:LOOKS_SHOWN]
    ]


def _what(row: ReadLog) -> str:
    _ref, _slash, rest = row.record.partition("/")
    if row.record_type == "evidence_file":
        return "A file of your evidence"
    return f"Your evidence for {rest}" if rest else "Your portfolio"


def _reason(row: ReadLog, given: list[ReadingReason]) -> str:
    found = (one for one in given if one.reader_id == row.reader and one.at <= row.at < one.until)
    return next((one.reason for one in found), "")
