"""A mentor records what they watched and, where they choose to, signs it off in one go."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import today
from gpa_programme.notices import actions as notices
from learners.actions import signoff
from learners.actions.observations import Seen, write
from learners.models import Competency, Enrolment, Observation, SignOffRequest
from learners.queries.judging import kinds_today
from learners.queries.mentors import WAITING_DIGEST
from learners.queries.observations import observers_of
from learners.rules import observations as rules
from learners.rules.signoff import seen_sha256


@dataclass
class Recorded:
    """What became of a recorded observation: signed off, or left waiting because other evidence is to be read first,
    or because the framework asks for another kind of mentor.
    """

    observation: Observation
    signed: list[Competency] = field(default_factory=list)
    unread: list[SignOffRequest] = field(default_factory=list)
    others_decide: list[Competency] = field(default_factory=list)


def record_as_mentor(*, enrolment: Enrolment, observed_on: date, seen: Seen, sign_off: bool, by: User) -> Recorded:
    """Keep what a mentor watched as frozen evidence, asked for; with `sign_off`, decided at once.

    A competency that was asked for before, with other evidence, is left waiting: nobody signs off what they have not
    read. All or nothing. Raises NotReadyError with everything that is missing or looks like a patient's detail,
    DomainError `own`, `not_mentor` or `observed_on`, StateError `not_learning`.
    """
    rules.check_day(observed_on, starts=enrolment.starts, today=today())
    with transaction.atomic():
        observation, requests = write(enrolment=enrolment, observer=by, seen=seen, observed_on=observed_on, by=by)
        recorded = Recorded(observation)
        if sign_off:
            kinds = set(kinds_today(enrolment, by))
            for request in requests:
                _sign(request, recorded, kinds, by)
            _untell(enrolment, requests)
    return recorded


def _sign(request: SignOffRequest, recorded: Recorded, kinds: set[str], by: User) -> None:
    if not kinds & set(request.competency.may_sign):
        recorded.others_decide.append(request.competency)
        return
    hashes = list(request.versions.values_list("sha256", flat=True))
    if len(hashes) > 1:
        recorded.unread.append(request)
        return
    signoff.sign_off(request=request, versions_seen_sha256=seen_sha256(hashes), by=by)
    recorded.signed.append(request.competency)


def _untell(enrolment: Enrolment, requests: list[SignOffRequest]) -> None:
    """Nobody hears that something waits which was decided in the same moment."""
    decided = SignOffRequest.objects.filter(pk__in=[request.pk for request in requests], closed_at__isnull=False)
    hrefs = [request.get_absolute_url() for request in decided]
    for mentor in observers_of(enrolment):
        notices.take_back(to=mentor, digests=[WAITING_DIGEST], hrefs=hrefs)
