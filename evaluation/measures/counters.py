"""How each measure is counted, by cohort or by hub, from facts that are read once."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from evaluation.measures.facts import Facts, Learner
from evaluation.measures.figures import Count
from evaluation.models import RegionalReport
from evaluation.queries.waves import response_counts
from gpa_programme.core.periods import Month, start_of_day
from hubs.models import Hub, Programme
from learners.enums import COMPLETE, PLACE_HOLDING, CompetencyState, DecisionKind, EnrolmentState, Verdict
from learners.models import BlindReading, Decision
from learners.queries.states import progress

Counts = dict[int, Count]
S = EnrolmentState
STARTED = (S.ACTIVE, S.SUBMITTED, S.REFERRED, S.VERIFIED, S.COMPLETED, S.COMPLETED_IN_HOUSE)


def _tally(facts: Facts, learners: Iterable[Learner], of: Iterable[Learner] | None = None) -> Counts:
    """How many learners by cohort, of how many."""
    numerators = Counter(learner.cohort for learner in learners)
    if of is None:
        return {cohort: Count(numerators[cohort]) for cohort in facts.cohort_ids}
    denominators = Counter(learner.cohort for learner in of)
    return {cohort: Count(numerators[cohort], denominators[cohort]) for cohort in facts.cohort_ids}


def _places_filled(facts: Facts) -> Counts:
    held: dict[int, set[int]] = defaultdict(set)
    for learner in facts.learners.values():
        if learner.state in PLACE_HOLDING:
            held[learner.cohort].add(learner.place or -learner.pk)
    return {cohort: Count(len(held[cohort]), facts.places.get(cohort, 0)) for cohort in facts.cohort_ids}


def _ever(facts: Facts, *states: EnrolmentState) -> list[Learner]:
    return [learner for learner in facts.learners.values() if learner.been & set(states)]


def _enrolled(facts: Facts) -> Counts:
    return _tally(facts, _ever(facts, S.ACCEPTED, S.ACTIVE))


def _started(facts: Facts) -> Counts:
    return _tally(facts, _ever(facts, S.ACTIVE))


def _completed(facts: Facts) -> Counts:
    return _tally(facts, [learner for learner in facts.learners.values() if learner.state in COMPLETE])


def _active(facts: Facts) -> Counts:
    return _tally(facts, facts.active)


def _signed_share(facts: Facts) -> Counts:
    items: dict[int, dict[str, tuple[int, int]]] = {cohort: {} for cohort in facts.cohort_ids}
    for learner in facts.learners.values():
        if learner.state not in STARTED:
            continue
        mine = items[learner.cohort]
        for competency, state in facts.states.get(learner.pk, {}).items():
            if state is CompetencyState.OUT_OF_SCOPE:
                continue
            code = facts.codes[competency]
            signed, in_scope = mine.get(code, (0, 0))
            mine[code] = (signed + (state is CompetencyState.SIGNED_OFF), in_scope + 1)
    return {
        cohort: Count(sum(pair[0] for pair in mine.values()), sum(pair[1] for pair in mine.values()), items=mine)
        for cohort, mine in items.items()
    }


def _new_sign_offs(facts: Facts) -> Counts:
    return {cohort: Count(facts.signed_in_month.get(cohort, 0)) for cohort in facts.cohort_ids}


def _on_pace(facts: Facts) -> Counts:
    def on_pace(learner: Learner) -> bool:
        reached = progress(facts.states.get(learner.pk, {}))
        return reached.signed * 100 >= facts.pace(learner).expected * reached.in_scope

    return _tally(facts, [learner for learner in facts.active if on_pace(learner)], facts.active)


def _stalled(facts: Facts) -> Counts:
    last = facts.last_activity
    standing = [row for row in facts.active if facts.pace(row, last.get(row.pk)).stalled is not None]
    return _tally(facts, standing, facts.active)


def _waits(facts: Facts) -> Counts:
    days: dict[int, Counter[int]] = defaultdict(Counter)
    for cohort, waited in facts.waits:
        days[cohort][waited] += 1
    return {cohort: Count(days[cohort].total(), days=dict(days[cohort])) for cohort in facts.cohort_ids}


def _waiting_long(facts: Facts) -> Counts:
    last_in_time = facts.moment - timedelta(days=facts.programme.remind_again_days)
    waiting = Counter(cohort for cohort, _ in facts.open_requests)
    late = Counter(cohort for cohort, since in facts.open_requests if since < last_in_time)
    return {cohort: Count(late[cohort], waiting[cohort]) for cohort in facts.cohort_ids}


def _without_mentor(facts: Facts) -> Counts:
    alone = [learner for learner in facts.active if learner.pk not in facts.with_gp_mentor]
    return _tally(facts, alone, facts.active)


def _withdrawals(facts: Facts) -> Counts:
    moved = [
        facts.learners[enrolment]
        for enrolment, state, effective in facts.changes
        if state == S.WITHDRAWN and effective >= facts.month.first
    ]
    return _tally(facts, moved, _ever(facts, S.ACTIVE))


def _completed_share(facts: Facts) -> Counts:
    due = [
        learner
        for learner in _ever(facts, S.ACTIVE)
        if learner.state != S.TRANSFERRED and learner.agreed_end <= facts.day
    ]
    return _tally(facts, [learner for learner in due if learner.state in COMPLETE], due)


BY_COHORT: dict[str, Callable[[Facts], Counts]] = {
    "places_filled": _places_filled,
    "learners_enrolled": _enrolled,
    "learners_started": _started,
    "learners_active": _active,
    "competencies_signed_share": _signed_share,
    "new_sign_offs": _new_sign_offs,
    "on_pace_share": _on_pace,
    "learners_stalled": _stalled,
    "mentor_wait_days": _waits,
    "requests_over_14_days": _waiting_long,
    "learners_without_mentor": _without_mentor,
    "withdrawals": _withdrawals,
    "learners_completed": _completed,
    "completed_share": _completed_share,
}


def _returns_on_time(programme: Programme, hubs: Collection[int], month: Month, cut_off: datetime) -> Counts:
    rows = RegionalReport.objects.filter(
        programme=programme,
        hub__in=hubs,
        due_at__gt=start_of_day(month.first),
        due_at__lte=min(month.cut_off, cut_off),
    )
    due, kept = Counter[int](), Counter[int]()
    for hub, due_at, submitted in rows.order_by().values_list("hub", "due_at", "first_submitted_at"):
        due[hub] += 1
        kept[hub] += bool(submitted and submitted < min(due_at, cut_off))
    return {hub: Count(kept[hub], due[hub]) for hub in hubs}


def _evaluation_response(programme: Programme, hubs: Collection[int], month: Month, cut_off: datetime) -> Counts:
    at = month.cut_off if cut_off >= month.cut_off else None  # the month still runs: open waves count, rounded down
    rows = Hub.objects.filter(pk__in=hubs).order_by("pk")
    return {hub.pk: Count(*response_counts(programme, hub, at)) for hub in rows}


FEWEST_MENTORS = 3  # below this a hub's figure would be about persons: it counts nowhere, so nothing can be subtracted


def _by_hub_of_several_mentors(rows: Iterable[tuple[int, int, bool]], hubs: Collection[int]) -> Counts:
    """Counts from (hub, mentor, counted) rows, for hubs in which enough mentors decided; nothing for the others."""
    of, counted = Counter[int](), Counter[int]()
    mentors: dict[int, set[int]] = defaultdict(set)
    for hub, mentor, yes in rows:
        of[hub] += 1
        counted[hub] += yes
        mentors[hub].add(mentor)
    return {hub: Count(counted[hub], of[hub]) if len(mentors[hub]) >= FEWEST_MENTORS else Count(0, 0) for hub in hubs}


def _returned_share(programme: Programme, hubs: Collection[int], month: Month, cut_off: datetime) -> Counts:
    decided = Decision.objects.filter(
        enrolment__cohort__programme=programme,
        enrolment__cohort__hub__in=hubs,
        kind__in=[DecisionKind.SIGNED_OFF, DecisionKind.RETURNED],
        decided_at__gte=start_of_day(month.first),
        decided_at__lt=min(month.cut_off, cut_off),
    )
    rows = decided.order_by().values_list("enrolment__cohort__hub", "by", "kind").iterator(chunk_size=5000)
    return _by_hub_of_several_mentors(((hub, by, kind == DecisionKind.RETURNED) for hub, by, kind in rows), hubs)


def _verifier_agreement(programme: Programme, hubs: Collection[int], month: Month, cut_off: datetime) -> Counts:
    read = BlindReading.objects.filter(
        verification__enrolment__cohort__programme=programme,
        verification__enrolment__cohort__hub__in=hubs,
        at__lt=min(month.cut_off, cut_off),
    )
    rows = read.order_by().values_list("verification__enrolment__cohort__hub", "decision__by", "verdict")
    return _by_hub_of_several_mentors(((hub, by, said == Verdict.WOULD_SIGN) for hub, by, said in rows), hubs)


BY_HUB: dict[str, Callable[[Programme, Collection[int], Month, datetime], Counts]] = {
    "evaluation_response": _evaluation_response,
    "returns_on_time": _returns_on_time,
    "returned_share": _returned_share,
    "verifier_agreement": _verifier_agreement,
}
