"""An observation: recorded by the mentor or typed on the learner's device, frozen at once, confirmed by who watched."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.core.errors import DomainError
from gpa_programme.core.periods import end_of_day, today
from learners.actions.evidence import check_writer, record
from learners.actions.submission import ask_for, freeze
from learners.emails import observations as emails
from learners.enums import EvidenceKind
from learners.models import Enrolment, EvidenceItem, EvidenceLink, EvidenceVersion, Observation, SignOffRequest
from learners.queries.judging import kinds_today
from learners.queries.observations import competencies_in_scope, unconfirmed
from learners.rules import observations as rules
from learners.rules.evidence import TEXT_MAX, TITLE_MAX, others_of


@dataclass(frozen=True)
class Seen:
    """What was watched: what was done in a few words, what happened, which competencies it shows, and that no patient
    can be recognised in it.
    """

    title: str
    text: str
    competencies: Collection[str]
    no_patient_details: bool


def record_on_device(*, enrolment: Enrolment, observer: User, seen: Seen, by: User) -> Observation:
    """Keep what was typed on the learner's own device beside the mentor who watched, and ask that mentor to confirm
    it from their own mailbox until the day ends.

    Raises NotReadyError with everything that is missing or looks like a patient's detail, DomainError `not_own`,
    `own` or `not_mentor`, StateError `not_learning`.
    """
    check_writer(enrolment, by=by)
    day = today()
    with transaction.atomic():
        observation, requests = write(enrolment=enrolment, observer=observer, seen=seen, observed_on=day, by=by)
        emails.confirm(observation, requests)
    return observation


def write(
    *, enrolment: Enrolment, observer: User, seen: Seen, observed_on: date, by: User
) -> tuple[Observation, list[SignOffRequest]]:
    """Freeze an observation as a submitted version and ask for its competencies, in the caller's transaction.

    `by` is the learner where it was typed on their device, else the observer. Raises as record_on_device does.
    """
    rules.check_recorded(
        title=seen.title,
        text=seen.text,
        competencies=seen.competencies,
        no_patient_details=seen.no_patient_details,
        today=today(),
    )
    locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
    own = observer.pk == locked.learner_id
    rules.check_observer(kinds_today(locked, observer), state=locked.state, own=own)
    version = _version(locked, seen, recorded_by=None if by.pk == locked.learner_id else observer)
    on_device = by.pk != observer.pk
    observation = Observation.objects.create(
        version=version,
        observer=observer,
        observed_on=observed_on,
        on_learners_device=on_device,
        confirm_by=end_of_day(today()) if on_device else None,
    )
    freeze(version, others_of(None, str(observer.pk), observed_on))  # the address may change, the account does not
    requests = ask_for(version, locked)
    record(
        "observation_recorded",
        version,
        by=by,
        sha256=version.sha256,
        observer=observer.pk,
        observed_on=observed_on.isoformat(),
        on_learners_device=on_device,
        requests=[request.ref for request in requests],
    )
    return observation, requests


def confirm(*, request: SignOffRequest, by: User, at: datetime) -> None:
    """Note on each observation that a sign-off covers, and that its observer can still confirm, that they did.

    Belongs inside the transaction of the sign-off.
    """
    waiting = unconfirmed(at).filter(observer=by, version__requests=request)
    for observation in waiting.select_related("version__item__enrolment__cohort"):
        observation.confirmed_at = at
        observation.save(update_fields=["confirmed_at"])
        record("observation_confirmed", observation.version, by=by)


def _version(enrolment: Enrolment, seen: Seen, *, recorded_by: User | None) -> EvidenceVersion:
    competencies = competencies_in_scope(enrolment, seen.competencies)
    if not competencies:
        raise DomainError("Select at least one competency that applies to the learner", field="competencies")
    item = EvidenceItem.objects.create(enrolment=enrolment, kind=EvidenceKind.OBSERVATION, recorded_by=recorded_by)
    version = EvidenceVersion.objects.create(
        item=item,
        number=1,
        title=seen.title.strip()[:TITLE_MAX],
        text=seen.text.strip()[:TEXT_MAX],
        no_patient_details=seen.no_patient_details,
    )
    EvidenceLink.objects.bulk_create(EvidenceLink(version=version, competency=one) for one in competencies)
    return version
