"""The records of learners, split by noun."""

from learners.models.enrolment import Enrolment, EnrolmentChange, Mentorship, Pause, Placement
from learners.models.evidence import EvidenceFile, EvidenceItem, EvidenceLink, EvidenceVersion
from learners.models.finish import (
    BlindReading,
    Certificate,
    Declaration,
    PortfolioCopy,
    Verification,
    VerificationSample,
)
from learners.models.framework import (
    CareStandard,
    Competency,
    CompetencyFramework,
    CompetencyMapping,
    Domain,
    FrameworkImport,
)
from learners.models.mentoring import Absence, MentorSettings, Snooze
from learners.models.moves import FrameworkMove
from learners.models.reading import ReadingReason
from learners.models.scope import Background, ProtectedWeek, ScopeAgreement, ScopeItem
from learners.models.signoff import Acknowledgement, Decision, RequestVersion, SignOffRequest
from learners.models.transfers import TransferOffer
from learners.models.witnesses import Observation, PatientFlag, Witness

__all__ = [
    "Absence",
    "Acknowledgement",
    "Background",
    "BlindReading",
    "CareStandard",
    "Certificate",
    "Competency",
    "CompetencyFramework",
    "CompetencyMapping",
    "Decision",
    "Declaration",
    "Domain",
    "Enrolment",
    "EnrolmentChange",
    "EvidenceFile",
    "EvidenceItem",
    "EvidenceLink",
    "EvidenceVersion",
    "FrameworkImport",
    "FrameworkMove",
    "MentorSettings",
    "Mentorship",
    "Observation",
    "PatientFlag",
    "Pause",
    "Placement",
    "PortfolioCopy",
    "ProtectedWeek",
    "ReadingReason",
    "RequestVersion",
    "ScopeAgreement",
    "ScopeItem",
    "SignOffRequest",
    "Snooze",
    "TransferOffer",
    "Verification",
    "VerificationSample",
    "Witness",
]
