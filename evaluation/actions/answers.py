"""Stores answers so that nobody can be tied to one: exactly once, and in no order that tells who gave them.

No audit event is written here on purpose: a row with a time beside each answer would tell who said what.
"""

from collections.abc import Mapping

from django.db import connection, transaction

from evaluation.actions.keys import key_for
from evaluation.enums import WaveMode
from evaluation.models import Comment, Invitation, Response, Wave
from evaluation.queries.waves import Door
from evaluation.rules.answers import pseudonym
from evaluation.rules.waves import takes_answers
from gpa_programme.core.errors import ConflictError, StateError
from gpa_programme.core.periods import today

# Random order from the system's own source; a table's copy of its columns is in their order.
_SHUFFLE = {
    "postgresql": (
        """WITH gone AS (DELETE FROM {table} WHERE wave_id = %s RETURNING *)
        INSERT INTO {table} SELECT * FROM gone ORDER BY gen_random_uuid()""",
    ),
    "sqlite": (
        "CREATE TEMP TABLE shuffled AS SELECT * FROM {table} WHERE wave_id = %s ORDER BY randomblob(16)",
        "DELETE FROM {table} WHERE wave_id = %s",
        "INSERT INTO {table} SELECT * FROM shuffled ORDER BY rowid",
        "DROP TABLE shuffled",
    ),
}


def answer(*, door: Door, answers: Mapping[str, int | str], comments: Mapping[int, str]) -> None:
    """Store answers by question key, comments by question id, and the invitation's flag, all or nothing.

    Raises StateError (code "closed") outside the wave's window, ConflictError (code "answered") for a used link.
    """
    with transaction.atomic():
        wave = Wave.objects.select_for_update(of=("self",)).select_related("plan").get(pk=door.wave.pk)
        if not takes_answers(wave.state, wave.opens_on, wave.closes_on, today()):
            raise StateError("This survey is closed. Nothing was saved.", code="closed")
        response = Response(wave=wave, hub=door.hub, answers=dict(answers))
        written = [Comment(wave=wave, hub=door.hub, question_id=pk, text=text) for pk, text in comments.items() if text]
        if door.invitation is not None:
            _use(door.invitation, wave, response)
        response.save(force_insert=True)
        Comment.objects.bulk_create(written)
        if door.invitation is not None:
            _rewrite(wave)


def _use(invitation: int, wave: Wave, response: Response) -> None:
    taken = Invitation.objects.filter(pk=invitation, wave=wave, answered=False)
    person = taken.values_list("person", flat=True).first()
    if person is None or not taken.update(answered=True, delivered=True):
        raise ConflictError("This survey has already been answered with this link.", code="answered")
    if wave.mode == WaveMode.CONFIDENTIAL_LINKED:
        response.pseudonym = pseudonym(key_for(wave), wave.plan_id, person)


def shuffle(wave: Wave) -> None:
    """Delete a wave's answers and comments and store them again in random order: where they lie says nothing."""
    with transaction.atomic():
        locked = Wave.objects.select_for_update().get(pk=wave.pk)
        _rewrite(locked)


def _rewrite(wave: Wave) -> None:
    """The caller holds the wave's row lock. All rows of the wave end up written by this one transaction.

    In the database, because this happens with every answer: through Python it costs 40 ms at 500 answers.
    """
    with connection.cursor() as cursor:
        for model in (Response, Comment):
            table = connection.ops.quote_name(model._meta.db_table)
            for statement in _SHUFFLE[connection.vendor]:
                cursor.execute(statement.format(table=table), [wave.pk] if "%s" in statement else [])


def stop_reminders(*, door: Door) -> None:
    """Note that the person behind a personal link wants no reminders of this wave."""
    if door.invitation is not None:
        Invitation.objects.filter(pk=door.invitation).update(opted_out=True)
