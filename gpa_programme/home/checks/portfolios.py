"""Checks of portfolios: requests, decisions, and the hashes that freeze versions and bind decisions."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from gpa_programme.home.checks.check import Check, listed, sql
from learners.enums import DecisionKind, VersionState
from learners.models import Decision, EvidenceFile, EvidenceLink, EvidenceVersion, RequestVersion
from learners.rules.evidence import Content, others_of, version_sha256
from learners.rules.signoff import decision_sha256

CLOSING = (DecisionKind.SIGNED_OFF.value, DecisionKind.RETURNED.value)
BATCH = 5_000


def batches(rows: QuerySet[Any, tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows a few thousand at a time: a check of a million rows keeps little in mind."""
    found = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        yield batch


def versions_with_another_hash() -> int:
    """How many submitted versions do not say any more what their SHA-256 froze."""
    columns = (
        *("pk", "item__ref", "number", "item__kind", "title", "text", "sha256", "no_patient_details"),
        *("answers", "entries", "prior_learning"),
        *("witness__sha256", "observation__observer", "observation__observed_on"),
    )
    kept = EvidenceVersion.objects.filter(state=VersionState.SUBMITTED, destroyed_at__isnull=True)
    rows = kept.order_by("pk").values_list(*columns)
    return sum(_wrong_versions(batch) for batch in batches(rows))


def _wrong_versions(batch: list[tuple[Any, ...]]) -> int:
    reach = {"version__gte": batch[0][0], "version__lte": batch[-1][0]}
    links: dict[int, dict[str, str]] = defaultdict(dict)
    for version, code, line in EvidenceLink.objects.filter(**reach).values_list(
        "version", "competency__code", "justification"
    ):
        links[version][code] = line
    files: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for version, name, digest in EvidenceFile.objects.filter(**reach).values_list("version", "name", "sha256"):
        files[version].append((name, digest))
    return sum(
        sha256
        != version_sha256(
            ref=ref,
            number=number,
            kind=kind,
            content=Content(title, text, said, links[pk], *more),
            files=files[pk],
            others=others_of(witness, str(observer) if observer else None, observed_on),
        )
        for pk, ref, number, kind, title, text, sha256, said, *more, witness, observer, observed_on in batch
    )


def decisions_with_another_hash() -> int:
    """How many decisions are not bound to the statement and the versions that stood when they were made.

    A version that was added to the request afterwards does not count: it was submitted later than the decision.
    """
    rows = Decision.objects.order_by("request", "pk").values_list("request", "statement", "sha256", "decided_at")
    return sum(_wrong_decisions(batch) for batch in batches(rows))


def _wrong_decisions(batch: list[tuple[Any, ...]]) -> int:
    named: dict[int, list[tuple[Any, str]]] = defaultdict(list)
    reach = {"request__gte": batch[0][0], "request__lte": batch[-1][0]}
    for request, submitted_at, digest in RequestVersion.objects.filter(**reach).values_list(
        "request", "version__submitted_at", "version__sha256"
    ):
        named[request].append((submitted_at, digest))
    return sum(
        sha256 != decision_sha256([digest for at, digest in named[request] if at and at <= decided_at], statement)
        for request, statement, sha256, decided_at in batch
    )


PORTFOLIOS: tuple[Check, ...] = (
    sql(
        "decider_was_no_mentor",
        "Who decides is the learner's mentor, in that capacity, on that day; taking back is the signer's own.",
        """
        SELECT d.id FROM learners_decision d
        WHERE d.kind <> %s AND NOT EXISTS (
            SELECT 1 FROM learners_mentorship m
            WHERE m.enrolment_id = d.enrolment_id AND m.mentor_id = d.by_id AND m.kind = d.capacity
                AND m.since <= d.effective_on AND (m.until IS NULL OR m.until >= d.effective_on)
        )
        """,
        (DecisionKind.REVOKED.value,),
    ),
    sql(
        "decision_on_own",
        "Nobody decides on their own evidence, whatever the copied column says.",
        """
        SELECT d.id FROM learners_decision d JOIN learners_enrolment e ON e.id = d.enrolment_id
        WHERE d.by_id = e.learner_id OR d.learner_id <> e.learner_id
        """,
    ),
    sql(
        "decision_before_request",
        "A decision is not older than its request.",
        """
        SELECT d.id FROM learners_decision d JOIN learners_signoffrequest r ON r.id = d.request_id
        WHERE d.decided_at < r.requested_at
        """,
    ),
    sql(
        "decision_of_another_request",
        "A decision copies its request's learner and competency.",
        """
        SELECT d.id FROM learners_decision d JOIN learners_signoffrequest r ON r.id = d.request_id
        WHERE d.enrolment_id <> r.enrolment_id OR d.competency_id <> r.competency_id
        """,
    ),
    sql(
        "closed_without_decision",
        "A request that was closed without another cause has the decision that closed it.",
        f"""
        SELECT r.id FROM learners_signoffrequest r
        WHERE r.closed_at IS NOT NULL AND r.closed_because = '' AND NOT EXISTS (
            SELECT 1 FROM learners_decision d WHERE d.request_id = r.id AND d.kind IN ({listed(CLOSING)})
        )
        """,  # noqa: S608  placeholders only
        CLOSING,
    ),
    sql(
        "open_with_decision",
        "A request that was decided is closed.",
        f"""
        SELECT r.id FROM learners_signoffrequest r
        WHERE r.closed_at IS NULL AND EXISTS (
            SELECT 1 FROM learners_decision d WHERE d.request_id = r.id AND d.kind IN ({listed(CLOSING)})
        )
        """,  # noqa: S608  placeholders only
        CLOSING,
    ),
    sql(
        "request_without_version",
        "A request names at least one version.",
        """
        SELECT r.id FROM learners_signoffrequest r
        WHERE NOT EXISTS (SELECT 1 FROM learners_requestversion n WHERE n.request_id = r.id)
        """,
    ),
    sql(
        "request_names_other_evidence",
        "A request names submitted versions of the learner's own evidence, of this enrolment or an earlier one.",
        """
        SELECT n.id FROM learners_requestversion n
        JOIN learners_signoffrequest r ON r.id = n.request_id
        JOIN learners_evidenceversion v ON v.id = n.version_id
        JOIN learners_evidenceitem i ON i.id = v.item_id
        JOIN learners_enrolment e ON e.id = r.enrolment_id
        JOIN learners_enrolment o ON o.id = i.enrolment_id
        WHERE COALESCE(o.first_id, o.id) <> COALESCE(e.first_id, e.id) OR v.state <> %s
        """,
        (VersionState.SUBMITTED.value,),
    ),
    sql(
        "request_outside_framework",
        "A request is for a competency of a framework that the learner has or had.",
        """
        SELECT r.id FROM learners_signoffrequest r
        JOIN learners_enrolment e ON e.id = r.enrolment_id
        JOIN learners_competency c ON c.id = r.competency_id
        WHERE c.framework_id <> e.framework_id AND NOT EXISTS (
            SELECT 1 FROM learners_frameworkmove m
            WHERE m.enrolment_id = e.id AND m.from_framework_id = c.framework_id
        )
        """,
    ),
    Check("version_hash_mismatch", "A submitted version says what its SHA-256 froze.", versions_with_another_hash),
    Check(
        "decision_hash_mismatch",
        "A decision is bound to its statement and the versions seen.",
        decisions_with_another_hash,
    ),
)
