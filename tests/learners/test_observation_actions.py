"""Observations: frozen at once, decided in one go only over what was read, confirmed by who watched and in time."""

from datetime import timedelta

import pytest

from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import end_of_day, now, start_of_day, today
from gpa_programme.home.checks import CHECKS
from gpa_programme.notices.models import Message
from learners.actions import evidence, signoff, submission
from learners.actions import observations as actions
from learners.actions.observations import Seen
from learners.actions.observing import record_as_mentor
from learners.enums import CompetencyState
from learners.models import Decision, EvidenceItem, Observation, SignOffRequest
from learners.queries.states import enrolment_states
from learners.rules.evidence import Content, NotReadyError
from learners.rules.signoff import seen_sha256
from tests.factories import make_enrolment, make_mentorship, make_request, make_user

pytestmark = pytest.mark.django_db
DAY = today()
MORNING = start_of_day(DAY) + timedelta(hours=9)
ON_DAY = f"on {DAY.day} {DAY:%B %Y}"


@pytest.fixture
def mentor():
    return make_user(name="Grace Lamb")


@pytest.fixture
def enrolment(mentor):
    return make_enrolment(mentor=mentor, learner=make_user(name="Ada Moss"))


@pytest.fixture
def competencies(enrolment):
    return list(enrolment.framework.competencies.order_by("position"))


def seen(*competencies, **changes):
    said = {"title": "Took blood pressure", "text": "She explained each step.", "no_patient_details": True}
    return Seen(**{**said, **changes}, competencies=[one.code for one in competencies])


def record(enrolment, by, *competencies, sign_off=True, observed_on=None, **changes):
    return record_as_mentor(
        enrolment=enrolment,
        observed_on=observed_on or today(),
        seen=seen(*competencies, **changes),
        sign_off=sign_off,
        by=by,
    )


def on_device(enrolment, observer, *competencies, **changes):
    return actions.record_on_device(
        enrolment=enrolment, observer=observer, seen=seen(*competencies, **changes), by=enrolment.learner
    )


def sign(request, by):
    hashes = request.versions.values_list("sha256", flat=True)
    return signoff.sign_off(request=request, versions_seen_sha256=seen_sha256(hashes), by=by)


def breaches():
    return {check.name: check.count() for check in CHECKS if check.count()}


def states(enrolment):
    return enrolment_states([enrolment.pk])[enrolment.pk]


def test_mentor_records_and_signs_off_in_one_go(enrolment, mentor, competencies):
    recorded = record(enrolment, mentor, *competencies)

    item = EvidenceItem.objects.get()
    assert (item.kind, item.recorded_by, item.versions.get().state) == ("DO", mentor, "submitted")
    assert recorded.signed == competencies
    assert [states(enrolment)[one.pk] for one in competencies] == [CompetencyState.SIGNED_OFF] * len(competencies)
    wording = Decision.objects.first().statement
    assert wording.startswith(f"I watched Ada Moss {ON_DAY}, as written here")
    assert not Message.objects.filter(digest="waiting").exists()
    assert Message.objects.filter(template="decided").count() == len(competencies)
    assert breaches() == {}


def test_mentor_records_and_leaves_undecided(enrolment, mentor, competencies):
    recorded = record(enrolment, mentor, competencies[0], sign_off=False)

    assert recorded.signed == []
    assert SignOffRequest.objects.get().closed_at is None
    assert not Decision.objects.exists()
    assert Message.objects.filter(digest="waiting").count() == 1


def test_competency_asked_for_before_is_left_waiting_with_both(enrolment, mentor, competencies):
    asked = make_request(enrolment=enrolment, competency=competencies[0])

    recorded = record(enrolment, mentor, *competencies)

    assert (recorded.unread, recorded.signed) == ([asked], competencies[1:])
    assert asked.versions.count() == 2
    assert states(enrolment)[competencies[0].pk] is CompetencyState.WAITING
    assert [line.context["href"] for line in Message.objects.filter(digest="waiting")] == [asked.get_absolute_url()]


def test_competency_that_another_kind_signs_is_left_to_them(enrolment, competencies):
    second = make_mentorship(enrolment=enrolment, kind="second").mentor
    competencies[0].may_sign = ["gp"]
    competencies[0].save()

    recorded = record(enrolment, second, *competencies)

    assert (recorded.others_decide, recorded.signed) == (competencies[:1], competencies[1:])


def test_recording_is_all_or_nothing(enrolment, mentor, competencies, monkeypatch):
    def refuse(**facts):
        raise DomainError("No.")

    monkeypatch.setattr(signoff, "sign_off", refuse)

    with pytest.raises(DomainError):
        record(enrolment, mentor, *competencies)
    assert (EvidenceItem.objects.count(), SignOffRequest.objects.count(), Message.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("days", [-1, 15])
def test_day_to_come_or_more_than_two_weeks_ago_is_refused(enrolment, mentor, competencies, days):
    record(enrolment, mentor, competencies[0], observed_on=today() - timedelta(days=14))

    with pytest.raises(DomainError) as refusal:
        record(enrolment, mentor, competencies[0], observed_on=today() - timedelta(days=days))
    assert refusal.value.code == "observed_on"
    assert Observation.objects.count() == 1


def test_mentor_out_of_date_records_nothing(enrolment, competencies):
    past = make_mentorship(enrolment=enrolment, kind="second", until=today() - timedelta(days=1)).mentor

    with pytest.raises(DomainError) as refusal:
        record(enrolment, past, competencies[0])
    assert refusal.value.code == "not_mentor"
    assert not EvidenceItem.objects.exists()


def test_nobody_observes_themselves(enrolment, competencies):
    make_mentorship(enrolment=enrolment, kind="second", mentor=enrolment.learner)

    with pytest.raises(DomainError) as recorded:
        record(enrolment, enrolment.learner, competencies[0])
    with pytest.raises(DomainError) as typed:
        on_device(enrolment, enrolment.learner, competencies[0])
    assert (recorded.value.code, typed.value.code) == ("own", "own")


def test_learner_who_left_is_not_observed(mentor):
    gone = make_enrolment(state="withdrawn", mentor=mentor)

    with pytest.raises(StateError):
        record(gone, mentor, *gone.framework.competencies.all())


def test_patients_details_are_refused_at_their_field(enrolment, mentor):
    with pytest.raises(NotReadyError) as refusal:
        record(enrolment, mentor, text="Rang 020 7946 0000.", no_patient_details=False)
    assert [field for field, _ in refusal.value.problems] == ["competencies", "no_patient_details", "text"]


def test_competency_out_of_scope_is_refused(enrolment, mentor, competencies):
    enrolment.scope.filter(competency=competencies[0]).delete()

    with pytest.raises(DomainError) as refusal:
        record(enrolment, mentor, competencies[0])
    assert refusal.value.field == "competencies"


def test_device_asks_the_observer_at_once_and_names_nothing_of_what(enrolment, mentor, competencies):
    observation = on_device(enrolment, mentor, *competencies)

    mail = Message.objects.get(template="observed_today")
    assert (mail.person, mail.digest) == (mentor, "")
    assert "She explained" not in str(mail.context)
    assert observation.confirm_by == end_of_day(today())
    assert observation.version.item.recorded_by is None
    assert states(enrolment)[competencies[0].pk] is CompetencyState.WAITING
    assert breaches() == {}


def test_observer_confirms_by_signing_off_the_same_day(enrolment, mentor, competencies, clock):
    clock.set(MORNING)
    observation = on_device(enrolment, mentor, *competencies)
    clock.move(hours=3)

    for request in SignOffRequest.objects.all():
        sign(request, mentor)

    observation.refresh_from_db()
    assert observation.confirmed_at == MORNING + timedelta(hours=3)
    assert {row.statement.split(",")[0] for row in Decision.objects.all()} == {f"I watched Ada Moss {ON_DAY}"}
    assert breaches() == {}


def test_observer_after_midnight_decides_on_written_evidence(enrolment, mentor, competencies, clock):
    clock.set(MORNING)
    observation = on_device(enrolment, mentor, competencies[0])
    clock.set(MORNING + timedelta(hours=15))

    decision = sign(SignOffRequest.objects.get(), mentor)

    observation.refresh_from_db()
    assert observation.confirmed_at is None
    assert decision.statement.startswith("I have read this evidence.")


def test_other_mentor_decides_without_confirming(enrolment, mentor, competencies):
    other = make_mentorship(enrolment=enrolment, kind="second").mentor
    observation = on_device(enrolment, mentor, competencies[0])

    decision = sign(SignOffRequest.objects.get(), other)

    observation.refresh_from_db()
    assert observation.confirmed_at is None
    assert decision.statement.startswith("I have read this evidence.")


def test_learner_confirms_nothing(enrolment, mentor, competencies):
    observation = on_device(enrolment, mentor, competencies[0])
    make_mentorship(enrolment=enrolment, kind="second", mentor=enrolment.learner)

    with pytest.raises(DomainError) as refusal:
        sign(SignOffRequest.objects.get(), enrolment.learner)
    observation.refresh_from_db()
    assert (refusal.value.code, observation.confirmed_at) == ("own", None)


def test_returning_confirms_nothing(enrolment, mentor, competencies):
    observation = on_device(enrolment, mentor, competencies[0])
    request = SignOffRequest.objects.get()
    hashes = request.versions.values_list("sha256", flat=True)

    signoff.return_for_more(
        request=request,
        versions_seen_sha256=seen_sha256(hashes),
        reason="I was not there.",
        would_satisfy="Ask me to watch.",
        by=mentor,
    )

    observation.refresh_from_db()
    assert observation.confirmed_at is None


def test_observer_counts_in_the_versions_hash(enrolment, mentor, competencies):
    on_device(enrolment, mentor, competencies[0])

    Observation.objects.update(observer=make_mentorship(enrolment=enrolment, kind="second").mentor)

    assert breaches() == {"version_hash_mismatch": 1}


def test_learner_makes_no_new_version_of_what_a_mentor_watched(enrolment, mentor, competencies):
    recorded = record(enrolment, mentor, competencies[0])

    with pytest.raises(StateError) as refusal:
        evidence.new_version(item=recorded.observation.version.item, by=enrolment.learner)
    assert refusal.value.code == "observed"


def test_learner_submits_no_observation_of_their_own(enrolment, competencies):
    draft = evidence.start_item(enrolment=enrolment, kind="DO", by=enrolment.learner, competencies=competencies)
    links = {one.code: "It shows it" for one in competencies}
    said = Content("Watched", "My mentor watched.", no_patient_details=True, links=links)
    saved = evidence.save_draft(version=draft, revision=0, content=said, by=enrolment.learner)

    with pytest.raises(DomainError) as refusal:
        submission.submit(version=saved, by=enrolment.learner)
    assert refusal.value.code == "no_observer"


def test_signing_several_at_once_claims_nobody_watched(enrolment, mentor, competencies, monkeypatch):
    observation = on_device(enrolment, mentor, *competencies)
    requests = list(SignOffRequest.objects.all())
    hashes = {one: seen_sha256(one.versions.values_list("sha256", flat=True)) for one in requests}
    monkeypatch.setattr(signoff, "opened_by", lambda by, marks: set(marks))

    with pytest.raises(DomainError) as refusal:
        signoff.sign_off_together(seen=hashes, by=mentor)
    assert refusal.value.code == "unconfirmed"

    Observation.objects.filter(pk=observation.pk).update(confirm_by=now() - timedelta(minutes=1))
    decisions = signoff.sign_off_together(seen=hashes, by=mentor)

    observation.refresh_from_db()
    assert {one.statement.split(".")[0] for one in decisions} == {"I have read this evidence"}
    assert observation.confirmed_at is None
