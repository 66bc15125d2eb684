"""Carries one cohort out through the actions, hour by hour, with the clock turned back and moved along."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import add_months, now, start_of_day
from gpa_programme.home.demo import changes, finished, plans, texts
from gpa_programme.home.demo.clock import hush, moved_clock
from gpa_programme.home.demo.cohorts import Seat, Writer, in_scope, unspared
from gpa_programme.home.demo.plans import Asked, Piece
from gpa_programme.home.demo.portfolios import words
from gpa_programme.home.demo.timeline import working_hour
from hubs.models import Cohort
from learners.actions import enrolment as enrolments
from learners.actions import evidence, scope, signoff, submission
from learners.enums import CompetencyKind, DecisionKind, EnrolmentState, MentorKind, VerificationOutcome
from learners.models import Enrolment, EvidenceItem, Mentorship, Pause, SignOffRequest
from learners.rules.evidence import Content
from learners.rules.signoff import seen_sha256

S, K = EnrolmentState, DecisionKind
LARGER = (1, 3, 4, 5, 6)  # fewer, larger pieces: each costs several actions
OPTIONAL = (CompetencyKind.ADMINISTRATIVE.value, CompetencyKind.CLINICAL.value)
Event = tuple[datetime, int, Callable[[], object]]


def carry_out(cohort: Cohort, seats: list[Seat], writer: Writer) -> None:
    """Enrol those who were ever active, and do everything their plans hold, in the order of time.

    Applicants and offers of this cohort are left to the page: the actions begin with a place.
    """
    stage = Stage(cohort, writer)
    for number, seat in enumerate(seats):
        if seat.slot.state in {S.APPLIED, S.RESERVE, S.OFFERED, S.DECLINED, S.LAPSED}:
            continue
        stage.plan(number, seat)
    with moved_clock() as clock:
        for moment, _number, act in sorted(stage.events, key=lambda event: event[:2]):
            clock.set(moment)
            act()
    hush()


class Stage:
    """The events of one cohort, each a moment and an action to do then."""

    def __init__(self, cohort: Cohort, writer: Writer) -> None:
        self.cohort = cohort
        self.writer = writer
        self.events: list[Event] = []
        self.enrolled: dict[int, int] = {}
        self.requests: dict[tuple[int, int], SignOffRequest] = {}
        self.users: dict[int, User] = {}

    def user(self, pk: int) -> User:
        """The person as the database has them now: their roles change as the months go by."""
        if pk not in self.users:
            self.users[pk] = User.objects.get(pk=pk)
        person = self.users[pk]
        vars(person).pop("_grants", None)
        return person

    def at(self, moment: datetime, act: Callable[[], object]) -> None:
        """Do that then; what is planned for one moment is done in the order of planning."""
        self.events.append((moment, len(self.events), act))

    def plan(self, number: int, seat: Seat) -> None:
        """Plan everything that one person does and that is done about them."""
        rng = random.Random(f"acted {number}")  # noqa: S311  invents people, guards nothing
        slot, line = seat.slot, self.writer.line
        people, staff = self.writer.people, self.writer.staff
        learner = seat.learner or people.add(rng)
        mentor = staff.of("gp", seat.practice)
        second = staff.of("second", seat.practice) if slot.second else None
        other = staff.of("other_gp", seat.practice) if slot.handed_over else mentor
        for table in people.tables:
            table.write()
        moves = [
            move for move in changes.chain(slot, line) if move.to not in {S.APPLIED, S.OFFERED, S.ACCEPTED, S.ACTIVE}
        ]
        enrolled_on = min(slot.starts - timedelta(days=14), line.ago(3))
        self.at(working_hour(enrolled_on, rng), partial(self.enrol, number, seat, learner, mentor, second))
        if slot.state == S.ACCEPTED:
            return
        self.at(start_of_day(enrolled_on) + timedelta(hours=19), partial(self.agree, number, learner))
        self.at(start_of_day(slot.starts) + timedelta(hours=6), enrolments.start_due)
        if slot.handed_over:
            self.at(start_of_day(slot.handed_over), partial(self.hand_over, number, other))
        for since, until in slot.pauses:
            self.at(working_hour(since, rng), partial(self.pause, number, since, until))
        applies = in_scope(self.writer.competencies, clinical=slot.clinical)
        made = plans.portfolio(
            replace(slot.wish, sizes=LARGER),
            scope=unspared(self.writer.competencies, applies, slot),
            starts=slot.starts,
            last=slot.last,
            today=line.today,
            rng=rng,
        )
        for piece in made:
            self.piece(number, learner, piece, rng.randrange(64))
        for move in moves:
            self.at(working_hour(move.on, rng), partial(self.move, number, learner, move, slot.reason_code))

    def enrol(self, number: int, seat: Seat, learner: int, mentor: int, second: int | None) -> None:
        """Enrol as the coordinator does, then set what has no action of its own yet: second mentor, agreed end."""
        slot = seat.slot
        person, gp = self.user(learner), self.user(mentor)
        kinds = OPTIONAL if slot.clinical else OPTIONAL[:1]
        enrolment = enrolments.enrol(
            cohort=self.cohort,
            learner_name=person.name,
            learner_email=person.email,
            practice=seat.practice,
            mentor_name=gp.name,
            mentor_email=gp.email,
            starts=slot.starts,
            kinds=kinds,
            by=self.coordinator(),
        )
        if second:
            Mentorship.objects.create(enrolment=enrolment, mentor_id=second, kind=MentorKind.SECOND, since=slot.starts)
        if slot.months != self.cohort.programme.learner_months:
            enrolment.agreed_end = add_months(slot.starts, slot.months)
            enrolment.save(update_fields=["agreed_end"])
        self.enrolled[number] = enrolment.pk

    def agree(self, number: int, learner: int) -> None:
        """The mentor proposes the scope as it was entered, and the learner agrees."""
        enrolment = self.enrolment(number)
        codes = set(enrolment.scope.current().values_list("competency__code", flat=True))
        proposed = scope.propose(enrolment=enrolment, codes=codes, by=self.mentor(number, second=False))
        scope.agree(agreement=proposed, by=self.user(learner))

    def enrolment(self, number: int) -> Enrolment:
        """The enrolment as it stands now."""
        return Enrolment.objects.select_related("cohort", "learner").get(pk=self.enrolled[number])

    def persona(self, local: str) -> User:
        """One of the demonstration's personas."""
        return self.user(self.writer.people.persona(local))

    def coordinator(self) -> User:
        """The hub's coordinator."""
        return self.persona(f"coordinator.{self.cohort.hub.region.code.lower()}")

    def lead(self) -> User:
        """The hub's lead."""
        return self.persona(f"hub.lead.{self.cohort.hub.region.code.lower()}")

    def hand_over(self, number: int, other: int) -> None:
        """Another GP of the practice takes over as mentor."""
        held = Mentorship.objects.get(enrolment=self.enrolled[number], kind=MentorKind.GP, until=None)
        day = now().date()
        held.until = day - timedelta(days=1)
        held.save(update_fields=["until"])
        Mentorship.objects.create(enrolment=held.enrolment, mentor_id=other, kind=MentorKind.GP, since=day)

    def pause(self, number: int, since: date, until: date | None) -> None:
        """The learner's clock stands still for a while."""
        reason = texts.pick(texts.PAUSES, number)
        Pause.objects.create(enrolment_id=self.enrolled[number], since=since, until=until, reason=reason)

    def move(self, number: int, learner: int, move: changes.Move, reason_code: str) -> None:
        """Move the enrolment on, as the person whose move it is; the end of a portfolio comes by what leads to it."""
        enrolment, reason = self.enrolment(number), changes.REASONS.get(move.to, "")
        if move.to in {S.VERIFIED, S.REFERRED}:
            outcome = VerificationOutcome(move.to.value)
            people = {"lead": self.persona("national.lead"), "verifier": self.persona("verifier")}
            finished.verify(enrolment, outcome, reason=reason, **people)
            return
        if move.to == S.COMPLETED:
            finished.certify(enrolment, by=self.lead())
            return
        if move.to in {S.SUBMITTED, S.COMPLETED_IN_HOUSE}:
            if move.to == S.COMPLETED_IN_HOUSE:
                finished.in_house(enrolment, by=self.coordinator())
            mentor = self.mentor(number, second=False)
            finished.declare_all(enrolment, learner=self.user(learner), mentor=mentor, hub=self.coordinator())
        by = {changes.HUB: self.coordinator, changes.LEAD: self.lead, changes.LEARNER: lambda: self.user(learner)}
        enrolments.move(
            enrolment=enrolment,
            to=move.to.value,
            effective_on=min(move.on, now().date()),
            by=by[move.whose](),
            reason=reason,
            reason_code=reason_code if move.to == S.WITHDRAWN else "",
        )
        if move.to == S.COMPLETED_IN_HOUSE:
            finished.certify(enrolment, by=self.lead())

    def piece(self, number: int, learner: int, piece: Piece, text: int) -> None:
        """Plan one piece of evidence: written, submitted, decided, and the same for each later version."""
        item: dict[str, int] = {}
        for count, said in enumerate(piece.versions, start=1):
            self.at(said.saved_at, partial(self.write, number, learner, piece, count, text, item, said.at is not None))
            for ask in said.asks:
                for decided in ask.decisions:
                    self.at(decided.at, partial(self.decide, number, ask, decided.kind, decided.second, text))

    def write(
        self, number: int, learner: int, piece: Piece, count: int, text: int, item: dict[str, int], send: bool
    ) -> None:
        """Write a version and, where it is ready, submit it."""
        person = self.user(learner)
        held = [self.writer.competencies[place] for place in piece.competencies]
        kind = texts.kind_of(held[0].suggested)
        enrolment = self.enrolment(number)
        if count == 1:
            version = evidence.start_item(enrolment=enrolment, kind=kind.value, by=person)
            item["pk"] = version.item_id
        else:
            version = evidence.new_version(
                item=EvidenceItem.objects.select_related("enrolment").get(pk=item["pk"]), by=person
            )
        why = texts.pick(texts.JUSTIFICATIONS, text)
        content = Content(
            texts.pick(texts.TITLES[kind], text), texts.account(text, count), send, {one.code: why for one in held}
        )
        version = evidence.save_draft(version=version, revision=version.revision, content=content, by=person)
        if send:
            for request in submission.submit(version=version, by=person):
                self.requests[number, request.competency_id] = request

    def decide(self, number: int, ask: Asked, kind: DecisionKind, second: bool, text: int) -> None:
        """Decide as the mentor of that day does."""
        competency = self.writer.competencies[ask.competency]
        request = self.requests[number, competency.pk]
        reason, satisfy = words(kind, text)
        if kind == K.REVOKED:
            decision = request.decisions.get(kind=K.SIGNED_OFF)
            signoff.revoke(decision=decision, reason=reason, by=self.user(decision.by_id))
            return
        by = self.mentor(number, second=second)
        seen = seen_sha256(request.versions.values_list("sha256", flat=True))
        if kind == K.SIGNED_OFF:
            signoff.sign_off(request=request, versions_seen_sha256=seen, by=by)
        elif kind == K.RETURNED:
            signoff.return_for_more(
                request=request, versions_seen_sha256=seen, reason=reason, would_satisfy=satisfy, by=by
            )
        else:
            signoff.cannot_judge(request=request, versions_seen_sha256=seen, reason=reason, by=by)

    def mentor(self, number: int, *, second: bool) -> User:
        """The second mentor where wanted and there is one, else the GP mentor of the day."""
        day = now().date()
        held = Mentorship.objects.filter(enrolment=self.enrolled[number], since__lte=day).order_by("since", "pk")
        current = [row for row in held if row.until is None or row.until >= day]
        chosen = [row for row in current if second == (row.kind == MentorKind.SECOND)] or current
        return self.user(chosen[0].mentor_id)
