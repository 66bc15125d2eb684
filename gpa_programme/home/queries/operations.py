"""What the operations page shows: work by kind and state, what is parked, and whether everything lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection
from django.db.models import Count

from gpa_programme.core import work
from gpa_programme.core.periods import now
from gpa_programme.core.tasks import HEARTBEAT
from gpa_programme.core.work import Work, WorkState

SILENT_AFTER = timedelta(seconds=120)


@dataclass(frozen=True)
class Queue:
    """How many rows of one kind of work are in each state."""

    kind: str
    queued: int
    running: int
    done: int
    parked: int


@dataclass(frozen=True)
class Health:
    """Whether the database answers, when the worker last showed life, and how old the oldest due work is."""

    database: bool
    worker_seen: datetime | None
    oldest_due: datetime | None

    @property
    def worker_lives(self) -> bool:
        """Whether the worker showed life within two minutes."""
        return self.worker_seen is not None and now() - self.worker_seen < SILENT_AFTER


def queues() -> list[Queue]:
    """One line a kind of work."""
    lines = []
    for kind in work.kinds():
        counts = dict(kind.model._default_manager.values_list("work_state").annotate(Count("pk")).order_by())
        lines.append(Queue(kind.name, *(counts.get(state.value, 0) for state in WorkState)))
    return lines


def parked() -> list[tuple[str, Work]]:
    """The newest parked rows of every kind, with the kind's name."""
    return [
        (kind.name, row)
        for kind in work.kinds()
        for row in kind.model._default_manager.filter(work_state=WorkState.PARKED).order_by("-pk")[:50]
    ]


def health() -> Health:
    """Asks the database and reads the worker's last heartbeat."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        answered = cursor.fetchone() == (1,)
    seen = cache.get(HEARTBEAT)
    oldest = [
        row.due_at
        for kind in work.kinds()
        if (row := kind.model._default_manager.filter(work_state=WorkState.QUEUED).order_by("due_at").first())
    ]
    return Health(answered, datetime.fromisoformat(seen) if seen else None, min(oldest, default=None))
