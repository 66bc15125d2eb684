"""Where answers lie and how they race: in no order that tells who gave them, once a link however many send."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from evaluation.actions import answers as actions
from evaluation.actions import waves
from evaluation.enums import WaveMode, WaveState
from evaluation.models import Comment, Invitation, Response, Wave
from evaluation.queries.waves import Door
from gpa_programme.core.errors import ConflictError, StateError
from gpa_programme.core.periods import today
from tests.factories import make_hub, make_invitation, make_question, make_wave, make_wave_link

TWELVE = 12
CLIENTS = 8


def physical(wave: Wave, table: str) -> list[tuple]:
    """Rows of a wave as they lie in the table's file: what they say and, on PostgreSQL, who wrote them (xmin)."""
    column = "answers" if table == "evaluation_response" else "text"
    where = "ctid, xmin::text" if connection.vendor == "postgresql" else "rowid, 0"
    order = "ctid" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}, {where} FROM {table} WHERE wave_id = %s ORDER BY {order}", [wave.pk])
        return [(str(said), written) for said, _, written in cursor.fetchall()]


def answer_in_order(wave: Wave, hub, count: int = TWELVE) -> None:
    """So many invited people answer one after the other, each with their number."""
    question = make_question(instrument=wave.instrument, kind="text")
    for index in range(count):
        invitation = make_invitation(wave=wave, hub=hub)
        actions.answer(
            door=Door(wave, hub, invitation.pk), answers={"q1": index}, comments={question.pk: f"{index:02d}"}
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["evaluation_response", "evaluation_comment"])
def test_answers_of_an_invited_wave_lie_in_no_order_that_says_who_gave_them(table: str) -> None:
    hub = make_hub()
    orders, writers = set(), []
    for _ in range(3):
        wave = make_wave()
        answer_in_order(wave, hub)
        rows = physical(wave, table)
        orders.add(tuple(said for said, _ in rows))
        writers.append(len({written for _, written in rows}))

    assert len(orders) == 3  # by chance two of three agree once in 160 million
    assert writers == [1, 1, 1]
    assert {len(order) for order in orders} == {TWELVE}


@pytest.mark.django_db(transaction=True)
def test_last_answer_lies_last_no_oftener_than_chance() -> None:
    """The attack that order allows: the newest row is the last respondent's. 40 waves of 5, so chance finds 8."""
    hub = make_hub()
    found = 0
    for _ in range(40):
        wave = make_wave()
        answer_in_order(wave, hub, count=5)
        rows = physical(wave, "evaluation_comment")
        found += rows[-1][0] == "04"

    assert found <= 20  # more than 20 of 40 by chance: once in 50,000 runs


@pytest.mark.django_db(transaction=True)
def test_open_wave_is_shuffled_nightly_and_at_close() -> None:
    link = make_wave_link()
    for index in range(TWELVE):
        actions.answer(door=Door(link.wave, link.hub), answers={"q1": index}, comments={})
    first = physical(link.wave, "evaluation_response")

    assert waves.shuffle_open_waves() == 1
    night = physical(link.wave, "evaluation_response")
    waves.close_wave(wave=link.wave, by=None)
    closed = physical(link.wave, "evaluation_response")

    assert len({tuple(said for said, _ in rows) for rows in (first, night, closed)}) == 3
    assert {len({written for _, written in rows}) for rows in (night, closed)} == {1}
    assert sorted(said for said, _ in first) == sorted(said for said, _ in closed)


@pytest.mark.django_db
def test_answer_leaves_other_waves_as_they_are() -> None:
    hub = make_hub()
    other, wave = make_wave(), make_wave()
    answer_in_order(other, hub, count=3)
    before = set(Response.objects.filter(wave=other).values_list("pk", flat=True))

    answer_in_order(wave, hub, count=3)

    assert set(Response.objects.filter(wave=other).values_list("pk", flat=True)) == before
    assert Comment.objects.filter(wave=wave).count() == 3


@pytest.mark.django_db
def test_answer_that_fails_burns_no_link(settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path  # no pairing key lies there
    wave = make_wave(mode=WaveMode.CONFIDENTIAL_LINKED)
    invitation = make_invitation(wave=wave)

    with pytest.raises(StateError) as refused:
        actions.answer(door=Door(wave, invitation.hub, invitation.pk), answers={"q1": 1}, comments={})

    invitation.refresh_from_db()
    assert refused.value.code == "no_key"
    assert not invitation.answered
    assert Response.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "opens", "closes"),
    [(WaveState.PLANNED, 0, 5), (WaveState.CLOSED, -5, 5), (WaveState.OPEN, -5, -1), (WaveState.OPEN, 1, 5)],
)
def test_answer_outside_the_window_is_refused(state: WaveState, opens: int, closes: int) -> None:
    wave = make_wave(state=state, opens_on=today() + timedelta(opens), closes_on=today() + timedelta(closes))
    invitation = make_invitation(wave=wave)

    with pytest.raises(StateError) as refused:
        actions.answer(door=Door(wave, invitation.hub, invitation.pk), answers={}, comments={})

    assert refused.value.code == "closed"


def send_at_once(wave: Wave, invitation: Invitation, clients: int) -> list[str]:
    """As many threads as clients answer through one link at the same moment; what each was told."""
    gate = threading.Barrier(clients)
    told: list[str] = []

    def send(number: int) -> None:
        try:
            gate.wait(timeout=30)
            actions.answer(door=Door(wave, invitation.hub, invitation.pk), answers={"q1": number}, comments={})
            told.append("saved")
        except ConflictError:
            told.append("already answered")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_link_sent_by_many_at_once_is_answered_once() -> None:
    wave = make_wave()
    invitation = make_invitation(wave=wave)

    told = send_at_once(wave, invitation, CLIENTS)

    assert sorted(told) == ["already answered"] * (CLIENTS - 1) + ["saved"]
    assert Response.objects.filter(wave=wave).count() == 1
    invitation.refresh_from_db()
    assert invitation.answered
