"""Reads of witness statements: by the token of a link, and of a learner's own item."""

from dataclasses import dataclass

from gpa_programme.core.periods import now
from learners.enums import WitnessState
from learners.models import Enrolment, EvidenceItem, EvidenceLink, EvidenceVersion, Witness
from learners.queries.chain import carried_on
from learners.rules import witnesses as rules
from learners.rules.evidence import may_write


def state_of(witness: Witness) -> WitnessState:
    """Where a statement stands now."""
    return rules.state_of(
        answered_at=witness.answered_at,
        declined_at=witness.declined_at,
        expires_at=witness.expires_at,
        moment=now(),
    )


@dataclass(frozen=True)
class Door:
    """What a colleague's link opens: the request, what it is meant to show, and where it stands."""

    witness: Witness
    state: WitnessState
    links: list[EvidenceLink]
    practice: str


def door(token: str) -> Door | None:
    """What the link with that token opens; None where it was replaced, taken back, or is no longer needed."""
    rows = Witness.objects.select_related(
        "version__item__enrolment__learner", "version__item__enrolment__cohort__programme"
    )
    witness = rows.filter(token_sha256=rules.token_sha256(token)).first()
    if witness is None:
        return None
    enrolment = carried_on(witness.version.item.enrolment)
    state = state_of(witness)
    if witness.expires_at <= now() or (state is WitnessState.ASKED and not may_write(enrolment.state)):
        state = WitnessState.EXPIRED
    return Door(
        witness=witness,
        state=state,
        links=list(witness.version.links.select_related("competency")),
        practice=practice_of(enrolment),
    )


def practice_of(enrolment: Enrolment) -> str:
    """The name of the practice at which the learner is, or was last."""
    placement = enrolment.placements.select_related("practice").order_by("-since").first()
    return placement.practice.name if placement else ""


def newest_version(item: EvidenceItem) -> EvidenceVersion:
    """The item's newest version, with its witness where one was asked."""
    return item.versions.select_related("witness").latest("number")


def last_asked(item: EvidenceItem) -> str:
    """What a colleague was last asked about this item; empty before the first."""
    rows = Witness.objects.filter(version__item=item).order_by("-version__number").values_list("asks", flat=True)
    return rows.first() or ""


def witness_of(version: EvidenceVersion) -> Witness | None:
    """Who was asked for a statement on this version."""
    return getattr(version, "witness", None)
