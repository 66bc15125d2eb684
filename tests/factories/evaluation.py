"""Makes evaluation plans, instruments, waves, answers and regional reports."""

import hashlib
from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from evaluation.enums import QuestionKind, ReportState, Respondent, TimePoint, WaveMode, WaveState
from evaluation.models import (
    EvaluationPlan,
    Instrument,
    Invitation,
    Question,
    RegionalReport,
    ReportChange,
    ReportVersion,
    Response,
    Wave,
    WaveLink,
)
from evaluation.rules import content as content_rules
from gpa_programme.core.periods import Month, end_of_day, last_closed_month, now, today
from tests.factories.accounts import UserFactory, make_user
from tests.factories.hubs import HubFactory, ProgrammeFactory


class PlanFactory(DjangoModelFactory):
    """A published evaluation plan."""

    class Meta:
        model = EvaluationPlan

    programme = factory.SubFactory(ProgrammeFactory)
    version = factory.LazyAttribute(lambda plan: plan.programme.evaluation_plans.count() + 1)
    pairing_key = factory.Sequence(lambda n: f"plan-{n + 1}")
    published_at = factory.LazyFunction(now)


class InstrumentFactory(DjangoModelFactory):
    """A published instrument for learners, without questions."""

    class Meta:
        model = Instrument

    key = factory.Sequence(lambda n: f"instrument-{n + 1}")
    respondent = Respondent.LEARNER
    title = factory.Sequence(lambda n: f"Instrument {n + 1}")
    source = "Written for a test"
    published_at = factory.LazyFunction(now)


class QuestionFactory(DjangoModelFactory):
    """A question of agreement whose two upper steps are positive."""

    class Meta:
        model = Question

    instrument = factory.SubFactory(InstrumentFactory)
    position = factory.LazyAttribute(lambda question: question.instrument.questions.count() + 1)
    key = factory.LazyAttribute(lambda question: f"q{question.position}")
    text = factory.LazyAttribute(lambda question: f"Question {question.position}")
    kind = QuestionKind.AGREEMENT
    positive = factory.LazyFunction(lambda: [4, 5])


class WaveFactory(DjangoModelFactory):
    """A wave of a learners' instrument that is open since a week and for a week."""

    class Meta:
        model = Wave

    plan = factory.SubFactory(PlanFactory)
    instrument = factory.SubFactory(InstrumentFactory)
    time_point = TimePoint.BASELINE
    intake = factory.LazyAttribute(lambda wave: wave.plan.programme.starts)
    mode = WaveMode.ANONYMOUS_INVITED
    state = WaveState.OPEN
    opens_on = factory.LazyFunction(lambda: today() - timedelta(days=7))
    closes_on = factory.LazyFunction(lambda: today() + timedelta(days=7))


class WaveLinkFactory(DjangoModelFactory):
    """A wave's open link in a hub."""

    class Meta:
        model = WaveLink

    wave = factory.SubFactory(WaveFactory, mode=WaveMode.ANONYMOUS_OPEN)
    hub = factory.SubFactory(HubFactory)


class ResponseFactory(DjangoModelFactory):
    """A set of answers, empty."""

    class Meta:
        model = Response

    wave = factory.SubFactory(WaveFactory)
    hub = factory.SubFactory(HubFactory)
    answers = factory.LazyFunction(dict)


class ReportFactory(DjangoModelFactory):
    """A hub's report of the last closed month, expected and not built."""

    class Meta:
        model = RegionalReport

    programme = factory.SubFactory(ProgrammeFactory)
    hub = factory.SubFactory(HubFactory)
    period = factory.LazyFunction(lambda: str(last_closed_month()))
    state = ReportState.EXPECTED
    due_at = factory.LazyAttribute(
        lambda report: end_of_day(Month.parse(report.period).plus(1).first.replace(day=report.programme.report_due_day))
    )


make_plan = PlanFactory
make_instrument = InstrumentFactory
make_question = QuestionFactory
make_wave = WaveFactory
make_wave_link = WaveLinkFactory
make_response = ResponseFactory


def make_invitation(*, wave: Wave | None = None, hub=None, person=None, token: str = "", **fields) -> Invitation:
    """An invitation of a person to a wave; `token` is what the link would carry."""
    person = person or UserFactory()
    token = token or f"token-{person.pk}"
    digest = hashlib.sha256(token.encode()).hexdigest()
    return Invitation.objects.create(
        wave=wave or WaveFactory(), hub=hub or HubFactory(), person=person, token_hash=digest, **fields
    )


def make_report(*, state: ReportState = ReportState.EXPECTED, **fields) -> RegionalReport:
    """A report in that state, with the people and moments that the state requires."""
    if state in {ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED, ReportState.ISSUED}:
        fields.setdefault("submitted_by", make_user())
        fields.setdefault("first_submitted_at", now())
    if state in {ReportState.ACCEPTED, ReportState.ISSUED}:
        fields.setdefault("accepted_by", make_user())
        fields.setdefault("accepted_at", now())
    if state == ReportState.ISSUED:
        fields.setdefault("issued_at", now())
    report = ReportFactory(state=state, **fields)
    ReportChange.objects.create(report=report, to_state=state, reason="A reason")
    return report


def make_report_version(
    *, report: RegionalReport | None = None, content: dict | None = None, **fields
) -> ReportVersion:
    """A frozen version of a report."""
    report = report or make_report(state=ReportState.DRAFT)
    content = content or {}
    fields.setdefault("sha256", content_rules.digest(content))
    fields.setdefault("number", report.versions.count() + 1)
    fields.setdefault("cut_off", Month.parse(report.period).cut_off)
    return ReportVersion.objects.create(report=report, content=content, **fields)
