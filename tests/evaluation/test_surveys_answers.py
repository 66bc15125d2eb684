"""Answers: what is stored of them, how often a link serves, and what the respondent is shown."""

import uuid

import pytest
from django.db import models
from django.db.models import ForeignKey
from django.test import Client

from evaluation.actions import waves as actions
from evaluation.enums import WaveMode
from evaluation.models import (
    Comment,
    EvaluationPlan,
    Invitation,
    Response,
    WaveLink,
)
from gpa_programme.audit.models import AuditEvent
from tests.evaluation.survey_waves import LEARNER_ANSWERS, PATIENT_ANSWERS, link_of, opened, planned
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]


# ------------------------------------------------------------------------------------------------- what is stored

FORBIDDEN = (models.DateField, models.TimeField, models.GenericIPAddressField, models.OneToOneField)


@pytest.mark.parametrize("model", [Response, Comment])
def test_stored_answers_have_no_person_time_or_address(model) -> None:
    fields = model._meta.get_fields()

    assert [field.name for field in fields if isinstance(field, FORBIDDEN)] == []
    related = {field.related_model.__name__ for field in fields if isinstance(field, ForeignKey)}
    assert related <= {"Wave", "Hub", "Question"}
    assert model._meta.get_field("id").default is uuid.uuid4


def test_answer_is_stored_under_a_random_version_4_id(world: World, plan: EvaluationPlan, client: Client) -> None:
    opened(plan)

    client.post(link_of(world.north.learner), LEARNER_ANSWERS)

    stored = Response.objects.get()
    assert stored.id.version == 4
    assert stored.hub == world.north.hub
    assert stored.pseudonym == ""
    assert stored.answers == {
        "confident_care": 4,
        "confident_clinical": "outside",
        "confident_records": 5,
        "confident_communication": 3,
        "confident_admin": 4,
        "worn_out": 2,
        "protected_days": 3,
    }
    assert Comment.objects.get().text == LEARNER_ANSWERS["comment"]
    assert AuditEvent.objects.exclude(verb__startswith="wave_").count() == 0


# ------------------------------------------------------------------------------------------------ the respondent


def test_link_opened_by_scanners_is_not_used_up(world: World, plan: EvaluationPlan, client: Client) -> None:
    opened(plan)
    link = link_of(world.north.learner)
    before = list(Invitation.objects.order_by("pk").values())

    answers = [client.get(link) for _ in range(20)] + [client.head(link) for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    assert list(Invitation.objects.order_by("pk").values()) == before
    assert Response.objects.count() == 0


def test_survey_page_sends_no_cookie_no_referrer_and_is_not_kept(
    world: World, plan: EvaluationPlan, client: Client
) -> None:
    opened(plan)
    link = link_of(world.north.learner)

    shown, sent = client.get(link), client.post(link, LEARNER_ANSWERS)

    assert (sent.status_code, sent["Location"]) == (302, "/s/thanks/")
    for answer in (shown, sent, client.get("/s/thanks/")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store, private"
        assert not answer.cookies


def test_survey_page_shows_nothing_of_who_is_signed_in(world: World, plan: EvaluationPlan, client: Client) -> None:
    opened(plan)
    client.force_login(world.north.learner)

    page = client.get(link_of(world.north.learner)).content.decode()

    assert world.north.learner.name not in page
    assert "Sign out" not in page


def test_answer_again_says_already_answered_and_stores_nothing(
    world: World, plan: EvaluationPlan, client: Client
) -> None:
    opened(plan)
    link = link_of(world.north.learner)
    client.post(link, LEARNER_ANSWERS)

    again, looked = client.post(link, LEARNER_ANSWERS), client.get(link)

    assert (again.status_code, looked.status_code) == (200, 200)
    assert b"You have already answered" in again.content
    assert b"You have already answered" in looked.content
    assert Response.objects.count() == 1


@pytest.mark.parametrize("code", ["wrong", "BCDF2345", "a" * 22])
def test_wrong_address_does_not_exist(plan: EvaluationPlan, client: Client, code: str) -> None:
    opened(plan)

    assert client.get(f"/s/{code}/").status_code == 404
    assert client.post(f"/s/{code}/", LEARNER_ANSWERS).status_code == 404


def test_answer_after_close_says_closed_and_stores_nothing(world: World, plan: EvaluationPlan, client: Client) -> None:
    wave = opened(plan)
    link = link_of(world.north.learner)
    actions.close_wave(wave=wave, by=None)

    sent, looked = client.post(link, LEARNER_ANSWERS), client.get(link)

    assert b"This survey has closed" in sent.content
    assert b"This survey has closed" in looked.content
    assert Response.objects.count() == 0


def test_open_link_before_its_wave_opens_says_when(plan: EvaluationPlan, client: Client) -> None:
    wave = planned(plan, "patient")

    assert b"This survey is not open yet" in client.get(f"/s/{wave.links.first().code}/").content


def test_open_link_typed_in_small_letters_answers_for_its_hub(
    world: World, plan: EvaluationPlan, client: Client
) -> None:
    wave = opened(plan, "patient")
    link = WaveLink.objects.get(wave=wave, hub=world.south.hub)

    for _ in range(2):
        assert client.post(f"/s/{link.code.lower()}/", PATIENT_ANSWERS).status_code == 302

    assert set(Response.objects.values_list("hub", flat=True)) == {world.south.hub.pk}
    assert Response.objects.count() == 2


def test_answers_with_an_error_keep_what_was_typed_and_save_nothing(
    world: World, plan: EvaluationPlan, client: Client
) -> None:
    opened(plan)
    typed = {**LEARNER_ANSWERS, "protected_days": "many"}
    typed.pop("worn_out")

    page = client.post(link_of(world.north.learner), typed).content.decode()

    assert "There is a problem: nothing was saved" in page
    assert page.count("<h1") == 1
    assert 'value="many"' in page
    assert LEARNER_ANSWERS["comment"] in page
    assert Response.objects.count() == 0
    assert not Invitation.objects.filter(answered=True).exists()


@pytest.mark.parametrize(
    ("mode", "word"),
    [(WaveMode.ANONYMOUS_INVITED, "anonymous"), (WaveMode.CONFIDENTIAL_LINKED, "confidential")],
)
def test_survey_page_says_how_answers_are_protected_and_warns_a_small_group(
    world: World, plan: EvaluationPlan, client: Client, mode: WaveMode, word: str
) -> None:
    opened(plan, mode=mode)

    page = client.get(link_of(world.north.learner)).content.decode()

    assert f"This survey is {word}" in page
    assert "Fewer than 10 people are asked in your area" in page


def test_stop_reminders_is_remembered_and_leaves_the_link_open(
    world: World, plan: EvaluationPlan, client: Client
) -> None:
    opened(plan)
    link = link_of(world.north.learner)

    client.post(link, {"stop": "1"})

    invitation = Invitation.objects.get(person=world.north.learner)
    assert (invitation.opted_out, invitation.answered) == (True, False)
    assert client.post(link, LEARNER_ANSWERS).status_code == 302
