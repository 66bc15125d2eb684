"""Turns the programme's clock back while the demonstration is acted, and keeps the past from mailing anybody."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import F

from evaluation.models import ReportDelivery
from gpa_programme.core import work
from gpa_programme.core.periods import now
from gpa_programme.core.work import WorkState
from gpa_programme.notices.models import Message


class Clock:
    """The programme's clock, stopped and moved by hand: actions read it as they always do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(self, moment: datetime) -> None:
        """Stop the clock at that moment."""
        self.path.write_text(moment.astimezone(UTC).isoformat(), encoding="utf-8")


@contextmanager
def moved_clock() -> Iterator[Clock]:
    """A clock in a file of its own while the block runs; afterwards time is as before."""
    before = settings.CLOCK_FILE
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock(Path(folder) / "clock")
        clock.set(now())
        settings.CLOCK_FILE = str(clock.path)
        try:
            yield clock
        finally:
            settings.CLOCK_FILE = before


def hush() -> None:
    """Nothing of the past goes out today: its mails are dropped, those of reports count as sent, no bell rings."""
    queued = Message.objects.filter(work_state=WorkState.QUEUED)
    queued.exclude(pk__in=ReportDelivery.objects.filter(message__isnull=False).values("message")).delete()
    Message.objects.filter(work_state=WorkState.QUEUED).update(
        work_state=WorkState.DONE, sent_at=F("created_at"), finished_at=F("created_at")
    )
    drop_bells()


def drop_bells() -> None:
    """Ring nobody after commit: what still waits is found by beat's sweep."""
    connection.run_on_commit = [entry for entry in connection.run_on_commit if entry[1].__module__ != work.__name__]
