"""What asking a colleague needs: whom, how often, the key in the link, the hash over what they said."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import WitnessState
from learners.rules import witnesses as rules
from learners.rules.evidence import NotReadyError

DAY = date(2020, 3, 2)
NOON = datetime(2020, 3, 2, 12, tzinfo=UTC)


def asked(**changes):
    said = {
        "title": "Took the bloods",
        "links": {"D1-01": "It shows it"},
        "asks": "How I spoke with the patient.",
        "email": "nora@surgery.example",
        "learner_email": "ada@surgery.example",
    }
    rules.check_asked(**{**said, **changes}, today=DAY)


def problems_of(**changes):
    with pytest.raises(NotReadyError) as refusal:
        asked(**changes)
    return refusal.value.problems


def test_token_has_132_bits_of_the_seed_and_the_key():
    tokens = {rules.token_of("key", "seed"), rules.token_of("key", "seeds"), rules.token_of("keys", "seed")}

    assert {len(token) for token in tokens} == {22}
    assert len(tokens) == 3
    assert rules.token_of("key", "seed") in tokens


def test_statement_hash_is_of_canonical_json_whatever_the_line_ends():
    line = r'{"signed_job":"Practice nurse","signed_name":"Nora Nurse","statement":"Ada asked\nfirst."}'
    expected = hashlib.sha256(line.encode()).hexdigest()

    assert rules.statement_sha256("Ada asked\r\nfirst.", "Nora Nurse", "Practice nurse") == expected
    assert rules.statement_sha256("Ada asked\nfirst.", "Nora Nurse", "Practice nurse") == expected
    assert rules.statement_sha256("Ada asked\nfirst", "Nora Nurse", "Practice nurse") != expected


def test_everything_that_is_missing_is_said_at_once():
    assert [field for field, _ in problems_of(title=" ", asks="", links={})] == ["title", "asks", "competencies"]
    assert problems_of(links={"D1-01": ""}) == [("why_D1-01", "Enter one line on how this supports D1-01")]


@pytest.mark.parametrize("email", ["ada@surgery.example", "ADA@Surgery.example", "ada+witness@surgery.example"])
def test_nobody_asks_themselves(email):
    assert [field for field, _ in problems_of(email=email)] == ["email"]


def test_patients_details_are_named_at_their_field():
    found = problems_of(asks="Mrs Jones, 943 476 5919", links={"D1-01": "Born 3/4/1931"})

    assert [field for field, _ in found] == ["asks", "why_D1-01"]
    assert found[0][1] == "Remove “943 476 5919”: it looks like an NHS number"


@pytest.mark.parametrize(
    ("answered", "declined", "moment", "state"),
    [
        (None, None, NOON, WitnessState.ASKED),
        (None, None, NOON + timedelta(days=30), WitnessState.EXPIRED),
        (NOON, None, NOON + timedelta(days=30), WitnessState.ANSWERED),
        (None, NOON, NOON + timedelta(days=30), WitnessState.DECLINED),
    ],
)
def test_state_follows_what_happened(answered, declined, moment, state):
    found = rules.state_of(
        answered_at=answered, declined_at=declined, expires_at=NOON + timedelta(days=30), moment=moment
    )

    assert found is state


def test_reminder_waits_for_the_next_day_and_requests_for_theirs():
    rules.check_may_remind(asked_at=NOON, moment=NOON + rules.AGAIN_AFTER)
    rules.check_may_ask(asked_today=9)

    with pytest.raises(StateError) as soon:
        rules.check_may_remind(asked_at=NOON, moment=NOON + timedelta(hours=19))
    with pytest.raises(StateError) as enough:
        rules.check_may_ask(asked_today=10)
    assert (soon.value.code, enough.value.code) == ("too_soon", "enough")


@pytest.mark.parametrize(
    ("kind", "answered", "code"),
    [("WS", False, "no_witness"), ("DO", False, "no_observer"), ("DO", True, "no_observer")],
)
def test_what_rests_on_others_is_not_submitted_without_them(kind, answered, code):
    rules.check_may_submit("WS", answered=True)
    rules.check_may_submit("RA", answered=False)

    with pytest.raises(DomainError) as refusal:
        rules.check_may_submit(kind, answered=answered)
    assert refusal.value.code == code
