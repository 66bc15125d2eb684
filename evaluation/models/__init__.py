"""The records of evaluation, split by noun."""

from evaluation.models.figures import Snapshot
from evaluation.models.reports import (
    RegionalReport,
    ReportBuild,
    ReportChange,
    ReportDelivery,
    ReportFile,
    ReportVersion,
)
from evaluation.models.surveys import (
    Comment,
    EvaluationPlan,
    Instrument,
    Invitation,
    Question,
    Release,
    Response,
    Wave,
    WaveLink,
)

__all__ = [
    "Comment",
    "EvaluationPlan",
    "Instrument",
    "Invitation",
    "Question",
    "RegionalReport",
    "Release",
    "ReportBuild",
    "ReportChange",
    "ReportDelivery",
    "ReportFile",
    "ReportVersion",
    "Response",
    "Snapshot",
    "Wave",
    "WaveLink",
]
