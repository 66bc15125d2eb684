"""Reads of one competency of a learner: its state, the evidence for it, its requests and decisions, what is next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from gpa_programme.accounts.access import Scope
from gpa_programme.core.periods import london_date, today
from learners.enums import CompetencyState, DecisionKind, VersionState
from learners.models import Competency, Decision, Enrolment, EvidenceVersion, SignOffRequest
from learners.queries.chain import current_of, portfolio_ids
from learners.queries.difference import Changed, changed_since
from learners.queries.flags import hidden_versions
from learners.queries.gaps import earlier_forms, gaps_of
from learners.queries.judging import kinds_today
from learners.queries.states import enrolment_states
from learners.queries.waiting import SHOWN, forms_of, links_of
from learners.rules.evidence import may_write
from learners.rules.gaps import Gap
from learners.rules.requests import may_ask, resend_from
from learners.rules.signoff import counts_until, may_revoke

STANDING = (DecisionKind.SIGNED_OFF, DecisionKind.REVOKED)


@dataclass(frozen=True)
class CompetencyOf:
    """One competency in one enrolment, and where that belongs."""

    enrolment: Enrolment
    competency: Competency

    @property
    def access_scope(self) -> Scope:
        """The enrolment's."""
        return self.enrolment.access_scope


def competency_of(enrolment: Enrolment, code: str) -> CompetencyOf | None:
    """The competency of that code in the enrolment's framework."""
    rows = Competency.objects.filter(framework=enrolment.framework_id, code=code).select_related("domain")
    competency = rows.first()
    return CompetencyOf(enrolment, competency) if competency else None


@dataclass(frozen=True)
class Standing:
    """The sign-off that stands: the day from which it no longer counts, what changed since, who may take it back."""

    decision: Decision
    until: date | None
    changed: list[Changed]
    may_revoke: bool


@dataclass(frozen=True)
class Asked:
    """The request that waits: from when the mentors may be told again, and whether that is today."""

    request: SignOffRequest
    resend_from: date
    may_resend: bool


@dataclass(frozen=True)
class CompetencyPage:
    """One competency of a learner: its state, the versions that support it, and each request with its decisions."""

    of: CompetencyOf
    state: CompetencyState
    gap: Gap
    versions: list[EvidenceVersion]
    hidden: set[int]
    requests: list[SignOffRequest]
    standing: Standing | None
    asked: Asked | None
    may_ask: bool
    in_scope: bool
    may_write: bool


def competency_page(of: CompetencyOf, *, own: bool, reader: Any) -> CompetencyPage:
    """What the page of one competency shows; drafts only to their owner."""
    enrolment, competency = of.enrolment, of.competency
    state = enrolment_states([enrolment.pk], own=own)[enrolment.pk][competency.pk]
    mine, forms = portfolio_ids(enrolment), forms_of(competency)
    versions = EvidenceVersion.objects.filter(item__enrolment__in=mine, links__competency__in=forms)
    if not own:
        versions = versions.filter(state=VersionState.SUBMITTED)
    requests = SignOffRequest.objects.filter(enrolment__in=mine, competency__in=forms)
    requests = requests.prefetch_related(
        "versions__item", "decisions__by", "decisions__learner", "decisions__handed_to", "decisions__acknowledgement"
    )
    made = list(requests.order_by("-pk"))
    asked = next((_asked(request) for request in made if request.closed_at is None), None)
    shown = _with_links(versions, forms)
    writing = own and may_write(enrolment.state)
    return CompetencyPage(
        of=of,
        state=state,
        gap=gaps_of(enrolment, [competency])[competency.pk],
        versions=shown,
        hidden=set() if own else hidden_versions([version.pk for version in shown]),
        requests=made,
        standing=_standing(of, mine, state, own=own, reader=reader),
        asked=asked,
        may_ask=writing
        and may_ask(state, open_request=asked is not None)
        and bool(askable_versions(enrolment, competency)),
        in_scope=state is not CompetencyState.OUT_OF_SCOPE,
        may_write=writing,
    )


def askable_versions(enrolment: Enrolment, competency: Competency) -> list[EvidenceVersion]:
    """What a learner may name when they ask again: of each item the newest submitted version, where it supports the
    competency and is neither destroyed nor hidden.
    """
    later = EvidenceVersion.objects.filter(
        item=OuterRef("item"), state=VersionState.SUBMITTED, number__gt=OuterRef("number")
    )
    rows = EvidenceVersion.objects.filter(
        ~Exists(later),
        item__enrolment__in=portfolio_ids(enrolment),
        links__competency__in=forms_of(competency),
        state=VersionState.SUBMITTED,
        destroyed_at__isnull=True,
    )
    found = list(rows.select_related("item").order_by("-submitted_at", "-pk").distinct())
    hidden = hidden_versions([version.pk for version in found])
    return [version for version in found if version.pk not in hidden]


def standing_decision(enrolment_ids: Collection[int], competency: Competency) -> Decision | None:
    """The newest sign-off of the competency; None where there is none or it was taken back."""
    rows = Decision.objects.filter(
        enrolment__in=enrolment_ids, competency__in=forms_of(competency), kind__in=STANDING
    ).select_related("by", "request", "competency")
    last = rows.order_by("-pk").first()
    return last if last is not None and last.kind == DecisionKind.SIGNED_OFF else None


def standing_now(request: SignOffRequest) -> Decision | None:
    """The sign-off that stands for what the request was about, as the learner's framework of today calls it."""
    current = current_of(request.enrolment)
    return standing_decision(portfolio_ids(current), _called_now(request.competency, current.framework_id))


def _called_now(competency: Competency, framework: int) -> Competency:
    """What a competency became in a framework, where its sign-off counts there; else the competency itself."""
    if competency.framework_id == framework:
        return competency
    here = Competency.objects.filter(framework=framework).order_by("position").in_bulk()
    found = (pk for pk, forms in earlier_forms(here).items() if competency.pk in forms)
    return here.get(next(found, 0), competency)


def revocable(request: SignOffRequest, reader: Any) -> Decision | None:
    """The standing sign-off on this request where the person may take it back."""
    decision = standing_now(request)
    if decision is None or decision.request_id != request.pk:
        return None
    kinds = kinds_today(request.enrolment, reader)
    return decision if may_revoke(own=decision.by_id == reader.pk, kinds=kinds) else None


def _standing(
    of: CompetencyOf, mine: Collection[int], state: CompetencyState, *, own: bool, reader: Any
) -> Standing | None:
    decision = standing_decision(mine, of.competency)
    if decision is None:
        return None
    kinds = [] if own else kinds_today(of.enrolment, reader)
    return Standing(
        decision=decision,
        until=counts_until(decision.effective_on, of.competency.valid_for_months),
        changed=changed_since(decision.request, own=own) if state is CompetencyState.STALE else [],
        may_revoke=may_revoke(own=decision.by_id == reader.pk, kinds=kinds),
    )


def _asked(request: SignOffRequest) -> Asked:
    day = resend_from(london_date(request.resent_at or request.requested_at))
    return Asked(request, day, may_resend=today() >= day)


def _with_links(versions: QuerySet[EvidenceVersion], forms: QuerySet[Competency]) -> list[EvidenceVersion]:
    rows = versions.select_related(*SHOWN).prefetch_related("files", links_of(forms))
    return list(rows.order_by("-saved_at", "-pk").distinct())
