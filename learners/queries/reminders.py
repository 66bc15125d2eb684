"""Reads of reminders: when a mentor's digest comes, which requests are due one and to whom, which were put off."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import london_date, now, today
from hubs.models import Programme
from learners.enums import PLACE_HOLDING, DecisionKind, DigestRhythm
from learners.models import Absence, Decision, MentorSettings, RequestVersion, SignOffRequest, Snooze
from learners.queries.flags import hidden_anywhere
from learners.queries.mentors import mentorships_on
from learners.rules.enrolment import waited_days
from learners.rules.reminders import Away, Thresholds, digest_due, reminder_due, step_due


def rhythm_of(mentor: Any) -> DigestRhythm:
    """How often the mentor's digest comes; within the hour where they never said."""
    found = MentorSettings.objects.filter(mentor=mentor.pk).values_list("rhythm", flat=True).first()
    return DigestRhythm(found) if found else DigestRhythm.SOON


def absences_ahead(mentor: Any) -> list[Absence]:
    """The mentor's absences of today and later, in order."""
    rows = Absence.objects.filter(mentor=mentor.pk, until__gte=today()).select_related("cover")
    return list(rows.order_by("since"))


def away_ahead(mentor: Any) -> list[Away]:
    """The same as days."""
    return [Away(row.since, row.until) for row in absences_ahead(mentor)]


def digest_due_for(mentor: Any) -> datetime:
    """When a line written now goes to this mentor."""
    return digest_due(rhythm_of(mentor), now(), away_ahead(mentor))


def reminder_due_for(mentor: Any) -> datetime:
    """When a reminder written now goes to this mentor."""
    return reminder_due(rhythm_of(mentor), now(), away_ahead(mentor))


def thresholds_of(programme: Programme) -> Thresholds:
    """The programme's days."""
    return Thresholds(programme.remind_days, programme.remind_again_days, programme.tell_hub_days)


@dataclass(frozen=True)
class Due:
    """A request whose reminder is due: the step in days, all its mentors, and those of them who can be reminded now."""

    request: SignOffRequest
    step: int
    waited: int
    mentors: list[User]
    reachable: list[User]

    @property
    def tells_hub(self) -> bool:
        """Whether this step is the hub's."""
        return self.step == thresholds_of(self.request.enrolment.cohort.programme).hub


def due_ids(moment: datetime) -> list[int]:
    """The open requests for which a step may be due, the oldest first."""
    found: list[int] = []
    open_ones = decidable()
    for programme in Programme.objects.order_by("pk"):
        late = Q(pk__in=[])
        for step in thresholds_of(programme):
            late |= Q(requested_at__lte=moment - timedelta(days=step), reminded_days__lt=step)
        rows = open_ones.filter(late, enrolment__cohort__programme=programme)
        found += rows.order_by("requested_at", "pk").values_list("pk", flat=True)
    return found


@dataclass(frozen=True)
class LongWait:
    """Requests of a cohort that have waited since the programme's last reminder, and those the hub was told of."""

    cohort: int
    name: str
    limits: Thresholds
    count: int
    told: int


def long_waits(hub_ids: Collection[int]) -> list[LongWait]:
    """The cohorts of these hubs in which requests wait too long, those with the most first."""
    programmes = Programme.objects.filter(cohorts__hub__in=hub_ids).distinct()
    limits = {programme.pk: thresholds_of(programme) for programme in programmes.order_by("pk")}
    reminded, told = Q(pk__in=[]), Q(pk__in=[])
    for programme, days in limits.items():
        here, moment = Q(enrolment__cohort__programme=programme), now()
        reminded |= here & Q(requested_at__lte=moment - timedelta(days=days.again))
        told |= here & Q(requested_at__lte=moment - timedelta(days=days.hub))
    rows = decidable().filter(reminded, enrolment__cohort__hub__in=hub_ids)
    columns = rows.order_by().values_list(
        "enrolment__cohort", "enrolment__cohort__name", "enrolment__cohort__programme"
    )
    counted = columns.annotate(count=Count("pk"), told=Count("pk", filter=told)).order_by("-count", "enrolment__cohort")
    return [LongWait(cohort, name, limits[programme], *counts) for cohort, name, programme, *counts in counted]


def decidable() -> QuerySet[SignOffRequest]:
    """Open requests that somebody could decide: not of leavers, and nothing of theirs hidden, by whosever flag."""
    hidden = RequestVersion.objects.filter(request=OuterRef("pk"), version__in=hidden_anywhere())
    rows = SignOffRequest.objects.open().filter(~Exists(hidden), enrolment__state__in=PLACE_HOLDING)
    return rows.select_related(
        "enrolment__learner", "enrolment__cohort__programme", "enrolment__cohort__hub", "competency"
    )


def due_among(pks: Collection[int], moment: datetime) -> list[Due]:
    """Those of the requests whose step is due now, with their mentors: a fixed number of queries."""
    requests = list(decidable().filter(pk__in=pks).order_by("requested_at", "pk"))
    mentors, day = mentors_by_enrolment({row.enrolment_id for row in requests}), london_date(moment)
    away = away_on(day, {mentor.pk for rows in mentors.values() for mentor in rows})
    put_off = set(Snooze.objects.filter(request__in=pks, until__gt=day).values_list("request", "mentor"))
    put_off |= handed_on(pks)
    found = []
    for row in requests:
        waited = waited_days(row.requested_at, moment)
        step = step_due(waited, row.reminded_days, thresholds_of(row.enrolment.cohort.programme))
        if step is None:
            continue
        all_of_them = mentors[row.enrolment_id]
        reachable = [one for one in all_of_them if one.pk not in away and (row.pk, one.pk) not in put_off]
        found.append(Due(row, step, waited, all_of_them, reachable))
    return found


def handed_on(pks: Collection[int]) -> set[tuple[int, int]]:
    """Request and mentor where the mentor said that they cannot judge it and nobody handed it back since."""
    said = Decision.objects.filter(request__in=pks, kind=DecisionKind.CANNOT_JUDGE).order_by("pk")
    found: set[tuple[int, int]] = set()
    for request, by, to in said.values_list("request", "by", "handed_to"):
        found.add((request, by))
        if to is not None:
            found.discard((request, to))
    return found


def mentors_by_enrolment(enrolment_ids: Iterable[int]) -> dict[int, list[User]]:
    """By enrolment: its mentors of today, each once."""
    found: dict[int, dict[int, User]] = defaultdict(dict)
    for row in mentorships_on(enrolment_ids, today()):
        found[row.enrolment_id][row.mentor_id] = row.mentor
    return defaultdict(list, {pk: list(people.values()) for pk, people in found.items()})


def away_on(day: date, mentor_ids: Collection[int]) -> set[int]:
    """Which of these mentors are away on that day."""
    rows = Absence.objects.filter(mentor__in=mentor_ids, since__lte=day, until__gte=day)
    return set(rows.values_list("mentor", flat=True))


def ended_snoozes() -> list[Snooze]:
    """What was put off until today or earlier."""
    return list(Snooze.objects.filter(until__lte=today()).select_related("mentor").order_by("pk"))


def snoozed_until(request: SignOffRequest, mentor: Any) -> date | None:
    """Until when this mentor put a request off; None where they did not, or the day has come."""
    rows = Snooze.objects.filter(request=request, mentor=mentor.pk, until__gt=today())
    return rows.values_list("until", flat=True).first()
