"""Reads for mentors: what waits, one request with all that is needed to decide, and the files they may open."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.accounts.enums import Permission
from learners.enums import PLACE_HOLDING, ClosedBecause, DecisionKind
from learners.models import Competency, Decision, EvidenceFile, EvidenceLink, EvidenceVersion, SignOffRequest
from learners.queries.chain import current_of, portfolio_ids
from learners.queries.difference import Changed, changed_since
from learners.queries.flags import hidden_versions, is_hidden
from learners.queries.gaps import earlier_forms, gaps_of
from learners.rules.gaps import Gap
from learners.rules.signoff import seen_sha256

SAID = (DecisionKind.SIGNED_OFF, DecisionKind.RETURNED)
SHOWN = ("item", "witness", "observation__observer")  # what a page fetches with a version that it shows


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
class DecisionOf:
    """A decision and where it belongs."""

    decision: Decision

    @property
    def access_scope(self) -> Scope:
        """The enrolment's."""
        return self.decision.enrolment.access_scope


def decision_for(user: Any, pk: int) -> DecisionOf | None:
    """The decision where the person may see its request."""
    rows = Decision.objects.filter(request__in=SignOffRequest.objects.visible_to(user), pk=pk)
    rows = rows.select_related("by", "competency", "request", "enrolment__learner", "enrolment__cohort")
    decision = rows.prefetch_related("enrolment__placements").first()
    return DecisionOf(decision) if decision else None


@dataclass(frozen=True)
class Shown:
    """A version as a request shows it: with its line of justification and the versions it replaces."""

    version: EvidenceVersion
    justification: str
    earlier: tuple[EvidenceVersion, ...] = ()


@dataclass(frozen=True)
class Case:
    """Everything needed to decide: the versions named, what was decided before and what changed since, what is
    hidden because it may name a patient, the gap against the minimum, and the hash over what is shown.
    """

    request: SignOffRequest
    evidence: list[Shown]
    decisions: list[Decision]
    before: list[Decision]
    decided_on: Decision | None
    changed: list[Changed]
    hidden: set[int]
    gap: Gap
    seen_sha256: str

    @property
    def closed_by(self) -> Decision | None:
        """The newest decision of a request that no longer waits."""
        return self.decisions[-1] if self.request.closed_at and self.decisions else None

    @property
    def unread(self) -> bool:
        """Whether a file is named that only a person can read."""
        files = (file for shown in self.evidence for one in (shown.version, *shown.earlier) for file in one.files.all())
        return any(file.unread and not file.destroyed_at for file in files)

    @property
    def closed_because(self) -> ClosedBecause | None:
        """Why it was closed without a decision."""
        return ClosedBecause(self.request.closed_because) if self.request.closed_because else None


def case_of(request: SignOffRequest) -> Case:
    """The case of a request in a fixed number of queries, whatever the number of versions and decisions."""
    current = current_of(request.enrolment)
    forms = forms_of(request.competency)
    versions = list(
        request.versions.select_related("item", "witness", "observation__observer")
        .prefetch_related("files", links_of(forms))
        .order_by("number", "pk")
    )
    decided = Decision.objects.filter(enrolment__in=portfolio_ids(current), competency__in=forms)
    decisions = list(decided.select_related("by", "learner", "handed_to", "acknowledgement", "request").order_by("pk"))
    before = [row for row in decisions if row.request_id < request.pk]
    decided_on = next((row for row in reversed(before) if row.kind in SAID), None)
    named = [version.pk for version in versions]
    return Case(
        request=request,
        evidence=_newest_first(versions),
        decisions=[row for row in decisions if row.request_id == request.pk],
        before=before,
        decided_on=decided_on,
        changed=changed_since(decided_on.request, own=False, among=named) if decided_on else [],
        hidden=hidden_versions(named),
        gap=gaps_of(current, [request.competency])[request.competency_id],
        seen_sha256=seen_sha256(version.sha256 for version in versions),
    )


def forms_of(competency: Competency) -> QuerySet[Competency]:
    """The competency and what it was called in earlier versions of the framework, over several of them."""
    return Competency.objects.filter(pk__in=earlier_forms([competency.pk])[competency.pk])


def links_of(forms: QuerySet[Competency]) -> "Prefetch[str]":
    """The versions' links to one competency, in any of its forms, as `links_here`."""
    return Prefetch("links", EvidenceLink.objects.filter(competency__in=forms), to_attr="links_here")


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
    """The file where the person owns it, or reads its learner's portfolio and a request names its version.

    Nobody opens what was destroyed, and nobody but its owner what is hidden.
    """
    read = [grant.scope.enrolment for grant in access.grants(user) if grant.allows(Permission.SEE_PORTFOLIO)]
    named = SignOffRequest.objects.filter(enrolment__in=[pk for pk in read if pk])
    rows = EvidenceFile.objects.filter(
        Q(version__item__enrolment__learner=user.pk) | Q(version__requests__in=named),
        pk=pk,
        version__item__ref=ref,
        destroyed_at__isnull=True,
    )
    file = rows.select_related("version__item__enrolment__cohort").first()
    if file is None:
        return None
    enrolment = file.version.item.enrolment
    own = enrolment.learner_id == user.pk
    if not own and is_hidden(file.version):
        return None
    return Opened(file, enrolment.access_scope, own=own)
