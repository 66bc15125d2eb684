"""What a learner does with evidence: drafts that cannot be lost or revived, submitting once, versions that stay."""

import hashlib

import pytest

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.uploads import Upload
from gpa_programme.notices.models import Message
from learners.actions import evidence as actions
from learners.actions import submission
from learners.enums import CompetencyState
from learners.models import Decision, EvidenceFile, EvidenceItem, EvidenceVersion, SignOffRequest
from learners.queries.states import enrolment_states
from learners.rules.evidence import Content, NotReadyError
from tests.factories import make_decision, make_enrolment, make_mentorship, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    return make_enrolment(mentor=make_user(name="Grace Lamb"), learner=make_user(name="Ada Moss"))


@pytest.fixture
def first(enrolment):
    return enrolment.framework.competencies.order_by("position")[0]


@pytest.fixture
def second(enrolment):
    return enrolment.framework.competencies.order_by("position")[1]


@pytest.fixture
def draft(enrolment, first):
    return actions.start_item(enrolment=enrolment, kind="RA", by=enrolment.learner, competencies=[first])


def content(*competencies, **changes):
    said = {"title": "A call back", "text": "What happened.", "no_patient_details": True}
    return Content(**{**said, **changes, "links": {one.code: "It shows it." for one in competencies}})


def save(draft, said, revision=None):
    by = draft.item.enrolment.learner
    return actions.save_draft(
        version=draft, revision=draft.revision if revision is None else revision, content=said, by=by
    )


def submit(draft):
    return submission.submit(version=draft, by=draft.item.enrolment.learner)


def upload(name="letter.txt", data=b"Dear all"):
    return Upload(name, "text/plain; charset=utf-8", data, hashlib.sha256(data).hexdigest())


def test_start_item_ties_only_what_is_in_scope(enrolment, first, second):
    enrolment.scope.filter(competency=second).delete()

    version = actions.start_item(enrolment=enrolment, kind="RA", by=enrolment.learner, competencies=[first, second])

    assert [link.competency for link in version.links.all()] == [first]
    assert AuditEvent.objects.get().verb == "evidence_started"


def test_start_item_after_leaving_is_refused(first):
    gone = make_enrolment(state="withdrawn")

    with pytest.raises(StateError):
        actions.start_item(enrolment=gone, kind="RA", by=gone.learner)
    assert not EvidenceItem.objects.exists()


def test_start_item_by_somebody_else_is_refused(enrolment):
    with pytest.raises(DomainError):
        actions.start_item(enrolment=enrolment, kind="RA", by=make_user())
    assert not EvidenceItem.objects.exists()


def test_save_draft_keeps_words_and_counts_the_revision(draft, first, second):
    saved = save(draft, content(first, second))

    assert (saved.revision, saved.title, saved.links.count()) == (1, "A call back", 2)


def test_save_draft_twice_the_same_is_once(draft, first):
    save(draft, content(first))

    assert save(draft, content(first), revision=0).revision == 1


def test_save_draft_over_a_newer_one_is_a_conflict_and_loses_nothing(draft, first):
    save(draft, content(first, text="From the phone"))

    with pytest.raises(ConflictError) as refusal:
        save(draft, content(first, text="From the desk"), revision=0)
    assert refusal.value.code == "draft_changed"
    assert EvidenceVersion.objects.get().text == "From the phone"


def test_save_draft_after_submitting_does_not_revive_it(draft, first):
    saved = save(draft, content(first))
    submit(saved)

    with pytest.raises(StateError):
        save(draft, content(first, text="Late autosave"), revision=1)
    version = EvidenceVersion.objects.get()
    assert (version.state, version.text) == ("submitted", "What happened.")


def test_save_draft_leaves_out_competencies_beyond_the_scope(draft, enrolment, first, second):
    enrolment.scope.filter(competency=second).delete()

    assert [link.competency for link in save(draft, content(first, second)).links.all()] == [first]


def test_submit_freezes_asks_for_each_competency_and_tells_the_mentor(draft, first, second):
    requests = submit(save(draft, content(first, second)))

    version = EvidenceVersion.objects.get()
    assert (version.state, len(version.sha256)) == ("submitted", 64)
    assert [request.competency for request in requests] == [first, second]
    assert [list(request.versions.all()) for request in requests] == [[version], [version]]
    lines = Message.objects.order_by("pk")
    assert [(line.digest, line.person.name, line.context["learner"]) for line in lines] == [
        ("waiting", "Grace Lamb", "Ada Moss")
    ] * 2
    assert "What happened." not in str([line.context for line in lines])
    event = AuditEvent.objects.get(verb="evidence_submitted")
    assert event.detail["sha256"] == version.sha256


def test_submit_twice_asks_once(draft, first):
    saved = save(draft, content(first))
    submit(saved)

    with pytest.raises(StateError) as refusal:
        submit(saved)
    assert refusal.value.code == "submitted"
    assert SignOffRequest.objects.count() == 1


def test_submit_what_is_not_ready_changes_nothing(draft):
    with pytest.raises(NotReadyError):
        submit(draft)
    assert EvidenceVersion.objects.get().state == "draft"
    assert not SignOffRequest.objects.exists()


def test_submit_while_a_request_is_open_adds_the_version_to_it(draft, enrolment, first):
    submit(save(draft, content(first)))
    other = actions.start_item(enrolment=enrolment, kind="WP", by=enrolment.learner)
    submit(save(other, content(first, title="A letter")))

    request = SignOffRequest.objects.get()
    assert [version.title for version in request.versions.order_by("pk")] == ["A call back", "A letter"]
    assert [message.context["again"] for message in Message.objects.order_by("pk")] == [False, True]


def test_submit_of_a_new_version_after_sign_off_makes_it_stale_until_decided_again(draft, enrolment, first):
    [request] = submit(save(draft, content(first)))
    make_decision(request=request)
    newer = actions.new_version(item=draft.item, by=enrolment.learner)
    before = enrolment_states([enrolment.pk])[enrolment.pk][first.pk]
    [again] = submit(save(newer, content(first, text="More than before.")))

    assert before is CompetencyState.SIGNED_OFF
    assert enrolment_states([enrolment.pk])[enrolment.pk][first.pk] is CompetencyState.STALE
    make_decision(request=again)
    assert enrolment_states([enrolment.pk])[enrolment.pk][first.pk] is CompetencyState.SIGNED_OFF
    assert list(Decision.objects.order_by("pk").values_list("request", flat=True)) == [request.pk, again.pk]


def test_submit_records_that_a_detail_was_explained_but_not_the_detail(draft, first):
    saved = save(draft, content(first, text="I rang the lab on 020 7946 0000."))

    submission.submit(version=saved, by=draft.item.enrolment.learner, explanation="It is the number of the laboratory.")

    event = AuditEvent.objects.get(verb="evidence_submitted")
    assert (event.reason, event.detail["explained"]) == ("", ["a phone number"])


def test_submit_tells_only_todays_mentors(draft, enrolment, first):
    make_mentorship(enrolment=enrolment, kind="second", mentor=make_user(name="Past"), until=enrolment.starts)
    make_mentorship(enrolment=enrolment, kind="cover", mentor=make_user(name="Cover"))

    submit(save(draft, content(first)))

    assert sorted(message.person.name for message in Message.objects.all()) == ["Cover", "Grace Lamb"]


def test_add_file_keeps_bytes_once_and_the_version_names_them(draft, first):
    by = draft.item.enrolment.learner
    once = actions.add_file(version=draft, upload=upload(), by=by)
    twice = actions.add_file(version=draft, upload=upload(), by=by)

    assert (once.pk, once.size, EvidenceFile.objects.count()) == (twice.pk, 8, 1)


def test_add_file_to_a_submitted_version_is_refused(draft, first):
    submit(save(draft, content(first)))

    with pytest.raises(StateError):
        actions.add_file(version=draft, upload=upload(), by=draft.item.enrolment.learner)


def test_remove_file_twice_is_once(draft):
    by = draft.item.enrolment.learner
    file = actions.add_file(version=draft, upload=upload(), by=by)

    for _ in range(2):
        actions.remove_file(version=draft, file_id=file.pk, by=by)

    assert not draft.files.exists()


def test_new_version_copies_words_files_and_links_but_not_the_confirmation(draft, first):
    by = draft.item.enrolment.learner
    actions.add_file(version=draft, upload=upload(), by=by)
    submit(save(draft, content(first)))

    copy = actions.new_version(item=draft.item, by=by)
    same = actions.new_version(item=draft.item, by=by)

    assert (copy.number, copy.state, copy.text, copy.no_patient_details) == (2, "draft", "What happened.", False)
    assert [file.name for file in copy.files.all()] == ["letter.txt"]
    assert [link.competency for link in copy.links.all()] == [first]
    assert same == copy
