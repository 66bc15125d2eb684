"""Reads for mentors: what waits, one request with all that is needed to decide, and the files they may open."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.accounts.enums import Permission
from learners.enums import PLACE_HOLDING
from learners.models import Decision, EvidenceFile, EvidenceLink, EvidenceVersion, SignOffRequest
from learners.rules.signoff import seen_sha256


def waiting_for(user: Any) -> QuerySet[SignOffRequest]:
    """The open requests on which the person may decide, oldest first: never on their own, never of leavers."""
    mentored = [grant.scope.enrolment for grant in access.grants(user) if grant.allows(Permission.DECIDE)]
    rows = SignOffRequest.objects.open().filter(enrolment__in=mentored, enrolment__state__in=PLACE_HOLDING)
    rows = rows.exclude(enrolment__learner=user.pk).select_related("enrolment__learner", "competency__domain")
    return rows.order_by("requested_at", "pk")


def request_for(user: Any, ref: str) -> SignOffRequest | None:
    """The request with what its page shows, where the person may see it."""
    rows = SignOffRequest.objects.visible_to(user).select_related(
        "competency__domain", "enrolment__learner", "enrolment__cohort__programme"
    )
    return rows.prefetch_related("enrolment__placements__practice").filter(ref=ref).first()


@dataclass(frozen=True)
class Shown:
    """A version as a request shows it: with its line of justification and the versions it replaces."""

    version: EvidenceVersion
    justification: str
    earlier: tuple[EvidenceVersion, ...] = ()


@dataclass(frozen=True)
class Case:
    """Everything needed to decide: the versions named, what was decided before, and the hash over what is shown."""

    request: SignOffRequest
    evidence: list[Shown]
    decisions: list[Decision]
    before: list[Decision]
    seen_sha256: str

    @property
    def closed_by(self) -> Decision | None:
        """The newest decision of a request that no longer waits."""
        return self.decisions[-1] if self.request.closed_at and self.decisions else None


def case_of(request: SignOffRequest) -> Case:
    """The case of a request: five queries, whatever the number of versions and decisions."""
    versions = list(
        request.versions.select_related("item")
        .prefetch_related("files", links_of(request.competency_id))
        .order_by("pk")
    )
    decided = Decision.objects.filter(enrolment=request.enrolment_id, competency=request.competency_id)
    decisions = list(decided.select_related("by").order_by("pk"))
    return Case(
        request=request,
        evidence=_newest_first(versions),
        decisions=[row for row in decisions if row.request_id == request.pk],
        before=[row for row in decisions if row.request_id != request.pk],
        seen_sha256=seen_sha256(version.sha256 for version in versions),
    )


def links_of(competency_id: int) -> "Prefetch[str]":
    """The versions' links to one competency, as `links_here`."""
    return Prefetch("links", EvidenceLink.objects.filter(competency=competency_id), to_attr="links_here")


def _here(version: EvidenceVersion) -> list[EvidenceLink]:
    """What links_of fetched."""
    return version.links_here  # type: ignore[attr-defined, no-any-return]


def _newest_first(versions: list[EvidenceVersion]) -> list[Shown]:
    """One entry an item: its newest version, with the older ones behind it."""
    by_item: dict[int, list[EvidenceVersion]] = {}
    for version in sorted(versions, key=lambda row: row.number, reverse=True):
        by_item.setdefault(version.item_id, []).append(version)
    return [
        Shown(rows[0], next((link.justification for link in _here(rows[0])), ""), tuple(rows[1:]))
        for rows in by_item.values()
    ]


@dataclass(frozen=True)
class Opened:
    """A file that somebody may open, and where it belongs."""

    file: EvidenceFile
    access_scope: Scope
    own: bool


def file_for(user: Any, ref: str, pk: int) -> Opened | None:
    """The file of an item where the person owns it, or mentors its learner and a request names its version."""
    named = SignOffRequest.objects.visible_to(user)
    rows = EvidenceFile.objects.filter(
        Q(version__item__enrolment__learner=user.pk) | Q(version__requests__in=named), pk=pk, version__item__ref=ref
    )
    file = rows.select_related("version__item__enrolment__cohort").first()
    if file is None:
        return None
    enrolment = file.version.item.enrolment
    return Opened(file, enrolment.access_scope, own=enrolment.learner_id == user.pk)
