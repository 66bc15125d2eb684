"""The audit trail: inside the transaction, append-only, and tampering shows."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from gpa_programme.audit import actions
from gpa_programme.audit.models import AppendOnlyError, AuditEvent, Seal
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(clock) -> list[AuditEvent]:
    """Three settled events, sealed in one batch."""
    clock.set(datetime(2019, 10, 15, 9, 0, tzinfo=UTC))
    person = make_user(name="Ada Moss")
    events = [actions.record("moved", by=person, record_type="enrolment", record=n, to="active") for n in range(3)]
    clock.move(minutes=2)
    assert actions.seal() == 3
    return events


def test_event_names_who_did_what_to_which_record_and_why() -> None:
    person = make_user(name="Ada Moss")

    event = actions.record("withdrawn", by=person, record_type="enrolment", record=7, hub=3, reason="Left", code="left")

    kept = AuditEvent.objects.get(pk=event.pk)
    assert (kept.verb, kept.actor, kept.actor_label, kept.record, kept.hub, kept.reason, kept.detail) == (
        "withdrawn", person.pk, "Ada Moss", "7", 3, "Left", {"code": "left"},
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        actions.record("moved", by=None, record_type="enrolment", record=1)


@pytest.mark.django_db(transaction=True)
def test_event_falls_with_what_it_describes() -> None:
    def fail() -> None:
        with transaction.atomic():
            actions.record("moved", by=None, record_type="enrolment", record=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert AuditEvent.objects.count() == 0


def test_events_are_never_changed_or_deleted(trail: list[AuditEvent]) -> None:
    with pytest.raises(AppendOnlyError):
        trail[0].save()
    with pytest.raises(AppendOnlyError):
        trail[0].delete()
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.update(verb="other")
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.filter(pk=trail[0].pk).delete()


def test_untouched_trail_is_whole_and_sealed_once(trail: list[AuditEvent]) -> None:
    assert actions.seal() == 0
    assert Seal.objects.count() == 1
    assert actions.broken_seals() == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_auditevent SET verb = 'other' WHERE record = '1'",
        "UPDATE audit_auditevent SET actor_label = 'Somebody else' WHERE record = '0'",
        "UPDATE audit_auditevent SET at = '2019-10-14 09:00:00+00' WHERE record = '2'",
        "DELETE FROM audit_auditevent WHERE record = '1'",
    ],
)
def test_tampering_by_sql_breaks_the_seal(trail: list[AuditEvent], tampering: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(tampering)

    assert [batch.last for batch in actions.broken_seals()] == [trail[-1].pk]


def test_events_younger_than_a_minute_wait_for_the_next_seal(clock) -> None:
    clock.set(datetime(2019, 10, 15, 9, 0, tzinfo=UTC))
    actions.record("moved", by=None, record_type="enrolment", record=1)

    assert actions.seal() == 0
