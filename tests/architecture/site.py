"""The standing world with one of everything that has a page, in two hubs: what the URL table samples."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evaluation.actions.issue import issue
from evaluation.actions.release import release_wave
from evaluation.enums import Aim, FileKind, ReportState, Respondent, TimePoint, WaveMode, WaveState
from evaluation.models import Comment, EvaluationPlan, Instrument, Invitation, RegionalReport, Wave, WaveLink
from evaluation.queries.content import hub_content
from gpa_programme.accounts.models import User
from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.periods import add_months, last_closed_month, now, today
from gpa_programme.core.work import WorkState
from gpa_programme.notices.models import Message, OutboxMail
from learners.actions.copies import keep
from learners.enums import EnrolmentState, FlagState, FrameworkState
from learners.models import (
    Absence,
    Certificate,
    Competency,
    CompetencyFramework,
    Enrolment,
    EvidenceFile,
    EvidenceItem,
    EvidenceVersion,
    FrameworkImport,
    PatientFlag,
    PortfolioCopy,
    SignOffRequest,
    TransferOffer,
    Verification,
    Witness,
)
from learners.rules.framework import Row
from tests.factories import (
    make_certificate,
    make_cohort,
    make_competency,
    make_decision,
    make_enrolment,
    make_evidence,
    make_framework,
    make_hub,
    make_instrument,
    make_invitation,
    make_plan,
    make_question,
    make_report,
    make_report_version,
    make_request,
    make_response,
    make_verification,
    make_version,
    make_wave,
    make_wave_link,
    make_witness,
)
from tests.factories.scope import make_care_standard, make_scope_agreement
from tests.world import HubWorld, World, build_world

# A persona is a place in the world; "other_…" belong to the hub of the south, all others to the north or to none.
PERSONAS = (
    *("anonymous", "deactivated", "stranger", "learner", "other_learner", "mentor", "other_mentor"),
    *("practice_manager", "coordinator", "hub_lead", "other_coordinator"),
    *("national_lead", "national_analyst", "verifier", "support"),
)
NOBODY = ("anonymous", "deactivated")  # as far as the system knows
INVITATION = "an-invitation-of-"
WITNESS = "a-witness-of-"
CODES = {"north-hub": "K7MP-2Q4R-XW9B", "south-hub": "B9WX-R4Q2-PM7K"}  # of certificates


@dataclass(frozen=True)
class Samples:
    """One hub's row of every kind that has an address."""

    world: HubWorld
    enrolment: Enrolment
    competency: Competency
    framework: CompetencyFramework
    imported: FrameworkImport
    item: EvidenceItem
    draft: EvidenceVersion
    file: EvidenceFile
    flag: PatientFlag
    copy: PortfolioCopy
    request: SignOffRequest
    witness: Witness
    report: RegionalReport
    submitted: RegionalReport
    issued: RegionalReport
    verification: Verification
    verified_file: EvidenceFile
    certificate: Certificate
    planned: Wave
    wave: Wave
    closed: Wave
    poster: Wave
    released: Wave
    plan: EvaluationPlan
    link: WaveLink
    invitation: Invitation
    absence: Absence
    offer: TransferOffer
    token: str
    mail: OutboxMail
    parked: Message
    event: AuditEvent


@dataclass(frozen=True)
class Site:
    """The world, its samples in the north and in the south, and who is who."""

    world: World
    north: Samples
    south: Samples

    def person(self, persona: str) -> User | None:
        """The persona's user; None for a visitor."""
        north, south = self.world.north, self.world.south
        people = {
            "anonymous": None,
            "other_mentor": south.mentor,
            "other_coordinator": south.coordinator,
        }
        if persona in people:
            return people[persona]
        return getattr(self.world, persona, None) or getattr(north, persona)

    def sign_in(self, client: Any, persona: str) -> Any:
        """The client, signed in as the persona."""
        user = self.person(persona)
        client.logout()
        if user is not None:
            client.force_login(user)
        return client


def build_site() -> Site:
    """The world of tests/world.py with waves, evidence and reports."""
    world = build_world()
    plan = make_plan(programme=world.programme)
    instruments = [_instrument(respondent) for respondent in (Respondent.LEARNER, Respondent.PATIENT)]
    later = make_cohort(
        programme=world.programme, hub=world.south.hub, name="Cohort 2", starts=add_months(world.programme.starts, 1)
    )
    mail = OutboxMail.objects.create(recipient="somebody@world.example", subject="Hello", text="A mail")
    parked = Message.objects.create(
        address="somebody@world.example", template="invited", template_sha256="", work_state=WorkState.PARKED
    )
    shared = {"mail": mail, "parked": parked, "plan": plan, **_frameworks(world)}
    north, south = (
        _samples(hub, verifier=world.verifier, offer=_offer(hub, come), **_waves(plan, instruments, intake), **shared)
        for hub, intake, come in (
            (world.north, world.programme.starts, world.second.enrolment),
            (world.south, later.starts, world.second.other_enrolment),
        )
    )
    make_enrolment(state=EnrolmentState.SUBMITTED, cohort=world.second.cohort)  # waits to be drawn
    return Site(world, north, south)


def _instrument(respondent: Respondent) -> Instrument:
    instrument = make_instrument(key=respondent.value, respondent=respondent)
    for aim in (Aim.STAFF_WELLBEING, Aim.PATIENT_EXPERIENCE):
        make_question(instrument=instrument, aim=aim, primary=True)
    return instrument


def _waves(plan: EvaluationPlan, instruments: list[Instrument], intake: date) -> dict[str, Wave]:
    """A wave in each state that asks the cohorts of one intake."""
    learners, patients = instruments
    past = {"opens_on": today() - timedelta(days=60), "closes_on": today() - timedelta(days=30)}
    ended = {"plan": plan, "intake": intake, "state": WaveState.CLOSED, **past}
    found = {
        "planned": make_wave(
            plan=plan, instrument=learners, intake=intake, time_point=TimePoint.END, state=WaveState.PLANNED
        ),
        "wave": make_wave(plan=plan, instrument=learners, intake=intake, time_point=TimePoint.MONTH_5),
        "poster": make_wave(
            plan=plan,
            instrument=patients,
            intake=intake,
            time_point=TimePoint.MONTH_5,
            mode=WaveMode.ANONYMOUS_OPEN,
        ),
        "closed": make_wave(instrument=learners, time_point=TimePoint.BASELINE, **ended),
        "released": make_wave(
            instrument=patients, time_point=TimePoint.BASELINE, mode=WaveMode.ANONYMOUS_OPEN, **ended
        ),
    }
    Comment.objects.create(
        wave=found["closed"], hub=make_hub(), question=learners.questions.first(), text="What somebody wrote"
    )
    hubs = [cohort.hub for cohort in plan.programme.cohorts.filter(starts=intake)]
    for number in range(12):
        answers = {question.key: 1 + (number + question.position) % 5 for question in patients.questions.all()}
        make_response(wave=found["released"], hub=hubs[number % len(hubs)], answers=answers)
    release_wave(wave=found["released"], by=None)
    return found


def _samples(hub: HubWorld, verifier: User, **rows: Any) -> Samples:
    token = f"{INVITATION}{hub.hub.slug}"
    competencies = [item.competency for item in hub.enrolment.scope.order_by("competency__position")]
    item = make_evidence(enrolment=hub.enrolment)
    seen = make_version(item=item, competencies=competencies[:2], submitted_at=now() - timedelta(days=20))
    draft = make_version(item=item, competencies=competencies[1:2])
    waiting = make_request(
        enrolment=hub.enrolment, competency=competencies[1], version=seen, requested_at=now() - timedelta(days=8)
    )
    make_decision(request=make_request(enrolment=hub.enrolment, competency=competencies[0]))
    make_scope_agreement(enrolment=hub.enrolment)
    make_care_standard(competencies=competencies[:1])
    event = AuditEvent.objects.create(
        verb="enrolled", record_type="enrolment", record=hub.enrolment.ref, hub=hub.hub.pk, actor_label="Somebody"
    )
    finished, read = _finished(hub, verifier)
    return Samples(
        world=hub,
        verification=finished,
        verified_file=read,
        certificate=make_certificate(enrolment=hub.enrolment, code=CODES[hub.hub.slug]),
        enrolment=hub.enrolment,
        competency=competencies[1],
        item=item,
        draft=draft,
        file=_file(seen),
        flag=_cleared_flag(seen, hub),
        copy=_copy(hub.enrolment),
        request=waiting,
        witness=make_witness(enrolment=hub.enrolment, token=f"{WITNESS}{hub.hub.slug}"),
        report=_report(hub, 0, ReportState.DRAFT),
        submitted=_report(hub, -1, ReportState.SUBMITTED),
        issued=_issued(hub),
        link=make_wave_link(wave=rows["poster"], hub=hub.hub),
        invitation=make_invitation(wave=rows["wave"], hub=hub.hub, person=hub.learner, token=token),
        absence=_absence(hub),
        token=token,
        event=event,
        **rows,
    )


def _cleared_flag(version: EvidenceVersion, hub: HubWorld) -> PatientFlag:
    """A flag that hides nothing any more."""
    decided = {"decided_by": hub.coordinator, "decided_at": now(), "answer": "A colleague's own number"}
    return PatientFlag.objects.create(
        version=version, where="First line", state=FlagState.CLEARED, raised_by=hub.mentor, **decided
    )


def _offer(hub: HubWorld, enrolment: Enrolment) -> TransferOffer:
    """A learner of a third hub, offered to this one."""
    by = enrolment.mentorships.get().mentor
    return TransferOffer.objects.create(
        enrolment=enrolment, to_cohort=hub.cohort, reason="Moves to the family", offered_by=by
    )


def _absence(hub: HubWorld) -> Absence:
    """Two weeks next month in which the mentor is away."""
    since = add_months(today(), 1)
    until = since + timedelta(days=14)
    return Absence.objects.create(mentor=hub.mentor, since=since, until=until, recorded_by=hub.mentor)


def _finished(hub: HubWorld, verifier: User) -> tuple[Verification, EvidenceFile]:
    """Somebody else's submitted portfolio in a sample, given to the verifier, with a file in its evidence."""
    enrolment = make_enrolment(
        state=EnrolmentState.SUBMITTED, cohort=hub.cohort, practice=hub.practice, mentor=hub.mentor
    )
    item = enrolment.scope.order_by("competency__position").first()
    signed = make_request(enrolment=enrolment, competency=item.competency)
    make_decision(request=signed)
    return make_verification(enrolment=enrolment, verifier=verifier), _file(signed.versions.get())


def _report(hub: HubWorld, months: int, state: ReportState) -> RegionalReport:
    """A report so many months from the last closed one, with frozen figures."""
    period = last_closed_month().plus(months)
    report = make_report(programme=hub.cohort.programme, hub=hub.hub, period=str(period), state=state)
    make_report_version(report=report, content=hub_content(report, period.cut_off))
    return report


def _issued(hub: HubWorld) -> RegionalReport:
    report = _report(hub, -2, ReportState.ACCEPTED)
    version = report.versions.get()
    issue(version=version, files={FileKind.CSV: (f"{hub.hub.slug}.csv", f"A file of {hub.hub.slug}".encode())})
    report.refresh_from_db()
    return report


def _frameworks(world: World) -> dict[str, Any]:
    """A draft of one competency, and a file whose row cannot be taken."""
    draft = make_framework(programme=world.programme, version=9, state=FrameworkState.DRAFT, published_at=None)
    make_competency(framework=draft, code="D1-01")
    wrong = Row("D1-01", "Care", "Listens", "core", problems=("Not a kind",)).as_json()
    imported = FrameworkImport.objects.create(
        programme=world.programme, name="framework.csv", sha256="", rows=[wrong], by=world.national_lead
    )
    return {"framework": draft, "imported": imported}


def _copy(enrolment: Enrolment) -> PortfolioCopy:
    """A copy that is ready."""
    copy = PortfolioCopy.objects.create(enrolment=enrolment, asked_by=enrolment.learner, work_state=WorkState.DONE)
    keep(copy=copy, file=ContentFile(b"A copy"), sha256="0" * 64, files=1)
    return copy


def _file(version: EvidenceVersion) -> EvidenceFile:
    data = f"A file of {version.pk}".encode()
    digest = hashlib.sha256(data).hexdigest()
    stored_as = default_storage.save(f"evidence/{digest}", ContentFile(data))
    return EvidenceFile.objects.create(
        version=version, name="notes.txt", content_type="text/plain", size=len(data), sha256=digest, stored_as=stored_as
    )
