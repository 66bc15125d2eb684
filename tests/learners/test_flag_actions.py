"""Flags on evidence: hidden at once, decided by two people, destroyed wherever it is kept, with a tombstone left."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now
from gpa_programme.core.uploads import check_upload
from gpa_programme.home.checks.portfolios import decisions_with_another_hash, versions_with_another_hash
from gpa_programme.notices.models import Message
from learners.actions import evidence, flags, signoff, submission
from learners.enums import CompetencyState, FlagState
from learners.models import EvidenceFile, EvidenceVersion, PatientFlag, PortfolioCopy, RequestVersion, SignOffRequest
from learners.queries.flags import hidden_versions, is_hidden, touched_by
from learners.queries.states import enrolment_states
from learners.queries.waiting import file_for
from learners.rules.evidence import Content
from learners.rules.flags import DESTROYED_NAME, DESTROYED_TITLE
from learners.rules.signoff import seen_sha256
from tests.factories import make_decision, make_evidence, make_hub_membership, make_request, make_version
from tests.learners.portfolios import competencies

WHERE = "second line of the text"


@pytest.fixture
def version(north):
    """A submitted version that waits for the mentor."""
    item = make_evidence(enrolment=north.enrolment)
    seen = make_version(
        item=item,
        competencies=competencies(north.enrolment)[:1],
        submitted_at=now() - timedelta(days=2),
        answers={"happened": "I rang Mrs Example."},
    )
    make_request(version=seen)
    return seen


def add(version, text="Dear Mrs Example", name="letter.txt"):
    """A file of a version, with its bytes in storage."""
    data = text.encode()
    digest = hashlib.sha256(data).hexdigest()
    stored_as = f"evidence/{digest[:2]}/{digest}"
    if not default_storage.exists(stored_as):
        default_storage.save(stored_as, io.BytesIO(data))
    return EvidenceFile.objects.create(
        version=version, name=name, content_type="text/plain", size=len(data), sha256=digest, stored_as=stored_as
    )


def raised(version, north, file=None):
    return flags.raise_flag(version=version, file=file, where=WHERE, by=north.mentor)


def test_raising_hides_the_version_at_once_and_tells_author_and_hub_without_the_words(north, version):
    flag = raised(version, north)

    assert hidden_versions([version.pk]) == {version.pk}
    assert (flag.state, flag.raised_by) == ("open", north.mentor)
    told = {message.person: message for message in Message.objects.all()}
    assert set(told) == {north.learner, north.coordinator, north.hub_lead}
    assert [told[person].template for person in (north.learner, north.coordinator)] == ["flag_raised", "flag_to_decide"]
    assert "Example" not in str([message.context for message in told.values()])
    assert WHERE not in str([message.context for message in told.values()])
    assert AuditEvent.objects.get().verb == "flag_raised"


def test_raising_twice_is_refused(north, version):
    raised(version, north)

    with pytest.raises(ConflictError) as refusal:
        raised(version, north)
    assert refusal.value.code == "flagged"


def test_author_hides_their_own_and_the_hub_alone_decides(north, version):
    flag = flags.raise_flag(version=version, file=None, where=WHERE, by=north.learner)

    assert hidden_versions([version.pk]) == {version.pk}
    assert not Message.objects.filter(template="flag_raised").exists()
    with pytest.raises(DomainError) as refusal:
        flags.confirm_flag(flag=flag, by=north.learner)
    assert refusal.value.code == "not_yours"
    assert flags.confirm_flag(flag=flag, by=north.coordinator).state == FlagState.CONFIRMED


def test_raising_says_where_without_repeating_it(north, version):
    for where, code in (("  ", "where"), ("the number 943 476 5919", "repeats"), ("born 3/2/51", "repeats")):
        with pytest.raises(DomainError) as refusal:
            flags.raise_flag(version=version, file=None, where=where, by=north.mentor)
        assert (refusal.value.field, refusal.value.code) == ("where", code)
    assert not PatientFlag.objects.exists()


def test_flag_on_a_file_hides_every_version_that_holds_its_bytes(north, version):
    file = add(version)
    other = make_version(item=make_evidence(enrolment=north.other_enrolment), submitted_at=now())
    add(other, name="the same.txt")
    apart = make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now())
    raised(version, north, file)

    assert hidden_versions([version.pk, other.pk, apart.pk]) == {version.pk, other.pk}


def test_flag_on_words_hides_the_same_words_in_another_version_but_not_other_words(north, version):
    same = make_version(item=version.item, submitted_at=now(), answers=version.answers)
    better = make_version(item=version.item, submitted_at=now(), answers={"happened": "I rang somebody."})
    flag = raised(version, north)

    assert hidden_versions([version.pk, same.pk, better.pk]) == {version.pk, same.pk}
    assert [row.pk for row in touched_by(flag)] == [version.pk, same.pk]


def test_hidden_versions_asks_one_query_where_nothing_is_flagged(north, version, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert hidden_versions([version.pk]) == set()


def test_hidden_file_opens_for_its_author_only(north, version):
    file = add(version)
    assert file_for(north.mentor, version.item.ref, file.pk) is not None
    raised(version, north)

    assert file_for(north.mentor, version.item.ref, file.pk) is None
    assert file_for(north.learner, version.item.ref, file.pk) is not None


def decide(version, by):
    request = SignOffRequest.objects.open().get()
    seen = seen_sha256(request.versions.values_list("sha256", flat=True))
    return signoff.sign_off(request=request, versions_seen_sha256=seen, by=by)


def test_decision_over_a_hidden_version_is_refused_until_it_is_cleared(north, version):
    flag = raised(version, north)

    with pytest.raises(StateError) as refusal:
        decide(version, north.mentor)
    assert refusal.value.code == "hidden"
    flags.clear_flag(flag=flag, answer="It is the name of a colleague.", by=north.coordinator)
    assert decide(version, north.mentor).kind == "signed_off"


def test_clearing_shows_it_again_and_tells_author_and_mentor(north, version):
    flag = flags.clear_flag(flag=raised(version, north), answer="It is a colleague's name.", by=north.coordinator)

    assert (flag.state, flag.decided_by) == (FlagState.CLEARED, north.coordinator)
    assert not is_hidden(version)
    told = Message.objects.filter(template="flag_decided").order_by("pk")
    assert [(row.person, row.context["destroyed"]) for row in told] == [(north.learner, False), (north.mentor, False)]


def test_clearing_needs_a_reason(north, version):
    with pytest.raises(DomainError) as refusal:
        flags.clear_flag(flag=raised(version, north), answer="No", by=north.coordinator)
    assert refusal.value.field == "answer"


@pytest.mark.parametrize("who", ["learner", "mentor", "practice_manager", "other_learner"])
def test_clearing_is_for_the_hub_alone(north, version, who):
    flag = raised(version, north)

    with pytest.raises(DomainError) as refusal:
        flags.clear_flag(flag=flag, answer="It is a colleague's name.", by=getattr(north, who))
    assert refusal.value.code == "not_yours"
    assert is_hidden(version)


@pytest.mark.parametrize("who", ["mentor", "practice_manager", "other_learner"])
def test_confirming_is_for_author_and_hub(north, version, who):
    flag = raised(version, north)

    with pytest.raises(DomainError) as refusal:
        flags.confirm_flag(flag=flag, by=getattr(north, who))
    assert refusal.value.code == "not_yours"


def test_who_raised_it_decides_nothing_as_coordinator_either(north, version):
    flag = raised(version, north)
    make_hub_membership(user=north.mentor, hub=north.hub)

    for act in (flags.confirm_flag, flags.clear_flag):
        with pytest.raises(DomainError) as refusal:
            act(flag=flag, answer="It is a colleague's name.", by=north.mentor)
        assert refusal.value.code == "not_yours"


def test_deciding_twice_is_refused(north, version):
    flag = raised(version, north)
    flags.confirm_flag(flag=flag, by=north.learner)

    with pytest.raises(StateError) as refusal:
        flags.clear_flag(flag=flag, answer="It is a colleague's name.", by=north.coordinator)
    assert refusal.value.code == "decided"


def test_confirmed_words_are_gone_and_the_tombstone_keeps_its_hash(north, version):
    before = version.sha256
    file = add(version)
    flags.confirm_flag(flag=raised(version, north), by=north.learner)

    version.refresh_from_db()
    assert (version.title, version.text, version.answers, version.entries) == (DESTROYED_TITLE, "", {}, [])
    assert (version.sha256, version.destroyed_at is None) == (before, False)
    assert [link.justification for link in version.links.all()] == [""]
    gone = EvidenceFile.objects.get()
    assert (gone.name, gone.stored_as, gone.sha256) == (DESTROYED_NAME, "", file.sha256)
    assert not default_storage.exists(file.stored_as)
    assert PatientFlag.objects.get().state == FlagState.CONFIRMED
    assert versions_with_another_hash() == 0
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["flag_raised", "flag_confirmed", "evidence_destroyed", "request_closed"]
    assert "Example" not in str(list(AuditEvent.objects.values_list("detail", "reason")))


def test_confirmed_file_is_gone_everywhere_and_the_words_stay(north, version):
    file = add(version)
    twin = make_version(item=make_evidence(enrolment=north.other_enrolment), submitted_at=now())
    add(twin, name="the same.txt")
    writing = make_version(item=version.item)
    add(writing)
    flags.confirm_flag(flag=raised(version, north, file), by=north.coordinator)

    assert not default_storage.exists(file.stored_as)
    rows = EvidenceFile.objects.order_by("pk")
    assert [(row.version_id, row.stored_as, row.destroyed_at is None) for row in rows] == [
        (version.pk, "", False),
        (twin.pk, "", False),
    ]
    assert not writing.files.exists()
    version.refresh_from_db()
    assert (version.answers, version.destroyed_at) == ({"happened": "I rang Mrs Example."}, None)
    assert not is_hidden(version)
    assert SignOffRequest.objects.open().count() == 1


def test_version_of_a_file_alone_is_destroyed_with_it(north):
    only = make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now(), text="")
    file = add(only)
    flags.confirm_flag(flag=raised(only, north, file), by=north.learner)

    only.refresh_from_db()
    assert only.destroyed_at is not None
    assert only.title == DESTROYED_TITLE


def test_destroyed_bytes_cannot_come_back(north, version):
    file = add(version)
    flags.confirm_flag(flag=raised(version, north, file), by=north.learner)
    draft = evidence.new_version(item=version.item, by=north.learner)

    with pytest.raises(DomainError) as refusal:
        evidence.add_file(
            version=draft, upload=check_upload("again.txt", io.BytesIO(b"Dear Mrs Example")), by=north.learner
        )
    assert refusal.value.code == "destroyed"
    assert not default_storage.exists(file.stored_as)


def test_innocent_file_of_destroyed_words_may_be_added_again(north, version):
    add(version)
    flags.confirm_flag(flag=raised(version, north), by=north.learner)
    draft = evidence.new_version(item=version.item, by=north.learner)
    upload = check_upload("again.txt", io.BytesIO(b"Dear Mrs Example"))

    assert default_storage.exists(evidence.add_file(version=draft, upload=upload, by=north.learner).stored_as)


def test_answer_that_repeats_what_was_found_is_refused(north, version):
    flag = raised(version, north)

    for act in (flags.confirm_flag, flags.clear_flag):
        with pytest.raises(DomainError) as refusal:
            act(flag=flag, answer="Only her number, 943 476 5919.", by=north.coordinator)
        assert (refusal.value.field, refusal.value.code) == ("answer", "repeats")


def test_copies_that_hold_what_is_destroyed_go_with_it(north, version):
    stored_as = default_storage.save("copies/1.zip", io.BytesIO(b"Dear Mrs Example"))
    copy = PortfolioCopy.objects.create(enrolment=north.enrolment, asked_by=north.learner, stored_as=stored_as)
    flags.confirm_flag(flag=raised(version, north), by=north.learner)

    copy.refresh_from_db()
    assert copy.stored_as == ""
    assert not default_storage.exists(stored_as)


def test_storage_that_fails_confirms_nothing(north, version, monkeypatch):
    file = add(version)
    flag = raised(version, north, file)
    monkeypatch.setattr(type(default_storage._wrapped or default_storage), "delete", _refuse)

    with pytest.raises(OSError, match="disk"):
        flags.confirm_flag(flag=flag, by=north.learner)
    flag.refresh_from_db()
    assert flag.state == FlagState.OPEN
    assert EvidenceFile.objects.get().stored_as == file.stored_as


def _refuse(self, name):
    raise OSError("disk")


def test_open_request_over_destroyed_words_is_closed_and_says_why(north, version):
    flags.confirm_flag(flag=raised(version, north), by=north.learner)

    request = SignOffRequest.objects.get()
    assert (request.closed_because, request.closed_at is None) == ("destroyed", False)


def test_what_else_a_request_names_is_asked_again_as_old_as_it_was(north, version):
    request = SignOffRequest.objects.get()
    standing = make_version(
        item=make_evidence(enrolment=north.enrolment), competencies=[request.competency], submitted_at=now()
    )
    RequestVersion.objects.create(request=request, version=standing)
    flags.confirm_flag(flag=raised(version, north), by=north.learner)

    again = SignOffRequest.objects.open().get()
    assert list(again.versions.all()) == [standing]
    assert again.requested_at == request.requested_at
    assert decide(standing, north.mentor).kind == "signed_off"
    states = enrolment_states([north.enrolment.pk])[north.enrolment.pk]
    assert states[request.competency_id] is CompetencyState.SIGNED_OFF
    assert decisions_with_another_hash() == 0


def test_sign_off_over_destroyed_words_no_longer_counts(north, version):
    request = SignOffRequest.objects.get()
    make_decision(request=request, by=north.mentor)
    flags.confirm_flag(flag=raised(version, north), by=north.learner)

    states = enrolment_states([north.enrolment.pk])[north.enrolment.pk]
    assert states[request.competency_id] is CompetencyState.STALE
    assert decisions_with_another_hash() == 0


def test_new_version_of_a_destroyed_one_starts_empty(north, version):
    add(version)
    flags.confirm_flag(flag=raised(version, north), by=north.learner)
    draft = evidence.new_version(item=version.item, by=north.learner)

    assert (draft.title, draft.text, draft.answers, draft.files.count()) == ("", "", {}, 0)


def test_draft_with_the_same_words_loses_them_and_can_be_written_anew(north, version):
    draft = evidence.new_version(item=version.item, by=north.learner)
    flags.confirm_flag(flag=raised(version, north), by=north.learner)

    draft.refresh_from_db()
    assert (draft.title, draft.answers, draft.destroyed_at) == ("", {}, None)
    code = draft.links.get().competency.code
    said = Content("Again", "I rang somebody.", True, {code: "It shows it"})
    saved = evidence.save_draft(version=draft, revision=draft.revision, content=said, by=north.learner)
    assert [request.competency.code for request in submission.submit(version=saved, by=north.learner)] == [code]


def test_draft_that_was_written_on_stays(north, version):
    draft = evidence.new_version(item=version.item, by=north.learner)
    code = draft.links.get().competency.code
    said = Content("Mine", "", True, {code: "It shows it"}, {"happened": "I rang somebody."})
    evidence.save_draft(version=draft, revision=draft.revision, content=said, by=north.learner)
    flags.confirm_flag(flag=raised(version, north), by=north.learner)

    assert EvidenceVersion.objects.get(pk=draft.pk).answers == {"happened": "I rang somebody."}
