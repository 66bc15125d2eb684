"""What this machine can and cannot run: marks that need a browser, PostgreSQL or Redis, and the list at the end.

Without REQUIRE_ALL a test that the machine cannot run is skipped and listed. With REQUIRE_ALL=1 (as `.ci/run` sets it)
nothing may be left out: a missing part, and any other skip, is a failure. Only the tests marked `postgres` are left to
the run that has DATABASE_URL, provided that a PostgreSQL server answers for it.

The run has settings of its own: a data directory that is thrown away, and nothing of a demonstration. With `-n 2 --dist
loadfile` it has as many processes, each with a data directory and a database of its own; a test marked `alone` waits
until the others stand still, because it measures time.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import socket
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

# Settings are read from the environment before any conftest is: here is the first word (pyproject.toml, addopts).
OWN_VAR = tempfile.mkdtemp(prefix="gpa-tests-")
atexit.register(shutil.rmtree, OWN_VAR, ignore_errors=True)
for name in ("DEMO", "DEMO_PASSWORD", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_URL", "CLOCK_FILE", "TRUSTED_PROXY_COUNT"):
    os.environ.pop(name, None)
os.environ["VAR_DIR"] = OWN_VAR
os.environ["SECRET_KEY"] = "for-tests-only-" + "x" * 50

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
POSTGRES_URL = "postgres://postgres@127.0.0.1:5432/postgres"
LEFT_OUT = pytest.StashKey[dict]()  # test -> reason
MISSING = pytest.StashKey[str]()


def chromium_path():
    """The browser of the journeys, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def postgres_url():
    """A PostgreSQL server's address, whose role may create databases; it need not answer."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else os.environ.get("POSTGRES_URL", POSTGRES_URL)


def postgres_answers():
    """Whether something listens where PostgreSQL should be."""
    address = urlsplit(postgres_url())
    try:
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 5432), timeout=2):
            return True
    except OSError:
        return False


def missing_browser():
    """Why no browser test can run, or an empty string."""
    return "" if chromium_path() else "there is no Chromium (Debian: apt-get install chromium)"


def missing_postgres():
    """Why no test for PostgreSQL alone can run, or an empty string."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return ""
    if postgres_answers():
        return "this run is on SQLite; set DATABASE_URL=postgres://… for a run on PostgreSQL"
    return "no PostgreSQL server answers; start one and set DATABASE_URL=postgres://…"


def missing_redis():
    """Why no test with a Redis of its own can run, or an empty string."""
    return "" if shutil.which("redis-server") else "there is no redis-server (Debian: apt-get install redis-server)"


PARTS = {"browser": missing_browser, "postgres": missing_postgres, "redis": missing_redis}


def pytest_configure(config):
    """Playwright keeps an event loop in the main thread, in which Django would otherwise refuse its database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    config.stash[LEFT_OUT] = {}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Gives each of several processes the folder in which they take turns."""
    node.workerinput["turns"] = OWN_VAR


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """Takes over what one of several processes left out."""
    node.config.stash[LEFT_OUT].update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_sessionfinish(session):
    """Hands over what this one of several processes left out."""
    if _turns(session.config):
        session.config.workeroutput["left_out"] = session.config.stash[LEFT_OUT]


def _turns(config):
    """The folder in which several processes take turns; None in the only one."""
    return getattr(config, "workerinput", {}).get("turns")


@contextlib.contextmanager
def _locked(path, how):
    with path.open("a") as file:
        fcntl.flock(file, how)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Lets a test marked `alone` wait for the room to be empty; who comes after it waits at the door."""
    folder = _turns(item.config)
    if folder is None:
        return (yield)
    how = fcntl.LOCK_EX if item.get_closest_marker("alone") else fcntl.LOCK_SH
    with contextlib.ExitStack() as inside:
        with _locked(Path(folder, "door"), fcntl.LOCK_EX):
            inside.enter_context(_locked(Path(folder, "room"), how))
        return (yield)


def pytest_collection_modifyitems(config, items):
    """Notes on each test what it lacks; takes out what belongs to the run on PostgreSQL."""
    reasons = {part: reason() for part, reason in PARTS.items()}
    lacking = {part for part, reason in reasons.items() if reason}
    elsewhere = REQUIRE_ALL and "postgres" in lacking and postgres_answers()
    kept, left = [], []
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if elsewhere and "postgres" in marks:
            left.append(item)
            continue
        kept.append(item)
        if marks & lacking:
            part = min(marks & lacking)
            item.stash[MISSING] = f"{part}: {reasons[part]}"
    items[:] = sorted(kept, key=_turn) if _turns(config) else kept
    config.stash[LEFT_OUT].update(dict.fromkeys((item.nodeid for item in left), "left to the run on PostgreSQL"))
    if left:
        config.hook.pytest_deselected(items=left)


def _turn(item):
    """When several processes reach a test: first the long ones, to wait for none at the end; last what runs alone."""
    marks = {mark.name for mark in item.iter_markers()}
    return 2 if "alone" in marks else 0 if marks & {"slow", "proof"} else 1


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Leaves out, or under REQUIRE_ALL fails, a test whose part is missing."""
    reason = item.stash.get(MISSING, "")
    if not reason:
        return
    if REQUIRE_ALL:
        pytest.fail(f"REQUIRE_ALL is set, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Counts what was left out; under REQUIRE_ALL no skip counts as a pass."""
    report = yield
    return _judged(item.config, report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """The same for a whole module that skips itself."""
    report = yield
    return _judged(collector.config, report)


def _judged(config, report):
    if report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    config.stash[LEFT_OUT][report.nodeid] = reason
    if REQUIRE_ALL:
        report.outcome, report.longrepr = "failed", f"REQUIRE_ALL is set, but this was skipped: {reason}"
    return report


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    """Ends with what this machine could not run, and why."""
    terminalreporter.section("what this machine could not run")
    left_out = Counter(config.stash[LEFT_OUT].values())
    for reason, count in sorted(left_out.items()):
        terminalreporter.line(f"{count} tests  {reason}")
    if not left_out:
        terminalreporter.line("nothing: every test chosen was run")
