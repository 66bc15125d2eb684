"""What pace and help follow from, for many learners at once in a fixed number of queries; whole portfolios."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Max, Min

from gpa_programme.core.periods import london_date, now, today
from hubs.models import Programme
from learners.enums import DecisionKind, VersionState
from learners.models import Decision, Enrolment, EvidenceVersion, Pause, ProtectedWeek, ScopeItem, SignOffRequest
from learners.queries.chain import owners_of
from learners.rules import help as help_rules
from learners.rules.enrolment import waited_days
from learners.rules.pace import Facts, Span, Thresholds
from learners.rules.protected import SHOWN, WEEK, Weeks, last_weeks

SENT_BACK = DecisionKind.RETURNED
ENDS = {DecisionKind.SIGNED_OFF, DecisionKind.REVOKED}


@dataclass
class _Rows:
    """What was read of one learner."""

    pauses: list[Span] = field(default_factory=list)
    activity: list[datetime] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    waiting: int = 0
    signed: dict[str, date] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    scope: set[str] = field(default_factory=set)

    def decided(self, code: str, kind: str, at: datetime) -> None:
        """Take one decision in, in the order in which they were made."""
        self.activity.append(at)
        if kind == DecisionKind.SIGNED_OFF:
            self.signed[code] = london_date(at)
        elif kind == DecisionKind.REVOKED:
            self.signed.pop(code, None)
        if kind in ENDS:
            self.returned.pop(code, None)
        elif kind == SENT_BACK:
            self.returned[code] = self.returned.get(code, 0) + 1


def pace_facts(enrolments: Iterable[Enrolment]) -> dict[int, Facts]:
    """By enrolment what its pace follows from: five queries, and one more where somebody changed hub.

    The enrolments come with their cohort and its programme. What was done before a change of hub counts.
    """
    asked = list(enrolments)
    owners = owners_of({one.pk: one.first_id for one in asked})
    rows: dict[int, _Rows] = {one.pk: _Rows() for one in asked}
    for pk, spans in pauses_of(owners).items():
        rows[pk].pauses = spans
    _read_evidence(owners, rows)
    _read_requests(owners, rows)
    _read_decisions(owners, rows)
    scope = ScopeItem.objects.current().filter(enrolment__in=list(rows)).order_by()
    for enrolment, code in scope.values_list("enrolment", "competency__code"):
        rows[enrolment].scope.add(code)
    return {one.pk: _facts(one, rows[one.pk]) for one in asked}


def pauses_of(owners: Mapping[int, Collection[int]]) -> dict[int, list[Span]]:
    """The pauses of each learner who had any, before a change of hub too (`owners`: queries.chain.owners_of)."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Pause.objects.filter(enrolment__in=owners).order_by("since")
    for enrolment, first, last in rows.values_list("enrolment", "since", "until"):
        for pk in owners[enrolment]:
            found[pk].append((first, last))
    return dict(found)


def _read_evidence(owners: dict[int, list[int]], rows: dict[int, _Rows]) -> None:
    submitted = EvidenceVersion.objects.filter(item__enrolment__in=owners, state=VersionState.SUBMITTED).order_by()
    for enrolment, last in (
        submitted.values("item__enrolment").annotate(last=Max("submitted_at")).values_list("item__enrolment", "last")
    ):
        for pk in owners[enrolment]:
            rows[pk].activity.append(last)


def _read_requests(owners: dict[int, list[int]], rows: dict[int, _Rows]) -> None:
    waiting = SignOffRequest.objects.open().filter(enrolment__in=owners).order_by().values("enrolment")
    for enrolment, count, since in waiting.annotate(count=Count("pk"), since=Min("requested_at")).values_list(
        "enrolment", "count", "since"
    ):
        for pk in owners[enrolment]:
            rows[pk].waiting += count
            rows[pk].asked.append(since)


def _read_decisions(owners: dict[int, list[int]], rows: dict[int, _Rows]) -> None:
    decided = Decision.objects.filter(enrolment__in=owners).order_by("pk")
    for enrolment, code, kind, at in decided.values_list("enrolment", "competency__code", "kind", "decided_at"):
        for pk in owners[enrolment]:
            rows[pk].decided(code, kind, at)


def _facts(enrolment: Enrolment, rows: _Rows) -> Facts:
    return Facts(
        state=enrolment.state,
        starts=enrolment.starts,
        agreed_end=enrolment.agreed_end,
        today=today(),
        thresholds=thresholds(enrolment.cohort.programme),
        pauses=rows.pauses,
        last_activity=london_date(max(rows.activity)) if rows.activity else None,
        signed_on=sorted(rows.signed.values()),
        returned={code: times for code, times in rows.returned.items() if code in rows.scope},
        waiting=rows.waiting,
        waited_days=waited_days(min(rows.asked), now()) if rows.asked else 0,
    )


def thresholds(programme: Programme) -> Thresholds:
    """What the programme expects of a learner and of a mentor."""
    return Thresholds(
        months=programme.learner_months,
        at_month_3=programme.pace_percent_month_3,
        at_month_6=programme.pace_percent_month_6,
        stalled_days=programme.stalled_days,
        long_wait_days=programme.remind_again_days,
    )


def help_needed(enrolment_ids: Collection[int]) -> dict[int, tuple[help_rules.Help, ...]]:
    """The learners among these who need help, each with the reasons: seven queries at most, whatever their number."""
    rows = Enrolment.objects.filter(pk__in=enrolment_ids).select_related("cohort__programme")
    found = {pk: help_rules.help_needed(facts) for pk, facts in pace_facts(rows).items()}
    return {pk: reasons for pk, reasons in found.items() if reasons}


def protected_weeks(enrolment: Enrolment) -> Weeks:
    """What the learner said of their protected time in the last weeks."""
    day = today()
    rows = ProtectedWeek.objects.filter(enrolment=enrolment, monday__gt=day - (SHOWN + 1) * WEEK)
    return last_weeks(dict(rows.values_list("monday", "had")), starts=enrolment.starts, today=day)
