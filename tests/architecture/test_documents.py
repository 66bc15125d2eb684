"""The documents say what the code says: roles and permissions, states, decisions, and links that lead somewhere."""

import re
from pathlib import Path

import pytest

from evaluation.enums import ReportState, WaveState
from gpa_programme.accounts.enums import Permission
from gpa_programme.accounts.roles import ROLES
from learners.enums import CompetencyState, EnrolmentState, VersionState, WitnessState
from tests.architecture.test_house import FILES, ROOT, name

DOCUMENTS = [path for path in FILES if path.suffix == ".md" and path.parent != ROOT / "hubs" / "data"]
STATES = {
    "Enrolment": EnrolmentState,
    "Evidence": VersionState,
    "Witness": WitnessState,
    "Competency": CompetencyState,
    "Wave": WaveState,
    "Report": ReportState,
}


def role_table() -> str:
    """Each role and what it comes for, as docs/roles.md prints it."""
    lines = ["| Role | Comes for |", "|---|---|"]
    lines += [f"| {role.key.label} | {role.description} |" for role in ROLES.values()]
    return "\n".join(lines)


def permission_table() -> str:
    """Each permission and the roles that carry it, as docs/roles.md prints it."""
    lines = ["| May | Roles |", "|---|---|"]
    for permission in Permission:
        holders = [str(role.key.label) for role in ROLES.values() if permission in role.permissions]
        lines.append(f"| {permission.label} | {', '.join(holders) or 'nobody yet'} |")
    return "\n".join(lines)


@pytest.mark.parametrize("table", [role_table, permission_table])
def test_roles_are_printed_as_they_are(table):
    printed = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")

    assert table() in printed, f"docs/roles.md should hold:\n{table()}"


@pytest.mark.parametrize("noun", STATES)
def test_each_state_of_a_noun_stands_in_its_section(noun):
    text = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+).*?\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL))

    assert noun in sections
    assert [state.label for state in STATES[noun] if state.label not in sections[noun]] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_link_of_a_document_leads_to_a_file(path):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_document_named_in_another_is_there(path):
    named = re.findall(r"`(?:docs/)?(\w+\.md)`", path.read_text(encoding="utf-8"))

    assert [item for item in named if not (ROOT / "docs" / item).exists() and not (ROOT / item).exists()] == []


def test_decisions_are_numbered_without_gaps_and_shaped_alike():
    found = sorted((ROOT / "docs" / "adr").glob("*.md"))
    parts = ["## Context", "## Decision", "## Consequences"]

    assert [int(path.name[:4]) for path in found] == list(range(1, len(found) + 1))
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert [line for line in text.splitlines() if line.startswith("## ")] == parts, path.name
        assert len(text.split()) <= 400, f"{path.name} is longer than a page"


def test_documents_name_no_place_of_a_developers_machine():
    places = re.compile(r"(?<![\w.])/(?:home|Users|tmp|work|root)/\w")

    assert [name(path) for path in DOCUMENTS if places.search(Path(path).read_text(encoding="utf-8"))] == []
