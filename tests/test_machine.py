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


SEVERAL = ("-n", "2", "--dist", "loadfile")
BUSY = """
import pathlib, time, pytest

def work(name, seconds):
    for word in ("begins", "ends"):
        with pathlib.Path({diary!r}).open("a") as diary:
            diary.write(f"{{name}} {{word}}\\n")
        time.sleep(seconds)

@pytest.mark.parametrize("number", range(15))
def test_other(number):
    work("other", 0.05)
"""
ALONE = """
import pytest
from test_busy import work

@pytest.mark.alone
def test_alone():
    work("alone", 0.4)
"""


@pytest.fixture
def small_suite(pytester, monkeypatch):
    """A suite of four tests on a machine with neither browser nor PostgreSQL; returns a way to run it."""
    for name in ("DATABASE_URL", "REQUIRE_ALL", "CHROMIUM", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv(
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"
    )  # most of the start is plugins that the suite has no use for
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parent.parent))
    monkeypatch.setenv("POSTGRES_URL", "postgres://postgres@127.0.0.1:1/postgres")
    markers = "[pytest]\nmarkers =\n  browser: b\n  postgres: p\n  redis: r\n  alone: a\n"
    pytester.makefile(".ini", pytest=markers)
    pytester.makepyfile(SUITE)

    def run(*arguments):
        own = ("-p", "xdist.plugin", "-p", "tests.machine", "-p", "no:cacheprovider")
        return pytester.runpytest_subprocess(*own, *arguments)

    return run


@pytest.mark.parametrize("processes", [(), SEVERAL], ids=["one", "several"])
def test_machine_missing_parts_are_skipped_and_listed_with_their_reason(small_suite, processes):
    result = small_suite(*processes)

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


def test_machine_test_marked_alone_has_no_other_beside_it(small_suite, pytester):
    diary = pytester.path / "diary"
    pytester.makepyfile(test_busy=BUSY.format(diary=str(diary)), test_time=ALONE)

    result = small_suite(*SEVERAL, "test_busy.py", "test_time.py")

    result.assert_outcomes(passed=16)
    lines = diary.read_text(encoding="utf-8").splitlines()
    assert lines.count("other begins") == 15
    assert lines[lines.index("alone begins") + 1] == "alone ends"


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
