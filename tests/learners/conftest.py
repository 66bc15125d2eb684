"""Fixtures of learners' pages: one hub of the standing world, and a browser signed in as somebody."""

import pytest
from django.test import Client

from tests.world import build_world


@pytest.fixture
def north(db):
    """The north hub: two active learners of one mentor, three core competencies in scope."""
    return build_world().north


@pytest.fixture
def browse():
    """browse(person): a client signed in as that person."""

    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    return signed_in
