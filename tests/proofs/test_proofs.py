"""Every proof at its CI size, each in a process of its own as `run.py prove` would run it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proofs.__main__ import note
from tests.sizes import SIZES

HERE = Path(__file__).resolve().parent
PATIENCE = 240  # seconds; a guard against hanging only. On two free cores the aim is 20


def needing(name):
    """The case of one proof, marked with what it needs."""
    marks = [getattr(pytest.mark, need) for need in SIZES[name].get("needs", ())]
    return pytest.param(name, marks=marks, id=name)


def test_sizes_name_every_proof_and_no_other():
    modules = {path.stem for path in HERE.glob("[!_]*.py")} - {"test_proofs"}

    assert set(SIZES) == modules


@pytest.mark.proof
@pytest.mark.parametrize("name", [needing(name) for name in sorted(SIZES)])
def test_proof_holds_at_ci_size(name):
    command = [sys.executable, "-m", "tests.proofs", name, "--ci"]

    result = subprocess.run(
        command, cwd=HERE.parent.parent, capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    print(result.stdout)
    assert result.returncode == 0, result.stdout + result.stderr


def test_note_tells_command_machine_size_and_figures():
    text = note("claim", {"clients": 32, "rounds": 50}, {"over-full": 0, "seconds": 1.5}, 61.2)

    lines = text.splitlines()
    assert lines[1].startswith("## claim, ")
    assert lines[3].startswith("`python3 run.py prove claim` on ")
    assert lines[3].endswith("; size: clients 32, rounds 50; 61 seconds.")
    assert lines[5:] == ["| Figure | Value |", "|---|---|", "| over-full | 0 |", "| seconds | 1.5 |"]
