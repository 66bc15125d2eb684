"""The running demonstration that journeys share: web server, worker and beat, as `run.py` starts them."""

import pytest
from django.db import connections

from tests.journeys.browser import chromium
from tests.test_start import Demonstration


@pytest.fixture(scope="package")
def demonstration(tmp_path_factory):
    """A demonstration of its own data, stopped at the end."""
    started = Demonstration(tmp_path_factory.mktemp("demonstration"))
    yield started
    started.stop()


@pytest.fixture(scope="package")
def browser():
    """One browser for all journeys."""
    with chromium() as opened:
        yield opened
        connections.close_all()  # of the browser's event loop: once it has ended nobody would find them
