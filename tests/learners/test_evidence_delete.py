"""Deleting a draft: only what nobody else has seen, after a page that asks, with its files, and on record."""

import hashlib

import pytest
from django.core.files.storage import default_storage

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import now
from gpa_programme.core.uploads import Upload
from learners.actions import evidence as actions
from learners.models import EvidenceFile, EvidenceItem, EvidenceVersion
from tests.factories import make_evidence, make_version, make_witness
from tests.learners.portfolios import text_of
from tests.markup import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(north):
    return make_version(item=make_evidence(enrolment=north.enrolment), title="A wrong start")


def add(draft, data):
    upload = Upload("Notes.txt", "text/plain; charset=utf-8", data, hashlib.sha256(data).hexdigest())
    return actions.add_file(version=draft, upload=upload, by=draft.item.enrolment.learner)


def test_draft_is_deleted_after_a_page_that_asks_and_stays_on_record(
    north, draft, browse, django_capture_on_commit_callbacks
):
    file = add(draft, b"Only of the draft that is deleted")
    client, address = browse(north.learner), f"/evidence/{draft.item.ref}/delete/"
    linked = [address in client.get(page).content.decode() for page in ("/portfolio/", f"/evidence/{draft.item.ref}/")]

    asked = client.get(address)
    still = EvidenceVersion.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(address, follow=True)

    event = AuditEvent.objects.get(verb="evidence_draft_deleted")
    assert linked == [True, True]
    assert ["A wrong start" in text_of(asked), "1 file will be gone" in text_of(asked)] == [True, True]
    assert Page(asked.content.decode()).complaints == []
    assert (still, EvidenceItem.objects.count(), EvidenceFile.objects.count()) == (1, 0, 0)
    assert "Deleted: A wrong start." in text_of(done)
    assert not default_storage.exists(file.stored_as)
    assert (event.actor, event.record, event.detail["sha256"]) == (north.learner.pk, draft.item.ref, [file.sha256])
    assert client.get(address).status_code == 404


def test_file_that_another_version_holds_is_kept(north, draft, django_capture_on_commit_callbacks):
    other = make_version(item=make_evidence(enrolment=north.enrolment))
    file = add(draft, b"Of two drafts")
    add(other, b"Of two drafts")

    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_draft(version=draft, by=north.learner)

    assert default_storage.exists(file.stored_as)


def test_only_a_first_draft_that_nobody_has_seen_is_deleted(north, browse):
    item = make_evidence(enrolment=north.enrolment)
    sent = make_version(item=item, submitted_at=now())
    later = make_version(item=item)
    asked = make_witness(version=make_version(item=make_evidence(enrolment=north.enrolment, kind="WS"))).version

    codes = []
    for version in (sent, later, asked):
        with pytest.raises(StateError) as refusal:
            actions.delete_draft(version=version, by=north.learner)
        codes.append(refusal.value.code)

    back = browse(north.learner).get(f"/evidence/{item.ref}/delete/", follow=True)
    assert codes == ["submitted", "later", "asked"]
    assert "An earlier version was submitted" in text_of(back)
    assert EvidenceVersion.objects.count() == 3


def test_nobody_else_deletes_a_draft_and_a_late_save_finds_none(north, draft):
    for person in (north.mentor, north.coordinator):
        with pytest.raises(DomainError):
            actions.delete_draft(version=draft, by=person)
    late = EvidenceVersion.objects.get(pk=draft.pk)

    actions.delete_draft(version=draft, by=north.learner)

    with pytest.raises(StateError) as refusal:
        actions.save_draft(version=late, revision=0, content=actions.Content("", "x", False, {}), by=north.learner)
    assert refusal.value.code == "deleted"
