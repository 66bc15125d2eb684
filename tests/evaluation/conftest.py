"""Fixtures of evaluation: a published plan with its instruments, and a place of one's own for keys."""

import pytest

from evaluation.actions.reference import load_instruments, publish_plan
from evaluation.models import EvaluationPlan
from tests.world import World


@pytest.fixture
def own_keys(settings, tmp_path):
    """A data directory of the test's own, in which keys of surveys lie."""
    settings.VAR_DIR = tmp_path


@pytest.fixture
def plan(world: World, own_keys) -> EvaluationPlan:
    """The published plan of the world's programme."""
    load_instruments()
    return publish_plan(world.programme)
