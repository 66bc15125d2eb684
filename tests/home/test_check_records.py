"""Proves that sound records pass every check, and that each check finds the breach it is for."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from evaluation.enums import ReportState, WaveState
from evaluation.models import RegionalReport, Release, Wave
from gpa_programme.core.periods import now
from gpa_programme.home.checks import CHECKS
from learners.enums import DecisionKind, EnrolmentState, EvidenceKind, MentorKind
from learners.models import (
    Enrolment,
    EnrolmentChange,
    EvidenceVersion,
    RequestVersion,
    ScopeItem,
    SignOffRequest,
)
from tests.factories import (
    make_cohort,
    make_competency,
    make_decision,
    make_enrolment,
    make_evidence,
    make_framework,
    make_invitation,
    make_mentorship,
    make_observation,
    make_pause,
    make_place,
    make_placement,
    make_report,
    make_report_version,
    make_request,
    make_response,
    make_user,
    make_version,
    make_wave,
    make_witness,
)

pytestmark = pytest.mark.django_db
SHA256 = "0" * 64


def breaches():
    """Each check's number of breaches, where there are any."""
    counted = {check.name: check.count() for check in CHECKS}
    return {name: count for name, count in counted.items() if count}


def two_placements():
    enrolment = make_enrolment()
    make_placement(enrolment=enrolment, until=enrolment.starts + timedelta(days=10))


def two_pauses():
    pause = make_pause(enrolment=make_enrolment())
    make_pause(enrolment=pause.enrolment, since=pause.since, until=pause.since + timedelta(days=3))


def two_mentors_of_a_kind():
    first = make_mentorship(enrolment=make_enrolment())
    make_mentorship(enrolment=first.enrolment, until=first.since)


def state_without_change():
    Enrolment.objects.filter(pk=make_enrolment().pk).update(state=EnrolmentState.WITHDRAWN)


def change(source, target):
    enrolment = make_enrolment()
    EnrolmentChange.objects.create(
        enrolment=enrolment, from_state=source, to_state=target, effective_on=enrolment.starts
    )


def gap_in_the_chain():
    change(EnrolmentState.OFFERED, EnrolmentState.ACCEPTED)


def move_outside_the_table():
    change(EnrolmentState.ACTIVE, EnrolmentState.APPLIED)


def foreign_place():
    Enrolment.objects.filter(pk=make_enrolment().pk).update(place=make_place())


def learner_too_many():
    cohort = make_cohort(places=1)
    make_enrolment(cohort=cohort)
    make_enrolment(cohort=cohort, place=make_place())


def learner_twice():
    first = make_enrolment()
    make_enrolment(cohort=make_cohort(programme=first.cohort.programme), learner=first.learner)


def foreign_framework():
    make_enrolment(framework=make_framework(competencies=1))


def foreign_scope():
    ScopeItem.objects.create(enrolment=make_enrolment(), competency=make_competency())


def stranger_decides():
    make_decision(by=make_user())


def learner_decides():
    request = make_request()
    make_decision(request=request, by=request.enrolment.learner, learner=make_user())


def decision_too_early():
    request = make_request()
    make_decision(request=request, decided_at=request.requested_at - timedelta(hours=1))


def decision_on_another_competency():
    request = make_request()
    other = make_competency(framework=request.competency.framework)
    make_decision(request=request, competency=other)


def closed_by_nobody():
    SignOffRequest.objects.filter(pk=make_request().pk).update(closed_at=now())


def decided_and_open():
    SignOffRequest.objects.filter(pk=make_decision().request_id).update(closed_at=None)


def request_for_nothing():
    RequestVersion.objects.filter(request=make_request()).delete()


def request_with_others_evidence():
    RequestVersion.objects.create(request=make_request(), version=make_version(submitted_at=now()))


def foreign_competency():
    make_request(competency=make_competency())


def version_rewritten():
    EvidenceVersion.objects.filter(pk=make_version(submitted_at=now()).pk).update(text="Something else")


def submitted(kind):
    return make_version(item=make_evidence(kind=kind), submitted_at=now())


def observed_by_the_learner():
    version = submitted(EvidenceKind.OBSERVATION)
    make_observation(version=version, observer=version.item.enrolment.learner)


def answer_without_invitation():
    make_response(wave=make_wave())


def released_without_release():
    Wave.objects.filter(pk=make_wave().pk).update(state=WaveState.RELEASED)


def release_rewritten():
    Release.objects.create(
        wave=make_wave(state=WaveState.RELEASED), rule_version="survey-1", tables={"n": 10}, sha256=SHA256
    )


def report_state_without_change():
    RegionalReport.objects.filter(pk=make_report_version().report_id).update(state=ReportState.SUBMITTED)


BREACHES = {
    "placements_overlap": two_placements,
    "pauses_overlap": two_pauses,
    "mentorships_overlap": two_mentors_of_a_kind,
    "state_is_not_last_change": state_without_change,
    "changes_are_no_chain": gap_in_the_chain,
    "change_not_in_table": move_outside_the_table,
    "place_of_another_cohort": foreign_place,
    "more_learners_than_places": learner_too_many,
    "learner_at_two_cohorts": learner_twice,
    "framework_of_another_programme": foreign_framework,
    "scope_outside_framework": foreign_scope,
    "decider_was_no_mentor": stranger_decides,
    "decision_on_own": learner_decides,
    "decision_before_request": decision_too_early,
    "decision_of_another_request": decision_on_another_competency,
    "closed_without_decision": closed_by_nobody,
    "open_with_decision": decided_and_open,
    "request_without_version": request_for_nothing,
    "request_names_other_evidence": request_with_others_evidence,
    "request_outside_framework": foreign_competency,
    "version_hash_mismatch": version_rewritten,
    "decision_hash_mismatch": lambda: make_decision(sha256=SHA256),
    "witness_hash_mismatch": lambda: make_witness(statement="She asked first.", sha256=SHA256),
    "witness_missing": lambda: submitted(EvidenceKind.WITNESS),
    "observation_missing": observed_by_the_learner,
    "answers_against_invitations": answer_without_invitation,
    "released_without_tables": released_without_release,
    "release_hash_mismatch": release_rewritten,
    "report_hash_mismatch": lambda: make_report_version(sha256=SHA256),
    "report_state_is_not_last_change": report_state_without_change,
    "report_without_content": lambda: make_report(state=ReportState.DRAFT),
}


def test_check_records_sound_records_pass(world):
    for kind in DecisionKind:
        make_decision(request=make_request(enrolment=make_enrolment(cohort=world.north.cohort)), kind=kind)
    held = make_mentorship(enrolment=make_enrolment(), until=now().date())
    make_mentorship(enrolment=held.enrolment, since=held.until + timedelta(days=1))
    make_mentorship(enrolment=held.enrolment, kind=MentorKind.SECOND)
    wave = make_wave()
    make_invitation(wave=wave, answered=True)
    make_response(wave=wave)
    make_report_version()

    assert breaches() == {}


def test_check_records_version_added_to_a_decided_request_is_no_breach():
    decision = make_decision()
    later = make_version(item=decision.request.versions.get().item, submitted_at=now() + timedelta(minutes=5))
    RequestVersion.objects.create(request=decision.request, version=later)

    assert breaches() == {}


def test_every_check_has_a_breach_below():
    assert list(BREACHES) == [check.name for check in CHECKS]


@pytest.mark.parametrize("name", BREACHES)
def test_check_records_breach_is_found_once(name):
    BREACHES[name]()

    assert breaches()[name] == 1


def test_check_records_command_says_what_is_broken_and_fails():
    stranger_decides()
    said = StringIO()

    with pytest.raises(CommandError, match="Breaches found: 1"):
        call_command("check_records", stdout=said)

    assert "decider_was_no_mentor: 1" in said.getvalue()


def test_check_records_command_without_breach_ends_well():
    said = StringIO()

    call_command("check_records", stdout=said)

    assert said.getvalue().splitlines()[-1] == f"{len(CHECKS)} checks, no breach."
