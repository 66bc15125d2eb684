"""Writes a cohort in bulk: people, places, moves, placements, mentors, scope, and each learner's portfolio."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from gpa_programme.core.periods import add_months, start_of_day
from gpa_programme.home.demo import changes, plans, texts
from gpa_programme.home.demo.bulk import Rows
from gpa_programme.home.demo.people import People, Staff
from gpa_programme.home.demo.portfolios import Owner, Portfolios
from gpa_programme.home.demo.refs import Refs
from gpa_programme.home.demo.slots import Slot
from gpa_programme.home.demo.timeline import Timeline, working_hour
from hubs.models import Cohort, Organisation, Place
from learners.enums import CompetencyKind, EnrolmentState, MentorKind, ScopeState
from learners.models import (
    Competency,
    CompetencyFramework,
    Enrolment,
    EnrolmentChange,
    Mentorship,
    Pause,
    Placement,
    ScopeAgreement,
    ScopeItem,
)

S = EnrolmentState
PERSONA_PRACTICES = (3, 2)  # the persona's practice has three learners, the mentor's second practice two


class Seat(NamedTuple):
    """A person to be written: their slot, where they work, and who they are where they are known already."""

    slot: Slot
    practice: Organisation
    learner: int | None


@dataclass
class Writer:
    """The tables of enrolments of one programme, waiting to be written."""

    people: People
    staff: Staff
    framework: CompetencyFramework
    line: Timeline
    arrivals: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.competencies = list(Competency.objects.filter(framework=self.framework).order_by("position"))
        self.portfolios = Portfolios(self.competencies)
        self.refs = Refs(Enrolment)
        self.enrolments = Rows(
            Enrolment,
            *("ref", "cohort_id", "place_id", "learner_id", "framework_id", "state", "starts", "agreed_end"),
            "created_at",
        )
        self.changes = Rows(
            EnrolmentChange,
            *(
                "enrolment_id",
                "from_state",
                "to_state",
                "effective_on",
                "recorded_at",
                "by_id",
                "reason_code",
                "reason",
            ),
        )
        self.placements = Rows(Placement, "enrolment_id", "practice_id", "since", "until")
        self.mentorships = Rows(Mentorship, "enrolment_id", "mentor_id", "kind", "since", "until")
        self.pauses = Rows(Pause, "enrolment_id", "since", "until", "reason")
        self.scope = Rows(ScopeItem, "enrolment_id", "competency_id")
        self.agreements = Rows(
            ScopeAgreement,
            *("enrolment_id", "number", "state", "reason", "proposed_by_id", "proposed_at"),
            *("decided_by_id", "decided_at"),
        )
        self.agreed = Rows(ScopeAgreement.competencies.through, "scopeagreement_id", "competency_id")

    @property
    def tables(self) -> list[Rows]:
        """What waits to be written, people first."""
        own = [self.enrolments, self.changes, self.placements, self.mentorships, self.pauses, self.scope]
        return [*self.people.tables, *own, self.agreements, self.agreed, *self.portfolios.tables]

    def add(self, cohort: Cohort, seats: list[Seat], rng: random.Random) -> None:
        """Keep everybody of a cohort."""
        places = dict(Place.objects.filter(cohort=cohort).values_list("number", "pk"))
        for seat in seats:
            self._person(cohort, seat, places.get(seat.slot.place or 0), rng)

    def _person(self, cohort: Cohort, seat: Seat, place: int | None, rng: random.Random) -> None:
        slot, learner = seat.slot, seat.learner
        if learner is None and self.arrivals and slot.state == S.ACTIVE and slot.starts > cohort.starts:
            learner = self.arrivals.pop()
        learner = learner or self.people.add(rng)
        if slot.state == S.TRANSFERRED:
            self.arrivals.append(learner)
        moves = changes.chain(slot, self.line)
        enrolment = self.enrolments.add(
            *(self.refs.next(), cohort.pk, place, learner, self.framework.pk, slot.state.value, slot.starts),
            *(add_months(slot.starts, slot.months), working_hour(moves[0].on, rng)),
        )
        self._changes(cohort, enrolment, learner, slot, moves, rng)
        self.placements.add(enrolment, seat.practice.pk, slot.starts, None)
        for number, (since, until) in enumerate(slot.pauses):
            self.pauses.add(enrolment, since, until, texts.pick(texts.PAUSES, number + rng.randrange(4)))
        if slot.state in {S.APPLIED, S.RESERVE, S.DECLINED, S.LAPSED}:
            return
        owner = self._mentored(enrolment, learner, seat)
        applies = in_scope(self.competencies, clinical=slot.clinical)
        for place_in_list in applies:
            self.scope.add(enrolment, self.competencies[place_in_list].pk)
        if slot.state not in {S.OFFERED, S.ACCEPTED}:
            self._agreed(owner, slot.starts, applies)
            made = plans.portfolio(
                slot.wish,
                scope=unspared(self.competencies, applies, slot),
                starts=slot.starts,
                last=slot.last,
                today=self.line.today,
                rng=rng,
            )
            self.portfolios.add(owner, made, rng)

    def _agreed(self, owner: Owner, starts: date, applies: list[int]) -> None:
        """The mentor proposed the scope on the first day, and the learner agreed a day later."""
        proposed = start_of_day(starts) + timedelta(hours=10)
        agreement = self.agreements.add(
            *(owner.enrolment, 1, ScopeState.AGREED.value, "", owner.mentors[0][1], proposed),
            *(owner.learner, proposed + timedelta(days=1)),
        )
        for place_in_list in applies:
            self.agreed.add(agreement, self.competencies[place_in_list].pk)

    def _changes(
        self, cohort: Cohort, enrolment: int, learner: int, slot: Slot, moves: list[changes.Move], rng: random.Random
    ) -> None:
        code = cohort.hub.region.code.lower()
        by = {
            changes.HUB: self.people.persona(f"coordinator.{code}"),
            changes.LEAD: self.people.persona(f"hub.lead.{code}"),
            changes.VERIFIER: self.people.persona("verifier"),
            changes.LEARNER: learner,
            changes.SYSTEM: None,
        }
        before = ""
        for move in moves:
            moment = start_of_day(move.on) if move.whose == changes.SYSTEM else working_hour(move.on, rng)
            reason_code = slot.reason_code if move.to == S.WITHDRAWN else ""
            reason = changes.REASONS.get(move.to, "")
            self.changes.add(enrolment, before, move.to.value, move.on, moment, by[move.whose], reason_code, reason)
            before = move.to.value

    def _mentored(self, enrolment: int, learner: int, seat: Seat) -> Owner:
        slot, since = seat.slot, min(seat.slot.starts, self.line.yesterday)
        mentors = [(since, self.staff.of(slot.mentor, seat.practice))]
        until = None
        if slot.handed_over:
            until = slot.handed_over - timedelta(days=1)
            mentors.append((slot.handed_over, self.staff.of("other_gp", seat.practice)))
        self.mentorships.add(enrolment, mentors[0][1], MentorKind.GP.value, since, until)
        for begins, person in mentors[1:]:
            self.mentorships.add(enrolment, person, MentorKind.GP.value, begins, None)
        second = self.staff.of("second", seat.practice) if slot.second else None
        if second:
            self.mentorships.add(enrolment, second, MentorKind.SECOND.value, since, None)
        return Owner(enrolment, learner, self.people.names[learner], tuple(mentors), second)


def in_scope(competencies: list[Competency], *, clinical: bool) -> list[int]:
    """Which of the framework's list apply: core and administrative ones, and clinical ones where agreed."""
    return [place for place, one in enumerate(competencies) if clinical or one.kind != CompetencyKind.CLINICAL]


def unspared(competencies: list[Competency], applies: list[int], slot: Slot) -> list[int]:
    """What a learner's plan may fill: all that applies but what is spared for scenes."""
    return [place for place in applies if competencies[place].code not in slot.spared]


def spread(practices: list[Organisation], count: int, offset: float) -> list[Organisation]:
    """So many practices at even steps through the region's, in order of rurality and list size: like the region."""
    step = len(practices) / count
    return [practices[int(number * step + offset * step)] for number in range(count)]


def seat(slots: list[Slot], practices: list[Organisation], persona: int | None) -> list[Seat]:
    """Who works where: the first three at the first practice, two at the second, the others over the rest."""
    seats, others = [], practices[2:]
    first, second = PERSONA_PRACTICES
    for number, slot in enumerate(slots):
        if number < first + second:
            practice = practices[0 if number < first else 1]
        else:
            practice = others[(number * 5) % len(others)]
        seats.append(Seat(slot, practice, persona if number == 0 else None))
    return seats


def make_cohort(cohort: Cohort, places: int) -> None:
    """Save a cohort with its places."""
    cohort.save()
    Place.objects.bulk_create(Place(cohort=cohort, number=number) for number in range(1, places + 1))


def intake(starts: date, number: int) -> date:
    """When cohort number so-and-so of a hub starts: a week later each, over a month."""
    return starts + timedelta(days=7 * ((number - 1) % 4))
