"""Reads of mentors: who mentors a learner now, before and soon, whom a mentor covers, and who was told of what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from gpa_programme.accounts.access import Scope
from gpa_programme.core.periods import start_of_day, today
from gpa_programme.notices.models import Message
from learners.enums import COMPLETE, PLACE_HOLDING, DecisionKind, MentorKind
from learners.models import Absence, Decision, Enrolment, Mentorship, SignOffRequest
from learners.rules.mentors import Interval, bounds

WITH_MENTORS = tuple(state for state in PLACE_HOLDING if state not in COMPLETE)
WAITING_DIGEST = "waiting"


def on_day(day: date) -> Q:
    """Dated rows that hold on that day."""
    return Q(not_over(day), since__lte=day)


def not_over(day: date) -> Q:
    """Dated rows that hold on that day or will."""
    return Q(until__isnull=True) | Q(until__gte=day)


def mentorships_on(enrolment_ids: Iterable[int], day: date) -> QuerySet[Mentorship]:
    """Who mentors these learners on that day, GP mentors first; never a learner themselves."""
    rows = Mentorship.objects.filter(on_day(day), enrolment__in=list(enrolment_ids)).select_related("mentor")
    return rows.exclude(mentor=_learner()).order_by("enrolment", "since", "pk")


def _learner() -> Any:
    return Enrolment.objects.filter(pk=OuterRef("enrolment")).values("learner")[:1]


def interval_of(mentorship: Mentorship) -> Interval:
    """A mentorship's days and whose they are."""
    return Interval(mentorship.since, mentorship.until, str(mentorship.mentor))


def bounds_of(enrolment: Enrolment) -> Interval:
    """The days on which somebody may mentor this learner."""
    return bounds(
        starts=enrolment.starts,
        agreed_end=enrolment.agreed_end,
        extension_months=enrolment.cohort.programme.extension_months,
        today=today(),
    )


def last_decided(mentorship: Mentorship) -> date | None:
    """The day of the last decision that the mentor made in this capacity."""
    made = Decision.objects.filter(
        enrolment=mentorship.enrolment_id, by=mentorship.mentor_id, capacity=mentorship.kind
    ).exclude(kind=DecisionKind.REVOKED)
    return made.order_by("-effective_on").values_list("effective_on", flat=True).first()


@dataclass(frozen=True)
class MentorshipOf:
    """A mentorship and where it belongs."""

    mentorship: Mentorship

    @property
    def access_scope(self) -> Scope:
        """The enrolment's."""
        return self.mentorship.enrolment.access_scope


@dataclass(frozen=True)
class MentorLine:
    """One mentorship as the page of mentors shows it; `away_until` is the last day of an absence of today."""

    mentorship: Mentorship
    away_until: date | None = None

    @property
    def kind(self) -> MentorKind:
        """In which capacity."""
        return self.mentorship.capacity


@dataclass(frozen=True)
class MentorsPage:
    """Who mentors a learner now, who will, and who did."""

    now: list[MentorLine]
    coming: list[MentorLine]
    before: list[MentorLine]
    waiting: int

    @property
    def gp(self) -> Mentorship | None:
        """The GP mentor of today."""
        return next((line.mentorship for line in self.now if line.kind is MentorKind.GP), None)


def mentors_page(enrolment: Enrolment) -> MentorsPage:
    """Everything about a learner's mentors: three queries."""
    day = today()
    rows = list(enrolment.mentorships.select_related("mentor").order_by("since", "pk"))
    away = dict(
        Absence.objects.filter(mentor__in=[row.mentor_id for row in rows], since__lte=day, until__gte=day).values_list(
            "mentor", "until"
        )
    )
    held = [row for row in rows if interval_of(row).covers(day)]
    return MentorsPage(
        now=[MentorLine(row, away.get(row.mentor_id)) for row in held],
        coming=[MentorLine(row) for row in rows if row.since > day],
        before=[MentorLine(row) for row in reversed(rows) if row.until is not None and row.until < day],
        waiting=enrolment.requests.open().count(),
    )


def mentored_between(mentor: Any, since: date, until: date) -> list[Mentorship]:
    """The mentor's own learners between two days, each once, as GP or second mentor; not those they cover."""
    rows = (
        Mentorship.objects.filter(
            not_over(since),
            mentor=mentor,
            since__lte=until,
            kind__in=[MentorKind.GP, MentorKind.SECOND],
            enrolment__state__in=WITH_MENTORS,
        )
        .select_related("enrolment__cohort__hub", "enrolment__cohort__programme", "enrolment__learner", "mentor")
        .order_by("enrolment", "pk")
    )
    return list({row.enrolment_id: row for row in rows}.values())


def covers_of(absence: Absence) -> QuerySet[Mentorship]:
    """The mentorships that an absence made: its cover's, between its days, of learners whom the absent mentors."""
    learners = Mentorship.objects.filter(mentor=absence.mentor_id, enrolment=OuterRef("enrolment"))
    rows = Mentorship.objects.filter(
        Exists(learners.exclude(kind=MentorKind.COVER)),
        kind=MentorKind.COVER,
        mentor=absence.cover_id,
        since__gte=absence.since,
        until__lte=absence.until,
    )
    return rows.select_related("enrolment__cohort__hub", "enrolment__learner", "mentor").order_by("enrolment", "pk")


def untold(mentorship: Mentorship) -> list[SignOffRequest]:
    """The learner's open requests of which this mentor had no line since they began."""
    told = Message.objects.filter(
        person=mentorship.mentor_id, digest=WAITING_DIGEST, created_at__gte=start_of_day(mentorship.since)
    ).values_list("context__href", flat=True)
    known = set(told)
    rows = SignOffRequest.objects.open().filter(enrolment=mentorship.enrolment_id)
    rows = rows.select_related("enrolment__learner", "competency").order_by("requested_at", "pk")
    return [row for row in rows if row.get_absolute_url() not in known]


def lately_begun(since: date) -> QuerySet[Mentorship]:
    """Mentorships of today that began on or after a day and whose learner has something waiting."""
    waiting = SignOffRequest.objects.open().filter(enrolment=OuterRef("enrolment"))
    rows = Mentorship.objects.filter(on_day(today()), Exists(waiting), since__gte=since)
    return rows.filter(enrolment__state__in=WITH_MENTORS).exclude(mentor=_learner()).order_by("pk")
