"""Waves: loaded instruments, who is asked when, reminders, keys, and what is counted while they are open."""

import hashlib
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from evaluation.actions import keys as key_actions
from evaluation.actions import waves as actions
from evaluation.actions.reference import load_instruments
from evaluation.enums import TimePoint, WaveMode, WaveState
from evaluation.models import (
    EvaluationPlan,
    Instrument,
    Invitation,
    Question,
    Response,
    Wave,
)
from evaluation.queries import waves as queries
from evaluation.queries.keys import key_path, link_key_name
from evaluation.rules.waves import TURNS
from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import end_of_day, now, start_of_day, today
from gpa_programme.notices.models import Message
from tests.evaluation.survey_waves import LEARNER_ANSWERS, link_of, opened, planned
from tests.factories import make_invitation, make_wave
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]


# ------------------------------------------------------------------------------------------------- reference data


def test_load_instruments_again_changes_nothing(world: World) -> None:
    first = load_instruments()
    before = list(Question.objects.order_by("pk").values())

    again = load_instruments()

    assert (first, again) == (4, 0)
    assert list(Question.objects.order_by("pk").values()) == before


def test_instruments_are_short_tagged_and_sourced(plan: EvaluationPlan) -> None:
    for instrument in Instrument.objects.all():
        questions = list(instrument.questions.all())
        assert 4 <= len(questions) <= 8
        assert instrument.source
        assert [question.key for question in questions if question.kind != "text" and not question.aim] == []


def test_patient_question_offers_the_mandated_answers_best_first(plan: EvaluationPlan, client: Client) -> None:
    wave = opened(plan, "patient")

    page = client.get(f"/s/{wave.links.first().code}/").content.decode()

    fieldset = page[page.index("overall") : page.index("respect")]
    order = [fieldset.index(label) for label in ("Very good", "Neither good nor poor", "Very poor", "know")]
    assert order == sorted(order)


# --------------------------------------------------------------------------------------------------------- opening


def test_turns_of_a_wave_are_printed_as_they_are() -> None:
    printed = (Path(__file__).resolve().parents[2] / "docs" / "states.md").read_text(encoding="utf-8")

    for turn in TURNS:
        source = turn.source.label if turn.source else "(new)"
        line = f"| {source} | {turn.target.label} | {turn.verb} | {turn.who} | {turn.needs} | {turn.follows} |"
        assert line in printed


def test_open_wave_invites_those_it_asks_once_after_commit(
    world: World, plan: EvaluationPlan, django_capture_on_commit_callbacks
) -> None:
    wave = opened(plan)

    learners = {person.pk for hub in world.hubs for person in (hub.learner, hub.other_learner)}
    assert set(Invitation.objects.values_list("person", flat=True)) == learners
    assert Message.objects.filter(template="survey_invitation").count() == 6
    assert AuditEvent.objects.get(verb="wave_opened").detail == {"asked": 6}
    with pytest.raises(StateError):
        actions.open_wave(wave=wave, by=None)


def test_people_asked_by_respondent(world: World, plan: EvaluationPlan) -> None:
    mentors = queries.people_asked(planned(plan, "gp-mentor"))
    managers = queries.people_asked(planned(plan, "practice-manager"))

    assert mentors == {hub.mentor.pk: hub.hub.pk for hub in world.hubs}
    assert managers == {hub.practice_manager.pk: hub.hub.pk for hub in world.hubs}


def test_invitation_keeps_only_the_hash_of_its_token(world: World, plan: EvaluationPlan) -> None:
    opened(plan)

    token = link_of(world.north.learner).split("/")[2]

    invitation = Invitation.objects.get(person=world.north.learner)
    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) == 22
    assert [row.pk for row in Message.objects.all() if token in str(row.context)] == []


def test_create_wave_with_a_protection_that_does_not_fit_is_refused(plan: EvaluationPlan) -> None:
    with pytest.raises(DomainError) as refused:
        planned(plan, "patient", mode=WaveMode.CONFIDENTIAL_LINKED)
    with pytest.raises(DomainError):
        planned(plan, "learner", mode=WaveMode.ANONYMOUS_OPEN)

    assert refused.value.field == "mode"


def test_create_wave_twice_is_refused(plan: EvaluationPlan) -> None:
    planned(plan)

    with pytest.raises(ConflictError):
        planned(plan)


def test_turn_waves_opens_and_closes_by_date_however_many_beats(plan: EvaluationPlan, clock) -> None:
    wave = planned(plan)
    Wave.objects.filter(pk=wave.pk).update(opens_on=today() + timedelta(days=2))
    turned = []
    for moment in (
        end_of_day(today() + timedelta(days=1)) - timedelta(seconds=1),
        start_of_day(today() + timedelta(days=2)),
        end_of_day(wave.closes_on) - timedelta(seconds=1),
        end_of_day(wave.closes_on),
    ):
        clock.set(moment)
        turned.append((actions.turn_waves(), actions.turn_waves(), Wave.objects.get().state))

    assert turned == [
        (0, 0, WaveState.PLANNED),
        (1, 0, WaveState.OPEN),
        (0, 0, WaveState.OPEN),
        (1, 0, WaveState.CLOSED),
    ]


# ---------------------------------------------------------------------------------------------------- reminders


def test_reminders_go_twice_to_those_who_have_not_answered_and_never_more(
    world: World, plan: EvaluationPlan, client: Client, clock
) -> None:
    wave = opened(plan)
    client.post(link_of(world.north.learner), LEARNER_ANSWERS)
    Invitation.objects.filter(person=world.south.learner).update(opted_out=True)
    actions.mark_delivered(wave)
    sent = []
    for day in (1, 6, 7, 8, 11, 12, 13):
        clock.set(start_of_day(wave.opens_on + timedelta(days=day)))
        sent.append((actions.remind(wave), actions.remind(wave)))

    assert sent == [(0, 0), (0, 0), (4, 0), (0, 0), (0, 0), (4, 0), (0, 0)]
    reminded = set(Message.objects.filter(template="survey_reminder").values_list("person", flat=True))
    assert not reminded & {world.north.learner.pk, world.south.learner.pk}


def test_reminder_carries_the_same_link(world: World, plan: EvaluationPlan, clock) -> None:
    wave = opened(plan)
    link = link_of(world.north.learner)
    actions.mark_delivered(wave)
    clock.set(start_of_day(wave.opens_on + timedelta(days=7)))
    actions.remind(wave)

    assert link_of(world.north.learner) == link


# ------------------------------------------------------------------------------------------------- linked waves


def test_linked_answers_bear_one_pseudonym_a_person_in_every_wave_of_the_plan(
    world: World, plan: EvaluationPlan, client: Client
) -> None:
    for time_point in (TimePoint.BASELINE, TimePoint.END):
        wave = opened(plan, mode=WaveMode.CONFIDENTIAL_LINKED, time_point=time_point)
        for person in (world.north.learner, world.north.other_learner):
            client.post(link_of(person), LEARNER_ANSWERS)
        actions.close_wave(wave=wave, by=None)

    pseudonyms = list(Response.objects.values_list("pseudonym", flat=True))
    assert len(pseudonyms) == 4
    assert len(set(pseudonyms)) == 2


def test_pairing_key_lies_outside_the_database_for_its_owner_only(plan: EvaluationPlan) -> None:
    opened(plan, mode=WaveMode.CONFIDENTIAL_LINKED)

    path = key_path(plan.pairing_key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(path.read_bytes()) == 32


def test_make_key_twice_is_one_key(plan: EvaluationPlan) -> None:
    assert key_actions.make_key("twice") == key_actions.make_key("twice")
    assert [path.name for path in key_path("twice").parent.iterdir()] == ["twice"]


def test_pairing_key_is_destroyed_only_after_the_last_wave_and_is_recorded(
    world: World, plan: EvaluationPlan, django_capture_on_commit_callbacks
) -> None:
    first = opened(plan, mode=WaveMode.CONFIDENTIAL_LINKED)
    with pytest.raises(StateError):
        key_actions.destroy_pairing_key(plan=plan, by=world.national_lead)
    actions.close_wave(wave=first, by=None)
    assert key_path(plan.pairing_key).exists()

    with django_capture_on_commit_callbacks(execute=True):
        key_actions.destroy_pairing_key(plan=plan, by=world.national_lead)

    assert not key_path(plan.pairing_key).exists()
    assert AuditEvent.objects.get(verb="survey_key_destroyed").actor == world.national_lead.pk
    plan.refresh_from_db()
    with pytest.raises(StateError):
        opened(plan, mode=WaveMode.CONFIDENTIAL_LINKED, time_point=TimePoint.END)


def test_close_wave_forgets_the_key_of_its_links(plan: EvaluationPlan, django_capture_on_commit_callbacks) -> None:
    wave = opened(plan)
    assert key_path(link_key_name(wave)).exists()

    with django_capture_on_commit_callbacks(execute=True):
        actions.close_wave(wave=wave, by=None)

    assert not key_path(link_key_name(wave)).exists()


# --------------------------------------------------------------------------------------------- counts while open


def test_progress_of_an_open_wave_is_rounded_down_to_5(world: World) -> None:
    wave = make_wave()
    for index in range(13):
        make_invitation(wave=wave, hub=world.north.hub, answered=index < 9, delivered=True)

    assert queries.progress(wave).text == "at least 5 of 13"
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED)
    wave.refresh_from_db()
    assert queries.progress(wave).text == "9 of 13"


def test_response_counts_add_open_waves_rounded_and_closed_ones_whole(world: World) -> None:
    programme = world.programme
    still_open = make_wave(plan__programme=programme)
    closed = make_wave(
        plan=still_open.plan,
        state=WaveState.CLOSED,
        opens_on=today() - timedelta(days=60),
        closes_on=today() - timedelta(days=40),
    )
    for wave in (still_open, closed):
        for index in range(8):
            make_invitation(wave=wave, hub=world.north.hub, answered=index < 7, delivered=True)
        make_invitation(wave=wave, hub=world.south.hub, answered=False, delivered=wave == closed)

    assert queries.response_counts(programme) == (12, 17)
    assert queries.response_counts(programme, world.north.hub) == (12, 16)
    assert queries.response_counts(programme, world.south.hub) == (0, 1)
    assert queries.response_counts(programme, at=now() - timedelta(days=30)) == (7, 9)
    assert queries.response_counts(programme, at=now() - timedelta(days=50)) == (0, 0)
