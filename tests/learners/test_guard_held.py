"""Submitting what looks like a patient's detail: held, shown with its place, let go or explained; files included."""

import io

import pytest
from django.core.files.storage import default_storage
from openpyxl import Workbook

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import DomainError
from gpa_programme.core.uploads import check_upload
from gpa_programme.notices.models import Message
from learners.actions import evidence as actions
from learners.actions import submission
from learners.models import EvidenceFile, EvidenceVersion, SignOffRequest
from learners.rules import evidence as rules
from learners.rules.evidence import Content, NotReadyError
from tests.core.test_uploads import picture
from tests.learners.portfolios import competencies

NUMBER = "943 476 5919"


@pytest.fixture
def enrolment(north):
    return north.enrolment


@pytest.fixture
def draft(enrolment):
    first = competencies(enrolment)[0]
    return actions.start_item(enrolment=enrolment, kind="RA", by=enrolment.learner, competencies=[first])


def save(draft, **said):
    code = draft.links.get().competency.code
    words = {"title": "A call", "text": "I rang.", "no_patient_details": True, "links": {code: "It shows it"}} | said
    draft.refresh_from_db()
    by = draft.item.enrolment.learner
    return actions.save_draft(version=draft, revision=draft.revision, content=Content(**words), by=by)


def submit(draft, explanation=""):
    return submission.submit(version=draft, by=draft.item.enrolment.learner, explanation=explanation)


def refused(draft, explanation=""):
    with pytest.raises(NotReadyError) as refusal:
        submit(draft, explanation)
    draft.refresh_from_db()
    return [(hit.what, hit.place) for hit in refusal.value.hits]


def add(draft, name, data):
    upload = check_upload(name, io.BytesIO(data))
    return actions.add_file(version=draft, upload=upload, by=draft.item.enrolment.learner)


def sheet(value):
    book = Workbook()
    book.active.title = "Calls"
    book.active["B7"] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_draft_that_names_a_patient_is_held_and_nobody_is_asked(draft):
    hits = refused(save(draft, text=f"I rang {NUMBER}."))

    assert hits == [("an NHS number", "in the text")]
    assert EvidenceVersion.objects.get().state == "held"
    assert not SignOffRequest.objects.exists()
    assert not Message.objects.exists()
    held = AuditEvent.objects.get(verb="evidence_held")
    assert held.detail["found"] == ["an NHS number"]
    assert "943" not in str(held.detail)


def test_everything_is_shown_at_once_with_its_place(draft):
    code = draft.links.get().competency.code
    add(draft, "calls LS1 4AP.xlsx", sheet("07700 900123"))
    add(draft, "notes.txt", b"jo@mail.example")
    save(
        draft,
        title="Born 3/2/51",
        answers={"happened": NUMBER},
        entries=[{"what": "Rang 0113 496 0000"}],
        links={code: "I rang LS1 4AP"},
    )

    assert refused(draft) == [
        ("a date of birth", "in the title"),
        ("an NHS number", "in your answer about happened"),
        ("a phone number", "in line 1 of the log"),
        ("a postcode", f"in what you wrote for {code}"),
        ("a postcode", "in the name of the file calls LS1 4AP.xlsx"),
        ("a phone number", "in the file calls LS1 4AP.xlsx, in the sheet “Calls”, cell B7"),
        ("an email address", "in the file notes.txt, in the text"),
    ]


def test_held_draft_stays_held_while_something_is_left_and_is_let_go_after_that(draft):
    refused(save(draft, text=f"I rang {NUMBER} at LS1 4AP."))

    assert save(draft, text=f"I rang {NUMBER}.").state == "held"
    assert save(draft, text="I rang.").state == "draft"
    assert EvidenceVersion.objects.get().state == "draft"


def test_held_draft_is_let_go_when_the_file_is_removed(draft):
    save(draft)
    file = add(draft, "notes.txt", NUMBER.encode())
    refused(draft)
    actions.remove_file(version=draft, file_id=file.pk, by=draft.item.enrolment.learner)

    assert EvidenceVersion.objects.get().state == "draft"


def test_explanation_is_kept_and_the_draft_is_submitted(draft):
    refused(save(draft, text=f"I rang {NUMBER}."))
    requests = submit(draft, "This is the example of the NHS Data Dictionary.")

    version = EvidenceVersion.objects.get()
    assert (version.state, version.explanation) == ("submitted", "This is the example of the NHS Data Dictionary.")
    assert len(requests) == 1


def test_explanation_of_a_word_is_none(draft):
    refused(save(draft, text=f"I rang {NUMBER}."), "is fine")

    assert EvidenceVersion.objects.get().state == "held"


def test_draft_that_only_lacks_a_title_is_not_held(draft):
    assert refused(save(draft, title="")) == []
    assert draft.state == "draft"


def test_without_the_guard_it_would_be_submitted(draft, monkeypatch):
    """The twin: what the guard alone prevents."""
    monkeypatch.setattr(rules, "patient_details", lambda places, *, today: [])

    assert len(submit(save(draft, text=f"I rang {NUMBER}."))) == 1


def test_picture_is_unread_and_its_metadata_is_found_though_it_is_stripped(draft):
    file = add(draft, "photo.jpg", picture("JPEG", comment=NUMBER.encode()))

    assert file.unread is True
    assert file.findings == [
        {"what": "an NHS number", "found": NUMBER, "place": "in the hidden data of the picture"},
    ]
    assert NUMBER.encode() not in default_storage.open(file.stored_as).read()


def test_new_version_keeps_what_was_found_in_its_files(draft):
    save(draft)
    add(draft, "notes.txt", NUMBER.encode())
    submit(draft, "This is the example of the NHS Data Dictionary.")
    copy = actions.new_version(item=draft.item, by=draft.item.enrolment.learner)

    assert [file.findings[0]["found"] for file in copy.files.all()] == [NUMBER]


def test_bytes_of_a_removed_file_are_deleted_unless_another_row_holds_them(
    draft, enrolment, django_capture_on_commit_callbacks
):
    by = enrolment.learner
    other = actions.start_item(enrolment=enrolment, kind="WP", by=by)
    file, twin = add(draft, "notes.txt", b"Dear all"), add(other, "same.txt", b"Dear all")

    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_file(version=draft, file_id=file.pk, by=by)
    assert default_storage.exists(twin.stored_as)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_file(version=other, file_id=twin.pk, by=by)
    assert not default_storage.exists(twin.stored_as)
    assert not EvidenceFile.objects.exists()


def test_refused_file_changes_nothing(draft):
    with pytest.raises(DomainError):
        check_upload("notes.pdf", io.BytesIO(b"no PDF"))
    assert not EvidenceFile.objects.exists()
