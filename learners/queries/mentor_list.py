"""Reads of a mentor's list: what waits with who handed it on and what was put off, groups, and what comes next."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from gpa_programme.core.periods import now, today
from learners.enums import DecisionKind
from learners.models import Decision, EvidenceFile, SignOffRequest, Snooze
from learners.queries.observations import unconfirmed
from learners.queries.waiting import waiting_for

SEVERAL = 2


def list_for(user: Any) -> QuerySet[Any]:
    """What waits for the person, oldest first behind what they watched and can confirm only today (`to_confirm`):
    `put_off_until` a day ahead, `handed_by` whose word is newer than the person's own, and `apart` where they said last
    that they cannot judge it.
    """
    watched = unconfirmed(now()).filter(observer=user.pk, version__destroyed_at__isnull=True)
    words = Decision.objects.filter(request=OuterRef("pk"), kind=DecisionKind.CANNOT_JUDGE).order_by("-pk")
    snoozes = Snooze.objects.filter(request=OuterRef("pk"), mentor=user.pk, until__gt=today())
    rows = waiting_for(user).annotate(
        put_off_until=Subquery(snoozes.values("until")[:1]),
        mine=Subquery(words.filter(by=user.pk).values("pk")[:1]),
        handed=Subquery(words.filter(handed_to=user.pk).values("pk")[:1]),
        hander=Subquery(words.filter(handed_to=user.pk).values("by__name")[:1]),
    )
    handed_last = Q(handed__isnull=False) & (Q(mine__isnull=True) | Q(handed__gt=F("mine")))
    rows = rows.annotate(
        to_confirm=Exists(watched.filter(version__requests=OuterRef("pk"))),
        handed_by=Case(When(handed_last, then=F("hander")), default=Value(""), output_field=CharField()),
        apart=Case(When(handed_last | Q(mine__isnull=True), then=Value(False)), default=Value(True)),
    )
    return rows.order_by("-to_confirm", "requested_at", "pk")


def next_for(user: Any, *, but: SignOffRequest) -> SignOffRequest | None:
    """The first request on the person's list: not this one, none put off, none they cannot judge."""
    rows: QuerySet[SignOffRequest] = list_for(user).filter(apart=False, put_off_until__isnull=True)
    return rows.exclude(pk=but.pk).first()


@dataclass(frozen=True)
class Group:
    """Several open requests of one learner in one domain."""

    enrolment: str
    learner: str
    code: str
    domain: str
    count: int

    @property
    def query(self) -> str:
        """What the address of the page of the group asks for."""
        return f"learner={self.enrolment}&domain={self.code}"


def groups_for(user: Any) -> list[Group]:
    """Where the person has several requests of one learner in one domain."""
    columns = ("enrolment__ref", "enrolment__learner__name", "competency__domain__code", "competency__domain__name")
    rows = waiting_for(user).order_by().values_list(*columns).annotate(count=Count("pk")).filter(count__gte=SEVERAL)
    return [Group(*row) for row in rows.order_by("enrolment__learner__name", "competency__domain__code")]


def group_of(user: Any, *, enrolment: str, domain: str) -> list[SignOffRequest]:
    """What waits for the person of one learner in one domain, with the versions named, in order of competency."""
    rows = waiting_for(user).filter(enrolment__ref=enrolment, competency__domain__code=domain)
    rows = rows.select_related("competency__domain", "enrolment__learner", "enrolment__cohort__hub")
    return list(rows.prefetch_related("versions__files").order_by("competency__position"))


def names_unread_files(request: SignOffRequest) -> bool:
    """Whether a request with its versions' files fetched names a file that only a person can read."""
    files: list[EvidenceFile] = [file for version in request.versions.all() for file in version.files.all()]
    return any(file.unread and not file.destroyed_at for file in files)


def learners_and_domains(user: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What the list may be filtered by: (reference, name) of learners and (code, name) of domains that wait."""
    columns = ("enrolment__ref", "enrolment__learner__name", "competency__domain__code", "competency__domain__name")
    rows = list(waiting_for(user).order_by().values_list(*columns).distinct())
    learners = sorted({row[:2] for row in rows}, key=lambda pair: pair[1])
    return learners, sorted({row[2:] for row in rows})
