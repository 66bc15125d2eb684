"""Work as rows: a report to build or a message to send is claimed, leased, retried, parked; the broker only rings."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

from gpa_programme.celery import app
from gpa_programme.core.periods import now

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RETRY_AFTER = timedelta(seconds=30)
ATTEMPTS = 3
SWEEP_BATCH = 500


class WorkState(models.TextChoices):
    """Where a piece of work stands."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    PARKED = "parked", "Parked"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"queued": "grey", "running": "blue", "done": "green", "parked": "red"}[self.value]


class Work(models.Model):
    """A piece of work: who claimed it, until when, how often it was tried, and what went wrong last."""

    work_state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.QUEUED)
    due_at = models.DateTimeField(default=now)
    claim = models.CharField(max_length=32, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["due_at"],
                name="%(app_label)s_%(class)s_open",
                condition=Q(work_state__in=["queued", "running"]),
            ),
        ]

    @property
    def work_status(self) -> WorkState:
        """The state as a member, for the status tag."""
        return WorkState(self.work_state)


@dataclass(frozen=True)
class Kind:
    """One kind of work: its rows and what is done with one of them."""

    name: str
    model: type[Work]
    run: Callable[[Any], None]
    lease: timedelta


_kinds: dict[str, Kind] = {}


def register(name: str, *, model: type[Work], run: Callable[[Any], None], lease: timedelta = LEASE) -> None:
    """Name a kind of work; `run(row)` does one row and may be called again if the worker dies in the middle."""
    _kinds[name] = Kind(name, model, run, lease)


def kinds() -> list[Kind]:
    """All kinds of work that the apps registered."""
    return list(_kinds.values())


def ring(kind: str, *pks: int) -> None:
    """After commit, tell the workers of these rows. A broker that is away loses nothing: the sweep rings again."""

    def send() -> None:
        for pk in pks:
            try:
                app.send_task("core.do", args=[kind, pk])
            except Exception as error:  # noqa: BLE001  any broker fault: the row stays, the sweep rings again
                log.warning("The broker is away (%s); the sweep will ring for %s %s", error, kind, pk)
                return

    transaction.on_commit(send)


def claim(kind: Kind, pk: int) -> Work | None:
    """Take the row by one conditional update, or None where it is taken, done, parked or not due."""
    token, moment = secrets.token_hex(16), now()
    free = Q(work_state=WorkState.QUEUED, due_at__lte=moment) | Q(work_state=WorkState.RUNNING, leased_until__lt=moment)
    taken = kind.model._default_manager.filter(free, pk=pk).update(
        work_state=WorkState.RUNNING, claim=token, leased_until=moment + kind.lease, attempts=F("attempts") + 1
    )
    return kind.model._default_manager.filter(pk=pk, claim=token).first() if taken else None


def extend(row: Work) -> bool:
    """Heartbeat of long work: keep the lease; False where another worker has taken the row meanwhile."""
    kept = type(row)._default_manager.filter(pk=row.pk, claim=row.claim, work_state=WorkState.RUNNING)
    return bool(kept.update(leased_until=now() + _kinds[kind_of(type(row))].lease))


def do(kind_name: str, pk: int) -> bool:
    """Claim and run one row; True where this call finished it. A failure is kept on the row and tried again later."""
    kind = _kinds[kind_name]
    row = claim(kind, pk)
    if row is None:
        return False
    try:
        kind.run(row)
    except Exception as error:  # whatever it is, it is kept on the row and shown to operations
        log.exception("%s %s failed", kind_name, pk)
        _fail(kind, row, error)
        return False
    return _finish(kind, row)


def _finish(kind: Kind, row: Work) -> bool:
    done = kind.model._default_manager.filter(pk=row.pk, claim=row.claim, work_state=WorkState.RUNNING)
    return bool(done.update(work_state=WorkState.DONE, claim="", leased_until=None, finished_at=now(), last_error=""))


def _fail(kind: Kind, row: Work, error: Exception) -> None:
    parked = row.attempts >= ATTEMPTS
    kind.model._default_manager.filter(pk=row.pk, claim=row.claim, work_state=WorkState.RUNNING).update(
        work_state=WorkState.PARKED if parked else WorkState.QUEUED,
        claim="",
        leased_until=None,
        due_at=now() + RETRY_AFTER * row.attempts,
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )


def sweep() -> int:
    """Ring for every row that is due or whose lease ran out; park rows out of attempts. Returns how many rang."""
    rung = 0
    for kind in kinds():
        moment = now()
        abandoned = kind.model._default_manager.filter(work_state=WorkState.RUNNING, leased_until__lt=moment)
        abandoned.filter(attempts__gte=ATTEMPTS).update(
            work_state=WorkState.PARKED, claim="", leased_until=None, last_error="The worker died each time."
        )
        due = kind.model._default_manager.filter(
            Q(work_state=WorkState.QUEUED, due_at__lte=moment)
            | Q(work_state=WorkState.RUNNING, leased_until__lt=moment)
        ).order_by("due_at")
        pks = list(due.values_list("pk", flat=True)[:SWEEP_BATCH])
        ring(kind.name, *pks)
        rung += len(pks)
    return rung


def retry(row: Work) -> None:
    """Queue a parked row again with fresh attempts: a person's decision on the operations page."""
    parked = type(row)._default_manager.filter(pk=row.pk, work_state=WorkState.PARKED)
    if parked.update(work_state=WorkState.QUEUED, attempts=0, due_at=now()):
        ring(kind_of(type(row)), row.pk)


def kind_of(model: type[Work]) -> str:
    """The name under which rows of `model` are rung."""
    return next(kind.name for kind in kinds() if kind.model is model)
