"""What a learner does about a request: take back, send again, ask again, say that a decision was read."""

from datetime import timedelta

import pytest

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now
from gpa_programme.notices.models import Message
from learners.actions import requests as actions
from learners.actions import signoff
from learners.enums import CompetencyState, EnrolmentState
from learners.models import Acknowledgement, Enrolment, SignOffRequest
from learners.queries.competency import askable_versions
from learners.queries.states import enrolment_states
from tests.factories import make_decision, make_evidence, make_mentorship, make_request, make_user, make_version
from tests.learners.portfolios import competencies

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(north):
    return make_request(enrolment=north.enrolment, requested_at=now() - timedelta(days=8))


def state(request):
    return enrolment_states([request.enrolment_id])[request.enrolment_id][request.competency_id]


def ask(request, *versions, by=None):
    return actions.ask_again(
        enrolment=request.enrolment,
        competency=request.competency,
        versions=[version.pk for version in versions],
        by=by or request.enrolment.learner,
    )


def test_withdraw_closes_with_who_and_when_and_without_a_decision(north, asked):
    actions.withdraw(request=asked, by=north.learner)

    asked.refresh_from_db()
    event = AuditEvent.objects.get(verb="request_closed")
    assert (asked.closed_because, asked.closed_at is None) == ("withdrawn", False)
    assert (event.actor, event.detail["because"]) == (north.learner.pk, "withdrawn")
    assert state(asked) is CompetencyState.NOT_STARTED


def test_withdraw_by_anybody_else_is_refused(north, asked):
    for person in (north.mentor, north.other_learner, north.coordinator):
        with pytest.raises(DomainError) as refusal:
            actions.withdraw(request=asked, by=person)
        assert refusal.value.code == "not_own"
    assert SignOffRequest.objects.open().get() == asked


def test_withdraw_after_a_decision_says_whose_it_was(north, asked):
    make_decision(request=asked, by=north.mentor)

    with pytest.raises(ConflictError) as refusal:
        actions.withdraw(request=asked, by=north.learner)

    assert "Mentor North decided this first" in refusal.value.message
    asked.refresh_from_db()
    assert asked.closed_because == ""


def test_decision_after_a_withdrawal_says_that_it_was_taken_back(north, asked):
    actions.withdraw(request=asked, by=north.learner)

    with pytest.raises(ConflictError) as refusal:
        signoff.sign_off(request=asked, versions_seen_sha256="", by=north.mentor)

    assert "taken back by the learner" in refusal.value.message


def test_resend_tells_every_mentor_of_today_once_in_three_days(north, asked, clock):
    second = make_mentorship(enrolment=north.enrolment, kind="second").mentor
    clock.set(now())

    actions.resend(request=asked, by=north.learner)
    with pytest.raises(StateError) as refusal:
        actions.resend(request=asked, by=north.learner)
    clock.move(days=3)
    actions.resend(request=asked, by=north.learner)

    lines = Message.objects.filter(template="digest_waiting").order_by("pk")
    assert [(line.person, line.context["resent"]) for line in lines] == [
        (north.mentor, True), (second, True), (north.mentor, True), (second, True),
    ]  # fmt: skip
    assert refusal.value.code == "too_soon"
    assert f"from {now():%-d %B}" in refusal.value.message


def test_resend_of_a_request_of_today_waits_too(north):
    fresh = make_request(enrolment=north.enrolment)

    with pytest.raises(StateError) as refusal:
        actions.resend(request=fresh, by=north.learner)
    assert refusal.value.code == "too_soon"


def test_ask_again_after_a_return_names_exactly_the_versions_chosen(north, asked):
    make_decision(request=asked, kind="returned")
    first = asked.versions.get()
    more = make_version(
        item=make_evidence(enrolment=north.enrolment), competencies=[asked.competency], submitted_at=now()
    )
    make_version(item=make_evidence(enrolment=north.enrolment), competencies=[asked.competency], submitted_at=now())

    again = ask(asked, first, more)

    assert set(again.versions.all()) == {first, more}
    assert (again.pk == asked.pk, state(asked)) == (False, CompetencyState.WAITING)
    assert AuditEvent.objects.get(verb="request_made_again").detail["versions"] == [first.sha256, more.sha256]
    assert Message.objects.filter(template="digest_waiting", person=north.mentor).count() == 1


@pytest.mark.parametrize("closed", ["returned", "withdrawn", "revoked"])
def test_ask_again_is_open_after_each_end_that_does_not_count(north, asked, closed):
    if closed == "withdrawn":
        actions.withdraw(request=asked, by=north.learner)
    else:
        make_decision(request=asked, kind="signed_off" if closed == "revoked" else closed)
    if closed == "revoked":
        make_decision(request=asked, kind="revoked")

    assert ask(asked, asked.versions.get()).closed_at is None


def test_ask_again_for_what_is_signed_off_or_waits_is_refused(north, asked):
    with pytest.raises(StateError) as waiting:
        ask(asked, asked.versions.get())
    make_decision(request=asked)
    with pytest.raises(StateError) as settled:
        ask(asked, asked.versions.get())

    assert (waiting.value.code, settled.value.code) == ("open", "settled")
    assert SignOffRequest.objects.count() == 1


def test_ask_again_after_expiry_is_a_request_like_any_other(north, asked):
    make_decision(request=asked, decided_at=now() - timedelta(days=400))
    type(asked.competency).objects.filter(pk=asked.competency_id).update(valid_for_months=12)

    assert state(asked) is CompetencyState.EXPIRED
    assert ask(asked, asked.versions.get()).closed_at is None


def test_ask_again_names_only_the_newest_submitted_version_that_still_supports_it(north, asked):
    first, second, _third = competencies(north.enrolment)
    make_decision(request=asked, kind="returned")
    old = asked.versions.get()
    new = make_version(item=old.item, competencies=[first], submitted_at=now())
    moved_on = make_version(item=make_evidence(enrolment=north.enrolment), competencies=[first], submitted_at=now())
    make_version(item=moved_on.item, competencies=[second], submitted_at=now())
    make_version(item=make_evidence(enrolment=north.enrolment), competencies=[first])
    make_version(item=make_evidence(enrolment=north.other_enrolment), competencies=[first], submitted_at=now())

    assert askable_versions(north.enrolment, first) == [new]
    for refused in (old, moved_on):
        with pytest.raises(DomainError) as refusal:
            ask(asked, refused)
        assert refusal.value.field == "versions"
    with pytest.raises(DomainError):
        ask(asked)


@pytest.mark.parametrize(("prior", "route"), [([True, True], "prior"), ([True, False], "usual")])
def test_ask_again_keeps_prior_learning_where_all_of_it_is(north, asked, prior, route):
    make_decision(request=asked, kind="returned")
    versions = [
        make_version(
            item=make_evidence(enrolment=north.enrolment),
            competencies=[asked.competency],
            submitted_at=now(),
            prior_learning=before,
        )
        for before in prior
    ]

    assert ask(asked, *versions).route == route


def test_ask_again_belongs_to_a_learning_learner_alone(north, asked):
    make_decision(request=asked, kind="returned")
    version = asked.versions.get()

    with pytest.raises(DomainError):
        ask(asked, version, by=north.mentor)
    Enrolment.objects.filter(pk=north.enrolment.pk).update(state=EnrolmentState.WITHDRAWN)
    asked.enrolment.refresh_from_db()
    with pytest.raises(StateError):
        ask(asked, version)
    assert not SignOffRequest.objects.open().exists()


def test_acknowledge_is_kept_once_and_by_the_learner_alone(north, asked):
    decision = make_decision(request=asked, kind="returned")

    for person in (north.mentor, make_user()):
        with pytest.raises(DomainError):
            signoff.acknowledge(decision=decision, by=person)
    first = signoff.acknowledge(decision=decision, by=north.learner)
    again = signoff.acknowledge(decision=decision, by=north.learner)

    assert (first, Acknowledgement.objects.count()) == (again, 1)
    assert AuditEvent.objects.filter(verb="decision_read").count() == 1
