"""What measures count from: the rows of some cohorts as recorded by a cut-off, each read once and only if asked for."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Count as Counted
from django.db.models import Max, Q

from gpa_programme.core.periods import Month, london_date, start_of_day
from hubs.models import Cohort, Place, Programme
from learners.enums import LEARNING, DecisionKind, EnrolmentState, MentorKind, VersionState
from learners.models import (
    Competency,
    Decision,
    Enrolment,
    EnrolmentChange,
    EvidenceVersion,
    Mentorship,
    SignOffRequest,
)
from learners.queries.chain import owners_of
from learners.queries.pace import pauses_of, thresholds
from learners.queries.states import States, cohort_states
from learners.rules.enrolment import waited_days
from learners.rules.pace import Facts as Pace
from learners.rules.pace import Span, paused_on


@dataclass(frozen=True, slots=True)
class Learner:
    """An enrolment as it stood at the cut-off, with every state it ever had by then."""

    pk: int
    cohort: int
    place: int | None
    starts: date
    agreed_end: date
    first: int | None
    state: EnrolmentState
    been: frozenset[str]


@dataclass
class Facts:
    """The rows of `cohort_ids`, all of one programme: effective in or by `month`, recorded before `cut_off`.

    Each group of rows is one query whatever the number of learners; a measure pays only for what it reads.
    """

    programme: Programme
    cohort_ids: Collection[int]
    month: Month
    cut_off: datetime

    @cached_property
    def day(self) -> date:
        """The last day that counts: of the month, or the day of the cut-off while the month still runs."""
        return min(self.month.last, london_date(self.cut_off - timedelta(microseconds=1)))

    @cached_property
    def moment(self) -> datetime:
        """The moment whose state counts: the cut-off, or the month's end for a cut-off long after it."""
        return min(self.cut_off, self.month.cut_off)

    @cached_property
    def places(self) -> dict[int, int]:
        """Places by cohort."""
        rows = Place.objects.filter(cohort__in=self.cohort_ids).order_by().values("cohort").annotate(n=Counted("pk"))
        return dict(rows.values_list("cohort", "n"))

    @cached_property
    def changes(self) -> list[tuple[int, str, date]]:
        """Every move recorded by the cut-off and effective by the month's end: enrolment, to, effective on."""
        rows = EnrolmentChange.objects.filter(
            enrolment__cohort__in=self.cohort_ids, recorded_at__lt=self.cut_off, effective_on__lte=self.month.last
        )
        return list(rows.order_by("pk").values_list("enrolment", "to_state", "effective_on"))

    @cached_property
    def learners(self) -> dict[int, Learner]:
        """Every enrolment that had a state at the cut-off."""
        last: dict[int, str] = {}
        been: dict[int, set[str]] = defaultdict(set)
        for enrolment, state, _ in self.changes:
            last[enrolment] = state
            been[enrolment].add(state)
        rows = Enrolment.objects.filter(cohort__in=self.cohort_ids).order_by("pk")
        return {
            pk: Learner(pk, cohort, place, starts, end, first, EnrolmentState(last[pk]), frozenset(been[pk]))
            for pk, cohort, place, starts, end, first in rows.values_list(
                "pk", "cohort", "place", "starts", "agreed_end", "first"
            )
            if pk in last
        }

    @cached_property
    def cohort_of(self) -> Mapping[int, int]:
        """The cohort of each enrolment."""
        return {learner.pk: learner.cohort for learner in self.learners.values()}

    @cached_property
    def owners(self) -> dict[int, list[int]]:
        """By enrolment, with those from which learners of these cohorts came: to whose clock its rows count."""
        return owners_of({learner.pk: learner.first for learner in self.learners.values()})

    @cached_property
    def pauses(self) -> dict[int, list[Span]]:
        """The pauses of each learner who had any."""
        return pauses_of(self.owners)

    @cached_property
    def active(self) -> list[Learner]:
        """Learners who were learning on the day, without an open pause."""
        rows = (row for row in self.learners.values() if row.state in LEARNING)
        return [row for row in rows if not paused_on(self.pauses.get(row.pk, ()), self.day)]

    def pace(self, learner: Learner, last_activity: datetime | None = None) -> Pace:
        """What the learner's pace follows from on the day, as their pages have it (learners.rules.pace)."""
        return Pace(
            state=learner.state,
            starts=learner.starts,
            today=self.day,
            thresholds=thresholds(self.programme),
            pauses=self.pauses.get(learner.pk, ()),
            last_activity=london_date(last_activity) if last_activity else None,
        )

    @cached_property
    def states(self) -> dict[int, States]:
        """Competency states of every enrolment at the cut-off."""
        return cohort_states(list(self.cohort_ids), at=self.moment)

    @cached_property
    def codes(self) -> dict[int, str]:
        """The code of every competency of the programme."""
        return dict(Competency.objects.filter(framework__programme=self.programme).values_list("pk", "code"))

    @cached_property
    def last_activity(self) -> dict[int, datetime]:
        """The last submission or decision of each learner before the cut-off; none: no key."""
        submitted = EvidenceVersion.objects.filter(
            self._in("item__enrolment"), state=VersionState.SUBMITTED, submitted_at__lt=self.moment
        )
        decided = Decision.objects.filter(self._in("enrolment"), decided_at__lt=self.moment)
        found: dict[int, datetime] = {}
        for rows, enrolment, moment in (
            (submitted, "item__enrolment", "submitted_at"),
            (decided, "enrolment", "decided_at"),
        ):
            for one, at in rows.order_by().values(enrolment).annotate(at=Max(moment)).values_list(enrolment, "at"):
                for pk in self.owners.get(one, ()):
                    found[pk] = max(at, found.get(pk, at))
        return found

    def _in(self, enrolment: str) -> Q:
        """Rows of these cohorts, and of the enrolments from which their learners came."""
        here = Q(**{f"{enrolment}__cohort__in": self.cohort_ids})
        earlier = [pk for pk in self.owners if pk not in self.learners]
        return here | Q(**{f"{enrolment}__in": earlier}) if earlier else here

    @cached_property
    def open_requests(self) -> list[tuple[int, datetime]]:
        """Cohort and moment of each request that was open at the cut-off."""
        rows = SignOffRequest.objects.filter(
            Q(closed_at__isnull=True) | Q(closed_at__gte=self.moment),
            enrolment__cohort__in=self.cohort_ids,
            requested_at__lt=self.moment,
        )
        return list(rows.order_by().values_list("enrolment__cohort", "requested_at"))

    @cached_property
    def signed_in_month(self) -> dict[int, int]:
        """Sign-off decisions by cohort, effective in the month."""
        rows = Decision.objects.filter(
            enrolment__cohort__in=self.cohort_ids,
            kind=DecisionKind.SIGNED_OFF,
            effective_on__range=(self.month.first, self.month.last),
            decided_at__lt=self.moment,
        )
        counted = rows.order_by().values("enrolment__cohort").annotate(n=Counted("pk"))
        return dict(counted.values_list("enrolment__cohort", "n"))

    @cached_property
    def waits(self) -> list[tuple[int, int]]:
        """Cohort and whole days waited of each request that was signed off or returned in the month."""
        rows = Decision.objects.filter(
            enrolment__cohort__in=self.cohort_ids,
            kind__in=[DecisionKind.SIGNED_OFF, DecisionKind.RETURNED],
            decided_at__gte=start_of_day(self.month.first),
            decided_at__lt=self.moment,
        )
        columns = rows.order_by().values_list("enrolment__cohort", "request__requested_at", "decided_at")
        return [(cohort, waited_days(since, until)) for cohort, since, until in columns.iterator(chunk_size=5000)]

    @cached_property
    def with_gp_mentor(self) -> set[int]:
        """Enrolments that had a GP mentor on the day."""
        rows = Mentorship.objects.filter(
            Q(until__isnull=True) | Q(until__gte=self.day),
            enrolment__cohort__in=self.cohort_ids,
            kind=MentorKind.GP,
            since__lte=self.day,
        )
        return set(rows.values_list("enrolment", flat=True))


@dataclass(frozen=True)
class Base:
    """The cohorts of a programme that a unit is made of, each with its hub and name."""

    programme: Programme
    hub_of: Mapping[int, int]
    name_of: Mapping[int, str]

    @classmethod
    def of(cls, programme: Programme, **where: str) -> "Base":
        """The cohorts of the programme that fit, such as hub__slug="london"."""
        rows = list(Cohort.objects.filter(programme=programme, **where).order_by("pk").values_list("pk", "hub", "name"))
        return cls(programme, {pk: hub for pk, hub, _ in rows}, {pk: name for pk, _, name in rows})
