"""Who plays the scenes of a hub: its personas, the learners of one mentor, and the hub's own people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import start_of_day
from gpa_programme.core.uploads import Upload
from gpa_programme.home.demo.clock import Clock
from gpa_programme.home.demo.people import People
from gpa_programme.home.demo.timeline import Timeline, weekday
from hubs.models import Cohort, Hub
from learners.actions import evidence, signoff, submission
from learners.enums import EvidenceKind, MentorKind
from learners.models import Decision, Enrolment, EvidenceVersion, SignOffRequest
from learners.rules.evidence import Content
from learners.rules.signoff import seen_sha256


@dataclass
class Cast:
    """The people of one hub's scenes and the clock they play by; `others` are the mentor's other learners."""

    cohort: Cohort
    enrolment: Enrolment
    mentor: User
    second: User
    coordinator: User
    lead: User
    others: list[Enrolment]
    line: Timeline
    clock: Clock = field(repr=False)

    @property
    def learner(self) -> User:
        """The learner persona."""
        return self.enrolment.learner

    @property
    def hub(self) -> Hub:
        """The hub."""
        return self.cohort.hub

    def day(self, ago: int) -> date:
        """The working day so many days ago, or the one before."""
        return weekday(self.line.ago(ago))

    def at(self, ago: int, hour: int) -> None:
        """Stop the clock on that day at that hour; two days that fall on one Friday need hours in their order."""
        self.clock.set(start_of_day(self.day(ago)) + timedelta(hours=hour))


def gather(cohort: Cohort, people: People, line: Timeline, clock: Clock) -> Cast:
    """The cast of a hub's first cohort."""
    code = cohort.hub.region.code.lower()
    learner, mentor = people.persona(f"learner.{code}"), people.persona(f"mentor.{code}")
    rows = Enrolment.objects.filter(cohort=cohort).select_related("learner", "cohort__hub", "cohort__programme")
    enrolment = rows.get(learner=learner)
    mentored = rows.filter(mentorships__mentor=mentor, mentorships__until=None).exclude(pk=enrolment.pk)
    second = enrolment.mentorships.select_related("mentor").get(kind=MentorKind.SECOND)
    return Cast(
        cohort=cohort,
        enrolment=enrolment,
        mentor=User.objects.get(pk=mentor),
        second=second.mentor,
        coordinator=User.objects.get(pk=people.persona(f"coordinator.{code}")),
        lead=User.objects.get(pk=people.persona(f"hub.lead.{code}")),
        others=list(mentored.order_by("pk")),
        line=line,
        clock=clock,
    )


@dataclass(frozen=True)
class Said:
    """What the learner writes in a scene; one line of justification serves all its competencies."""

    kind: EvidenceKind
    title: str
    codes: tuple[str, ...]
    text: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    entries: Sequence[Mapping[str, str]] = ()
    why: str = "It shows the whole task from start to finish."

    @property
    def content(self) -> Content:
        """The same as a draft that is ready to be submitted."""
        links = dict.fromkeys(self.codes, self.why)
        return Content(self.title, self.text, True, links, self.answers, self.entries)


def written(cast: Cast, said: Said, *files: Upload) -> EvidenceVersion:
    """A draft of the learner's that says it, with those files."""
    draft = evidence.start_item(enrolment=cast.enrolment, kind=said.kind.value, by=cast.learner)
    for file in files:
        evidence.add_file(version=draft, upload=file, by=cast.learner)
    return evidence.save_draft(version=draft, revision=draft.revision, content=said.content, by=cast.learner)


def submitted(cast: Cast, said: Said, *files: Upload) -> list[SignOffRequest]:
    """The requests for what the learner wrote and submitted."""
    return submission.submit(version=written(cast, said, *files), by=cast.learner)


def signed(request: SignOffRequest, *, by: User) -> Decision:
    """The sign-off of a request over everything it names."""
    return signoff.sign_off(request=request, versions_seen_sha256=seen_of(request), by=by)


def seen_of(request: SignOffRequest) -> str:
    """What a mentor who has read everything has seen."""
    return seen_sha256(request.versions.values_list("sha256", flat=True))
