"""Creates, opens, reminds of and closes waves, by a person or by their dates."""

import logging
from datetime import date

from django.db import transaction

from evaluation.actions.answers import shuffle
from evaluation.actions.keys import destroy_pairing_key, forget_link_key, make_key, may_destroy
from evaluation.actions.release import release_wave
from evaluation.emails import surveys as emails
from evaluation.enums import WaveMode, WaveState
from evaluation.models import EvaluationPlan, Instrument, Invitation, Wave, WaveLink
from evaluation.queries.keys import link_key_name, read_key
from evaluation.queries.waves import hubs_of, people_asked
from evaluation.rules.answers import token, token_hash
from evaluation.rules.waves import allowed_modes, due_to_close, due_to_open, may_turn, reminders_due
from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import today
from gpa_programme.notices.models import Message

log = logging.getLogger(__name__)

__all__ = ["close_wave", "create_wave", "open_wave", "release_wave", "shuffle_open_waves", "turn_waves"]


def create_wave(
    *,
    plan: EvaluationPlan,
    instrument: Instrument,
    time_point: str,
    intake: date,
    mode: str,
    opens_on: date,
    closes_on: date,
    by: User | None,
) -> Wave:
    """A planned wave, with the codes of its posters where it is open to all.

    Raises DomainError with the field that does not fit, ConflictError where the same wave exists.
    """
    if plan.published_at is None or instrument.published_at is None:
        raise StateError("Publish the plan and its instrument first.", field="instrument", code="unpublished")
    if mode not in allowed_modes(instrument.respondent):
        raise DomainError("This protection does not fit those who are asked.", field="mode", code="mode")
    if closes_on < opens_on:
        raise DomainError("The closing day cannot be before the opening day.", field="closes_on", code="dates")
    with transaction.atomic():
        locked = EvaluationPlan.objects.select_for_update().get(pk=plan.pk)
        if mode == WaveMode.CONFIDENTIAL_LINKED and locked.key_destroyed_at:
            raise StateError("The plan's key is destroyed: answers can be linked no more.", field="mode", code="no_key")
        same = {"plan": locked, "instrument": instrument, "time_point": time_point, "intake": intake}
        if Wave.objects.filter(**same).exists():
            raise ConflictError("This wave exists already.", field="time_point", code="exists")
        wave = Wave.objects.create(**same, mode=mode, opens_on=opens_on, closes_on=closes_on)
        _make_links(wave)
        audit.record("wave_created", by=by, record_type="wave", record=wave.pk, mode=mode)
        return wave


def _make_links(wave: Wave) -> None:
    if wave.mode == WaveMode.ANONYMOUS_OPEN:
        for hub in hubs_of(wave):
            WaveLink.objects.get_or_create(wave=wave, hub=hub)


def open_wave(*, wave: Wave, by: User | None) -> Wave:
    """Open a planned wave: today, where its day has not come yet. Those it asks are invited after commit.

    Raises StateError unless it is planned and its last day has not passed.
    """
    with transaction.atomic():
        locked = _locked(wave)
        if not may_turn(locked.state, WaveState.OPEN):
            raise StateError("Only a planned wave can be opened.", code="not_planned")
        if locked.closes_on < today():
            raise StateError("The last day of this wave has passed.", code="passed")
        if locked.mode == WaveMode.CONFIDENTIAL_LINKED:
            plan = EvaluationPlan.objects.select_for_update().get(pk=locked.plan_id)
            if plan.key_destroyed_at:
                raise StateError("The plan's key is destroyed: answers can be linked no more.", code="no_key")
            before = plan.waves.filter(mode=WaveMode.CONFIDENTIAL_LINKED).exclude(state=WaveState.PLANNED)
            if before.exists() and read_key(plan.pairing_key) is None:
                raise StateError("The plan's key is not here, and a new one would lose every pair.", code="no_key")
            make_key(plan.pairing_key)
        locked.state, locked.opens_on = WaveState.OPEN, min(locked.opens_on, today())
        locked.save(update_fields=["state", "opens_on"])
        _make_links(locked)
        asked = 0 if locked.mode == WaveMode.ANONYMOUS_OPEN else _invite(locked)
        audit.record("wave_opened", by=by, record_type="wave", record=locked.pk, asked=asked)
        return locked


def _locked(wave: Wave) -> Wave:
    related = Wave.objects.select_for_update(of=("self",)).select_related("plan__programme", "instrument")
    return related.get(pk=wave.pk)


def _invite(wave: Wave) -> int:
    key = make_key(link_key_name(wave))
    asked = people_asked(wave)
    Invitation.objects.bulk_create(
        Invitation(wave=wave, person_id=person, hub_id=hub, token_hash=token_hash(token(key, wave.pk, person)))
        for person, hub in asked.items()
    )
    for invitation in _invitations(wave):
        emails.invite(invitation)
    return len(asked)


def _invitations(wave: Wave) -> list[Invitation]:
    related = Invitation.objects.select_related("person", "wave__instrument", "wave__plan__programme")
    return list(related.filter(wave=wave).order_by("pk"))


def close_wave(*, wave: Wave, by: User | None) -> Wave:
    """Close an open wave: today, where its last day has not come yet. No answer is taken any more.

    The links' key is forgotten; with the programme's last wave after its end, so is the pairing key. Raises StateError
    unless it is open.
    """
    with transaction.atomic():
        locked = _locked(wave)
        if not may_turn(locked.state, WaveState.CLOSED):
            raise StateError("Only an open wave can be closed.", code="not_open")
        locked.state = WaveState.CLOSED
        locked.closes_on = max(locked.opens_on, min(locked.closes_on, today()))
        locked.save(update_fields=["state", "closes_on"])
        mark_delivered(locked)
        shuffle(locked)
        forget_link_key(locked)
        audit.record("wave_closed", by=by, record_type="wave", record=locked.pk)
        if locked.plan.programme.ends < today() and may_destroy(locked.plan):
            destroy_pairing_key(plan=locked.plan, by=by)
        return locked


def turn_waves() -> int:
    """Open and close waves by their dates, note what was delivered, remind who has not answered; how many turned.

    A wave that a person turned meanwhile, or whose key is gone, does not hold up the others.
    """
    turned = 0
    for wave in Wave.objects.filter(state__in=[WaveState.PLANNED, WaveState.OPEN]).order_by("pk"):
        try:
            turned += _turn(wave)
        except StateError as error:
            log.warning("Wave %s was not turned: %s", wave.pk, error.message)
    return turned


def _turn(wave: Wave) -> int:
    day = today()
    if due_to_open(wave.state, wave.opens_on, wave.closes_on, day):
        open_wave(wave=wave, by=None)
        return 1
    if due_to_close(wave.state, wave.closes_on, day):
        close_wave(wave=wave, by=None)
        return 1
    if wave.state == WaveState.OPEN and wave.mode != WaveMode.ANONYMOUS_OPEN:
        mark_delivered(wave)
        remind(wave)
    return 0


def mark_delivered(wave: Wave) -> None:
    """Note on invitations that their message has left, so that the response is counted among those who got one."""
    sent = Message.objects.filter(template=emails.INVITATION, sent_at__isnull=False, context__wave=wave.pk)
    people = list(sent.values_list("person", flat=True))
    Invitation.objects.filter(wave=wave, delivered=False, person__in=people).update(delivered=True)


def remind(wave: Wave) -> int:
    """Send the reminders that are due today to those who have not answered and did not opt out; running it again
    sends nothing twice. Returns how many were sent; nobody is told to whom.
    """
    due = reminders_due(wave.opens_on, wave.closes_on, today())
    with transaction.atomic():
        locked = _locked(wave)
        if locked.state != WaveState.OPEN:
            return 0
        waiting = [
            invitation
            for invitation in _invitations(locked)
            if invitation.delivered
            and not invitation.answered
            and not invitation.opted_out
            and invitation.reminders < due
        ]
        Invitation.objects.filter(pk__in=[invitation.pk for invitation in waiting]).update(reminders=due)
        for invitation in waiting:
            emails.remind(invitation)
        return len(waiting)


def shuffle_open_waves() -> int:
    """Store the answers of every open-link wave that is open again in random order; how many waves."""
    waves = Wave.objects.filter(state=WaveState.OPEN, mode=WaveMode.ANONYMOUS_OPEN)
    for wave in waves:
        shuffle(wave)
    return len(waves)
