"""Pages of evidence: start, write, keep, submit, read; to everybody else it does not exist."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gpa_programme.audit.models import AuditEvent, ReadLog
from learners.actions import evidence as actions
from learners.models import EvidenceItem, EvidenceVersion, SignOffRequest
from tests.factories import make_user
from tests.learners.portfolios import competencies, text_of
from tests.markup import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(north):
    first = competencies(north.enrolment)[0]
    return actions.start_item(enrolment=north.enrolment, kind="RA", by=north.learner, competencies=[first]).item


@pytest.fixture
def client(north, browse):
    return browse(north.learner)


def fields(item, **changes):
    version = item.versions.latest("number")
    code = item.enrolment.framework.competencies.order_by("position")[0].code
    return {
        "number": version.number,
        "revision": version.revision,
        "title": "A call back",
        "text": "What happened.",
        "competencies": [code],
        f"why_{code}": "It shows the call.",
        "no_patient_details": "on",
        **changes,
    }


def test_new_evidence_kind_makes_a_draft_tied_to_the_competency_asked_for(north, client):
    second = competencies(north.enrolment)[1]

    response = client.post(f"/evidence/new/?competency={second.code}", {"kind": "RA"})

    item = EvidenceItem.objects.get()
    assert response.headers["Location"] == f"/evidence/{item.ref}/"
    assert [link.competency for link in item.versions.get().links.all()] == [second]


def test_new_evidence_without_a_kind_says_so(client):
    response = client.post("/evidence/new/", {})

    assert "There is a problem" in text_of(response)
    assert not EvidenceItem.objects.exists()


def test_get_of_new_evidence_and_of_a_draft_write_nothing(item, client):
    before = AuditEvent.objects.count()

    pages = [client.get("/evidence/new/"), client.get(f"/evidence/{item.ref}/")]

    assert [response.status_code for response in pages] == [200, 200]
    assert (AuditEvent.objects.count(), EvidenceItem.objects.count(), ReadLog.objects.count()) == (before, 1, 0)
    assert [Page(response.content.decode()).complaints for response in pages] == [[], []]


def test_save_draft_keeps_words_and_file(item, client):
    file = SimpleUploadedFile("letter.txt", b"Dear all")

    client.post(f"/evidence/{item.ref}/", fields(item, action="save", files=[file]))

    version = item.versions.get()
    assert (version.state, version.title, [file.name for file in version.files.all()]) == (
        "draft", "A call back", ["letter.txt"],
    )  # fmt: skip


def test_refused_file_saves_nothing_and_keeps_what_was_typed(item, client):
    file = SimpleUploadedFile("run.exe", b"MZ")

    response = client.post(f"/evidence/{item.ref}/", fields(item, action="save", files=[file]))

    words = text_of(response)
    assert [part in words for part in ("nothing was saved", "run.exe", "What happened.")] == [True] * 3
    assert item.versions.get().title == ""


def test_remove_takes_a_file_off(item, client):
    client.post(f"/evidence/{item.ref}/", fields(item, files=[SimpleUploadedFile("a.txt", b"Dear all")]))
    file = item.versions.get().files.get()

    client.post(f"/evidence/{item.ref}/", fields(item, remove=[file.pk]))

    assert not item.versions.get().files.exists()


def test_submit_shows_the_frozen_version_and_who_is_asked(north, item, client):
    response = client.post(f"/evidence/{item.ref}/", fields(item, action="submit"), follow=True)

    assert SignOffRequest.objects.get().enrolment == north.enrolment
    words = text_of(response)
    assert [part in words for part in ("Submitted. Mentor North will be asked", "no longer changes")] == [True, True]
    assert Page(response.content.decode()).complaints == []


def test_submit_twice_says_it_was_done_already(item, client):
    said = fields(item, action="submit")
    client.post(f"/evidence/{item.ref}/", said)

    response = client.post(f"/evidence/{item.ref}/", said, follow=True)

    assert "submitted already" in text_of(response)
    assert SignOffRequest.objects.count() == 1


def test_submit_incomplete_says_what_is_missing_and_that_the_draft_is_saved(item, client):
    said = {**fields(item, action="submit", text="", title="Only a title"), "no_patient_details": ""}

    response = client.post(f"/evidence/{item.ref}/", said)

    html = response.content.decode()
    assert "your draft is saved, but it was not submitted" in text_of(response)
    assert ['href="#id_answer_what_happened"' in html, 'href="#id_no_patient_details"' in html] == [True, True]
    assert (item.versions.get().state, item.versions.get().title) == ("draft", "Only a title")
    assert Page(html).complaints == []


def test_submit_with_a_patients_number_shows_where_and_takes_an_explanation(item, client):
    said = fields(item, action="submit", text="I asked about 943 476 5919.")

    letter = client.post(f"/evidence/{item.ref}/", {**said, "explanation": "x"})
    assert "Explain in at least 10 characters what it is" in text_of(letter)
    said["revision"] = 1
    refused = client.post(f"/evidence/{item.ref}/", said)
    taken = client.post(
        f"/evidence/{item.ref}/", {**said, "revision": 1, "explanation": "A test number from the manual."}, follow=True
    )

    html = refused.content.decode()
    told = "“943 476 5919” in the text looks like an NHS number. Remove it, or explain below"
    assert text_of(refused).count(told) == text_of(refused).count("“943 476 5919”") == 2
    assert ['href="#id_text"' in html, "in at least 10 characters" in html] == [True, False]
    assert Page(refused.content.decode()).complaints == []
    assert "no longer changes" in text_of(taken)


def test_draft_says_on_which_day_it_was_saved(item, client):
    item.versions.update(saved_at=datetime(2026, 7, 3, 12, 56, tzinfo=UTC))

    assert "Saved 3 July 2026, 13:56" in text_of(client.get(f"/evidence/{item.ref}/"))


def test_save_over_a_newer_draft_shows_both_texts_and_then_takes_the_choice(item, client):
    client.post(f"/evidence/{item.ref}/", fields(item, text="From the phone"))
    stale = fields(item, text="From the desk", revision=0, action="save")

    conflict = client.post(f"/evidence/{item.ref}/", stale)
    chosen = client.post(f"/evidence/{item.ref}/", {**stale, "revision": 1})

    words = text_of(conflict)
    assert conflict.status_code == 409
    assert ["From the phone" in words, "From the desk" in words] == [True, True]
    assert chosen.status_code == 302
    assert item.versions.get().text == "From the desk"


def test_autosave_keeps_what_is_typed_and_names_the_next_revision(item, client):
    one = client.post(f"/evidence/{item.ref}/autosave/", fields(item))
    two = client.post(
        f"/evidence/{item.ref}/autosave/", fields(item, text="More", revision=one.headers["X-Draft-Revision"])
    )

    assert [(one.status_code, one.headers["X-Draft-Revision"]), (two.status_code, two.headers["X-Draft-Revision"])] == [
        (204, "1"),
        (204, "2"),
    ]
    assert item.versions.get().text == "More"


def test_autosave_after_submitting_neither_revives_nor_reaches_the_next_version(north, item, client):
    late = fields(item, text="Late", revision=1)
    client.post(f"/evidence/{item.ref}/", fields(item, action="submit"))
    actions.new_version(item=item, by=north.learner)

    response = client.post(f"/evidence/{item.ref}/autosave/", late)

    assert response.status_code == 409
    assert sorted(EvidenceVersion.objects.values_list("state", "text")) == [
        ("draft", "What happened."),
        ("submitted", "What happened."),
    ]


def test_new_version_button_makes_a_draft_and_the_old_version_stays(item, client):
    client.post(f"/evidence/{item.ref}/", fields(item, action="submit"))

    client.post(f"/evidence/{item.ref}/new-version/")

    assert "Write your evidence" in text_of(client.get(f"/evidence/{item.ref}/"))
    assert "no longer changes" in text_of(client.get(f"/evidence/{item.ref}/?version=1"))
    assert client.get(f"/evidence/{item.ref}/?version=9").status_code == 404


def test_file_is_an_inert_download_for_owner_and_asked_mentor_only(north, item, client, browse):
    client.post(f"/evidence/{item.ref}/", fields(item, files=[SimpleUploadedFile("a.txt", b"Dear all")]))
    file = item.versions.get().files.get()
    address = f"/evidence/{item.ref}/files/{file.pk}/"
    before = browse(north.mentor).get(address).status_code
    client.post(f"/evidence/{item.ref}/", fields(item, action="submit"))

    own, read = client.get(address), browse(north.mentor).get(address)

    assert (before, own.status_code, read.status_code) == (404, 200, 200)
    assert b"".join(own.streaming_content) == b"Dear all"
    assert read.headers["Content-Disposition"] == 'attachment; filename="a.txt"'
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert read.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert list(ReadLog.objects.values_list("reader", "record")) == [(north.mentor.pk, f"{item.ref}/{file.pk}")]
    others = (north.coordinator, north.other_learner, north.practice_manager, make_user())
    assert [browse(person).get(address).status_code for person in others] == [404] * 4


@pytest.mark.parametrize("path", ["", "autosave/", "new-version/"])
def test_evidence_does_not_exist_for_other_learners(north, item, browse, path):
    client = browse(north.other_learner)

    assert client.post(f"/evidence/{item.ref}/{path}", fields(item, action="submit")).status_code == 404
    assert item.versions.get().state == "draft"


@pytest.mark.parametrize("path", ["autosave/", "new-version/"])
def test_addresses_that_change_something_refuse_get(item, client, path):
    assert client.get(f"/evidence/{item.ref}/{path}").status_code == 405


def test_visitor_is_asked_to_sign_in(item):
    assert Client().get(f"/evidence/{item.ref}/").headers["Location"].startswith("/accounts/login/")
