"""The real processes that tests lean on: there when asked for, gone afterwards."""

import contextlib
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.workers import celery_worker, postgres_database, redis_server, running, scratch, wait_until, web_server

TWO = "import os, time\nos.fork()\nprint('up', flush=True)\ntime.sleep(60)\n"


def group_is_empty(group):
    """Whether no process of a group is left; one that nobody has collected yet has ended all the same."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, its_group = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                return False
    return True


def test_running_left_block_ends_the_program_and_its_children(tmp_path):
    with running([sys.executable, "-c", TWO], dict(os.environ), tmp_path / "log") as process:
        wait_until(lambda: process.log.count("up") == 2, 10, process)
        assert not group_is_empty(process.pid)

    assert process.popen.returncode is not None
    wait_until(lambda: group_is_empty(process.pid), 10)


def test_running_killed_program_leaves_no_child(tmp_path):
    with running([sys.executable, "-c", TWO], dict(os.environ), tmp_path / "log") as process:
        wait_until(lambda: process.log.count("up") == 2, 10, process)

        process.kill()

        wait_until(lambda: group_is_empty(process.pid), 10)


def test_wait_until_program_that_ends_fails_with_its_words(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('broken spring')"]

    with (
        running(command, dict(os.environ), tmp_path / "log") as process,
        pytest.raises(AssertionError, match="broken spring"),
    ):
        wait_until(lambda: False, 10, process, "The clock")


@pytest.mark.redis
def test_redis_server_answers_and_is_gone_afterwards():
    with redis_server() as (address, _), socket.create_connection(("127.0.0.1", urlsplit(address).port)) as client:
        client.sendall(b"PING\r\n")
        assert client.recv(7) == b"+PONG\r\n"

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(address).port))


@pytest.mark.postgres
def test_postgres_database_is_new_and_dropped_even_while_used():
    with postgres_database() as address:
        left_open = psycopg2.connect(address)

    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        psycopg2.connect(address)
    left_open.close()


@pytest.mark.postgres
def test_postgres_database_of_a_killed_run_is_dropped_by_the_next():
    with postgres_database() as address:
        left = psycopg2.connect(address)
        left.autocommit = True
        left.cursor().execute("CREATE DATABASE gpa_scratch_4194305_left")  # a number that no process can have
        left.close()

    with postgres_database() as address:
        client = psycopg2.connect(address)
        cursor = client.cursor()
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = 'gpa_scratch_4194305_left'")
        assert cursor.fetchone() == (0,)
        client.close()


@pytest.mark.parametrize(
    ("database", "broker"),
    [
        ("sqlite", "filesystem"),
        pytest.param("postgres", "redis", marks=[pytest.mark.postgres, pytest.mark.redis]),
    ],
)
def test_scratch_serves_and_works_apart_from_everything_else(database, broker):
    with scratch(database=database, broker=broker) as place:
        with celery_worker(place.env, beat=True) as worker, web_server(place.env):
            assert " ready." in worker.log

        wait_until(lambda: group_is_empty(worker.pid), 10)

    assert not Path(place.var).exists()
