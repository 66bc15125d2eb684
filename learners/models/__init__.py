"""The records of learners, split by noun."""

from learners.models.enrolment import Enrolment, EnrolmentChange, Mentorship, Pause, Placement, ScopeItem
from learners.models.evidence import EvidenceFile, EvidenceItem, EvidenceLink, EvidenceVersion
from learners.models.framework import Competency, CompetencyFramework, Domain
from learners.models.signoff import Decision, RequestVersion, SignOffRequest

__all__ = [
    "Competency",
    "CompetencyFramework",
    "Decision",
    "Domain",
    "Enrolment",
    "EnrolmentChange",
    "EvidenceFile",
    "EvidenceItem",
    "EvidenceLink",
    "EvidenceVersion",
    "Mentorship",
    "Pause",
    "Placement",
    "RequestVersion",
    "ScopeItem",
    "SignOffRequest",
]
