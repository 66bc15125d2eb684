"""What holds for every record and every action: what may change, which values, who and when, who did it."""

import ast
import inspect
from importlib import import_module

import pytest
from django.apps import apps
from django.db import models

from gpa_programme.audit.models import AppendOnly
from gpa_programme.celery import BEAT_SCHEDULE, app
from tests.architecture.test_house import APPS, MODULES, dotted, name, shelf

OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
APPEND_ONLY = {
    *("AuditEvent", "ReadLog", "Seal"),
    *("EnrolmentChange", "FrameworkMove", "Decision", "Acknowledgement", "ReadingReason"),
    *("Declaration", "VerificationSample", "BlindReading"),
    *("ReportChange", "ReportFile", "ReportVersion"),
}
ORDINARY = {
    *("User", "NationalRole", "Message", "OutboxMail"),
    *("Region", "Organisation", "OrganisationLink", "PracticeFigures", "Hub", "HubMembership", "PracticeMembership"),
    *("Programme", "Cohort", "Place"),
    *("CompetencyFramework", "Domain", "Competency", "CompetencyMapping", "FrameworkImport", "CareStandard"),
    *("ScopeAgreement", "Background", "ProtectedWeek", "MentorSettings", "Absence", "Snooze"),
    *("Witness", "Observation", "PatientFlag", "Verification", "Certificate", "PortfolioCopy"),
    *("Enrolment", "Placement", "Mentorship", "Pause", "ScopeItem", "TransferOffer"),
    *("EvidenceItem", "EvidenceVersion", "EvidenceFile", "EvidenceLink", "SignOffRequest", "RequestVersion"),
    *("EvaluationPlan", "Instrument", "Question", "Wave", "WaveLink", "Invitation", "Response", "Comment", "Release"),
    *("Snapshot", "RegionalReport", "ReportBuild", "ReportDelivery"),
}
# A change's value is a copy of one that its parent's constraint holds, or is written by one action from an enum.
UNCONSTRAINED = {
    "EnrolmentChange.from_state": "may be empty: the first change comes from nowhere; the table of moves decides",
    "ReportChange.from_state": "may be empty: the first change comes from nowhere; the table of moves decides",
    "ReportChange.to_state": "copied from the report's own state, which is constrained",
    "Message.work_state": "written by core/work.py alone",
    "ReportBuild.work_state": "written by core/work.py alone",
    "PortfolioCopy.work_state": "written by core/work.py alone",
    "Comment.verdict": "no enum: empty until somebody has read it",
}


def test_every_record_is_listed_as_ordinary_or_append_only():
    append_only = {model.__name__ for model in OURS if issubclass(model, AppendOnly)}

    assert append_only == APPEND_ONLY
    assert {model.__name__ for model in OURS} - append_only == ORDINARY


@pytest.mark.parametrize("model", [model for model in OURS if issubclass(model, AppendOnly)])
def test_append_only_record_refuses_a_change(model, db):
    with pytest.raises(TypeError):
        model.objects.all().delete()
    with pytest.raises(TypeError):
        model.objects.all().update(pk=1)


def constrained(model):
    """The fields that a check of the model compares with a list of values."""
    found = set()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            found |= {key.removesuffix("__in") for key, _ in _leaves(constraint.condition) if key.endswith("__in")}
    return found


def _leaves(condition):
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from _leaves(child)
        else:
            yield child


def test_every_choice_is_held_by_the_database():
    open_to_anything = {
        f"{model.__name__}.{field.name}"
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.Field) and field.choices and field.name not in constrained(model)
    }

    assert open_to_anything - UNCONSTRAINED.keys() == set()
    assert UNCONSTRAINED.keys() - open_to_anything == set()


def public_functions(path):
    """The public functions that a module defines."""
    module = import_module(dotted(path))
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield module, getattr(module, node.name), node


ACTIONS = [
    (path, function, node)
    for path in MODULES
    if shelf(dotted(path)) == "actions"
    for _, function, node in public_functions(path)
]


def test_actions_are_told_by_name_who_acts():
    loose = [
        f"{name(path)}: {node.name}"
        for path, function, node in ACTIONS
        if (by := inspect.signature(function).parameters.get("by")) and by.kind is not inspect.Parameter.KEYWORD_ONLY
    ]

    assert loose == []


def test_action_that_leaves_an_event_says_by_whom():
    """An action that writes to the trail in a person's name is told who they are."""
    silent = []
    for path, function, node in ACTIONS:
        calls = [item for item in ast.walk(node) if isinstance(item, ast.Call)]
        records = [call for call in calls if ast.unparse(call.func) in {"audit.record", "record"}]
        named = [word for call in records for word in call.keywords if word.arg == "by"]
        by_somebody = [word for word in named if ast.unparse(word.value) != "None"]
        if by_somebody and "by" not in inspect.signature(function).parameters:
            silent.append(f"{name(path)}: {node.name}")

    assert silent == []


def test_every_line_of_the_beat_table_rings_a_task_that_there_is():
    app.loader.import_default_modules()

    assert {line["task"] for line in BEAT_SCHEDULE.values()} - app.tasks.keys() == set()
