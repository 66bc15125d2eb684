"""Reminding mentors of what waits, telling hubs what waits too long, and putting a request off until a day."""

from datetime import date
from itertools import islice

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import StateError
from gpa_programme.core.periods import london_date, now, today
from learners.emails import reminders as emails
from learners.models import SignOffRequest, Snooze
from learners.queries import reminders as queries
from learners.queries.reminders import Due
from learners.rules import reminders as rules
from learners.rules.enrolment import waited_days

BATCH = 500
Pair = tuple[int, int]


def snooze(*, request: SignOffRequest, until: date, by: User) -> Snooze:
    """Put a request off until a day: it keeps its age and its place in the list, only this mentor's reminder waits.

    Raises StateError `closed` or `waited_too_long`, DomainError at `until`.
    """
    with transaction.atomic():
        rows = SignOffRequest.objects.select_for_update(of=("self",), no_key=True)
        locked = rows.select_related("enrolment__cohort__programme", "competency").get(pk=request.pk)
        if locked.closed_at is not None:
            raise StateError("This was decided or closed meanwhile, so there is nothing to put off.", code="closed")
        rules.check_snooze(
            until,
            today=today(),
            requested_on=london_date(locked.requested_at),
            hub_days=locked.enrolment.cohort.programme.tell_hub_days,
        )
        made, _new = Snooze.objects.update_or_create(request=locked, mentor=by, defaults={"until": until})
        audit.record(
            "request_snoozed",
            by=by,
            record_type="signoff_request",
            record=locked.ref,
            hub=locked.enrolment.cohort.hub_id,
            until=until.isoformat(),
        )
    return made


def remind() -> int:
    """Send every reminder that is due, each step of a request once; how many lines were written.

    Two runs at once send once: whoever moves `reminded_days` writes the line. Days without a run lose nothing: the
    latest step is sent.
    """
    moment = now()
    woken = _wake()
    written = len(woken)
    ids = iter(queries.due_ids(moment))
    while batch := list(islice(ids, BATCH)):
        for due in queries.due_among(batch, moment):
            written += _send(due, woken)
    return written


def _send(due: Due, woken: set[Pair]) -> int:
    """Take the step and write its lines; where nobody can be reminded now, the step waits for somebody."""
    if not (due.tells_hub or due.reachable):
        return 0
    with transaction.atomic():
        request = due.request
        unmoved = SignOffRequest.objects.open().filter(pk=request.pk, reminded_days=request.reminded_days)
        if not unmoved.update(reminded_days=due.step):
            return 0
        if due.tells_hub:
            emails.tell_hub(due)
            return 1
        asked = [mentor for mentor in due.reachable if (request.pk, mentor.pk) not in woken]
        for mentor in asked:
            emails.still_waits(request, mentor, due.waited)
    return len(asked)


def _wake() -> set[Pair]:
    """Remind of what was put off until today, once; the pairs of request and mentor that were."""
    snoozes = queries.ended_snoozes()
    requests = queries.decidable().in_bulk({row.request_id for row in snoozes})
    mentors = queries.mentors_by_enrolment({row.enrolment_id for row in requests.values()})
    away = queries.away_on(today(), {row.mentor_id for row in snoozes})
    woken: set[Pair] = set()
    for row in snoozes:
        request = requests.get(row.request_id)
        with transaction.atomic():
            ended, _ = Snooze.objects.filter(pk=row.pk, until=row.until).delete()
            if not ended or request is None or row.mentor_id in away or row.mentor not in mentors[request.enrolment_id]:
                continue
            emails.still_waits(request, row.mentor, waited_days(request.requested_at, now()))
            woken.add((request.pk, row.mentor_id))
    return woken
