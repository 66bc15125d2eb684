"""Who reads a portfolio: the reason that is open now, and every look that its learner may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from gpa_programme.audit.models import ReadLog
from gpa_programme.core.periods import now
from learners.models import Competency, Domain, Enrolment, EvidenceFile, ReadingReason, RequestVersion
from learners.queries.chain import portfolio_ids
from learners.queries.judging import OPENED, OPENED_TOGETHER
from learners.rules.signoff import seen_mark, seen_sha256

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
    """The newest looks of others at the portfolio, its requests and its files; a fixed number of queries."""
    mine = portfolio_ids(enrolment)
    refs = Enrolment.objects.filter(pk__in=mine).values_list("ref", flat=True)
    codes = Competency.objects.filter(framework__programme=enrolment.cohort.programme_id).values_list("code", flat=True)
    pages = ["", *(f"/{code}" for code in codes.distinct().order_by("code"))]
    files = EvidenceFile.objects.filter(version__item__enrolment__in=mine).values_list("version__item__ref", "pk")
    requests = _marks(mine)
    domains = Domain.objects.filter(framework__programme=enrolment.cohort.programme_id).values_list("code", flat=True)
    portfolio = Q(record_type="portfolio", record__in=[f"{ref}{page}" for ref in refs for page in pages])
    opened = Q(record_type="evidence_file", record__in=[f"{ref}/{pk}" for ref, pk in files])
    decided_on = Q(record_type=OPENED, record__in=requests)
    together = Q(
        record_type=OPENED_TOGETHER, record__in=[f"{ref}/{code}" for ref in refs for code in domains.distinct()]
    )
    rows = ReadLog.objects.filter(portfolio | opened | decided_on | together).exclude(reader=enrolment.learner_id)
    given = reasons_of(enrolment)
    return [
        Look(row.at, row.reader_label, _what(row, requests), _reason(row, given))
        for row in rows.order_by("-pk")[:LOOKS_SHOWN]
    ]


def _marks(enrolments: list[int]) -> dict[str, str]:
    """Every mark under which somebody can have opened a request of these enrolments, with its competency's code.

    A request that waits gains versions one after another, and its mark (rules.signoff.seen_mark) with them.
    """
    named = RequestVersion.objects.filter(request__enrolment__in=enrolments).order_by("request", "pk")
    hashes: dict[str, list[str]] = {}
    marks: dict[str, str] = {}
    for ref, code, digest in named.values_list("request__ref", "request__competency__code", "version__sha256"):
        seen = hashes.setdefault(ref, [])
        seen.append(digest)
        marks[seen_mark(ref, seen_sha256(seen))] = code
    return marks


def _what(row: ReadLog, requests: Mapping[str, str]) -> str:
    _ref, _slash, rest = row.record.partition("/")
    if row.record_type == "evidence_file":
        return "A file of your evidence"
    if row.record_type == OPENED:
        return f"What you asked to be decided on {requests[row.record]}"
    if row.record_type == OPENED_TOGETHER:
        return f"What you asked to be decided in {rest}, several at once"
    return f"Your evidence for {rest}" if rest else "Your portfolio"


def _reason(row: ReadLog, given: list[ReadingReason]) -> str:
    found = (one for one in given if one.reader_id == row.reader and one.at <= row.at < one.until)
    return next((one.reason for one in found), "")
