"""Real processes for the tests that need them: a database of one's own, Redis, a Celery worker, a web server.

    with scratch(database="postgres", broker="redis") as place:
        with celery_worker(place.env, beat=True) as worker, web_server(place.env) as address:
            ...
            worker.kill()

Everything stands on this machine, belongs to one test, and is gone afterwards, also when the test run itself is killed.
"""

import contextlib
import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

from tests.machine import postgres_url

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Process:
    """A started program with its group; `kill` ends it as a power cut would."""

    popen: subprocess.Popen
    log_path: Path

    @property
    def pid(self):
        """The number of the program, which is its group's too."""
        return self.popen.pid

    @property
    def log(self):
        """What it has said so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def kill(self):
        """Ends the whole group at once with SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self, seconds=10):
        """Asks it to stop, and after some seconds makes it."""
        if self.popen.poll() is None:
            self.popen.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(timeout=seconds)
        self.kill()


@dataclass
class Scratch:
    """A place of one's own: the environment that leads other processes to it."""

    var: Path
    env: dict = field(default_factory=dict)

    def manage(self, *arguments):
        """Runs a management command here; its words are in the error when it fails."""
        command = [sys.executable, "manage.py", *arguments]
        result = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"{' '.join(arguments)}: {result.stdout}{result.stderr}"
        return result.stdout

    def django(self):
        """Turns this very process into one of this place, before it imports a model; never inside pytest."""
        os.environ.clear()
        os.environ.update(self.env)
        django.setup()


def _die_with_parent():
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


@contextlib.contextmanager
def running(command, env, log_path):
    """A program in a group of its own, ended with all its children when the block is left."""
    with log_path.open("wb") as log:
        popen = subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - the child does one system call between fork and exec
        )
    process = Process(popen, log_path)
    try:
        yield process
    finally:
        process.stop()


def wait_until(condition, seconds, process=None, what="it"):
    """Waits for a condition; a process that ends meanwhile, or time that runs out, fails with the log's end."""
    until = time.monotonic() + seconds
    while not condition():
        log = process.log[-3000:] if process else ""
        assert process is None or process.popen.poll() is None, f"{what} ended: {log}"
        assert time.monotonic() < until, f"{what} was not there within {seconds} seconds: {log}"
        time.sleep(0.05)


def free_port():
    """A port that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def plain_env(var, **settings):
    """The environment of a process of the tests: its own data directory, loopback only, no REQUIRE_ALL."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"REQUIRE_ALL", "DEMO"}}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "gpa_programme.settings",
        "SECRET_KEY": "for-tests-only-" + "x" * 50,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": str(var),
        **settings,
    }


@contextlib.contextmanager
def postgres_database():
    """A new PostgreSQL database; yields its address and drops it, whoever is still connected."""
    server = postgres_url()
    name = f"gpa_scratch_{os.getpid()}_{secrets.token_hex(4)}"
    admin = psycopg2.connect(urlunsplit(urlsplit(server)._replace(path="/postgres")))
    admin.autocommit = True
    try:
        with admin.cursor() as cursor:
            _drop_abandoned(cursor)
            cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            with admin.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        admin.close()


def _drop_abandoned(cursor):
    """Drops the databases of test runs that were killed before they could."""
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'gpa\\_scratch\\_%'")
    for (name,) in cursor.fetchall():
        owner = name.split("_")[2]
        if not Path("/proc", owner).exists():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def redis_server():
    """A Redis of one's own that keeps nothing; yields (address, process)."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with (
        tempfile.TemporaryDirectory() as folder,
        running([*command, "--dir", folder], dict(os.environ), Path(folder) / "redis.log") as process,
    ):
        wait_until(lambda: "Ready to accept connections" in process.log, 10, process, "Redis")
        yield f"redis://127.0.0.1:{port}/0", process


@contextlib.contextmanager
def scratch(database="sqlite", broker="filesystem", migrate=True, **settings):
    """A database, a broker and a data directory of one's own, migrated; yields a Scratch.

    `database` is "sqlite" or "postgres", `broker` is "filesystem" or "redis"; further settings go to the environment.
    """
    with contextlib.ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gpa-", ignore_cleanup_errors=True)))
        if database == "postgres":
            settings["DATABASE_URL"] = stack.enter_context(postgres_database())
        if broker == "redis":
            settings["CELERY_BROKER_URL"] = stack.enter_context(redis_server())[0]
        place = Scratch(var, plain_env(var, **settings))
        for name, wanted in (("DATABASE_URL", database == "postgres"), ("CELERY_BROKER_URL", broker == "redis")):
            if not wanted:
                place.env.pop(name, None)
        if migrate:
            place.manage("migrate", "--noinput")
        yield place


def suite_env(var):
    """The environment in which another process uses the database that this test run made; not for SQLite in memory."""
    from django.db import connection

    row = connection.settings_dict
    assert connection.vendor == "postgresql", "Another process cannot see SQLite in memory: use scratch()."
    address = f"{row['HOST'] or '127.0.0.1'}:{row['PORT'] or 5432}"
    secret = f":{row['PASSWORD']}" if row["PASSWORD"] else ""
    return plain_env(var, DATABASE_URL=f"postgres://{row['USER']}{secret}@{address}/{row['NAME']}")


@contextlib.contextmanager
def celery_worker(env, pool="prefork", concurrency=1, beat=False):
    """A real Celery worker, ready to take work; yields its Process."""
    name = f"worker-{secrets.token_hex(3)}"
    var = Path(env["VAR_DIR"])
    command = [sys.executable, "-m", "celery", "-A", "gpa_programme.celery:app", "worker", "--loglevel", "INFO"]
    command += ["-P", pool, "-c", str(concurrency), "-n", f"{name}@%h"]
    if beat:
        command += ["-B", "--schedule", str(var / f"{name}-schedule")]
    with running(command, env, var / f"{name}.log") as process:
        wait_until(lambda: " ready." in process.log, 60, process, "The worker")
        yield process


@contextlib.contextmanager
def web_server(env, workers=2):
    """A real gunicorn that answers /healthz; yields its address without a slash at the end."""
    if not (Path(env["VAR_DIR"]) / "static").exists():
        Scratch(Path(env["VAR_DIR"]), env).manage("collectstatic", "--noinput")
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "gpa_programme.wsgi:application", "--preload", "--no-control-socket"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    address = f"http://127.0.0.1:{port}"
    with running(command, env, Path(env["VAR_DIR"]) / f"web-{port}.log") as process:
        wait_until(lambda: _answers(f"{address}/healthz"), 60, process, "The web server")
        yield address


def _answers(address):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False
