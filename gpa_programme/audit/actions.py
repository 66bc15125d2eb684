"""The only writers of the trail: record() inside an action, saw() for reads, seal() for the chain."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from gpa_programme.audit.models import AuditEvent, ReadLog, Seal
from gpa_programme.core.periods import now

SEAL_BATCH = 5_000
SETTLED_AFTER = timedelta(seconds=60)


def record(
    verb: str,
    *,
    by: Any,
    record_type: str,
    record: str | int,
    hub: int | None = None,
    reason: str = "",
    **detail: Any,
) -> AuditEvent:
    """Write one event inside the caller's transaction. `by` is the person, or None for the system.

    Raises RuntimeError outside a transaction: an event must stand or fall with what it describes.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.record() belongs inside the action's transaction.")
    return AuditEvent.objects.create(
        verb=verb,
        actor=by.pk if by else None,
        actor_label=str(by) if by else "the system",
        record_type=record_type,
        record=str(record),
        hub=hub,
        reason=reason,
        detail=detail,
    )


def saw(*, by: Any, record_type: str, record: str | int, reason: str = "") -> ReadLog:
    """Write that somebody looked at a record."""
    return ReadLog.objects.create(
        reader=by.pk, reader_label=str(by), record_type=record_type, record=str(record), reason=reason
    )


def digest_of(previous: str, events: list[AuditEvent]) -> str:
    """SHA-256 over the previous seal's digest and the events' canonical JSON."""
    chain = hashlib.sha256(previous.encode())
    for event in events:
        line = [
            event.pk, event.at.isoformat(), event.actor, event.actor_label, event.verb, event.record_type,
            event.record, event.hub, event.reason, event.detail,
        ]  # fmt: skip
        chain.update(json.dumps(line, sort_keys=True, separators=(",", ":"), default=str).encode())
    return chain.hexdigest()


def seal() -> int:
    """Seal settled events that no seal holds yet, in batches; returns how many. Writers never wait for this.

    Ids are handed out before commit, so a row may appear late with a low id: only rows older than a minute are sealed.
    """
    sealed = 0
    while True:
        with transaction.atomic():
            last = Seal.objects.order_by("-last").first()
            events = list(
                AuditEvent.objects.filter(pk__gt=last.last if last else 0, at__lt=now() - SETTLED_AFTER).order_by("pk")[
                    :SEAL_BATCH
                ]
            )
            if not events:
                return sealed
            Seal.objects.create(
                first=events[0].pk,
                last=events[-1].pk,
                ids=[event.pk for event in events],
                digest=digest_of(last.digest if last else "", events),
            )
        sealed += len(events)


def broken_seals() -> list[Seal]:
    """Seals whose events were changed, removed or added since: the trail was tampered with."""
    broken, previous = [], ""
    for batch in Seal.objects.order_by("last"):
        found = list(AuditEvent.objects.filter(pk__gte=batch.first, pk__lte=batch.last).order_by("pk"))
        if [event.pk for event in found] != batch.ids or digest_of(previous, found) != batch.digest:
            broken.append(batch)
        previous = batch.digest
    return broken
