"""Checks of what others said: statements stand under their hash, and what rests on them has them."""

from gpa_programme.home.checks.check import Check, sql
from learners.enums import EvidenceKind, VersionState
from learners.models import Witness
from learners.rules.witnesses import statement_sha256


def statements_with_another_hash() -> int:
    """How many statements of colleagues do not say any more what their SHA-256 keeps."""
    rows = Witness.objects.filter(answered_at__isnull=False, version__destroyed_at__isnull=True)
    columns = rows.values_list("statement", "signed_name", "signed_job", "sha256")
    return sum(statement_sha256(*said) != digest for *said, digest in columns.iterator(chunk_size=5_000))


WITNESSES: tuple[Check, ...] = (
    Check(
        "witness_hash_mismatch", "A colleague's statement says what its SHA-256 keeps.", statements_with_another_hash
    ),
    sql(
        "witness_missing",
        "A witness statement that was submitted has its witness's answer.",
        """
        SELECT v.id FROM learners_evidenceversion v JOIN learners_evidenceitem i ON i.id = v.item_id
        LEFT JOIN learners_witness w ON w.version_id = v.id AND w.answered_at IS NOT NULL
        WHERE i.kind = %s AND v.state = %s AND w.id IS NULL
        """,
        (EvidenceKind.WITNESS.value, VersionState.SUBMITTED.value),
    ),
    sql(
        "observation_missing",
        "An observation that was submitted names who observed it, and that is not the learner.",
        """
        SELECT v.id FROM learners_evidenceversion v
        JOIN learners_evidenceitem i ON i.id = v.item_id
        JOIN learners_enrolment e ON e.id = i.enrolment_id
        LEFT JOIN learners_observation o ON o.version_id = v.id AND o.observer_id <> e.learner_id
        WHERE i.kind = %s AND v.state = %s AND o.id IS NULL
        """,
        (EvidenceKind.OBSERVATION.value, VersionState.SUBMITTED.value),
    ),
)
