"""Scenes between learner, mentor and hub: scope, background, protected weeks, settings, absence, reading, transfer."""

from datetime import timedelta

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import add_months
from gpa_programme.home.demo import scene_texts as texts
from gpa_programme.home.demo.cast import Cast
from learners.actions import absences, background, protected, reading, scope
from learners.enums import CareCertificate, DigestRhythm, ProtectedHours
from learners.models import Enrolment

SPARED = ("CLI-11",)
LEAVES, CHANGES = "CLI-11", "CLI-10"  # what the mentor's and the other learner's proposals are about
W = ProtectedHours
WEEKS = (W.YES, W.PART, W.YES, W.NO, W.YES, W.YES, W.PART)  # the newest first; this week is the learner's to say
FEWER_WEEKS = 3


def play(cast: Cast, *, cover: str) -> None:
    """Everything of this kind in one hub; `cover` is the address of who covers for the mentor."""
    first, second = cast.others[0], cast.others[1]
    for enrolment, held, role in zip(
        (cast.enrolment, first, second), CareCertificate.values, texts.PREVIOUS_ROLES, strict=True
    ):
        _background(cast, enrolment, held, role)
    _weeks(cast, cast.enrolment, len(WEEKS))
    _weeks(cast, first, FEWER_WEEKS)
    cast.at(30, 12)
    absences.set_rhythm(rhythm=DigestRhythm.DAILY.value, by=cast.mentor)
    absences.set_rhythm(rhythm=DigestRhythm.WEEKLY.value, by=cast.second)
    cast.at(2, 10)
    _propose(cast.enrolment, LEAVES, texts.SCOPE_WITHOUT, by=cast.mentor)
    reading.open_for_reason(enrolment=cast.enrolment, reason=texts.READING_REASON, by=cast.coordinator)
    cast.at(1, 11)
    _propose(first, CHANGES, texts.SCOPE_OTHER, by=first.learner)
    _absence(cast, User.objects.get(email=cover))


def _background(cast: Cast, enrolment: Enrolment, held: str, role: str) -> None:
    cast.at(70, 10)
    background.save_background(
        enrolment=enrolment,
        previous_role=role,
        care_certificate=held,
        certified_on=add_months(cast.line.starts, -14) if held == CareCertificate.HELD else None,
        edition="" if held == CareCertificate.NONE else "2015",
        by=enrolment.learner,
    )


def _weeks(cast: Cast, enrolment: Enrolment, count: int) -> None:
    """Every Wednesday of so many weeks before this one, the oldest first."""
    wednesday = cast.line.today - timedelta(days=cast.line.today.weekday() - 2)
    for number in range(count, 0, -1):
        cast.at((cast.line.today - wednesday).days + 7 * number, 16)
        protected.record_week(enrolment=enrolment, had=WEEKS[number - 1].value, by=enrolment.learner)


def _propose(enrolment: Enrolment, code: str, reason: str, *, by: User) -> None:
    """Propose that one competency leaves, or comes in where it does not apply."""
    codes = set(enrolment.scope.current().values_list("competency__code", flat=True))
    scope.propose(enrolment=enrolment, codes=codes ^ {code}, reason=reason, by=by)


def _absence(cast: Cast, cover: User) -> None:
    """The mentor is away for a week from the week after next."""
    since = cast.line.today + timedelta(days=10)
    absences.record_absence(
        mentor=cast.mentor, since=since, until=since + timedelta(days=7), name=cover.name, email=cover.email
    )
