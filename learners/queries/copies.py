"""Everything that a learner's own copy holds, read in a fixed number of queries, and the copies made so far."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from gpa_programme.core.periods import now
from learners.enums import CompetencyState, VersionState
from learners.models import (
    Certificate,
    Competency,
    Decision,
    Declaration,
    Enrolment,
    EnrolmentChange,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
    Mentorship,
    Placement,
    PortfolioCopy,
    SignOffRequest,
)
from learners.queries.chain import portfolio_ids
from learners.queries.states import enrolment_states


@dataclass(frozen=True)
class Whole:
    """A portfolio with nothing left out, over every enrolment that carried it."""

    enrolment: Enrolment
    competencies: list[Competency]
    states: dict[int, CompetencyState]
    versions: list[EvidenceVersion]
    requests: list[SignOffRequest]
    decisions: list[Decision]
    declarations: list[Declaration]
    certificates: list[Certificate]
    changes: list[EnrolmentChange]
    placements: list[Placement]
    mentorships: list[Mentorship]


def whole_of(enrolment: Enrolment) -> Whole:
    """The portfolio as its learner owns it, drafts too: seventeen queries at most, whatever its size."""
    mine = portfolio_ids(enrolment)
    versions = EvidenceVersion.objects.filter(item__enrolment__in=mine).select_related(
        "item__recorded_by", "witness", "observation__observer"
    )
    decisions = Decision.objects.filter(enrolment__in=mine).select_related("by", "handed_to", "acknowledgement")
    return Whole(
        enrolment=enrolment,
        competencies=list(
            Competency.objects.filter(framework=enrolment.framework_id).select_related("domain").order_by("position")
        ),
        states=enrolment_states([enrolment.pk], own=True)[enrolment.pk],
        versions=list(
            versions.prefetch_related(
                Prefetch("files", EvidenceFile.objects.order_by("pk")),
                Prefetch("links", EvidenceLink.objects.select_related("competency").order_by("competency__position")),
            ).order_by("item__created_at", "item_id", "number")
        ),
        requests=list(
            SignOffRequest.objects.filter(enrolment__in=mine)
            .select_related("competency")
            .prefetch_related("versions__item", Prefetch("decisions", decisions.order_by("pk")))
            .order_by("pk")
        ),
        decisions=list(
            decisions.select_related("competency")
            .prefetch_related(Prefetch("request__versions", EvidenceVersion.objects.select_related("item")))
            .order_by("pk")
        ),
        declarations=list(Declaration.objects.filter(enrolment__in=mine).select_related("by").order_by("pk")),
        certificates=list(Certificate.objects.filter(enrolment__in=mine).order_by("pk")),
        changes=list(EnrolmentChange.objects.filter(enrolment__in=mine).select_related("by").order_by("pk")),
        placements=list(Placement.objects.filter(enrolment__in=mine).select_related("practice").order_by("pk")),
        mentorships=list(Mentorship.objects.filter(enrolment__in=mine).select_related("mentor").order_by("pk")),
    )


def submitted(whole: Whole) -> list[EvidenceVersion]:
    """The versions that are frozen and still say what they said."""
    return [row for row in whole.versions if row.state == VersionState.SUBMITTED and row.destroyed_at is None]


def copies_of(user: Any) -> QuerySet[PortfolioCopy]:
    """The person's own copies that can still be fetched or are being made, the newest first."""
    rows = PortfolioCopy.objects.filter(enrolment__learner=user.pk).exclude(expires_at__lte=now())
    return rows.select_related("enrolment__cohort__programme").order_by("-pk")
