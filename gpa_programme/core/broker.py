"""The filesystem broker of an installation without Redis: kombu's, with messages that appear whole or not at all.

kombu makes a message's file under its final name and fills it afterwards; a worker that looks in between reads nothing,
and dies of it.
"""

import json
import os
import time
import uuid
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem

TRIES = 20
PAUSE = 0.05  # seconds


class Channel(filesystem.Channel):
    """Writes beside and renames; reads a table of exchanges again while somebody is writing it."""

    def _put(self, queue: Any, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # its bases differ
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        path = os.path.join(self.data_folder_out, name)  # noqa: PTH118  kombu's folders are plain strings
        part = f"{path}.part"
        with open(part, "wb") as file:  # noqa: PTH123
            file.write(json.dumps(payload).encode())
        os.replace(part, path)  # noqa: PTH105

    def get_table(self, exchange: str) -> Any:
        """The queues bound to an exchange."""
        for _ in range(TRIES):
            try:
                return super().get_table(exchange)
            except json.JSONDecodeError:
                time.sleep(PAUSE)
        return super().get_table(exchange)


class Transport(filesystem.Transport):
    """The transport of filesystem:// addresses here."""

    Channel = Channel


def install() -> None:
    """Let filesystem:// mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = "gpa_programme.core.broker:Transport"
