"""What waits for a person in portfolios: a learner's own, and whose turn it is at the end of others'."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.periods import today
from learners.enums import LEARNING, DecisionKind, DeclarationKind, MentorKind, VersionState, WitnessState
from learners.models import Competency, Decision, Declaration, Enrolment, EvidenceVersion, Mentorship, SignOffRequest
from learners.queries.chain import portfolios
from learners.queries.finish import Position, finished_positions
from learners.queries.mentors import on_day
from learners.queries.portfolio import came_back, drafts_of, newest_of_each, own_enrolments
from learners.queries.states import States, enrolment_states
from learners.queries.witnesses import state_of, witness_of
from learners.rules.evidence import may_write

SENT_BACK = (DecisionKind.RETURNED, DecisionKind.REVOKED)


@dataclass(frozen=True)
class Back:
    """A competency that came back to its learner, and whether they have said that they read why."""

    enrolment: Enrolment
    competency: Competency
    unread: bool


@dataclass(frozen=True)
class Own:
    """What a learner can do now: the portfolios they write in, what came back, what they are writing, and the
    portfolios that they can declare finished.

    `held` looks as if it named a patient; for `answered` a colleague's statement has come in; `drafts` are the others
    that wait for nobody else.
    """

    writing: list[Enrolment]
    back: list[Back]
    held: list[EvidenceVersion]
    answered: list[EvidenceVersion]
    drafts: list[EvidenceVersion]
    declare: list[Enrolment]


def own_of(user: Any) -> Own:
    """What a learner can do now: a fixed number of queries, whatever the portfolio holds."""
    writing = [one for one in newest_of_each(own_enrolments(user)) if may_write(one.state)]
    if not writing:
        return Own([], [], [], [], [], [])
    states = enrolment_states([one.pk for one in writing])
    chains = portfolios(writing)
    kinds = _by_kind(drafts_of([pk for chain in chains.values() for pk in chain]).select_related("witness"))
    return Own(
        writing=writing,
        back=_back(writing, chains, states),
        held=kinds["held"],
        answered=kinds["answered"],
        drafts=kinds["draft"],
        declare=_whose_turn(writing, states)[DeclarationKind.LEARNER],
    )


def _by_kind(drafts: Iterable[EvidenceVersion]) -> dict[str, list[EvidenceVersion]]:
    found: dict[str, list[EvidenceVersion]] = defaultdict(list)
    for version in drafts:
        witness = witness_of(version)
        stands = state_of(witness) if witness else None
        if version.state == VersionState.HELD:
            found["held"].append(version)
        elif stands is WitnessState.ANSWERED:
            found["answered"].append(version)
        elif stands is not WitnessState.ASKED:
            found["draft"].append(version)
    return found


def _back(writing: list[Enrolment], chains: dict[int, list[int]], states: dict[int, States]) -> list[Back]:
    """What came back in each portfolio, in the order in which its page says so."""
    owner = {pk: one for one, chain in chains.items() for pk in chain}
    asked: dict[int, set[int]] = defaultdict(set)
    for enrolment, competency in (
        SignOffRequest.objects.open().filter(enrolment__in=owner).order_by().values_list("enrolment", "competency")
    ):
        asked[owner[enrolment]].add(competency)
    needs = {one.pk: came_back(states[one.pk], asked[one.pk]) for one in writing}
    wanted = {pk for mine in needs.values() for pk in mine}
    if not wanted:
        return []
    competencies = Competency.objects.in_bulk(wanted)
    said = Decision.objects.filter(enrolment__in=owner, competency__in=wanted, kind__in=SENT_BACK)
    newest: dict[tuple[int, int], bool] = {}
    for enrolment, competency, read in said.order_by("pk").values_list("enrolment", "competency", "acknowledgement"):
        newest[owner[enrolment], competency] = read is None
    return [Back(one, competencies[pk], newest.get((one.pk, pk), False)) for one in writing for pk in needs[one.pk]]


# ------------------------------------------------------------------------------------------------ the end of portfolios


def _whose_turn(
    enrolments: Collection[Enrolment], states: dict[int, States]
) -> dict[DeclarationKind | None, list[Enrolment]]:
    """By kind the finished portfolios of which that declaration comes next; under None those declared by all three."""
    found: dict[DeclarationKind | None, list[Enrolment]] = defaultdict(list)
    positions: dict[int, Position] = finished_positions(enrolments, states)
    for one in enrolments:
        if one.pk in positions:
            found[positions[one.pk].turn].append(one)
    return found


def _turns(enrolments: QuerySet[Enrolment]) -> dict[DeclarationKind | None, list[Enrolment]]:
    rows = list(enrolments.filter(state__in=LEARNING).select_related("learner").order_by("learner__name", "pk"))
    return _whose_turn(rows, enrolment_states([one.pk for one in rows])) if rows else defaultdict(list)


def to_state(user: Any) -> list[Enrolment]:
    """The learners whose portfolio waits for this GP mentor's statement."""
    mine = Mentorship.objects.filter(on_day(today()), mentor=user.pk, kind=MentorKind.GP).values("enrolment")
    declared = _declared(DeclarationKind.LEARNER).filter(pk__in=mine).exclude(learner=user.pk)
    return _turns(declared)[DeclarationKind.MENTOR]


def to_check(user: Any) -> tuple[list[Enrolment], list[Enrolment]]:
    """The learners of the person's hubs whose portfolio waits for the hub's check, and those checked but not yet
    handed in or completed. The check of whom they mentor, or made the statement about, is somebody else's.
    """
    hubs = access.hub_ids(user, Permission.CHECK_PORTFOLIO) or set()
    stated = _declared(DeclarationKind.MENTOR).filter(cohort__hub__in=hubs).exclude(learner=user.pk)
    mentored = Mentorship.objects.filter(on_day(today()), mentor=user.pk, kind=MentorKind.GP, enrolment=OuterRef("pk"))
    statement = Declaration.objects.filter(kind=DeclarationKind.MENTOR, enrolment=OuterRef("pk")).order_by("-pk")
    found = _turns(stated.annotate(mine=Exists(mentored), stated_by=Subquery(statement.values("by")[:1])))
    own = {one.pk for one in found[DeclarationKind.HUB] if one.mine or one.stated_by == user.pk}  # type: ignore[attr-defined]
    return [one for one in found[DeclarationKind.HUB] if one.pk not in own], found[None]


def _declared(kind: DeclarationKind) -> QuerySet[Enrolment]:
    """Who has that declaration, in whichever round: the others need not be looked at."""
    return Enrolment.objects.filter(pk__in=Declaration.objects.filter(kind=kind).values("enrolment"))
