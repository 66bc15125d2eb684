"""Proves the demonstration: every state is there, personas have something to do, and no rule is broken."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from evaluation.enums import ReportState, WaveState
from evaluation.models import Invitation, RegionalReport, Release, Response, Snapshot, Wave
from gpa_programme.accounts import access
from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import User
from gpa_programme.core.periods import Month, add_months, now, today
from gpa_programme.home.checks import CHECKS
from gpa_programme.notices.models import Message
from hubs.models import Cohort, Programme
from learners.enums import COMPLETE, CompetencyState, EnrolmentState, WithdrawalReason
from learners.models import (
    BlindReading,
    CompetencyFramework,
    CompetencyMapping,
    Enrolment,
    EnrolmentChange,
    Mentorship,
    PatientFlag,
    Pause,
    Placement,
    SignOffRequest,
    Verification,
    VerificationSample,
)
from learners.queries.finish import position_of
from learners.queries.states import cohort_states, enrolment_states
from learners.queries.verification import sample_page
from tests.home.scenes import SCENES, person, scenes

CODES = ("y56", "y58", "y59", "y60", "y61", "y62", "y63")
PASSWORD = "a-demonstration"
S = EnrolmentState
ENDED = (S.SUBMITTED, S.REFERRED, S.VERIFIED, *COMPLETE)
SLUG, PILOT = "gpa-spread-adoption-2019", "gpa-london-south-east-pilot"


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """The demonstration, made once for this module and taken back afterwards."""
    before = configured.DEMONSTRATION, configured.DEMO_PASSWORD
    configured.DEMONSTRATION, configured.DEMO_PASSWORD = True, PASSWORD
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", stdout=StringIO())
        call_command("seed_demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)
    configured.DEMONSTRATION, configured.DEMO_PASSWORD = before


pytestmark = pytest.mark.slow


def test_seed_demo_outside_a_demonstration_refuses(db, settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="set DEMO=1"):
        call_command("seed_demo")

    assert User.objects.count() == 0


def test_seed_demo_without_reference_data_says_what_to_run(db, settings):
    settings.DEMONSTRATION = True

    with pytest.raises(CommandError, match="load_reference"):
        call_command("seed_demo")


def test_seed_demo_breaks_no_rule(demonstration):
    assert {check.name: count for check in CHECKS if (count := check.count())} == {}


def test_seed_demo_month_seven_is_now(demonstration):
    programme = Programme.objects.get(slug=SLUG)

    assert Month.of(programme.starts).plus(6) == Month.of(today())
    assert (programme.starts.day, add_months(programme.starts, 12), programme.invented) == (
        1, programme.ends + timedelta(days=1), True,
    )  # fmt: skip


def test_seed_demo_personas_hold_their_roles_and_one_password(demonstration):
    held = {
        local: access.role_keys(person(local)) for local in ("national.lead", "national.analyst", "verifier", "support")
    }
    for code in CODES:
        for local in ("hub.lead", "coordinator", "mentor", "learner", "practice"):
            held[f"{local}.{code}"] = access.role_keys(person(f"{local}.{code}"))

    roles = {"hub.lead": RoleKey.HUB_LEAD, "coordinator": RoleKey.COORDINATOR, "mentor": RoleKey.MENTOR,
             "learner": RoleKey.LEARNER, "practice": RoleKey.PRACTICE_MANAGER}  # fmt: skip
    assert held == {
        "national.lead": [RoleKey.NATIONAL_LEAD],
        "national.analyst": [RoleKey.NATIONAL_ANALYST],
        "verifier": [RoleKey.VERIFIER],
        "support": [RoleKey.SUPPORT],
        **{f"{local}.{code}": [role] for code in CODES for local, role in roles.items()},
    }
    assert len(set(User.objects.values_list("password", flat=True))) == 1
    assert person("support").check_password(PASSWORD)
    assert User.objects.count() == EmailAddress.objects.filter(verified=True, primary=True).count()
    assert {email.partition("@")[2] for email in User.objects.values_list("email", flat=True)} == {"demo.example"}


def test_seed_demo_persona_signs_in_by_password(demonstration):
    client = Client()

    answer = client.post("/accounts/login/", {"login": "learner.y56@demo.example", "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_seed_demo_every_state_of_an_enrolment_is_there(demonstration):
    running = Enrolment.objects.filter(cohort__programme__slug=SLUG)

    assert set(running.values_list("state", flat=True)) == set(EnrolmentState)
    assert set(
        EnrolmentChange.objects.filter(to_state=EnrolmentState.WITHDRAWN).values_list("reason_code", flat=True)
    ) == set(WithdrawalReason)
    assert Pause.objects.filter(until__isnull=True).count() >= 7
    assert running.filter(state=EnrolmentState.ACTIVE, agreed_end__lt=today()).count() == 7
    assert Mentorship.objects.filter(until__isnull=False).count() >= 7


def test_seed_demo_every_state_of_a_competency_is_there(demonstration):
    found = Counter(
        state
        for states in cohort_states(Cohort.objects.values_list("pk", flat=True)).values()
        for state in states.values()
    )
    own = enrolment_states([Enrolment.objects.get(learner=person("learner.y58")).pk], own=True)
    found.update(state for states in own.values() for state in states.values())

    assert set(found) == set(CompetencyState)


def test_seed_demo_sign_offs_have_expired_where_they_are_a_year_old(demonstration):
    cohorts = Cohort.objects.select_related("hub__region", "programme")
    expired = {
        (cohort.programme.slug, cohort.hub.region.code)
        for cohort in cohorts
        for states in cohort_states([cohort.pk]).values()
        if CompetencyState.EXPIRED in states.values()
    }

    assert expired == {(PILOT, "Y56"), (PILOT, "Y59")}


def test_seed_demo_whoever_has_come_to_an_end_was_declared_verified_and_certified(demonstration):
    ended = Enrolment.objects.filter(cohort__programme__slug=SLUG, state__in=ENDED)

    unfinished = [row.ref for row in ended.exclude(state=S.REFERRED) if not position_of(row).round.complete]
    uncertified = [row.ref for row in ended.filter(state__in=COMPLETE) if not row.certificates.exists()]
    assert (unfinished, uncertified) == ([], [])
    lead = person("national.lead")
    assert [sample_page(lead, row).drawn_again() for row in VerificationSample.objects.all()] == [True] * 5
    assert set(BlindReading.objects.values_list("verdict", flat=True)) == {"would_sign", "would_return"}


def test_seed_demo_places_leave_one_free_in_london_and_some_elsewhere(demonstration):
    free = {
        cohort.hub.region.code: cohort.places.count() - Enrolment.objects.filter(cohort=cohort).holding_places().count()
        for cohort in Cohort.objects.filter(programme__slug=SLUG).select_related("hub__region")
    }

    assert free == {"Y56": 1, "Y58": 0, "Y59": 2, "Y60": 0, "Y61": 1, "Y62": 0, "Y63": 2}


def test_seed_demo_practices_stand_in_their_hubs_region(demonstration):
    foreign = [
        placement.pk
        for placement in Placement.objects.select_related("practice", "enrolment__cohort__hub")
        if placement.practice.region_id != placement.enrolment.cohort.hub.region_id
    ]

    assert foreign == []


@pytest.mark.parametrize("code", CODES)
def test_seed_demo_learner_persona_has_a_portfolio_worth_a_look(demonstration, code):
    enrolment = Enrolment.objects.get(learner=person(f"learner.{code}"))

    states = Counter(enrolment_states([enrolment.pk], own=True)[enrolment.pk].values())

    assert (states[CompetencyState.RETURNED], states[CompetencyState.WAITING], states[CompetencyState.DRAFTING]) == (
        2, 6, 4,
    )  # fmt: skip
    assert states[CompetencyState.STALE] == 1
    assert states[CompetencyState.SIGNED_OFF] > 20
    assert states[CompetencyState.NOT_STARTED] > 3


@pytest.mark.parametrize("code", CODES)
def test_seed_demo_plays_these_scenes_once_in_each_hub(demonstration, code):
    assert scenes(code) == SCENES


def test_seed_demo_national_people_and_verifier_have_something_waiting(demonstration):
    waits = Verification.objects.open().select_related("enrolment__cohort__hub__region")
    given = {row.enrolment.cohort.hub.region.code: row.readings.count() for row in waits.filter(verifier__isnull=False)}
    draft = CompetencyFramework.objects.get(programme__slug=SLUG, version=2)
    mapped = CompetencyMapping.objects.filter(new__framework=draft)

    assert (waits.count(), given) == (7, {"Y56": 2, "Y58": 0, "Y59": 0, "Y60": 0})
    assert (draft.state, draft.competencies.count()) == ("draft", 58)
    assert Counter(mapped.values_list("carries", flat=True)) == {True: 57, False: 1}


@pytest.mark.parametrize("code", CODES)
def test_seed_demo_mentor_persona_has_five_requests_waiting(demonstration, code):
    mentor = person(f"mentor.{code}")

    learners = Enrolment.objects.filter(mentorships__mentor=mentor, mentorships__until=None)
    waiting = SignOffRequest.objects.visible_to(mentor).open()

    assert person(f"learner.{code}").pk in set(learners.values_list("learner", flat=True))
    assert (learners.count(), waiting.count() >= 5) == (5, True)


def test_seed_demo_requests_wait_for_different_times(demonstration):
    days = [(now() - asked).days for asked in SignOffRequest.objects.open().values_list("requested_at", flat=True)]

    assert sum(wait <= 7 for wait in days) > 20
    assert sum(wait > 14 for wait in days) > 5
    assert sum(wait > 21 for wait in days) > 3


def test_seed_demo_pilot_has_ended_in_every_way(demonstration):
    pilot = Programme.objects.get(slug=PILOT)
    enrolments = Enrolment.objects.filter(cohort__programme=pilot)

    assert pilot.state == "closed"
    assert pilot.ends < Programme.objects.get(slug=SLUG).starts
    assert Counter(enrolments.values_list("state", flat=True)) == {
        "completed": 20, "completed_in_house": 3, "withdrawn": 6, "transferred": 1, "declined": 2, "lapsed": 2,
    }  # fmt: skip
    started = enrolments.exclude(state__in=["declined", "lapsed"])
    assert started.count() == 30
    assert Placement.objects.filter(enrolment__in=started).values("practice").distinct().count() == 9


def test_seed_demo_waves_stand_in_every_state(demonstration):
    waves = Wave.objects.filter(plan__programme__slug=SLUG)

    assert Counter(waves.values_list("state", flat=True)) == {"released": 5, "closed": 1, "open": 2}
    assert Wave.objects.filter(plan__programme__slug=PILOT, state=WaveState.RELEASED).count() == 6
    for wave in waves.filter(time_point="baseline"):
        by_hub = Counter(Response.objects.filter(wave=wave).values_list("hub__region__code", flat=True))
        assert {code for code, count in by_hub.items() if count < 10} == {"Y61"}


def test_seed_demo_paired_change_is_known(demonstration):
    paired = Release.objects.exclude(wave__time_point="baseline").exclude(wave__instrument__respondent="patient")

    assert [release.wave for release in paired if not release.tables["paired"]] == []


def test_seed_demo_learner_persona_is_asked_by_the_open_wave(demonstration):
    wave = Wave.objects.get(plan__programme__slug=SLUG, state=WaveState.OPEN, instrument__respondent="learner")

    asked = Invitation.objects.filter(wave=wave, person__email__startswith="learner.y", answered=False)

    assert asked.count() == 7
    assert Counter(Message.objects.filter(work_state="queued").values_list("template", flat=True)) == {
        "survey_invitation": 7, "witness_asked": 7, "observed_today": 7, "digest_waiting": 14,
    }  # fmt: skip


def test_seed_demo_reports_stand_in_every_lasting_state(demonstration):
    programme = Programme.objects.get(slug=SLUG)
    months = [str(Month.of(programme.starts).plus(number)) for number in range(6)]
    stands = {
        month: Counter(RegionalReport.objects.filter(programme=programme, period=month).values_list("state", flat=True))
        for month in months
    }

    assert stands == {
        **{month: {ReportState.ISSUED: 8} for month in months[:4]},
        months[4]: {"issued": 4, "submitted": 1, "returned": 1, "draft": 2},
        months[5]: {},
    }
    assert RegionalReport.objects.filter(programme__slug=PILOT, state=ReportState.ISSUED).count() == 6


def test_seed_demo_figures_are_stored_for_every_month(demonstration):
    programme = Programme.objects.get(slug=SLUG)

    periods = Snapshot.objects.filter(programme=programme, unit="england").values_list("period", flat=True).distinct()

    assert set(periods) == {str(Month.of(programme.starts).plus(number)) for number in range(7)}


def test_seed_demo_nothing_happens_in_the_future(demonstration):
    assert not SignOffRequest.objects.filter(requested_at__gt=now()).exists()
    assert not EnrolmentChange.objects.filter(recorded_at__gt=now()).exists()
    assert not Message.objects.filter(created_at__gt=now()).exists()


def test_seed_demo_second_run_makes_nothing_and_scale_adds_cohorts_that_break_no_rule(demonstration):
    before = User.objects.count(), Enrolment.objects.count()

    call_command("seed_demo", stdout=StringIO())
    assert (User.objects.count(), Enrolment.objects.count()) == before

    call_command("seed_demo", scale=2, stdout=StringIO())
    assert Counter(Cohort.objects.filter(programme__slug=SLUG).values_list("name", flat=True)) == {
        "Cohort 1": 7, "Cohort 2": 7,
    }  # fmt: skip
    assert [scenes(code) for code in CODES] == [SCENES] * 7
    assert PatientFlag.objects.count() == 14
    assert {check.name: count for check in CHECKS if (count := check.count())} == {}
