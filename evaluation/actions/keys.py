"""Makes and destroys the keys of surveys: files that only their owner may read, never rows."""

import contextlib
import os
import secrets

from django.db import transaction

from evaluation.enums import WaveMode, WaveState
from evaluation.models import EvaluationPlan, Wave
from evaluation.queries.keys import key_path, link_key_name, read_key
from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import StateError
from gpa_programme.core.periods import now

KEY_BYTES = 32


def make_key(name: str) -> bytes:
    """The key of that name, made where there is none; two makers at once get the same one."""
    path = key_path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)  # unlike a rename, never replaces a key that is in use
    fresh.unlink()
    return path.read_bytes()


def key_for(wave: Wave) -> bytes:
    """The pairing key of a linked wave. Raises StateError once it is destroyed or where its file is missing."""
    key = read_key(wave.plan.pairing_key)
    if key is None:
        raise StateError("Answers cannot be taken: the key of this evaluation is not here.", code="no_key")
    return key


def forget_link_key(wave: Wave) -> None:
    """After commit, remove the key from which a wave's links were made."""
    path = key_path(link_key_name(wave))
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def may_destroy(plan: EvaluationPlan) -> bool:
    """Whether a plan's pairing key has been used and no wave needs it any more."""
    linked = plan.waves.filter(mode=WaveMode.CONFIDENTIAL_LINKED)
    waiting = plan.waves.filter(state__in=[WaveState.PLANNED, WaveState.OPEN])
    return plan.key_destroyed_at is None and linked.exists() and not waiting.exists()


def destroy_pairing_key(*, plan: EvaluationPlan, by: User | None) -> None:
    """Destroy a plan's pairing key: pairs stay, people can never again be tied to them. Final.

    Raises StateError while a wave of the plan is planned or open, or where it is destroyed already.
    """
    with transaction.atomic():
        locked = EvaluationPlan.objects.select_for_update().get(pk=plan.pk)
        if not may_destroy(locked):
            raise StateError("The key is still needed, or gone already: close the plan's last wave first.")
        locked.key_destroyed_at = now()
        locked.save(update_fields=["key_destroyed_at"])
        audit.record(
            "survey_key_destroyed", by=by, record_type="evaluation_plan", record=locked.pk, key=locked.pairing_key
        )
        path = key_path(locked.pairing_key)
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
