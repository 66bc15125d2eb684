"""Makes what others say of evidence: a colleague asked for a statement, a mentor's observation."""

from datetime import datetime, timedelta

from gpa_programme.core.periods import end_of_day, now, today
from learners.enums import EvidenceKind
from learners.models import Enrolment, EvidenceVersion, Observation, Witness
from learners.rules.witnesses import LIVES, statement_sha256, token_sha256
from tests.factories.accounts import make_user
from tests.factories.learners import make_enrolment
from tests.factories.portfolios import make_evidence, make_version

TOKEN = "the-token-of-the-link"


def make_witness(
    *,
    version: EvidenceVersion | None = None,
    enrolment: Enrolment | None = None,
    token: str = TOKEN,
    asked_at: datetime | None = None,
    statement: str = "",
    **fields,
) -> Witness:
    """A colleague asked an hour ago about a draft; with `statement` given, one who has answered."""
    asked_at = asked_at or now() - timedelta(hours=1)
    version = version or make_version(
        item=make_evidence(enrolment=enrolment or make_enrolment(), kind=EvidenceKind.WITNESS), title="Took the bloods"
    )
    fields = {
        "name": "Nora Nurse",
        "job": "Practice nurse",
        "email": "nora@surgery.example",
        "asks": "How I spoke with the patient.",
        "asked_at": asked_at,
        "expires_at": asked_at + LIVES,
        "token_sha256": token_sha256(token),
    } | fields
    if statement:
        signed = {"signed_name": fields["name"], "signed_job": fields["job"], "statement": statement}
        digest = statement_sha256(statement, fields["name"], fields["job"])
        fields = {"answered_at": now(), "sha256": digest, **signed} | fields
    return Witness.objects.create(version=version, **fields)


def make_observation(*, version: EvidenceVersion | None = None, observer=None, **fields) -> Observation:
    """An observation of today, typed on the learner's own device, that its observer may confirm until midnight.

    The version's hash does not count it: actions.observations does that.
    """
    version = version or make_version(item=make_evidence(kind=EvidenceKind.OBSERVATION), submitted_at=now())
    fields = {"observed_on": today(), "on_learners_device": True, "confirm_by": end_of_day(today())} | fields
    return Observation.objects.create(version=version, observer=observer or make_user(), **fields)
