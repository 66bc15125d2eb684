"""Reads of a learner's scope: what applies now by group, what is proposed, and how it came to be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.periods import today
from learners.enums import CompetencyKind, ScopeState
from learners.models import Competency, Enrolment, ScopeAgreement, ScopeItem
from learners.rules import scope as rules
from learners.rules.scope import Difference, Side


@dataclass(frozen=True)
class Group:
    """The competencies of one kind in the learner's framework, and which of them apply."""

    kind: CompetencyKind
    competencies: list[Competency]
    applying: set[str]

    @property
    def inside(self) -> list[Competency]:
        """Those that apply."""
        return [one for one in self.competencies if one.code in self.applying]

    @property
    def how_many(self) -> rules.Many:
        """Whether all, some or none apply."""
        if not self.applying:
            return rules.Many.NONE
        return rules.Many.ALL if len(self.applying) == len(self.competencies) else rules.Many.SOME

    @property
    def text(self) -> str:
        """Such as "all 21", "3 of 12", "none of 12"."""
        many = len(self.competencies)
        words = {rules.Many.ALL: f"all {many}", rules.Many.NONE: f"none of {many}"}
        return words.get(self.how_many, f"{len(self.applying)} of {many}")


@dataclass(frozen=True)
class Entry:
    """One proposal in the history, with what it would change, or changed."""

    agreement: ScopeAgreement
    difference: Difference


@dataclass(frozen=True)
class ScopePage:
    """A learner's scope: by group, how it came to be (newest first), and what is proposed."""

    enrolment: Enrolment
    groups: list[Group]
    history: list[Entry]

    @property
    def open(self) -> Entry | None:
        """The proposal that waits for an answer."""
        return next((entry for entry in self.history if entry.agreement.state == ScopeState.PROPOSED), None)

    @property
    def agreed(self) -> Entry | None:
        """The agreement that holds."""
        return next((entry for entry in self.history if entry.agreement.state == ScopeState.AGREED), None)

    @property
    def count(self) -> int:
        """How many competencies apply."""
        return sum(len(group.applying) for group in self.groups)

    @property
    def may_change(self) -> bool:
        """Whether the scope of a learner in this state can change."""
        return rules.may_agree(self.enrolment.state)


def scope_page(enrolment: Enrolment) -> ScopePage:
    """Everything about a learner's scope: four queries."""
    known = list(Competency.objects.filter(framework=enrolment.framework_id).order_by("position"))
    items = list(enrolment.scope.select_related("competency").order_by("pk"))
    applying = {item.competency.code for item in items if item.until is None}
    agreements = enrolment.scope_agreements.select_related("proposed_by", "decided_by")
    rows = list(agreements.prefetch_related("competencies").order_by("number"))
    return ScopePage(enrolment, _groups(known, applying), _history(rows, _enrolled_with(items)))


def _groups(known: list[Competency], applying: set[str]) -> list[Group]:
    by_kind = {kind: [one for one in known if one.kind == kind] for kind in CompetencyKind}
    return [
        Group(kind, competencies, applying & {one.code for one in competencies})
        for kind, competencies in by_kind.items()
        if competencies
    ]


def _enrolled_with(items: Iterable[ScopeItem]) -> set[str]:
    return {item.competency.code for item in items if item.since is None}


def _history(rows: list[ScopeAgreement], before: set[str]) -> list[Entry]:
    """Each proposal against the scope that was agreed before it, the newest first."""
    found = []
    for agreement in rows:
        codes = {one.code for one in agreement.competencies.all()}
        found.append(Entry(agreement, rules.difference(before, codes)))
        if agreement.state == ScopeState.AGREED:
            before = codes
    return found[::-1]


@dataclass(frozen=True)
class ScopeStanding:
    """Whether a scope is agreed, and whose answer an open proposal waits for."""

    agreed: bool
    waits_for: Side | None = None
    proposed_at: datetime | None = None

    def text(self, *, own: bool) -> str:
        """What its reader should know; empty where it is agreed and nothing is proposed."""
        who = {Side.LEARNER: "you" if own else "the learner", Side.MENTOR: "your mentor" if own else "a mentor"}
        if self.waits_for:
            return f"A scope is proposed and waits for {who[self.waits_for]} to agree."
        if not self.agreed:
            return "Which competencies apply is not agreed yet between mentor and learner."
        return ""


def scope_standing(enrolment: Enrolment) -> ScopeStanding:
    """Where the agreement on a learner's scope stands: one query."""
    wanted = enrolment.scope_agreements.filter(state__in=[ScopeState.AGREED, ScopeState.PROPOSED])
    rows = list(wanted.values_list("state", "proposed_by", "proposed_at"))
    agreed = any(state == ScopeState.AGREED for state, _by, _at in rows)
    for state, by, at in rows:
        if state == ScopeState.PROPOSED:
            return ScopeStanding(agreed, Side.MENTOR if by == enrolment.learner_id else Side.LEARNER, at)
    return ScopeStanding(agreed)


def mentor_ids_today(enrolment: Enrolment) -> set[int]:
    """Who mentors the learner today."""
    day = today()
    rows = enrolment.mentorships.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
    return set(rows.values_list("mentor", flat=True))


def proposals_to_answer(user: Any) -> QuerySet[ScopeAgreement]:
    """The open proposals that the person answers now, the oldest first: as learner those of mentors, as mentor those
    of learners.
    """
    over = [grant.scope.enrolment for grant in access.grants(user) if grant.allows(Permission.AGREE_SCOPE)]
    rows = ScopeAgreement.objects.filter(
        state=ScopeState.PROPOSED, enrolment__in=over, enrolment__state__in=rules.AGREEING
    )
    by_learner, own = Q(proposed_by=F("enrolment__learner")), Q(enrolment__learner=user.pk)
    rows = rows.filter((own & ~by_learner) | (~own & by_learner))
    return rows.select_related("enrolment__learner").order_by("proposed_at", "pk")


def proposal_of(enrolment: Enrolment, number: int) -> ScopeAgreement | None:
    """The proposal of that number."""
    rows = enrolment.scope_agreements.select_related("proposed_by", "decided_by")
    return rows.prefetch_related("competencies").filter(number=number).first()


def side_of_proposer(agreement: ScopeAgreement) -> Side:
    """Whose proposal it is."""
    return Side.LEARNER if agreement.proposed_by_id == agreement.enrolment.learner_id else Side.MENTOR


def side_today(enrolment: Enrolment, person: Any) -> Side | None:
    """For which side the person speaks today; None for everybody else."""
    if person.pk == enrolment.learner_id:
        return Side.LEARNER
    return Side.MENTOR if person.pk in mentor_ids_today(enrolment) else None


@dataclass(frozen=True)
class Proposal:
    """A proposal with what its page says before somebody answers."""

    enrolment: Enrolment
    agreement: ScopeAgreement

    @property
    def access_scope(self) -> Scope:
        """The enrolment's."""
        return self.enrolment.access_scope


@dataclass(frozen=True)
class ProposalPage:
    """What a proposal would change, in titles, and the open requests that would close with what leaves."""

    groups: list[Group]
    added: list[Competency]
    left: list[Competency]
    closing: list[str]


def proposal_page(proposal: Proposal) -> ProposalPage:
    """What is known before a proposal is answered: four queries."""
    enrolment = proposal.enrolment
    known = list(Competency.objects.filter(framework=enrolment.framework_id).order_by("position"))
    wanted = {one.code for one in proposal.agreement.competencies.all()}
    current = set(enrolment.scope.current().values_list("competency__code", flat=True))
    left = [one for one in known if one.code in current - wanted]
    asked = enrolment.requests.open().filter(competency__in=left).order_by("competency__position")
    return ProposalPage(
        groups=_groups(known, wanted),
        added=[one for one in known if one.code in wanted - current],
        left=left,
        closing=list(asked.values_list("competency__code", flat=True)),
    )
