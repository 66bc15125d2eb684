"""The lists of what a machine cannot run, and the walls around the tests."""

import re
import socket
from pathlib import Path

import pytest

from tests.network import NetworkBlockedError

pytest_plugins = ["pytester"]

SUITE = """
import pytest

def test_plain():
    pass

@pytest.mark.browser
def test_page():
    pass

@pytest.mark.postgres
def test_lock():
    pass

@pytest.mark.skip(reason="because")
def test_skipped():
    pass
"""


@pytest.fixture
def small_suite(pytester, monkeypatch):
    """A suite of four tests on a machine with neither browser nor PostgreSQL; returns a way to run it."""
    for name in ("DATABASE_URL", "REQUIRE_ALL", "CHROMIUM", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parent.parent))
    monkeypatch.setenv("POSTGRES_URL", "postgres://postgres@127.0.0.1:1/postgres")
    markers = "[pytest]\nmarkers =\n  browser: b\n  postgres: p\n  redis: r\n"
    pytester.makefile(".ini", pytest=markers)
    pytester.makepyfile(SUITE)

    def run():
        return pytester.runpytest_subprocess("-p", "tests.machine", "-p", "no:django", "-p", "no:cacheprovider")

    return run


def test_machine_missing_parts_are_skipped_and_listed_with_their_reason(small_suite):
    result = small_suite()

    result.assert_outcomes(passed=1, skipped=3)
    result.stdout.fnmatch_lines(
        [
            "*what this machine could not run*",
            "1 tests  because",
            "1 tests  browser: there is no Chromium*",
            "1 tests  postgres: no PostgreSQL server answers*",
        ]
    )


def test_machine_missing_parts_fail_when_all_is_required(small_suite, monkeypatch):
    monkeypatch.setenv("REQUIRE_ALL", "1")

    result = small_suite()

    result.assert_outcomes(passed=1, errors=3)


def test_machine_postgres_tests_are_left_to_the_run_that_has_it(small_suite, monkeypatch):
    monkeypatch.setenv("REQUIRE_ALL", "1")
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        monkeypatch.setenv("POSTGRES_URL", f"postgres://postgres@127.0.0.1:{server.getsockname()[1]}/postgres")

        result = small_suite()

    result.assert_outcomes(passed=1, errors=2, deselected=1)
    result.stdout.fnmatch_lines(["1 tests  left to the run on PostgreSQL"])


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_network_other_machine_is_refused(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET

    with socket.socket(family) as client, pytest.raises(NetworkBlockedError, match=re.escape(host)):
        client.connect((host, 80))


def test_network_foreign_name_is_not_looked_up():
    with pytest.raises(NetworkBlockedError, match=r"nhs\.example"):
        socket.create_connection(("nhs.example", 80))


def test_network_this_machine_is_reached():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()

        client.connect(server.getsockname())
