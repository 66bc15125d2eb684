"""What evidence must hold before it is submitted, its hash, and the guard against patients' details."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learners.rules import pace
from learners.rules.evidence import (
    Content,
    NotReadyError,
    check_ready,
    version_sha256,
)
from learners.rules.guard import is_nhs_number, patient_details

TODAY = date(2026, 11, 23)
READY = Content("Calling a patient back", "What happened.\nWhat I learned.", True, {"A1": "It shows the call."})


def problems(content, *, files=(), explanation=""):
    with pytest.raises(NotReadyError) as refusal:
        check_ready(content, file_names=files, explanation=explanation, today=TODAY)
    return [field for field, _message in refusal.value.problems]


def test_check_ready_complete_content_passes():
    assert check_ready(READY, file_names=[], explanation="", today=TODAY) == []


def test_check_ready_empty_draft_names_every_problem_at_once():
    assert problems(Content("", "", False, {})) == ["title", "words", "competencies", "no_patient_details"]


def test_check_ready_file_stands_for_text():
    assert check_ready(replace(READY, text=""), file_names=["letter.pdf"], explanation="", today=TODAY) == []


def test_check_ready_competency_without_justification_is_named():
    assert problems(replace(READY, links={"A1": "It shows it", "B1": " "})) == ["why_B1"]


def test_check_ready_patient_detail_must_be_removed_or_explained():
    content = replace(READY, text="I rang 020 7946 0000 to ask the lab.")

    assert problems(content) == ["text"]
    assert problems(content, explanation="x") == ["text", "explanation"]
    hits = check_ready(content, file_names=[], explanation="This is the number of the laboratory.", today=TODAY)
    assert [hit.what for hit in hits] == ["a phone number"]


def test_check_ready_names_each_patient_detail_at_its_own_field():
    content = Content(
        "LS1 4AP",
        "020 7946 0000",
        True,
        {"A1": "jo@mail.example"},
        {"next_time": "943 476 5919"},
        [{"on": "2026-01-05", "what": "07700 900123", "times": "1", "supervisor": "A"}],
    )

    assert problems(content, files=["LS1 4AP.pdf"]) == [
        "title", "text", "answer_next_time", "entry_0_what", "why_A1", "files"
    ]  # fmt: skip


FOUND = {
    "Number 943 476 5919 on the list": "an NHS number",
    "9434765919": "an NHS number",
    "write to jo.bloggs@mail.example about it": "an email address",
    "ring 07700 900123": "a phone number",
    "ring +44 7700 900123": "a phone number",
    "lives at LS1 4AP": "a postcode",
    "born 3/2/51 in Leeds": "a date of birth",
    "DOB: 14 March 1962": "a date of birth",
    "the man of 01/02/1948": "a date of birth",
}


@pytest.mark.parametrize(("text", "what"), FOUND.items(), ids=FOUND.values())
def test_patient_details_finds(text, what):
    assert [hit.what for hit in patient_details([("in the text", text)], today=TODAY)] == [what]


@pytest.mark.parametrize(
    "text",
    [
        "On 3 September 2026 I took 12 calls, 9 of them about results.",
        "943 476 5918 fails the check digit",
        "Room B12, ODS code A81001, 10/11/2026 at 14:05",
        "We cut the wait from 21 to 14 days: 33% of 120 letters.",
    ],
)
def test_patient_details_leaves_ordinary_words_alone(text):
    assert patient_details([("in the text", text)], today=TODAY) == []


def test_patient_details_reads_file_names_too():
    hits = patient_details([("in the name of the file", "letter_943_476_5919.pdf")], today=TODAY)

    assert [(hit.what, hit.place) for hit in hits] == [("an NHS number", "in the name of the file")]


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9))
def test_is_nhs_number_one_check_digit_at_most_fits(digits):
    text = "".join(map(str, digits))

    assert sum(is_nhs_number(f"{text}{check}") for check in range(10)) <= 1


def digest(content=READY, files=(("a.pdf", "1" * 64),), number=1):
    return version_sha256(ref="K7M-P2Q4", number=number, kind="RA", content=content, files=files)


def test_version_sha256_is_the_same_for_the_same_words_and_files():
    same = replace(READY, text=READY.text.replace("\n", "\r\n"), links=dict(reversed(READY.links.items())))

    assert digest(same) == digest()


@pytest.mark.parametrize(
    "other",
    [
        {"content": replace(READY, title="Another")},
        {"content": replace(READY, text="Another")},
        {"content": replace(READY, links={"A1": "Another"})},
        {"files": [("a.pdf", "2" * 64)]},
        {"files": [("b.pdf", "1" * 64)]},
        {"number": 2},
    ],
)
def test_version_sha256_changes_with_every_part(other):
    assert digest(**other) != digest()


STANDINGS = {
    "all": (pace.Standing(5, 5, lately=2), "Every competency in your scope is signed off."),
    "lately": (pace.Standing(5, 2, lately=1, returned=1), "1 competency signed off in the last 28 days."),
    "returned": (
        pace.Standing(5, 2, returned=1, waiting=1),
        "Your mentor has said what is missing for 1: a short answer may be all it takes.",
    ),
    "waiting": (pace.Standing(5, 0, waiting=2), "2 competencies with your mentor now: nothing more to do there."),
    "some": (pace.Standing(5, 2), "2 of 5 signed off already."),
    "none": (pace.Standing(5, 0), "One short account of something you did this week is enough to start."),
}


@pytest.mark.parametrize(("standing", "line"), STANDINGS.values(), ids=STANDINGS.keys())
def test_encouragement_says_the_best_true_thing(standing, line):
    assert pace.encouragement(standing) == line


def test_pace_text_says_on_pace_or_behind():
    assert pace.Pace(40, 38).text == "On pace: about 38% is expected by today."
    assert pace.Pace(10, 38).text == "Behind the usual pace: about 38% is expected by today."
