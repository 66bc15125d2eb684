"""Work as rows: claimed once, leased, tried again, parked after three, and never lost with the broker."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from gpa_programme.core import work
from gpa_programme.core.work import WorkState
from gpa_programme.notices.models import Message

pytestmark = pytest.mark.django_db

KIND = "message"


@pytest.fixture
def row(clock) -> Message:
    clock.set(datetime(2019, 10, 15, 9, 0, tzinfo=UTC))
    return Message.objects.create(address="somebody@people.example", template="invited", template_sha256="")


@pytest.fixture
def runs(monkeypatch) -> list[int]:
    """Replace what is done with a message by a list of what was done."""
    done: list[int] = []
    kind = work._kinds[KIND]
    monkeypatch.setitem(work._kinds, KIND, work.Kind(KIND, Message, lambda row: done.append(row.pk), kind.lease))
    return done


def failing(row: Message) -> None:
    raise OSError("the mail server is away")


@pytest.fixture
def broken(monkeypatch) -> None:
    kind = work._kinds[KIND]
    monkeypatch.setitem(work._kinds, KIND, work.Kind(KIND, Message, failing, kind.lease))


def test_work_is_done_once_however_often_the_bell_rings(row: Message, runs: list[int]) -> None:
    answers = [work.do(KIND, row.pk) for _ in range(3)]

    row.refresh_from_db()
    assert (answers, runs, row.work_state) == ([True, False, False], [row.pk], WorkState.DONE)


def test_claimed_row_is_taken_by_nobody_else_until_the_lease_runs_out(row: Message, clock) -> None:
    kind = work._kinds[KIND]
    first = work.claim(kind, row.pk)

    assert work.claim(kind, row.pk) is None
    clock.move(seconds=kind.lease.total_seconds() + 1)
    second = work.claim(kind, row.pk)
    assert second is not None
    assert first is not None
    assert second.claim != first.claim
    assert work.extend(first) is False
    assert work.extend(second) is True


def test_failure_is_kept_tried_again_later_and_parked_after_three(row: Message, broken, clock) -> None:
    for attempt, state in ((1, WorkState.QUEUED), (2, WorkState.QUEUED), (3, WorkState.PARKED)):
        assert work.do(KIND, row.pk) is False
        row.refresh_from_db()
        assert (row.attempts, row.work_state, row.last_error) == (attempt, state, "OSError: the mail server is away")
        assert work.do(KIND, row.pk) is False
        clock.move(minutes=5)


def test_sweep_rings_for_due_and_abandoned_rows_only(row: Message, clock, django_capture_on_commit_callbacks) -> None:
    kind = work._kinds[KIND]
    later = Message.objects.create(
        address="later@people.example",
        template="invited",
        template_sha256="",
        due_at=datetime(2019, 10, 16, tzinfo=UTC),
    )
    assert work.sweep() == 1
    work.claim(kind, row.pk)
    assert work.sweep() == 0
    clock.move(seconds=kind.lease.total_seconds() + 1)
    assert work.sweep() == 1
    later.refresh_from_db()
    assert later.attempts == 0


def test_row_whose_worker_dies_each_time_is_parked(row: Message, clock) -> None:
    kind = work._kinds[KIND]
    for _ in range(work.ATTEMPTS):
        assert work.claim(kind, row.pk) is not None
        clock.move(seconds=kind.lease.total_seconds() + 1)

    work.sweep()

    row.refresh_from_db()
    assert (row.work_state, row.last_error) == (WorkState.PARKED, "The worker died each time.")


def test_parked_row_runs_again_by_a_persons_decision(row: Message, runs: list[int]) -> None:
    Message.objects.filter(pk=row.pk).update(work_state=WorkState.PARKED, attempts=3)
    row.refresh_from_db()

    work.retry(row)

    assert work.do(KIND, row.pk) is True


def test_broker_that_is_away_stops_no_action(row: Message, monkeypatch, django_capture_on_commit_callbacks) -> None:
    def away(*args, **kwargs):
        raise OSError("no broker")

    monkeypatch.setattr(work.app, "send_task", away)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        work.ring(KIND, row.pk)

    row.refresh_from_db()
    assert (len(callbacks), row.work_state) == (1, WorkState.QUEUED)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_sixteen_workers_at_once_one_claims(row: Message) -> None:
    kind, gate, won = work._kinds[KIND], threading.Barrier(16), []

    def compete() -> None:
        connection.ensure_connection()
        gate.wait()
        if work.claim(kind, row.pk):
            won.append(1)
        connection.close()

    threads = [threading.Thread(target=compete) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert won == [1]
