"""What a mentor does with a request: one decision wins, bound to what was seen, never on one's own."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from gpa_programme.audit.models import AppendOnlyError, AuditEvent
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import add_months, today
from gpa_programme.notices.models import Message
from learners.actions import signoff as actions
from learners.enums import CompetencyState, EnrolmentState
from learners.models import Decision, EvidenceFile, RequestVersion
from learners.queries.states import enrolment_states
from learners.rules.signoff import decision_sha256, seen_sha256
from tests.factories import make_enrolment, make_evidence, make_mentorship, make_request, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentor():
    return make_user(name="Grace Lamb")


@pytest.fixture
def request_made(mentor):
    return make_request(enrolment=make_enrolment(mentor=mentor, learner=make_user(name="Ada Moss")))


def seen(request_made):
    return seen_sha256(request_made.versions.values_list("sha256", flat=True))


def sign(request_made, by):
    return actions.sign_off(request=request_made, versions_seen_sha256=seen(request_made), by=by)


def send_back(request_made, by, reason="Too short", would_satisfy="A second call"):
    return actions.return_for_more(
        request=request_made,
        versions_seen_sha256=seen(request_made),
        reason=reason,
        would_satisfy=would_satisfy,
        by=by,
    )


def state(request_made):
    return enrolment_states([request_made.enrolment_id])[request_made.enrolment_id][request_made.competency_id]


def test_sign_off_closes_records_and_tells_the_learner(request_made, mentor):
    decision = sign(request_made, mentor)

    request_made.refresh_from_db()
    hashes = list(request_made.versions.values_list("sha256", flat=True))
    assert request_made.closed_at == decision.decided_at
    assert (decision.kind, decision.capacity, decision.effective_on) == ("signed_off", "gp", today())
    assert "Ada Moss is competent in" in decision.statement
    assert decision.sha256 == decision_sha256(hashes, decision.statement)
    assert state(request_made) is CompetencyState.SIGNED_OFF
    message = Message.objects.get()
    assert (message.person.name, message.context["outcome"]) == ("Ada Moss", "Signed off")
    assert AuditEvent.objects.get().verb == "signoff_signed_off"


def test_return_keeps_reason_and_what_would_satisfy_but_mails_neither(request_made, mentor):
    decision = send_back(request_made, mentor)

    assert (decision.reason, decision.would_satisfy) == ("Too short", "A second call")
    assert state(request_made) is CompetencyState.RETURNED
    assert "Too short" not in str(Message.objects.get().context)


@pytest.mark.parametrize(("reason", "wanted", "field"), [(" ", "x", "reason"), ("x", " ", "would_satisfy")])
def test_return_without_words_is_refused_at_its_field(request_made, mentor, reason, wanted, field):
    with pytest.raises(DomainError) as refusal:
        send_back(request_made, mentor, reason, wanted)
    assert refusal.value.field == field
    assert not Decision.objects.exists()


def test_cannot_judge_leaves_it_open_for_another(request_made, mentor):
    other = make_mentorship(enrolment=request_made.enrolment, kind="second").mentor
    actions.cannot_judge(
        request=request_made, versions_seen_sha256=seen(request_made), reason="Not my field", by=mentor
    )

    assert state(request_made) is CompetencyState.WAITING
    assert sign(request_made, other).capacity == "second"


def test_second_decision_is_refused_with_who_and_when(request_made, mentor):
    other = make_mentorship(enrolment=request_made.enrolment, kind="second").mentor
    sign(request_made, mentor)

    with pytest.raises(ConflictError) as refusal:
        send_back(request_made, other)
    assert refusal.value.code == "already_decided"
    assert refusal.value.message == f"Grace Lamb decided this first: signed off on {today():%-d %B %Y}."
    assert Decision.objects.count() == 1


def test_decision_over_evidence_that_changed_is_refused(request_made, mentor):
    before = seen(request_made)
    newer = make_version(item=make_evidence(enrolment=request_made.enrolment), submitted_at=request_made.requested_at)
    RequestVersion.objects.create(request=request_made, version=newer)

    with pytest.raises(ConflictError) as refusal:
        actions.sign_off(request=request_made, versions_seen_sha256=before, by=mentor)
    assert refusal.value.code == "evidence_changed"
    assert not Decision.objects.exists()


def test_own_evidence_is_refused_even_to_a_mentor_of_oneself(request_made):
    learner = request_made.enrolment.learner
    make_mentorship(enrolment=request_made.enrolment, kind="cover", mentor=learner)

    with pytest.raises(DomainError) as refusal:
        sign(request_made, learner)
    assert refusal.value.code == "own"


def test_own_evidence_is_refused_by_the_database_too(request_made):
    with pytest.raises(IntegrityError), transaction.atomic():
        actions._write(request_made, actions.DecisionKind.SIGNED_OFF, request_made.enrolment.learner, "gp")


def test_past_mentor_is_refused(request_made):
    starts = request_made.enrolment.starts
    past = make_mentorship(enrolment=request_made.enrolment, kind="second", until=add_months(starts, 1)).mentor

    with pytest.raises(DomainError) as refusal:
        sign(request_made, past)
    assert refusal.value.code == "not_mentor"


def test_revoke_takes_an_own_sign_off_back_and_keeps_it_on_record(request_made, mentor):
    decision = sign(request_made, mentor)

    actions.revoke(decision=decision, reason="I mixed up two learners", by=mentor)

    assert state(request_made) is CompetencyState.REVOKED
    assert list(Decision.objects.order_by("pk").values_list("kind", flat=True)) == ["signed_off", "revoked"]
    with pytest.raises(StateError):
        actions.revoke(decision=decision, reason="Again", by=mentor)


def test_revoke_of_somebody_elses_sign_off_is_refused(request_made, mentor):
    decision = sign(request_made, mentor)
    other = make_mentorship(enrolment=request_made.enrolment, kind="second").mentor

    with pytest.raises(StateError):
        actions.revoke(decision=decision, reason="I disagree", by=other)


def test_revoke_without_a_reason_is_refused(request_made, mentor):
    decision = sign(request_made, mentor)

    with pytest.raises(DomainError) as refusal:
        actions.revoke(decision=decision, reason=" ", by=mentor)
    assert refusal.value.field == "reason"


def test_decision_is_never_changed(request_made, mentor):
    decision = sign(request_made, mentor)

    with pytest.raises(AppendOnlyError):
        decision.save()
    with pytest.raises(AppendOnlyError):
        Decision.objects.update(kind="returned")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_mentors_who_decide_at_once_leave_one_decision(request_made, mentor):
    other = make_mentorship(enrolment=request_made.enrolment, kind="second").mentor
    hashes, start, outcomes = seen(request_made), Barrier(2), []

    def decide(by):
        start.wait()
        try:
            actions.sign_off(request=request_made, versions_seen_sha256=hashes, by=by)
            outcomes.append("decided")
        except ConflictError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=decide, args=[by]) for by in (mentor, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["already_decided", "decided"]
    assert Decision.objects.count() == 1


def test_old_sign_off_is_not_taken_back_over_a_newer_one(request_made, mentor):
    first = sign(request_made, mentor)
    again = make_request(enrolment=request_made.enrolment, competency=request_made.competency)
    sign(again, mentor)

    with pytest.raises(StateError) as refusal:
        actions.revoke(decision=first, reason="Too early", by=mentor)

    assert refusal.value.code == "not_standing"
    assert state(request_made) == CompetencyState.SIGNED_OFF


def test_learner_who_left_is_not_decided_on(request_made, mentor):
    enrolment = request_made.enrolment
    type(enrolment).objects.filter(pk=enrolment.pk).update(state=EnrolmentState.WITHDRAWN)

    with pytest.raises(StateError) as refusal:
        sign(request_made, mentor)

    assert refusal.value.code == "left"
    assert not Decision.objects.exists()


def test_gp_mentor_of_today_takes_back_what_another_mentor_signed(request_made, mentor):
    second = make_mentorship(enrolment=request_made.enrolment, kind="second").mentor
    decision = sign(request_made, second)

    revoked = actions.revoke(decision=decision, reason="It was another learner's", by=mentor)

    assert (revoked.by, revoked.capacity, state(request_made)) == (mentor, "gp", CompetencyState.REVOKED)
    told = Message.objects.filter(template="decided").latest("pk")
    assert (told.person, told.context["outcome"]) == (request_made.enrolment.learner, "Revoked")


def hand_on(request_made, by, to):
    return actions.cannot_judge(
        request=request_made, versions_seen_sha256=seen(request_made), reason="Not my field", by=by, handed_to=to
    )


def test_hand_on_reaches_another_mentor_of_today_who_may_sign(request_made, mentor):
    second = make_mentorship(enrolment=request_made.enrolment, kind="second").mentor

    assert hand_on(request_made, mentor, second).handed_to == second
    assert Message.objects.get(template="handed_on").person == second


def test_hand_on_to_anybody_else_is_refused(request_made, mentor):
    enrolment = request_made.enrolment
    past = make_mentorship(enrolment=enrolment, kind="second", until=add_months(enrolment.starts, 1)).mentor
    cover = make_mentorship(enrolment=enrolment, kind="cover").mentor
    type(request_made.competency).objects.filter(pk=request_made.competency_id).update(may_sign=["gp", "second"])
    request_made.competency.refresh_from_db()

    for person in (mentor, past, cover, make_user(), enrolment.learner):
        with pytest.raises(DomainError) as refusal:
            hand_on(request_made, mentor, person)
        assert refusal.value.field == "handed_to"
    assert not Decision.objects.exists()


def test_kind_that_may_not_sign_hands_on_but_neither_signs_nor_returns(request_made):
    cover = make_mentorship(enrolment=request_made.enrolment, kind="cover").mentor
    type(request_made.competency).objects.filter(pk=request_made.competency_id).update(may_sign=["gp"])

    for decide in (sign, send_back):
        with pytest.raises(DomainError) as refusal:
            decide(request_made, cover)
        assert refusal.value.code == "may_not_sign"
    assert hand_on(request_made, cover, None).capacity == "cover"


@pytest.fixture
def pictured(request_made):
    return EvidenceFile.objects.create(
        version=request_made.versions.get(), name="photo.jpg", content_type="image/jpeg", size=1, sha256="0" * 64,
        stored_as="evidence/photo", unread=True,
    )  # fmt: skip


def test_sign_off_over_a_picture_without_a_look_is_refused_and_returning_is_not(request_made, mentor, pictured):
    with pytest.raises(DomainError) as refusal:
        sign(request_made, mentor)
    assert (refusal.value.field, Decision.objects.count()) == ("pictures_looked_at", 0)

    assert send_back(request_made, mentor).pictures_looked_at is False


def test_picture_would_be_signed_unseen_without_its_rule(request_made, mentor, pictured, monkeypatch):
    monkeypatch.setattr(actions.rules, "check_pictures", lambda *_said, **_facts: None)

    assert sign(request_made, mentor).pictures_looked_at is False


def test_picture_that_was_destroyed_asks_for_no_look(request_made, mentor, pictured):
    EvidenceFile.objects.filter(pk=pictured.pk).update(destroyed_at=request_made.requested_at)

    assert sign(request_made, mentor).pictures_looked_at is False
