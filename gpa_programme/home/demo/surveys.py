"""Surveys of the demonstration: waves are opened, closed and released by the actions; the answers come in bulk."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from evaluation.actions import keys, release, waves
from evaluation.actions.reference import publish_plan
from evaluation.enums import TimePoint, WaveMode
from evaluation.models import Comment, EvaluationPlan, Instrument, Invitation, Question, Response, Wave
from evaluation.queries.waves import hubs_of
from evaluation.rules.answers import pseudonym
from gpa_programme.accounts.models import User
from gpa_programme.core.periods import add_months, start_of_day
from gpa_programme.home.demo.answers import answers_of, comment_of, text_question
from gpa_programme.home.demo.clock import Clock
from gpa_programme.home.demo.people import HOST
from gpa_programme.home.demo.timeline import Timeline
from gpa_programme.notices.models import Message
from hubs.models import Programme

LINKED, OPEN_LINK = WaveMode.CONFIDENTIAL_LINKED, WaveMode.ANONYMOUS_OPEN
SMALL_HUB = "Y61"  # too few answer here: its cells are hidden
RATES = {"learner": 0.85, "gp-mentor": 0.7, "practice-manager": 0.65}
STAYING = {TimePoint.BASELINE: 1.0, TimePoint.MONTH_5: 0.93, TimePoint.END: 0.93, TimePoint.FOLLOW_UP: 0.8}
MANY_PATIENTS, FEW_PATIENTS = 30, 7


@dataclass(frozen=True)
class Planned:
    """A wave to be: what, when, and how far it goes (open, closed or released)."""

    instrument: str
    time_point: TimePoint
    opens: date
    closes: date
    ends: str


def of_programme(line: Timeline) -> list[Planned]:
    """The running programme's waves: baselines released, month 5 released and closed."""
    first, month_5 = line.starts, add_months(line.starts, 4)
    baseline = [
        Planned(key, TimePoint.BASELINE, first + timedelta(days=4), first + timedelta(days=25), "released")
        for key in ("learner", "gp-mentor", "practice-manager")
    ]
    return [
        *baseline,
        Planned("patient", TimePoint.BASELINE, first + timedelta(days=14), first + timedelta(days=56), "released"),
        Planned("practice-manager", TimePoint.MONTH_5, month_5, month_5 + timedelta(days=21), "released"),
        Planned("gp-mentor", TimePoint.MONTH_5, month_5, month_5 + timedelta(days=28), "closed"),
    ]


def of_today(line: Timeline) -> list[Planned]:
    """The waves that are open now: learners by invitation, patients by poster."""
    return [
        Planned("learner", TimePoint.MONTH_5, line.ago(5), line.today + timedelta(days=16), "open"),
        Planned("patient", TimePoint.MONTH_5, line.ago(20), line.today + timedelta(days=22), "open"),
    ]


def of_pilot(line: Timeline) -> list[Planned]:
    """The pilot's waves: start and end, all released."""
    first, last = line.pilot_starts, line.pilot_ends
    return [
        Planned(key, time_point, opens, opens + timedelta(days=28), "released")
        for time_point, opens in (
            (TimePoint.BASELINE, first + timedelta(days=4)),
            (TimePoint.END, last - timedelta(days=20)),
        )
        for key in ("learner", "gp-mentor", "patient")
    ]


def carry_out(programme: Programme, planned: list[Planned], clock: Clock) -> None:
    """Open, answer, close and release the waves of a programme in the order of time."""
    plan = publish_plan(programme)
    plan.published_at = start_of_day(add_months(programme.starts, -2))
    plan.save(update_fields=["published_at"])
    stage = Stage(plan, clock, User.objects.get(email=f"national.lead@{HOST}"))
    steps: list[tuple[date, int, Callable[[], None]]] = []
    for number, wave in enumerate(planned):
        steps.append((wave.opens, number, stage.opening(number, wave)))
        if wave.ends != "open":
            steps.append((wave.closes + timedelta(days=1), number, stage.closing(number, wave)))
    for day, _number, step in sorted(steps, key=lambda one: one[:2]):
        clock.set(start_of_day(day) + timedelta(hours=9))
        step()


class Stage:
    """The waves of one plan as they are carried out."""

    def __init__(self, plan: EvaluationPlan, clock: Clock, lead: User) -> None:
        self.plan, self.clock, self.lead = plan, clock, lead
        self.waves: dict[int, Wave] = {}

    def opening(self, number: int, planned: Planned) -> Callable[[], None]:
        """The step that makes and opens a wave; one that stays open is answered there and then."""

        def step() -> None:
            wave = waves.create_wave(
                plan=self.plan,
                instrument=Instrument.objects.get(key=planned.instrument, version=1),
                time_point=planned.time_point,
                intake=self.plan.programme.starts,
                mode=OPEN_LINK if planned.instrument == "patient" else LINKED,
                opens_on=planned.opens,
                closes_on=planned.closes,
                by=self.lead,
            )
            self.waves[number] = waves.open_wave(wave=wave, by=self.lead)
            _deliver(wave, keep=planned.ends == "open")
            if planned.ends == "open":
                answer(wave, share=0.5)

        return step

    def closing(self, number: int, planned: Planned) -> Callable[[], None]:
        """The step that closes a wave and, where planned, reads its comments and releases it."""

        def step() -> None:
            wave = self.waves[number]
            answer(wave, share=1.0)
            waves.close_wave(wave=wave, by=None)
            if planned.ends != "released":
                return
            for count, comment in enumerate(Comment.objects.filter(wave=wave).order_by("pk")):
                withheld = count == 0 and planned.instrument == "patient"
                release.judge_comment(
                    comment=comment,
                    verdict="withhold" if withheld else "publish",
                    reason="Could be recognised" if withheld else "",
                    by=self.lead,
                )
            self.clock.set(start_of_day(planned.closes + timedelta(days=12)) + timedelta(hours=9))
            release.release_wave(wave=wave, by=self.lead)

        return step


def _deliver(wave: Wave, *, keep: bool) -> None:
    """Count the invitations as delivered; of a wave that is open now, the personas' own wait in the outbox."""
    Invitation.objects.filter(wave=wave).update(delivered=True)
    waiting = Message.objects.filter(context__wave=wave.pk)
    (waiting.exclude(person__email__startswith="learner.y") if keep else waiting).delete()


def answer(wave: Wave, *, share: float) -> None:
    """Store the answers of a share of those who will answer in the end, in random order, as the action would."""
    questions = list(wave.instrument.questions.all())
    invited = wave.mode != OPEN_LINK
    given = _invited(wave, questions, share) if invited else _passing(wave, questions, share)
    order = random.Random(f"order {wave.pk}")  # noqa: S311  the action shuffles again at close
    order.shuffle(given)
    Response.objects.bulk_create(given)
    question = text_question(questions)
    written = [
        Comment(wave=wave, hub_id=one.hub_id, question=question, text=text)
        for one in given
        if (text := _text(wave, order))
    ]
    order.shuffle(written)
    Comment.objects.bulk_create(written)


def _text(wave: Wave, rng: random.Random) -> str:
    return comment_of(wave.instrument.key, rng)


def _invited(wave: Wave, questions: list[Question], share: float) -> list[Response]:
    key, made, done = keys.key_for(wave), [], []
    rows = Invitation.objects.filter(wave=wave).select_related("person", "hub__region").order_by("pk")
    for invitation in rows:
        person = invitation.person.email
        rate = 0.2 if invitation.hub.region.code == SMALL_HUB else RATES[wave.instrument.key]
        rate *= share * STAYING[TimePoint(wave.time_point)]
        willing = random.Random(f"{person} answers").random()  # noqa: S311  invents answers
        if willing > rate or (share < 1 and person.startswith("learner.y")):
            continue
        made.append(
            Response(
                wave=wave,
                hub=invitation.hub,
                answers=answers_of(questions, person=person, time_point=wave.time_point),
                pseudonym=pseudonym(key, wave.plan_id, invitation.person_id),
            )
        )
        done.append(invitation.pk)
    Invitation.objects.filter(pk__in=done).update(answered=True)
    return made


def _passing(wave: Wave, questions: list[Question], share: float) -> list[Response]:
    made = []
    for hub in hubs_of(wave):
        code = hub.region.code
        many = FEW_PATIENTS if code == SMALL_HUB else MANY_PATIENTS + len(hub.name)
        for number in range(round(many * share)):
            person = f"patient {code} {wave.time_point} {number}"
            given = answers_of(questions, person=person, time_point=wave.time_point)
            made.append(Response(wave=wave, hub=hub, answers=given))
    return made
