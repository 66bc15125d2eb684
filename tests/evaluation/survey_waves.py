"""Waves for the tests of surveys: planned or opened through the actions, their mail delivered, their links read."""

import re
from datetime import timedelta

from django.core import mail

from evaluation.actions import waves as actions
from evaluation.enums import TimePoint, WaveMode
from evaluation.models import EvaluationPlan, Instrument, Wave
from gpa_programme.core import work
from gpa_programme.core.periods import today
from gpa_programme.notices.models import Message

LEARNER_ANSWERS = {
    "confident_care": "4",
    "confident_clinical": "outside",
    "confident_records": "5",
    "confident_communication": "3",
    "confident_admin": "4",
    "worn_out": "2",
    "protected_days": "3",
    "comment": "More time with the letters, please.",
}
PATIENT_ANSWERS = {"overall": "5", "respect": "4", "needs_met": "4", "comment": ""}


def planned(plan: EvaluationPlan, instrument: str = "learner", **fields) -> Wave:
    """A wave that could be opened today."""
    fields.setdefault("mode", WaveMode.ANONYMOUS_OPEN if instrument == "patient" else WaveMode.ANONYMOUS_INVITED)
    fields.setdefault("time_point", TimePoint.BASELINE)
    return actions.create_wave(
        plan=plan,
        instrument=Instrument.objects.get(key=instrument),
        intake=plan.programme.starts,
        opens_on=today(),
        closes_on=today() + timedelta(days=14),
        by=None,
        **fields,
    )


def opened(plan: EvaluationPlan, instrument: str = "learner", **fields) -> Wave:
    return actions.open_wave(wave=planned(plan, instrument, **fields), by=None)


def deliver() -> None:
    """Send all mail that is due, as a worker would."""
    for pk in Message.objects.filter(work_state=work.WorkState.QUEUED).values_list("pk", flat=True):
        assert work.do("message", pk), Message.objects.get(pk=pk).last_error


def link_of(person) -> str:
    """The path of the newest personal link in a person's mail."""
    deliver()
    own = [message for message in mail.outbox if message.to == [person.email] and "/s/" in message.body]
    return re.search(r"/s/[^/\s]+/", own[-1].body)[0]
