"""Stores answers so that nobody can be tied to one: exactly once, and in no order that tells who gave them.

No audit event is written here on purpose: a row with a time beside each answer would tell who said what.
"""

from collections.abc import Mapping, Sequence
from secrets import SystemRandom

from django.db import transaction

from evaluation.actions.keys import key_for
from evaluation.enums import WaveMode
from evaluation.models import Comment, Invitation, Response, Wave
from evaluation.queries.waves import Door
from evaluation.rules.answers import pseudonym
from evaluation.rules.waves import takes_answers
from gpa_programme.core.errors import ConflictError, StateError
from gpa_programme.core.periods import today

_random = SystemRandom()


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
        if door.invitation is None:
            response.save(force_insert=True)
            Comment.objects.bulk_create(written)
            return
        _use(door.invitation, wave, response)
        _rewrite(wave, [response], written)


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
        _rewrite(locked, [], [])


def _rewrite(wave: Wave, responses: Sequence[Response], comments: Sequence[Comment]) -> None:
    """The caller holds the wave's row lock. All rows of the wave end up written by this one transaction."""
    answered = [*Response.objects.filter(wave=wave).order_by(), *responses]
    said = [*Comment.objects.filter(wave=wave).order_by(), *comments]
    _random.shuffle(answered)
    _random.shuffle(said)
    Response.objects.filter(wave=wave).delete()
    Comment.objects.filter(wave=wave).delete()
    Response.objects.bulk_create(answered)
    Comment.objects.bulk_create(said)


def stop_reminders(*, door: Door) -> None:
    """Note that the person behind a personal link wants no reminders of this wave."""
    if door.invitation is not None:
        Invitation.objects.filter(pk=door.invitation).update(opted_out=True)
