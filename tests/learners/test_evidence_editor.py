"""The editor of evidence: each kind's own questions, a log row by row, files one by one, gaps and what is held."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gpa_programme.core.periods import now
from learners.actions import evidence as actions
from learners.enums import EvidenceKind
from learners.models import Competency, EvidenceFile, EvidenceItem, ScopeItem, SignOffRequest
from learners.rules.log import MOST_TIMES, row_problems, rows_of
from learners.rules.prompts import PROMPTS, day_problems
from tests.factories import make_evidence, make_user, make_version
from tests.learners.portfolios import competencies, text_of
from tests.markup import Page

ROW = {"on": "2020-03-07", "what": "Blood pressure", "times": "4", "supervisor": "The practice nurse"}
TODAY = date(2020, 3, 8)
WRITTEN = [kind for kind in EvidenceKind if kind not in (EvidenceKind.WITNESS, EvidenceKind.OBSERVATION)]


@pytest.fixture
def client(north, browse):
    return browse(north.learner)


@pytest.fixture
def first(north):
    return competencies(north.enrolment)[0]


@pytest.fixture
def draft(north, first):
    """draft(kind): a draft of that kind, tied to the first competency."""
    return lambda kind="RA": actions.start_item(
        enrolment=north.enrolment, kind=kind, by=north.learner, competencies=[first]
    )


def fields(version, **changes):
    version.refresh_from_db()
    code = version.links.get().competency.code
    return {
        "number": version.number,
        "revision": version.revision,
        "title": "Over two weeks",
        "competencies": [code],
        f"why_{code}": "It shows it.",
        "no_patient_details": "on",
        **changes,
    }


def row(index, **changes):
    return {f"entry_{index}_{column}": said for column, said in {**ROW, **changes}.items()}


def text_file(name="letter.txt", data=b"Dear all"):
    return SimpleUploadedFile(name, data)


# ------------------------------------------------------------------------------------------------------------ rules


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"on": ""}, "entry_0_on", "Enter the date in row 1"),
        ({"on": "2020-02-30"}, "entry_0_on", "Enter the date in row 1"),
        ({"on": "2020-03-09"}, "entry_0_on", "The date in row 1 must be today or in the past"),
        ({"what": " "}, "entry_0_what", "Enter what you did in row 1"),
        ({"times": "0"}, "entry_0_times", "Enter how many times in row 1, as a number from 1 to 999"),
        ({"times": "often"}, "entry_0_times", "Enter how many times in row 1, as a number from 1 to 999"),
        ({"times": str(MOST_TIMES + 1)}, "entry_0_times", "Enter how many times in row 1, as a number from 1 to 999"),
        ({"supervisor": ""}, "entry_0_supervisor", "Enter who supervised you in row 1"),
    ],
)
def test_log_row_says_what_is_missing_where(change, field, message):
    assert list(row_problems([{**ROW, **change}], today=TODAY)) == [(field, message)]


def test_log_row_that_is_whole_is_taken_and_an_odd_date_is_shown_as_typed():
    assert list(row_problems([ROW, {**ROW, "on": "2020-03-08"}], today=TODAY)) == []
    assert [shown.on for shown in rows_of([ROW, {**ROW, "on": "last week"}])] == ["7 March 2020", "last week"]


@pytest.mark.parametrize(
    ("given", "until", "problems"),
    [
        ("", "", []),
        ("2020-03-07", "", []),
        ("2020-03-07", "2020-03-07", []),
        ("7.3.2020", "", ["answer_its_date"]),
        ("2020-03-09", "", ["answer_its_date"]),
        ("2020-03-07", "2020-03-06", ["answer_valid_until"]),
        ("", "soon", ["answer_valid_until"]),
    ],
)
def test_days_of_a_certificate_are_real_and_in_order(given, until, problems):
    said = {"its_date": given, "valid_until": until}

    assert [field for field, _message in day_problems(said, today=TODAY)] == problems


# ------------------------------------------------------------------------------------------------------------- kinds


@pytest.mark.parametrize("kind", WRITTEN)
def test_draft_asks_its_own_questions_and_keeps_every_answer(draft, client, kind):
    version = draft(kind)
    prompts = PROMPTS.get(kind, ())
    answers = {prompt.key: "2020-03-07" if prompt.asks == "day" else f"On {prompt.key}" for prompt in prompts}
    address = f"/evidence/{version.item.ref}/"

    shown = client.get(address)
    client.post(address, fields(version, text="More.", **{f"answer_{key}": said for key, said in answers.items()}))

    assert [prompt.question in text_of(shown) for prompt in prompts] == [True] * len(prompts)
    assert ("Anything else (optional)" in text_of(shown)) == (bool(prompts) or kind == EvidenceKind.LOG)
    assert Page(shown.content.decode()).complaints == []
    version.refresh_from_db()
    assert (version.answers, version.text) == (answers, "More.")
    again = client.get(address).content.decode()
    assert [said in again for said in answers.values()] == [True] * len(answers)


def test_submit_without_a_word_points_at_the_first_question(draft, client):
    version = draft("CS")

    response = client.post(f"/evidence/{version.item.ref}/", fields(version, action="submit"))

    assert 'href="#id_answer_the_case"' in response.content.decode()


def test_submitted_page_shows_the_answers_by_question(draft, client):
    version = draft("PD")
    said = {"answer_with_whom": "My GP mentor", "answer_what_you_take_from_it": "To ask early."}

    response = client.post(f"/evidence/{version.item.ref}/", fields(version, action="submit", **said), follow=True)

    words = text_of(response)
    assert "With whom did you talk, and when? My GP mentor What do you take from it? To ask early." in words
    assert Page(response.content.decode()).complaints == []


def test_prior_learning_is_a_box_on_every_draft_and_is_shown_once_submitted(draft, client):
    version = draft("WP")

    response = client.post(
        f"/evidence/{version.item.ref}/",
        fields(version, action="submit", answer_what_it_is="A list.", prior_learning="on"),
        follow=True,
    )

    assert "Prior learning It shows what was learned before the programme." in text_of(response)
    assert SignOffRequest.objects.get().route == "prior"


def test_statement_goes_on_to_asking_a_colleague_and_observation_makes_no_draft(north, client, first):
    asked = client.post(f"/evidence/new/?competency={first.code}", {"kind": "WS"})
    item = EvidenceItem.objects.get()
    watched = client.post(f"/evidence/new/?competency={first.code}", {"kind": "DO"})

    assert asked.headers["Location"] == f"/evidence/{item.ref}/witness/"
    assert watched.headers["Location"] == f"/observe/?enrolment={north.enrolment.ref}&competency={first.code}"
    assert client.get(f"/evidence/{item.ref}/").headers["Location"] == f"/evidence/{item.ref}/witness/"
    assert EvidenceItem.objects.count() == 1


# --------------------------------------------------------------------------------------------------------------- log


def test_add_a_row_saves_everything_typed_and_offers_one_more(draft, client):
    version = draft("LOG")
    sent = fields(version, action="add_row", text="So far.", files=[text_file()], **row(0))

    answer = client.post(f"/evidence/{version.item.ref}/", sent)

    version.refresh_from_db()
    assert (version.title, version.text, version.entries) == ("Over two weeks", "So far.", [ROW])
    assert [file.name for file in version.files.all()] == ["letter.txt"]
    assert answer.headers["Location"] == f"/evidence/{version.item.ref}/?row=new#log-end"
    html = client.get(answer.headers["Location"]).content.decode()
    assert [f'name="entry_{index}_what"' in html for index in range(3)] == [True, True, False]
    assert Page(html).complaints == []


def test_remove_a_row_takes_that_one_and_keeps_the_rest(draft, client):
    version = draft("LOG")
    rows = {**row(0, what="Pulse"), **row(1, what="Weight"), **row(2, what="Height")}

    client.post(f"/evidence/{version.item.ref}/", fields(version, remove_row="1", **rows))

    version.refresh_from_db()
    assert [entry["what"] for entry in version.entries] == ["Pulse", "Height"]
    assert version.state == "draft"


def test_row_left_empty_is_dropped_and_a_half_row_is_kept_but_not_submitted(draft, client):
    version = draft("LOG")
    empty = dict.fromkeys(ROW, "")
    sent = fields(version, action="submit", **row(0, **empty), **row(1), **row(2, times="", on=""))

    response = client.post(f"/evidence/{version.item.ref}/", sent)

    version.refresh_from_db()
    assert (version.state, version.entries) == ("draft", [ROW, {**ROW, "times": "", "on": ""}])
    html = response.content.decode()
    assert ["#id_entry_1_on" in html, "#id_entry_1_times" in html, "#id_entry_0_on" in html] == [True, True, False]
    assert "your draft is saved, but it was not submitted" in text_of(response)


def test_log_of_whole_rows_is_submitted_and_shown(draft, client):
    version = draft("LOG")

    response = client.post(f"/evidence/{version.item.ref}/", fields(version, action="submit", **row(0)), follow=True)

    assert "7 March 2020" in text_of(response)
    assert "The practice nurse" in text_of(response)


def test_rows_belong_to_a_log_only(draft, client):
    version = draft("RA")

    client.post(f"/evidence/{version.item.ref}/", fields(version, text="Words.", **row(0)))

    version.refresh_from_db()
    assert version.entries == []


# -------------------------------------------------------------------------------------------------------------- files


def test_file_sent_by_itself_is_answered_with_its_line_and_kept_once_however_often_it_comes(draft, client):
    version = draft()
    address = f"/evidence/{version.item.ref}/files/"

    answers = [client.post(address, {"number": 1, "file": text_file()}) for _ in range(2)]

    file = EvidenceFile.objects.get()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert f'data-file="{file.pk}"' in answers[0].content.decode()
    assert "letter.txt" in text_of(client.get(f"/evidence/{version.item.ref}/"))


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"file": SimpleUploadedFile("run.exe", b"MZ")}, "This kind of file is not accepted"),
        ({"file": SimpleUploadedFile("empty.txt", b"")}, "empty"),
        ({}, "The file did not arrive. Send it again"),
    ],
)
def test_file_that_is_refused_is_answered_with_the_reason(draft, client, sent, reason):
    version = draft()

    answer = client.post(f"/evidence/{version.item.ref}/files/", {"number": 1, **sent})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert reason in answer.content.decode()
    assert not EvidenceFile.objects.exists()


def test_file_too_many_is_refused_and_so_is_one_for_a_submitted_version(north, draft, client):
    version = draft()
    address = f"/evidence/{version.item.ref}/files/"
    for number in range(10):
        client.post(address, {"number": 1, "file": text_file(f"{number}.txt", b"%d" % number)})

    full = client.post(address, {"number": 1, "file": text_file("more.txt", b"more")})
    client.post(f"/evidence/{version.item.ref}/", fields(version, action="submit", text="Words."))
    late = client.post(address, {"number": 1, "file": text_file("late.txt", b"late")})

    assert (full.status_code, full.content.decode()) == (400, "You can add up to 10 files")
    assert (late.status_code, "submitted already" in late.content.decode()) == (409, True)
    assert EvidenceFile.objects.count() == 10


def test_file_of_a_draft_is_taken_from_its_owner_only(north, draft, browse):
    version = draft()
    others = (north.other_learner, north.mentor, north.coordinator, make_user())

    answers = [
        browse(person).post(f"/evidence/{version.item.ref}/files/", {"number": 1, "file": text_file()}).status_code
        for person in others
    ]

    assert answers == [404] * 4
    assert not EvidenceFile.objects.exists()


def test_photo_from_the_camera_comes_without_scripts_too(draft, client):
    version = draft()

    client.post(f"/evidence/{version.item.ref}/", fields(version, photo=[text_file("photo.txt")]))

    assert [file.name for file in version.files.all()] == ["photo.txt"]


def test_conflict_names_the_files_that_were_not_kept(draft, client):
    version = draft()
    stale = fields(version, text="From the desk", files=[text_file()])
    client.post(f"/evidence/{version.item.ref}/", fields(version, text="From the phone"))

    response = client.post(f"/evidence/{version.item.ref}/", stale)

    assert response.status_code == 409
    assert "letter.txt. Choose it again." in text_of(response)
    assert not EvidenceFile.objects.exists()


def test_refused_file_beside_a_good_one_names_both_as_not_added(draft, client):
    version = draft()
    files = [text_file(), SimpleUploadedFile("run.exe", b"MZ")]

    response = client.post(f"/evidence/{version.item.ref}/", fields(version, files=files))

    assert "letter.txt, run.exe. Choose them again." in text_of(response)


@pytest.mark.parametrize("unread", [True, False])
def test_picture_that_the_check_cannot_read_is_pointed_out(draft, client, unread):
    version = draft()
    EvidenceFile.objects.create(
        version=version, name="a.jpg", content_type="image/jpeg", size=1, sha256="a" * 64, stored_as="evidence/aa/a",
        unread=unread,
    )  # fmt: skip

    html = client.get(f"/evidence/{version.item.ref}/").content.decode()

    assert ("data-files-unread hidden" in html, "the check cannot read it" in html) == (not unread, unread)
    assert "The check cannot read photographs and scans. Look at each yourself: no name, number or face." in html


# --------------------------------------------------------------------------------------------------- held and gaps


def test_held_draft_that_is_opened_again_says_where_and_lets_go_once_it_is_removed(draft, client):
    version = draft()
    address = f"/evidence/{version.item.ref}/"
    client.post(address, fields(version, action="submit", answer_next_time="Ask 943 476 5919."))

    held = client.get(address)
    client.post(address, fields(version, answer_next_time="Ask early."))
    freed = client.get(address)

    assert "“943 476 5919” in your answer about next time looks like an NHS number" in text_of(held)
    assert 'name="explanation"' in held.content.decode()
    assert Page(held.content.decode()).complaints == []
    assert ("Held" in text_of(freed), 'name="explanation"' in freed.content.decode()) == (False, False)


def test_autosave_of_what_is_too_long_saves_nothing_and_says_so(draft, client):
    version = draft()

    answer = client.post(f"/evidence/{version.item.ref}/autosave/", fields(version, title="x" * 151))

    version.refresh_from_db()
    assert (answer.status_code, version.title) == (422, "")


def test_draft_shows_what_would_still_be_missing_once_it_is_submitted(draft, client, first):
    Competency.objects.filter(pk=first.pk).update(minimum_pieces=2, required_kinds=["DO"])
    version = draft()

    words = text_of(client.get(f"/evidence/{version.item.ref}/"))

    assert "Once you submit: 1 of 2 pieces; still needed: direct observation" in words
    assert "Once you submit: 1 of 1 piece" in words


@pytest.mark.parametrize("count", [1, 3])
def test_draft_asks_as_many_queries_with_three_competencies_as_with_one(
    north, draft, client, count, django_assert_num_queries
):
    keep = [one.pk for one in competencies(north.enrolment)[:count]]
    version = draft("LOG")
    ScopeItem.objects.filter(enrolment=north.enrolment).exclude(competency__in=keep).delete()
    for one in Competency.objects.filter(pk__in=keep):
        make_version(item=make_evidence(enrolment=north.enrolment), competencies=[one], submitted_at=now())
    client.get(f"/evidence/{version.item.ref}/")

    with django_assert_num_queries(16):
        response = client.get(f"/evidence/{version.item.ref}/")

    assert response.content.decode().count("Once you submit:") == count


def test_destroyed_version_is_a_tombstone_on_its_owners_page(north, client):
    version = make_version(
        item=make_evidence(enrolment=north.enrolment), text="Who it was", submitted_at=now(), destroyed_at=now()
    )

    words = text_of(client.get(f"/evidence/{version.item.ref}/"))

    assert "were destroyed on" in words
    assert "Who it was" not in words
