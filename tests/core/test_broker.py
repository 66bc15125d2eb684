"""The filesystem broker: a worker that looks while a message is written sees none, never half of one."""

import threading
from queue import Empty

import pytest
from kombu import Connection

from gpa_programme.core import broker


@pytest.fixture
def channel(tmp_path):
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "c")}
    with Connection("filesystem://localhost", transport_options=folders) as connection:
        yield connection.channel()


def test_filesystem_addresses_lead_to_our_transport(channel) -> None:
    assert isinstance(channel, broker.Channel)


def test_message_comes_out_as_it_went_in_and_once(channel) -> None:
    channel._put("celery", {"body": "é", "n": 1})

    assert channel._get("celery") == {"body": "é", "n": 1}
    with pytest.raises(Empty):
        channel._get("celery")


def test_unfinished_message_is_not_seen(channel, tmp_path) -> None:
    (tmp_path / "1_x.celery.msg.part").write_bytes(b"")

    with pytest.raises(Empty):
        channel._get("celery")


def test_reader_beside_a_writer_gets_every_message_whole(channel) -> None:
    wanted = 300
    writer = threading.Thread(target=lambda: [channel._put("celery", {"n": n}) for n in range(wanted)])
    writer.start()
    got = []
    while writer.is_alive() or len(got) < wanted:
        try:
            got.append(channel._get("celery")["n"])
        except Empty:
            continue
    writer.join()

    assert sorted(got) == list(range(wanted))
