"""No path through a portfolio loses, forges or revives a decision: any sequence of steps against a plain model of them.

The model keeps what was done as a list and reads the state of a competency off it by the words of the design; it shares
no code with learners/queries/states.py or learners/rules/competency.py.
"""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from gpa_programme.accounts.models import User
from gpa_programme.core.errors import DomainError
from gpa_programme.core.periods import add_months, today
from learners.actions import evidence, requests, scope, signoff, submission, transfer
from learners.enums import CompetencyKind, EvidenceKind, MentorKind
from learners.models import Decision, Enrolment, SignOffRequest
from learners.queries import states
from learners.queries.competency import askable_versions
from learners.queries.states import cohort_states, enrolment_states
from learners.rules.evidence import Content
from learners.rules.signoff import seen_sha256
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_framework,
    make_hub_membership,
    make_mentorship,
    make_pause,
    make_practice,
    make_programme,
)

pytestmark = pytest.mark.slow

COMPETENCIES = 4
EXPIRES, MONTHS = 3, 12  # which competency holds for a year only
OPTIONAL = slice(1, 3)  # which apply by agreement
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
which = st.integers(0, COMPETENCIES - 1)
some = st.sets(which, min_size=1)


@dataclass
class Asked:
    """A request as the model remembers it: for which competency, over which (item, number)."""

    competency: int
    names: set[tuple[str, int]]
    open: bool = True


@dataclass
class Model:
    """What was done, in order, and nothing that was worked out from it."""

    asked: list[Asked] = field(default_factory=list)
    said: list[tuple[str, Asked, date]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    scope: set[int] = field(default_factory=lambda: set(range(COMPETENCIES)))

    def state(self, competency: int, day: date) -> str:  # noqa: PLR0911  one line a state, in the design's order
        """The state of a competency in the words of DESIGN.md section 3, the first that fits."""
        if competency not in self.scope:
            return "out_of_scope"
        about = [entry for entry in self.said if entry[1].competency == competency]
        standing = [entry for entry in about if entry[0] in {"signed_off", "revoked"}]
        if standing and standing[-1][0] == "revoked":
            return "revoked"
        if standing:
            _kind, request, on = standing[-1]
            if competency == EXPIRES and add_months(on, MONTHS) <= day:
                return "expired"
            newest: dict[str, int] = {}
            for item, number in request.names:
                newest[item] = max(number, newest.get(item, 0))
            stale = any(self.versions[item] > number for item, number in newest.items())
            return "stale" if stale else "signed_off"
        if any(request.open for request in self.asked if request.competency == competency):
            return "waiting"
        if about and about[-1][0] == "returned":
            return "returned"
        return "not_started"


class Portfolio(RuleBasedStateMachine):
    """One learner with a GP mentor and a second one, and whatever they do."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock = Path(self.folder.name) / "clock"
        django_settings.CLOCK_FILE = str(self.clock)
        self.moment = START
        self.tick(timedelta())
        self.block = transaction.atomic()
        self.block.__enter__()
        programme = make_programme(starts=START.date(), ends=date(2036, 1, 1), learner_months=60)
        framework = make_framework(programme=programme, competencies=COMPETENCIES)
        self.competencies = list(framework.competencies.order_by("position"))
        framework.competencies.exclude(pk=self.competencies[EXPIRES].pk).update(valid_for_months=None)
        framework.competencies.filter(pk=self.competencies[EXPIRES].pk).update(valid_for_months=MONTHS)
        for one in self.competencies[OPTIONAL]:
            framework.competencies.filter(pk=one.pk).update(kind=CompetencyKind.ADMINISTRATIVE)
        self.cohort = make_cohort(programme=programme)
        self.enrolment = make_enrolment(
            cohort=self.cohort, framework=framework, scope=self.competencies, starts=START.date()
        )
        self.mentors = [
            make_mentorship(enrolment=self.enrolment, kind=kind, since=START.date()).mentor
            for kind in (MentorKind.GP, MentorKind.SECOND)
        ]
        self.model = Model()
        self.rows: dict[int, Asked] = {}
        self.kept: dict[int, tuple[object, ...]] = {}

    def teardown(self) -> None:
        """Nothing of the example stays."""
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        django_settings.CLOCK_FILE = ""
        self.folder.cleanup()

    def tick(self, step: timedelta) -> None:
        """The clock goes on."""
        self.moment += step
        self.clock.write_text(self.moment.isoformat(), encoding="utf-8")

    # ------------------------------------------------------------------------------------------------ what learners do

    @rule(about=some)
    def submit(self, about: set[int]) -> None:
        """A new item for some competencies."""
        first = self.competencies[min(about)]
        draft = evidence.start_item(
            enrolment=self.enrolment, kind=EvidenceKind.REFLECTION, by=self.learner, competencies=[first]
        )
        self.send(draft, about)

    @rule(about=some, pick=st.integers(0, 9))
    def edit(self, about: set[int], pick: int) -> None:
        """A new version of an item, which may be about something else."""
        items = sorted(self.model.versions)
        if not items:
            return
        item = self.enrolment.evidence.model.objects.get(ref=items[pick % len(items)])
        self.send(evidence.new_version(item=item, by=self.learner), about)

    def send(self, draft, about: set[int]) -> None:
        """Write the draft, submit it, and note what follows."""
        codes = {self.competencies[number].code: "It shows it" for number in sorted(about & self.model.scope)}
        if not codes:
            return
        said = Content(f"Account {draft.number}", f"What I did, the {draft.number}. time.", True, codes)
        saved = evidence.save_draft(version=draft, revision=draft.revision, content=said, by=self.learner)
        made = submission.submit(version=saved, by=self.learner)
        assert {request.competency.code for request in made} == set(codes)
        item = draft.item.ref
        self.model.versions[item] = draft.number
        for request in made:
            asked = self.rows.get(request.pk)
            if asked is None:
                number = next(i for i, one in enumerate(self.competencies) if one.pk == request.competency_id)
                asked = self.rows[request.pk] = Asked(number, set())
                self.model.asked.append(asked)
            assert asked.open
            asked.names.add((item, draft.number))

    @rule(pick=st.integers(0, 9))
    def withdraw(self, pick: int) -> None:
        """An open request is taken back: what was decided before stands."""
        waiting = [pk for pk, asked in self.rows.items() if asked.open]
        if waiting:
            pk = waiting[pick % len(waiting)]
            requests.withdraw(request=SignOffRequest.objects.get(pk=pk), by=self.learner)
            self.rows[pk].open = False

    @rule(competency=which)
    def ask_again(self, competency: int) -> None:
        """The same evidence is put to the mentors once more, where that is lawful."""
        one = self.competencies[competency]
        offered = askable_versions(self.enrolment, one)
        if not offered:
            return
        try:
            made = requests.ask_again(
                enrolment=self.enrolment, competency=one, versions=[row.pk for row in offered], by=self.learner
            )
        except DomainError:
            return
        asked = self.rows[made.pk] = Asked(competency, {(row.item.ref, row.number) for row in offered})
        self.model.asked.append(asked)

    @rule(wanted=st.sets(st.sampled_from([1, 2])))
    def change_scope(self, wanted: set[int]) -> None:
        """Learner and GP mentor agree on another scope: what leaves stops waiting, what comes back counts again."""
        agreed = {*wanted, *(number for number in range(COMPETENCIES) if number not in range(COMPETENCIES)[OPTIONAL])}
        codes = {self.competencies[number].code for number in agreed}
        try:
            proposal = scope.propose(enrolment=self.enrolment, codes=codes, by=self.learner, reason="The post changed")
        except DomainError:
            assert agreed == self.model.scope
            return
        scope.agree(agreement=proposal, by=self.mentors[0])
        for asked in self.model.asked:
            asked.open = asked.open and asked.competency in agreed
        self.model.scope = agreed

    @rule()
    def change_hub(self) -> None:
        """The learner moves to another hub, whose mentors go on where the others stopped."""
        self.tick(timedelta(days=1))
        there = make_cohort(programme=self.cohort.programme, places=1)
        sender, receiver = (make_hub_membership(hub=cohort.hub).user for cohort in (self.enrolment.cohort, there))
        made = transfer.accept(
            offer=transfer.offer(enrolment=self.enrolment, to_cohort=there, reason="A new post", by=sender),
            practice=make_practice(region=there.hub.region),
            on=today(),
            mentor_name="The next mentor",
            mentor_email=f"next.{made_so_far()}@machine.example",
            by=receiver,
        )
        gp = made.mentorships.get().mentor
        second = make_mentorship(enrolment=made, kind=MentorKind.SECOND, since=today()).mentor
        self.enrolment, self.mentors = Enrolment.objects.get(pk=made.pk), [gp, second]
        for pk, asked in list(self.rows.items()):
            if asked.open:
                anew = SignOffRequest.objects.get(enrolment=made, competency=self.competencies[asked.competency])
                self.rows[anew.pk] = self.rows.pop(pk)

    # ------------------------------------------------------------------------------------------------- what mentors do

    @rule(pick=st.integers(0, 9), mentor=st.integers(0, 1), sign=st.booleans())
    def decide(self, pick: int, mentor: int, sign: bool) -> None:
        """Sign off or return what waits, over what is there."""
        waiting = [pk for pk, asked in self.rows.items() if asked.open]
        if not waiting:
            return
        pk = waiting[pick % len(waiting)]
        request, seen = self.seen(pk)
        said = {"request": request, "versions_seen_sha256": seen, "by": self.mentors[mentor]}
        if sign:
            made = signoff.sign_off(**said)
        else:
            made = signoff.return_for_more(**said, reason="One call", would_satisfy="A second call")
        self.note(made, self.rows[pk])

    @rule(pick=st.integers(0, 9), mentor=st.integers(0, 1))
    def decide_again(self, pick: int, mentor: int) -> None:
        """A second decision on what was decided is refused."""
        closed = [pk for pk, asked in self.rows.items() if not asked.open]
        if not closed:
            return
        request, seen = self.seen(closed[pick % len(closed)])
        with pytest.raises(DomainError):
            signoff.sign_off(request=request, versions_seen_sha256=seen, by=self.mentors[mentor])

    @rule(pick=st.integers(0, 9), mentor=st.integers(0, 1))
    def revoke(self, pick: int, mentor: int) -> None:
        """The standing sign-off of a competency is taken back, by who may; every other one is refused."""
        signed = list(Decision.objects.filter(kind="signed_off").order_by("pk"))
        if not signed:
            return
        decision = signed[pick % len(signed)]
        asked, by = self.rows[decision.request_id], self.mentors[mentor]
        standing = [
            said for said in self.model.said if said[1].competency == asked.competency and said[0] != "returned"
        ]
        lawful = (
            standing[-1][0] == "signed_off" and standing[-1][1] is asked and (mentor == 0 or decision.by_id == by.pk)
        )
        if lawful:
            self.note(signoff.revoke(decision=decision, reason="I was wrong", by=by), asked)
            return
        with pytest.raises(DomainError):
            signoff.revoke(decision=decision, reason="I was wrong", by=by)

    @rule(pick=st.integers(0, 9))
    def forge(self, pick: int) -> None:
        """The learner, and a mentor over something else than what is there, are refused."""
        waiting = [pk for pk, asked in self.rows.items() if asked.open]
        if not waiting:
            return
        request, seen = self.seen(waiting[pick % len(waiting)])
        other = hashlib.sha256(seen.encode()).hexdigest()
        for by, hashed in ((self.learner, seen), (self.mentors[0], other)):
            with pytest.raises(DomainError):
                signoff.sign_off(request=request, versions_seen_sha256=hashed, by=by)

    # ------------------------------------------------------------------------------------------------------ what comes

    @rule(days=st.integers(1, 200))
    def wait(self, days: int) -> None:
        """Time passes: nobody becomes complete by it, and only what expires by the framework expires."""
        self.tick(timedelta(days=days))

    @rule()
    def pause(self) -> None:
        """A pause stops the clock of the learner and touches no decision."""
        if not self.enrolment.pauses.filter(until__isnull=True).exists():
            make_pause(enrolment=self.enrolment, since=today())
        else:
            self.enrolment.pauses.filter(until__isnull=True).update(until=today())

    # ------------------------------------------------------------------------------------------------- what must hold

    @property
    def learner(self):
        """Whose portfolio it is."""
        return self.enrolment.learner

    def seen(self, pk: int) -> tuple[SignOffRequest, str]:
        """A request and the hash over what it names now."""
        request = SignOffRequest.objects.get(pk=pk)
        return request, seen_sha256(request.versions.values_list("sha256", flat=True))

    def note(self, made: Decision, asked: Asked) -> None:
        """Remember a decision as it was made."""
        self.model.said.append((made.kind, asked, made.effective_on))
        asked.open = asked.open and made.kind == "revoked"
        self.kept[made.pk] = self.fields(made)

    @staticmethod
    def fields(row: Decision) -> tuple[object, ...]:
        """Everything that a decision says."""
        return tuple(getattr(row, column.attname) for column in row._meta.concrete_fields)

    @invariant()
    def every_decision_stands_as_it_was_made(self) -> None:
        """None is lost, changed or added."""
        assert {row.pk: self.fields(row) for row in Decision.objects.all()} == self.kept

    @invariant()
    def states_are_those_of_the_model(self) -> None:
        """By either door, the states are what the words of the design say of the list."""
        day = today()
        expected = {one.pk: self.model.state(number, day) for number, one in enumerate(self.competencies)}
        found = enrolment_states([self.enrolment.pk])[self.enrolment.pk]
        assert {pk: state.value for pk, state in found.items()} == expected
        assert cohort_states([self.enrolment.cohort_id])[self.enrolment.pk] == found

    @invariant()
    def waiting_is_what_the_model_left_open(self) -> None:
        """No request is lost or opened again."""
        left_open = {pk for pk, asked in self.rows.items() if asked.open}
        assert set(SignOffRequest.objects.open().values_list("pk", flat=True)) == left_open


def made_so_far() -> int:
    """A number that no earlier person of the example has."""
    return User.objects.count()


def test_no_path_loses_forges_or_revives_a_decision(db):
    run_state_machine_as_test(
        Portfolio,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def signed_off_and_edited() -> None:
    """One directed path: submitted, signed off, edited since; the states are compared after each step."""
    machine = Portfolio()
    with ExitStack() as stack:
        stack.callback(machine.teardown)
        machine.submit(about={0})
        machine.decide(pick=0, mentor=0, sign=True)
        machine.states_are_those_of_the_model()
        machine.edit(about={0}, pick=0)
        machine.states_are_those_of_the_model()


@pytest.mark.parametrize(
    ("guard", "gone"),
    [("_requests_overtaken", lambda *_facts: set()), ("_newest", lambda *_facts: ({}, set()))],
)
def test_machine_notices_when_the_states_are_wrong(db, monkeypatch, guard, gone):
    signed_off_and_edited()
    monkeypatch.setattr(states, guard, gone)

    with pytest.raises(AssertionError):
        signed_off_and_edited()
