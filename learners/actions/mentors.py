"""What changes who mentors a learner: a second mentor or cover, another GP mentor with hand-over, an end."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from gpa_programme.accounts.actions import known_person
from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import StateError
from gpa_programme.core.periods import today
from gpa_programme.notices import actions as notices
from learners.emails import mentors as emails
from learners.emails import signoff as signoff_emails
from learners.enums import LEARNING, MentorKind
from learners.models import Enrolment, Mentorship
from learners.queries import mentors as queries
from learners.rules import mentors as rules
from learners.rules.mentors import Interval, period, said

DIGESTS = ("waiting", "reminder")
HAND_OVER_DAYS = timedelta(days=14)  # so long a hand-over is made up for where nothing ran on its day


def add_mentor(
    *, enrolment: Enrolment, kind: MentorKind, name: str, email: str, since: date, until: date | None, by: User
) -> Mentorship:
    """Name a second mentor or a cover, from a day until a day; the person, the learner and today's digest hear of it.

    The same sent twice gives the first. Raises DomainError at the field that is wrong, StateError `left`.
    """
    with transaction.atomic():
        locked = lock_enrolment(enrolment)
        mentor = person_for(locked, name=name, email=email, by=by)
        same = locked.mentorships.filter(mentor=mentor, kind=kind, since=since, until=until)
        made = same.select_related("mentor").first()
        if made is not None:
            return made
        made = open_mentorship(locked, Interval(since, until), mentor=mentor, kind=kind, by=by)
        emails.named(made)
        wanted = period(Interval(since, until))
        emails.changed(locked, [f"{mentor} is your {kind.label.lower()} {wanted}, as well as your GP mentor."])
        if since <= today():
            hand_over(made)
    return made


def change_gp_mentor(*, enrolment: Enrolment, name: str, email: str, since: date, by: User) -> Mentorship:
    """Another GP mentor from a day; the one before stops the day before and no longer sees anything.

    What waits is handed over: it is on the new mentor's list, and in their digest on the first day. A change that was
    planned and has not begun is replaced; naming the mentor of today then takes the plan back. Raises DomainError at
    the field that is wrong, StateError `left`.
    """
    with transaction.atomic():
        locked = lock_enrolment(enrolment)
        mentor = person_for(locked, name=name, email=email, by=by)
        rows = list(locked.mentorships.filter(kind=MentorKind.GP).select_related("mentor").order_by("since", "pk"))
        for row in rows:
            row.enrolment = locked
        planned = [row for row in rows if row.since > today()]
        held = next((row for row in reversed(rows) if row.since <= today()), None)
        same = next((row for row in rows if (row.mentor_id, row.since, row.until) == (mentor.pk, since, None)), None)
        if same is not None:
            return same
        for row in planned:
            _drop(row, by=by)
        if held is not None and held.mentor_id == mentor.pk and (held.until is None or held.until >= today()):
            return _keep(held, planned=bool(planned), by=by)
        return _replace(locked, held, mentor, since, by=by)


def end_mentorship(*, mentorship: Mentorship, last: date, by: User) -> Mentorship:
    """Let a mentor stop after a day; one that has not begun is dropped.

    Raises DomainError at `until`, StateError `last_gp_mentor` where the learner would be left without one, and
    `ended` where it is over.
    """
    with transaction.atomic():
        locked = lock_enrolment(mentorship.enrolment)
        held = Mentorship.objects.select_related("mentor").get(pk=mentorship.pk)
        held.enrolment = locked
        if held.until is not None and held.until < today():
            raise StateError(f"{held.mentor} stopped on {said(held.until)} already.", code="ended")
        rules.check_end(
            max(last, held.since),
            held=queries.interval_of(held),
            last_decided=queries.last_decided(held),
            kind=held.capacity,
            waiting=locked.requests.open().count(),
            learning=locked.state in LEARNING,
        )
        others = _others(held, on=last + timedelta(days=1))
        if held.since > today():
            _drop(held, by=by)
            emails.changed(locked, [f"{held.mentor} does not become your {held.capacity.in_a_sentence}."])
            return held
        stop(held, last=last, by=by)
        emails.stops(held, others=others)
        emails.changed(locked, [f"{held.mentor} is your {held.capacity.in_a_sentence} until {said(last)}."])
    return held


def hand_over(mentorship: Mentorship) -> int:
    """Put what waits into a mentor's digest, each request once since they began; how many lines were written."""
    untold = queries.untold(mentorship)
    for request in untold:
        signoff_emails.waits_for(request, mentorship.mentor, again=False)
    return len(untold)


def hand_over_due() -> int:
    """Hand over to mentors and covers whose first day has come, however late this runs; how many lines."""
    told = 0
    for row in queries.lately_begun(today() - HAND_OVER_DAYS):
        with transaction.atomic():
            locked = Mentorship.objects.select_for_update(of=("self",), no_key=True).select_related("mentor")
            held = locked.filter(pk=row.pk).first()
            told += hand_over(held) if held is not None else 0
    return told


def lock_enrolment(enrolment: Enrolment) -> Enrolment:
    """The enrolment with its row locked: who changes its mentors waits here. Raises StateError `left`."""
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("cohort__hub", "cohort__programme", "learner").get(pk=enrolment.pk)
    if locked.state not in queries.WITH_MENTORS:
        raise StateError(
            f"{locked.learner} is “{locked.status.label}”, so mentors no longer change. Nothing was saved.", code="left"
        )
    return locked


def person_for(enrolment: Enrolment, *, name: str, email: str, by: User, field: str = "email") -> User:
    """The person who is to mentor, made known where they are not; never the learner, never with a closed account."""
    rules.check_person(learner_email=enrolment.learner.email, mentor_email=email, field=field)
    mentor, _made = known_person(email=email, name=name, by=by)
    rules.check_account(is_active=mentor.is_active, field=field)
    return mentor


def open_mentorship(
    enrolment: Enrolment, wanted: Interval, *, mentor: User, kind: MentorKind, by: User | None
) -> Mentorship:
    """A mentorship where its days are free and inside the enrolment, which the caller has locked."""
    rules.check_dates(wanted, queries.bounds_of(enrolment), kind=kind)
    others = enrolment.mentorships.filter(kind=kind).select_related("mentor").order_by("since")
    rules.check_free(wanted, [queries.interval_of(row) for row in others], kind=kind)
    made = Mentorship.objects.create(
        enrolment=enrolment, mentor=mentor, kind=kind, since=wanted.since, until=wanted.until
    )
    _record("mentor_named", made, by=by)
    return made


def stop(mentorship: Mentorship, *, last: date, by: User | None) -> None:
    """Close a mentorship on its last day; where that is over, nothing more is said to the mentor about the learner."""
    mentorship.until = last
    mentorship.save(update_fields=["until"])
    if last < today():
        silence(mentorship)
    _record("mentor_stops", mentorship, by=by)


def silence(mentorship: Mentorship) -> None:
    """Say nothing more to a mentor about what waits from this learner."""
    hrefs = [request.get_absolute_url() for request in mentorship.enrolment.requests.open()]
    notices.take_back(to=mentorship.mentor, digests=DIGESTS, hrefs=hrefs)


def cut(mentorship: Mentorship, *, last: date | None, by: User | None) -> None:
    """End a mentorship early, on `last`; one that has not begun, or with None, is dropped."""
    if last is None or mentorship.since > last:
        _drop(mentorship, by=by)
    elif mentorship.until is None or mentorship.until > last:
        stop(mentorship, last=last, by=by)


def _replace(enrolment: Enrolment, held: Mentorship | None, mentor: User, since: date, *, by: User) -> Mentorship:
    """Close the GP mentor held and open the next, the day after; both and the learner are told."""
    lines = [f"{mentor} is your GP mentor from {said(since)}."]
    if held is not None:
        rules.check_take_over(since, held=queries.interval_of(held), last_decided=queries.last_decided(held))
        stop(held, last=since - timedelta(days=1), by=by)
        emails.stops(held, others=[str(mentor)])
        lines = [f"{mentor} is your GP mentor from {said(since)}, instead of {held.mentor}."]
    made = open_mentorship(enrolment, Interval(since, None), mentor=mentor, kind=MentorKind.GP, by=by)
    emails.named(made)
    emails.changed(enrolment, lines)
    if since <= today():
        hand_over(made)
    return made


def _keep(held: Mentorship, *, planned: bool, by: User) -> Mentorship:
    """The GP mentor of today stays; a plan that was dropped is taken back."""
    if not planned:
        raise StateError(f"{held.mentor} is the GP mentor already. Nothing was saved.", field="email", code="same")
    held.until = None
    held.save(update_fields=["until"])
    _record("mentor_stays", held, by=by)
    emails.changed(held.enrolment, [f"{held.mentor} stays your GP mentor."])
    return held


def _drop(planned: Mentorship, *, by: User | None) -> None:
    """Take a mentorship away that has not begun."""
    _record("mentor_dropped", planned, by=by)
    planned.delete()


def _others(mentorship: Mentorship, *, on: date) -> Iterable[str]:
    rows = queries.mentorships_on([mentorship.enrolment_id], on).exclude(pk=mentorship.pk)
    return list(dict.fromkeys(str(row.mentor) for row in rows))


def _record(verb: str, mentorship: Mentorship, *, by: User | None) -> None:
    enrolment = mentorship.enrolment
    audit.record(
        verb,
        by=by,
        record_type="enrolment",
        record=enrolment.ref,
        hub=enrolment.cohort.hub_id,
        mentor=mentorship.mentor_id,
        kind=mentorship.kind,
        since=mentorship.since.isoformat(),
        until=mentorship.until.isoformat() if mentorship.until else None,
    )
