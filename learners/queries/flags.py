"""Reads of flags: which versions are hidden, what a flag is about, who decides on it, and the lists of both.

Every page that shows somebody else's evidence leaves out what `hidden_versions` names.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.accounts.enums import Permission, RoleKey
from gpa_programme.accounts.models import User
from gpa_programme.core.periods import today
from hubs.models import Hub, HubMembership
from learners.enums import FlagState, VersionState
from learners.models import Enrolment, EvidenceFile, EvidenceVersion, PatientFlag
from learners.queries.chain import current_of
from learners.rules import flags as rules


def hidden_versions(version_ids: Collection[int]) -> set[int]:
    """Which of these versions are hidden from everybody but their author: one query where nothing is flagged.

    A version is hidden while an open flag is on it, on the same words in another version of its item, or on the bytes
    of a file that it holds, in whoever's portfolio.
    """
    asked = EvidenceVersion.objects.filter(pk__in=version_ids)
    files = EvidenceFile.objects.filter(version__in=asked.values("pk"), destroyed_at__isnull=True)
    flags = PatientFlag.objects.filter(
        Q(version__item__in=asked.values("item"), file__isnull=True)
        | Q(version__in=asked.values("pk"))
        | Q(file__sha256__in=files.values("sha256")),
        state=FlagState.OPEN,
    )
    wanted = set(version_ids)
    return {
        version.pk
        for flag in flags.select_related("version", "file")
        for version in [flag.version, *touched_by(flag)]
        if version.pk in wanted
    }


def hidden_anywhere() -> set[int]:
    """Every version that is hidden today, in all portfolios; as hidden_versions says it, in at most three queries."""
    flags = list(PatientFlag.objects.filter(state=FlagState.OPEN).select_related("version", "file"))
    digests = {flag.file.sha256 for flag in flags if flag.file}
    held = EvidenceFile.objects.filter(sha256__in=digests, destroyed_at__isnull=True).values_list("version", flat=True)
    found = {flag.version_id for flag in flags} | set(held)
    said = [flag.version for flag in flags if not flag.file and any(rules.words_of(flag.version))]
    for row in EvidenceVersion.objects.filter(item__in={version.item_id for version in said}):
        if any(row.item_id == one.item_id and rules.words_of(row) == rules.words_of(one) for one in said):
            found.add(row.pk)
    return found


def is_hidden(version: EvidenceVersion) -> bool:
    """Whether one version is hidden."""
    return bool(hidden_versions([version.pk]))


def touched_by(flag: PatientFlag) -> list[EvidenceVersion]:
    """The versions that a flag is about: every one that holds the same file, or says the same words in its item."""
    if flag.file:
        held = EvidenceFile.objects.filter(sha256=flag.file.sha256, destroyed_at__isnull=True)
        return list(_versions().filter(pk__in=held.values("version")))
    words = rules.words_of(flag.version)
    versions = _versions().filter(item=flag.version.item_id)
    return [row for row in versions if row.pk == flag.version_id or (any(words) and rules.words_of(row) == words)]


def _versions() -> QuerySet[EvidenceVersion]:
    return EvidenceVersion.objects.select_related("item__enrolment__cohort").order_by("pk")


@dataclass(frozen=True)
class Flaggable:
    """A submitted version that a reader may flag, and where it belongs."""

    version: EvidenceVersion
    access_scope: Scope


def flaggable(user: Any, ref: str, number: int) -> Flaggable | None:
    """The submitted version of an item of a learner whose page the person may open; None to strangers."""
    learners = Enrolment.objects.visible_to(user)
    rows = _versions().select_related("item__enrolment__learner").filter(state=VersionState.SUBMITTED)
    version = rows.filter(item__enrolment__in=learners, item__ref=ref, number=number).first()
    return Flaggable(version, version.item.access_scope) if version else None


def open_flag(version: EvidenceVersion) -> PatientFlag | None:
    """The flag that is open on a version."""
    return PatientFlag.objects.filter(version=version, state=FlagState.OPEN).select_related("raised_by").first()


def flags_for(user: Any) -> QuerySet[PatientFlag]:
    """The flags on which the person may decide for a hub, newest first; a learner who moved on took theirs along."""
    hubs = access.hub_ids(user, Permission.DECIDE_FLAG)
    rows = _rows()
    if hubs is not None:
        learners = Enrolment.objects.filter(cohort__hub__in=hubs)
        rows = rows.filter(
            Q(version__item__enrolment__cohort__hub__in=hubs)
            | Q(version__item__enrolment__in=learners.values("first"))
            | Q(version__item__enrolment__first__in=learners.values("first"))
        )
    return rows.order_by("-raised_at", "-pk")


def flag_of(user: Any, pk: int) -> PatientFlag | None:
    """The flag where the person may see its learner's page, or is its hub now; None to strangers."""
    visible = Q(version__item__enrolment__in=Enrolment.objects.visible_to(user)) | Q(
        pk__in=flags_for(user).values("pk")
    )
    return _rows().filter(visible, pk=pk).first()


def _rows() -> QuerySet[PatientFlag]:
    return PatientFlag.objects.select_related(
        "version__item__enrolment__cohort__hub", "version__item__enrolment__learner", "file", "raised_by", "decided_by"
    )


def decides_for_hub(user: Any, flag: PatientFlag) -> bool:
    """Whether the person decides on flags for the hub of the learner, then or now."""
    return flags_for(user).filter(pk=flag.pk).exists()


def hub_of(flag: PatientFlag) -> Hub:
    """The hub of the learner today."""
    enrolment = current_of(flag.version.item.enrolment)
    return enrolment.cohort.hub


def deciders_of(flag: PatientFlag) -> list[User]:
    """The coordinators and leads of the learner's hub today, without who raised the flag."""
    day = today()
    current = Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))
    roles = [RoleKey.COORDINATOR.value, RoleKey.HUB_LEAD.value]
    members = HubMembership.objects.filter(current, hub=hub_of(flag), role__in=roles, user__is_active=True)
    people = User.objects.filter(pk__in=members.values("user")).exclude(pk__in=[flag.raised_by_id, _author(flag)])
    return list(people.order_by("pk"))


def _author(flag: PatientFlag) -> int:
    learner: int = flag.version.item.enrolment.learner_id
    return learner


def other_versions(flag: PatientFlag) -> list[EvidenceVersion]:
    """The versions of the same item that a decision on the flag would leave as they are."""
    touched = {version.pk for version in touched_by(flag)}
    return [row for row in flag.version.item.versions.order_by("number") if row.pk not in touched]
