"""Builds programmes at random, and counts their measures in another way: row by row, in plain loops."""

import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from evaluation.models import Invitation, RegionalReport
from gpa_programme.core.periods import Month, london_date, start_of_day
from hubs.models import Place
from learners.enums import DecisionKind, EnrolmentState, MentorKind
from learners.models import (
    Decision,
    Enrolment,
    EnrolmentChange,
    EvidenceItem,
    EvidenceVersion,
    Mentorship,
    Pause,
    ScopeItem,
    SignOffRequest,
)
from tests.factories import make_cohort, make_framework, make_hub, make_programme, make_region, make_user

S = EnrolmentState
WALKS = (
    (S.APPLIED,),
    (S.APPLIED, S.OFFERED),
    (S.APPLIED, S.OFFERED, S.DECLINED),
    (S.ACCEPTED,),
    (S.ACCEPTED, S.ACTIVE),
    (S.ACCEPTED, S.ACTIVE),
    (S.ACCEPTED, S.ACTIVE),
    (S.ACCEPTED, S.ACTIVE, S.SUBMITTED, S.REFERRED),
    (S.ACCEPTED, S.ACTIVE, S.SUBMITTED, S.VERIFIED, S.COMPLETED),
    (S.ACCEPTED, S.ACTIVE, S.COMPLETED_IN_HOUSE),
    (S.ACCEPTED, S.ACTIVE, S.WITHDRAWN),
    (S.ACCEPTED, S.ACTIVE, S.WITHDRAWN, S.ACTIVE),
    (S.ACCEPTED, S.ACTIVE, S.TRANSFERRED),
)
NEVER = {S.APPLIED, S.RESERVE, S.DECLINED, S.LAPSED, S.WITHDRAWN, S.TRANSFERRED}


class RandomWorld:
    """Two hubs, three cohorts, some learners, all from one seed; `first` is the programme's first day."""

    def __init__(self, seed, *, learners=4):
        self.dice = random.Random(seed)
        self.programme = make_programme()
        self.first = self.programme.starts
        self.framework = make_framework(programme=self.programme, competencies=4)
        self.hubs = [make_hub(region=make_region()), make_hub(region=make_region())]
        self.cohorts = [
            make_cohort(programme=self.programme, hub=hub, places=6)
            for hub in (self.hubs[0], self.hubs[0], self.hubs[1])
        ]
        self.mentor = make_user()
        for cohort in self.cohorts:
            for number in range(self.dice.randint(0, learners)):
                self._learner(cohort, number)

    def _moment(self, day):
        return start_of_day(day) + timedelta(minutes=self.dice.randint(1, 60 * 22))

    def _learner(self, cohort, number):
        dice = self.dice
        starts = self.first + timedelta(days=dice.randint(0, 60))
        walk = dice.choice(WALKS)
        enrolment = Enrolment.objects.create(
            cohort=cohort,
            learner=make_user(),
            framework=self.framework,
            state=walk[-1],
            starts=starts,
            agreed_end=starts + timedelta(days=dice.randint(60, 250)),
            place=Place.objects.get(cohort=cohort, number=number + 1),
        )
        day, before = starts - timedelta(days=20), ""
        for state in walk:
            recorded = self._moment(day + timedelta(days=dice.choice([0, 0, 0, 12])))
            EnrolmentChange.objects.create(
                enrolment=enrolment, from_state=before, to_state=state, effective_on=day, recorded_at=recorded
            )
            day, before = max(day, starts) + timedelta(days=dice.randint(0, 70)), state
        scope = [competency for competency in self.framework.competencies.all() if dice.random() < 0.8]
        ScopeItem.objects.bulk_create([ScopeItem(enrolment=enrolment, competency=row) for row in scope])
        if dice.random() < 0.7:
            since = starts + timedelta(days=dice.randint(-5, 60))
            until = since + timedelta(days=dice.randint(0, 90)) if dice.random() < 0.5 else None
            kind = dice.choice([MentorKind.GP, MentorKind.GP, MentorKind.SECOND])
            Mentorship.objects.create(enrolment=enrolment, mentor=self.mentor, kind=kind, since=since, until=until)
        if dice.random() < 0.3:
            since = starts + timedelta(days=dice.randint(0, 120))
            until = since + timedelta(days=dice.randint(0, 60)) if dice.random() < 0.6 else None
            Pause.objects.create(enrolment=enrolment, since=since, until=until, reason="Ill")
        if S.ACTIVE in walk:
            for competency in scope:
                self._portfolio(enrolment, competency)

    def _portfolio(self, enrolment, competency):
        dice = self.dice
        day = enrolment.starts
        for _ in range(dice.randint(0, 3)):
            day += timedelta(days=dice.randint(1, 50))
            asked = self._moment(day)
            item = EvidenceItem.objects.create(enrolment=enrolment, kind="RA")
            EvidenceVersion.objects.create(item=item, number=1, state="submitted", submitted_at=asked, sha256="a")
            request = SignOffRequest.objects.create(enrolment=enrolment, competency=competency, requested_at=asked)
            if dice.random() < 0.25:
                return
            decided = asked + timedelta(days=dice.randint(0, 40), minutes=dice.randint(0, 1000))
            kind = dice.choice([DecisionKind.SIGNED_OFF, DecisionKind.SIGNED_OFF, DecisionKind.RETURNED])
            self._decide(request, kind, decided)
            request.closed_at = decided
            request.save()
            day = london_date(decided)
            if kind == DecisionKind.SIGNED_OFF:
                if dice.random() < 0.2:
                    day += timedelta(days=dice.randint(1, 30))
                    self._decide(request, DecisionKind.REVOKED, self._moment(day))
                return

    def _decide(self, request, kind, decided):
        Decision.objects.create(
            request=request,
            enrolment=request.enrolment,
            competency=request.competency,
            learner=request.enrolment.learner,
            kind=kind,
            by=self.mentor,
            capacity=MentorKind.GP,
            statement="I saw it",
            reason="" if kind == DecisionKind.SIGNED_OFF else "Because",
            would_satisfy="More" if kind == DecisionKind.RETURNED else "",
            effective_on=london_date(decided),
            decided_at=decided,
            sha256="b",
        )


def naive(cohorts, month: Month, cut_off: datetime) -> dict[str, tuple]:
    """Every measure of these cohorts as (numerator, denominator) or (median,), counted one row after the other."""
    day = min(month.last, london_date(cut_off - timedelta(seconds=1)))
    answers = Counter()
    waits = []
    for cohort in cohorts:
        answers["places"] += cohort.places.count()
        for enrolment in cohort.enrolments.all():
            one_learner(enrolment, month, day, cut_off, answers, waits)
    a = answers
    return {
        "places_filled": (a["filled"], a["places"]),
        "learners_enrolled": (a["enrolled"], None),
        "learners_started": (a["started"], None),
        "learners_completed": (a["completed"], None),
        "learners_active": (a["active"], None),
        "competencies_signed_share": (a["signed"], a["scope"]),
        "new_sign_offs": (a["new"], None),
        "on_pace_share": (a["pace"], a["active"]),
        "learners_stalled": (a["stalled"], a["active"]),
        "requests_over_14_days": (a["late"], a["open"]),
        "learners_without_mentor": (a["alone"], a["active"]),
        "withdrawals": (a["gone"], a["started"]),
        "completed_share": (a["done"], a["due"]),
        "mentor_wait_days": (median(waits) if waits else None, len(waits)),
    }


def one_learner(enrolment, month, day, cut_off, answers, waits):
    """Add one learner to the answers."""
    moves = [row for row in enrolment.changes.all() if row.recorded_at < cut_off and row.effective_on <= month.last]
    for decision in enrolment.decisions.all():
        if decision.decided_at >= cut_off:
            continue
        if decision.kind == "signed_off" and Month.of(decision.effective_on) == month:
            answers["new"] += 1
        if decision.kind in ("signed_off", "returned") and Month.of(london_date(decision.decided_at)) == month:
            waits.append((decision.decided_at - decision.request.requested_at).days)
    for request in enrolment.requests.all():
        if request.requested_at < cut_off and (request.closed_at is None or request.closed_at >= cut_off):
            answers["open"] += 1
            answers["late"] += cut_off - request.requested_at > timedelta(
                days=enrolment.cohort.programme.remind_again_days
            )
    if not moves:
        return
    state, ever = moves[-1].to_state, [row.to_state for row in moves]
    answers["filled"] += state not in NEVER
    answers["enrolled"] += "accepted" in ever
    answers["started"] += "active" in ever
    answers["completed"] += state.startswith("completed")
    answers["gone"] += sum(row.to_state == "withdrawn" and Month.of(row.effective_on) == month for row in moves)
    if "active" in ever and state != "transferred" and enrolment.agreed_end <= day:
        answers["due"] += 1
        answers["done"] += state.startswith("completed")
    signed, scope = portfolio(enrolment, cut_off)
    if state in {"active", "submitted", "referred", "verified", "completed", "completed_in_house"}:
        answers["signed"] += signed
        answers["scope"] += scope
    away = any(row.since <= day and (row.until is None or day <= row.until) for row in enrolment.pauses.all())
    if state not in {"active", "referred"} or away:
        return
    answers["active"] += 1
    clock = enrolment.starts + timedelta(days=ran(enrolment, enrolment.starts, day))
    answers["pace"] += signed / scope * 100 >= expected(enrolment, clock) if scope else True
    answers["alone"] += not any(
        row.kind == "gp" and row.since <= day and (row.until is None or day <= row.until)
        for row in enrolment.mentorships.all()
    )
    moments = [row.decided_at for row in enrolment.decisions.all()]
    moments += [row.submitted_at for item in enrolment.evidence.all() for row in item.versions.all()]
    days = [enrolment.starts] + [london_date(moment) for moment in moments if moment < cut_off]
    answers["stalled"] += ran(enrolment, max(days), day) >= 28


def ran(enrolment, since, day):
    """Days from one up to another on which the learner was not paused, one after the other."""
    days = (since + timedelta(days=number) for number in range((day - since).days))
    pauses = [(row.since, row.until) for row in enrolment.pauses.all()]
    return sum(not any(first <= one and (last is None or one <= last) for first, last in pauses) for one in days)


def portfolio(enrolment, cut_off):
    """Competencies signed off and in scope."""
    signed = 0
    for item in enrolment.scope.all():
        kinds = [
            row.kind
            for row in enrolment.decisions.filter(competency=item.competency).order_by("pk")
            if row.decided_at < cut_off and row.kind != "returned"
        ]
        signed += kinds[-1:] == ["signed_off"]
    return signed, enrolment.scope.count()


def expected(enrolment, day):
    """Whole per cent expected by then: 25 at month 3, 60 at month 6, 100 at month 9, straight lines between."""
    marks = [(0, 0), (3, 25), (6, 60), (9, 100)]

    def on(months):
        year, month = divmod(enrolment.starts.year * 12 + enrolment.starts.month - 1 + months, 12)
        last = (Month(year, month + 1)).last.day
        return enrolment.starts.replace(year=year, month=month + 1, day=min(enrolment.starts.day, last))

    if day <= enrolment.starts:
        return 0
    for (start, low), (end, high) in pairwise(marks):
        if day <= on(end):
            return round(low + (high - low) * (day - on(start)).days / (on(end) - on(start)).days)
    return 100


def response_of(hub, programme):
    """Answered and delivered invitations of closed waves."""
    rows = [row for row in Invitation.objects.filter(hub=hub) if row.wave.plan.programme_id == programme.pk]
    rows = [row for row in rows if row.delivered and row.wave.state in {"closed", "released"}]
    return sum(row.answered for row in rows), len(rows)


def on_time(hub, month):
    """Reports in time and due in a month."""
    rows = [
        row
        for row in RegionalReport.objects.filter(hub=hub)
        if Month.of(london_date(row.due_at - timedelta(seconds=1))) == month
    ]
    return sum(bool(row.first_submitted_at) and row.first_submitted_at < row.due_at for row in rows), len(rows)
