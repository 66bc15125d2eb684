"""What a mentor sets for themselves: how often their digest comes, and days away with somebody as cover."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from gpa_programme.accounts.actions import known_person
from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import end_of_day, start_of_day, today
from gpa_programme.notices import actions as notices
from hubs.models import Hub
from learners.actions import mentors
from learners.emails import mentors as emails
from learners.enums import DigestRhythm, MentorKind
from learners.models import Absence, Enrolment, MentorSettings, Mentorship
from learners.queries import mentors as queries
from learners.queries.reminders import away_ahead, digest_due_for
from learners.rules import mentors as rules
from learners.rules.mentors import Interval, period, said
from learners.rules.reminders import Away, back_at, check_absence

ONE_DAY = timedelta(days=1)


def set_rhythm(*, rhythm: str, by: User) -> DigestRhythm:
    """How often the mentor's digest comes from now on; lines that wait follow it."""
    chosen = DigestRhythm(rhythm)
    with transaction.atomic():
        MentorSettings.objects.update_or_create(mentor=by, defaults={"rhythm": chosen})
        notices.redate(to=by, digests=["waiting"], due_at=digest_due_for(by))
        audit.record("digest_rhythm_set", by=by, record_type="person", record=by.pk, rhythm=chosen.value)
    return chosen


def record_absence(*, mentor: User, since: date, until: date, name: str = "", email: str = "") -> Absence:
    """Days on which the mentor is away; with an address, that person covers for each of their learners.

    The cover's mentorships lie between the days, so that the cover sees the lists then and at no other time. Digests
    of the mentor wait until they are back. Cover, hubs and learners are told. Raises DomainError at the field that is
    wrong; where one learner cannot be covered, nothing is saved.
    """
    with transaction.atomic():
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=mentor.pk)
        same = Absence.objects.filter(mentor=mentor, since=since, until=until, cover__email=email.strip().lower())
        if email and (made := same.first()) is not None:
            return made
        check_absence(Away(since, until), today=today(), others=away_ahead(mentor), covered=bool(email.strip()))
        learners = _lock(queries.mentored_between(mentor, since, until))
        cover = _cover(mentor, learners, name=name, email=email) if email.strip() else None
        made = Absence.objects.create(mentor=mentor, cover=cover, since=since, until=until, recorded_by=mentor)
        if cover is not None:
            _cover_each(made, cover, learners)
        moments = start_of_day(since), end_of_day(until)
        notices.redate(to=mentor, digests=mentors.DIGESTS, due_at=back_at(until), between=moments)
        _record("mentor_away", made)
        _tell(made, learners)
    return made


def cancel_absence(*, absence: Absence, by: User) -> None:
    """Take back what is still ahead of an absence: the mentor is back today, the cover's last day is today.

    Raises StateError `over` where nothing of it is ahead.
    """
    with transaction.atomic():
        held = Absence.objects.select_for_update(of=("self",), no_key=True).select_related("mentor").get(pk=absence.pk)
        if held.until < today():
            raise StateError(f"This absence ended on {said(held.until)}.", code="over")
        covered = list(queries.covers_of(held)) if held.cover_id else []
        hubs = _hubs(row.enrolment for row in covered or queries.mentored_between(held.mentor, held.since, held.until))
        last_day = today() if held.since <= today() else None
        for row in covered:
            mentors.cut(row, last=last_day, by=by)
        if held.cover is not None:
            emails.cover_ends(held, held.cover, last_day)
        for hub in hubs:
            emails.back(held, hub)
        _record("mentor_back", held)
        _end(held)
        notices.redate(to=held.mentor, digests=mentors.DIGESTS, due_at=digest_due_for(held.mentor))


def _end(absence: Absence) -> None:
    """The days that were are kept; an absence that never began is none."""
    if absence.since >= today():
        absence.delete()
        return
    absence.until = today() - ONE_DAY
    absence.save(update_fields=["until"])


def _lock(rows: Iterable[Mentorship]) -> list[Mentorship]:
    """The same mentorships with their enrolments locked, in one order for everybody."""
    found = list(rows)
    ids = [row.enrolment_id for row in found]
    list(Enrolment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk"))
    return found


def _cover(mentor: User, learners: list[Mentorship], *, name: str, email: str) -> User:
    if email.strip().lower() == mentor.email:
        raise DomainError("The cover must be another person than you", field="email", code="self")
    for row in learners:
        if row.enrolment.learner.email == email.strip().lower():
            raise DomainError(
                f"{row.enrolment.learner} is one of your learners: nobody covers for themselves",
                field="email",
                code="mentor_is_learner",
            )
    person, _made = known_person(email=email, name=name, by=mentor)
    rules.check_account(is_active=person.is_active)
    return person


def _cover_each(absence: Absence, cover: User, learners: list[Mentorship]) -> None:
    """A cover mentorship for each learner, on those days of the absence on which the mentor mentors them."""
    for row in learners:
        enrolment = row.enrolment
        held = queries.bounds_of(enrolment).within(Interval(row.since, row.until))
        wanted = held.within(Interval(absence.since, absence.until)) if held else None
        if wanted is None:
            continue
        _refuse_second_cover(enrolment, wanted)
        made = mentors.open_mentorship(enrolment, wanted, mentor=cover, kind=MentorKind.COVER, by=absence.mentor)
        if wanted.since <= today():
            mentors.hand_over(made)


def _refuse_second_cover(enrolment: Enrolment, wanted: Interval) -> None:
    covers = enrolment.mentorships.filter(kind=MentorKind.COVER).select_related("mentor").order_by("since")
    clash = next((one for one in map(queries.interval_of, covers) if one.overlaps(wanted)), None)
    if clash is not None:
        raise DomainError(
            f"{enrolment.learner} already has cover: {clash.name}, {period(clash)}. "
            "Choose other days, or ask the hub to end that cover first. Nothing was saved.",
            field="since",
            code="covered",
        )


def _tell(absence: Absence, learners: list[Mentorship]) -> None:
    """The cover, each hub, and each learner."""
    enrolments = [row.enrolment for row in learners]
    cover, days = absence.cover, period(Interval(absence.since, absence.until))
    if cover is not None and enrolments:
        emails.covers(absence, cover, [str(one.learner) for one in enrolments])
    by_hub: dict[Hub, list[Enrolment]] = defaultdict(list)
    for enrolment in enrolments:
        by_hub[enrolment.cohort.hub].append(enrolment)
        instead = f" {cover} decides meanwhile." if cover else ""
        emails.changed(enrolment, [f"{absence.mentor} is away {days}.{instead}"])
    for hub, theirs in by_hub.items():
        emails.away(absence, hub, theirs)


def _hubs(enrolments: Iterable[Enrolment]) -> list[Hub]:
    return list(dict.fromkeys(enrolment.cohort.hub for enrolment in enrolments))


def _record(verb: str, absence: Absence) -> None:
    audit.record(
        verb,
        by=absence.mentor,
        record_type="person",
        record=absence.mentor_id,
        since=absence.since.isoformat(),
        until=absence.until.isoformat(),
        cover=absence.cover_id,
    )
