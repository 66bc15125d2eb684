"""The pages of enrolment: find a practice, fill a place, the learner's page, moves; who may open them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from gpa_programme.core.periods import now, today
from learners.enums import CompetencyKind, CompetencyState, DecisionKind, EnrolmentState
from learners.models import Enrolment
from tests.factories import (
    make_competency,
    make_decision,
    make_enrolment,
    make_evidence,
    make_practice,
    make_request,
    make_version,
)
from tests.world import build_world

pytestmark = pytest.mark.django_db
S = EnrolmentState


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def north(world):
    return world.north


@pytest.fixture
def browse(client):
    """Sign somebody in and give their client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def text_of(response):
    return " ".join(response.content.decode().split())


def answers(**changes):
    start = today()
    return {
        "learner_name": "Ada Moss",
        "learner_email": "ada.moss@practice.example",
        "mentor_name": "Dr Ines Hale",
        "mentor_email": "ines.hale@practice.example",
        "starts_day": start.day,
        "starts_month": start.month,
        "starts_year": start.year,
        "kinds": ["clinical"],
        **changes,
    }


def enrol_address(hub_world, practice=None):
    address = reverse("cohort-enrol", kwargs={"pk": hub_world.cohort.pk})
    return f"{address}?practice={practice.ods_code}" if practice else address


# -------------------------------------------------------------------------------------------------------------- search


@pytest.mark.parametrize("asked", ["willow bank", "BANK will", "ts18 1", "TS181HU", "a81001", "Stockton"])
def test_practice_is_found_by_name_town_postcode_or_code(browse, north, asked):
    make_practice(
        region=north.hub.region, name="WILLOW BANK SURGERY", ods_code="A81001", postcode="TS18 1HU", town="STOCKTON"
    )
    make_practice(region=north.hub.region, name="OTHER HOUSE", ods_code="B12345", postcode="LS1 4AP", town="LEEDS")

    response = browse(north.coordinator).get(enrol_address(north), {"q": asked})

    assert [row.name for row in response.context["found"].practices] == ["WILLOW BANK SURGERY"]


def test_search_marks_practices_outside_the_region_and_puts_them_last(browse, world, north):
    make_practice(region=world.south.hub.region, name="ASH TREE", ods_code="S00001")
    make_practice(region=north.hub.region, name="ASH VIEW", ods_code="N00001")

    response = browse(north.coordinator).get(enrol_address(north), {"q": "ash"})

    found = [(row.name, row.outside) for row in response.context["found"].practices]
    assert found == [("ASH VIEW", False), ("ASH TREE", True)]
    assert text_of(response).count("Outside your region") == 1


def test_search_leaves_out_closed_practices_and_short_texts(browse, north):
    make_practice(region=north.hub.region, name="CLOSED HOUSE", closed=today() - timedelta(days=1))

    client = browse(north.coordinator)

    assert client.get(enrol_address(north), {"q": "closed house"}).context["found"].practices == []
    assert client.get(enrol_address(north), {"q": "cl"}).context["found"].practices == []


def test_unknown_or_closed_practice_is_not_found(browse, north):
    closed = make_practice(region=north.hub.region, closed=today() - timedelta(days=1))

    assert browse(north.coordinator).get(enrol_address(north, closed)).status_code == 404


# ------------------------------------------------------------------------------------------------------- fill a place


def test_form_then_check_then_enrol_then_who_was_invited(browse, north):
    client, address = browse(north.coordinator), enrol_address(north, north.practice)

    asked = client.get(address)
    checked = client.post(address, answers(action="check"))
    done = client.post(address, answers(action="enrol"), follow=True)

    assert asked.context["title"] == "Who learns, and with whom?"
    assert Enrolment.objects.filter(learner__email="ada.moss@practice.example").count() == 1
    assert checked.context["kinds"] == ["Core", "Clinical"]
    assert dict(checked.context["hidden"])["mentor_email"] == "ines.hale@practice.example"
    enrolment = Enrolment.objects.get(learner__email="ada.moss@practice.example")
    assert done.redirect_chain == [(f"/learners/{enrolment.ref}/enrolled/", 302)]
    assert [person.email for person in done.context["invited"]] == [
        "ada.moss@practice.example",
        "ines.hale@practice.example",
    ]
    assert "Place 3 in" in text_of(done)


def test_checking_saves_nothing(browse, north):
    browse(north.coordinator).post(enrol_address(north, north.practice), answers(action="check"))

    assert Enrolment.objects.filter(cohort=north.cohort).count() == 2


def test_change_brings_back_what_was_typed(browse, north):
    response = browse(north.coordinator).post(enrol_address(north, north.practice), answers(action="change"))

    assert 'value="ada.moss@practice.example"' in response.content.decode()
    assert "There is a problem" not in text_of(response)


def test_enrolling_twice_shows_the_first_result(browse, north):
    make_enrolment(cohort=north.cohort)
    client, address = browse(north.coordinator), enrol_address(north, north.practice)

    first = client.post(address, answers(action="enrol"))
    second = client.post(address, answers(action="enrol"))

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert Enrolment.objects.filter(cohort=north.cohort).count() == 4


def test_invalid_form_says_nothing_was_saved_links_to_the_fields_and_keeps_what_was_typed(browse, north):
    response = browse(north.coordinator).post(
        enrol_address(north, north.practice),
        answers(action="enrol", learner_email="ada.moss@practice.example", mentor_email="", starts_day=""),
    )

    text = text_of(response)
    assert "There is a problem: nothing was saved" in text
    assert 'href="#id_mentor_email"' in text
    assert 'value="ada.moss@practice.example"' in text
    assert Enrolment.objects.filter(cohort=north.cohort).count() == 2


def test_what_the_action_refuses_stands_at_its_field(browse, north):
    response = browse(north.coordinator).post(
        enrol_address(north, north.practice), answers(action="enrol", mentor_email="Ada.Moss@practice.example")
    )

    assert response.context["form"].errors == {
        "mentor_email": ["The mentor must be another person than the learner"],
    }


def test_full_cohort_is_a_page_that_says_what_to_do(browse, north):
    make_enrolment(cohort=north.cohort)
    make_enrolment(cohort=north.cohort)
    client = browse(north.coordinator)

    shown = client.get(enrol_address(north))
    sent = client.post(enrol_address(north, north.practice), answers(action="enrol"))

    for response in (shown, sent):
        assert response.status_code == 409
        assert response.context["title"] == "The cohort is full (4 of 4)"
        assert "What you can do" in text_of(response)
    assert Enrolment.objects.filter(cohort=north.cohort).count() == 4


def test_practice_outside_the_region_is_warned_about(browse, world, north):
    response = browse(north.coordinator).get(enrol_address(north, world.south.practice))

    assert "Carry on only if the hub there agrees" in text_of(response)


# ------------------------------------------------------------------------------------------------------ learner's page


@pytest.mark.parametrize("reader", ["learner", "mentor", "coordinator", "hub_lead", "practice_manager"])
def test_learners_page_is_open_to_those_around_the_learner(browse, north, reader):
    response = browse(getattr(north, reader)).get(north.enrolment.get_absolute_url())

    assert response.status_code == 200
    assert response.context["title"] == str(north.learner)


def test_learners_page_tells_pace_domains_timeline_and_what_is_next(browse, north):
    first = north.enrolment.scope.order_by("competency__position").first().competency
    second = north.enrolment.scope.order_by("competency__position")[1].competency
    make_decision(request=make_request(enrolment=north.enrolment, competency=first))
    make_request(enrolment=north.enrolment, competency=second, requested_at=now() - timedelta(days=9))

    response = browse(north.coordinator).get(north.enrolment.get_absolute_url())

    learner = response.context["learner"]
    assert (learner.progress.signed, learner.progress.in_scope) == (1, 3)
    assert [(row.signed, row.in_scope, row.waiting) for row in learner.domains] == [(1, 3, 1)]
    assert learner.next_step == "The mentor decides on 1 request; the oldest has waited 9 days."
    assert response.context["events"][0].heading == f"{first.code} {first.title}"
    assert len(response.context["events"]) == 7


def test_practice_manager_sees_no_addresses_and_no_reasons(browse, north):
    enrolment = make_enrolment(cohort=north.cohort, practice=north.practice, state=S.WITHDRAWN)

    manager = text_of(browse(north.practice_manager).get(enrolment.get_absolute_url()))
    coordinator = text_of(browse(north.coordinator).get(enrolment.get_absolute_url()))

    assert (enrolment.learner.email in manager, enrolment.learner.email in coordinator) == (False, True)
    assert ("Workload. A reason" in manager, "Workload. A reason" in coordinator) == (False, True)


def test_drafts_show_as_not_started_to_everybody_but_the_learner(browse, north):
    competency = north.enrolment.scope.order_by("competency__position").first().competency
    make_version(item=make_evidence(enrolment=north.enrolment), competencies=[competency])

    def state(reader):
        return browse(reader).get(north.enrolment.get_absolute_url()).context["learner"].states[competency.pk]

    assert state(north.learner) == CompetencyState.DRAFTING
    assert state(north.mentor) == CompetencyState.NOT_STARTED
    assert state(north.coordinator) == CompetencyState.NOT_STARTED


@pytest.mark.parametrize("decisions", [1, 3])
def test_learners_page_asks_the_same_number_of_queries(browse, north, decisions, django_assert_num_queries):
    for number in range(decisions):
        competency = make_competency(framework=north.enrolment.framework, kind=CompetencyKind.CORE)
        north.enrolment.scope.create(competency=competency)
        make_decision(
            request=make_request(enrolment=north.enrolment, competency=competency),
            kind=DecisionKind.SIGNED_OFF if number else DecisionKind.RETURNED,
        )
    client = browse(north.coordinator)
    client.get(north.enrolment.get_absolute_url())

    with django_assert_num_queries(LEARNER_QUERIES):
        client.get(north.enrolment.get_absolute_url())


LEARNER_QUERIES = 31


# --------------------------------------------------------------------------------------------------------------- moves


def test_moves_offered_are_those_of_the_role(browse, north):
    address = reverse("learner-move", kwargs={"ref": north.enrolment.ref})

    coordinator = browse(north.coordinator).get(address).context["choices"]
    lead = browse(north.hub_lead).get(address).context["choices"]

    assert [choice["label"] for choice in coordinator] == [
        "Submit for verification",
        "Withdraw",
        "Transfer to another cohort",
    ]
    assert [choice["label"] for choice in lead][1] == "Complete in house"


def test_confirmation_tells_the_effect_before_anything_is_saved(browse, north):
    response = browse(north.coordinator).get(
        reverse("learner-move", kwargs={"ref": north.enrolment.ref}) + "?to=withdrawn"
    )

    assert response.context["points"] == [
        "Place 1 is released and can be filled at once.",
        "Money: later instalments are void; recovery is a separate decision.",
    ]
    north.enrolment.refresh_from_db()
    assert north.enrolment.state == S.ACTIVE


def withdrawal(**changes):
    day = today()
    return {
        "effective_on_day": day.day,
        "effective_on_month": day.month,
        "effective_on_year": day.year,
        "reason_code": "workload",
        "reason": "Hours were cut",
        **changes,
    }


def test_withdrawing_releases_the_place_and_says_so_once(browse, north):
    client, address = browse(north.coordinator), reverse("learner-move", kwargs={"ref": north.enrolment.ref})

    first = client.post(f"{address}?to=withdrawn", withdrawal())
    second = client.post(f"{address}?to=withdrawn", withdrawal())

    north.enrolment.refresh_from_db()
    assert north.enrolment.state == S.WITHDRAWN
    assert first.url == second.url == north.enrolment.get_absolute_url()
    assert north.enrolment.changes.filter(to_state=S.WITHDRAWN).count() == 1


def test_withdrawing_without_a_reason_is_refused_at_the_field(browse, north):
    address = reverse("learner-move", kwargs={"ref": north.enrolment.ref})

    response = browse(north.coordinator).post(f"{address}?to=withdrawn", withdrawal(reason="", reason_code=""))

    assert response.context["form"].errors == {
        "reason_code": ["Answer the question: Why did the learner withdraw?"],
        "reason": ["Enter reason"],
    }
    north.enrolment.refresh_from_db()
    assert north.enrolment.state == S.ACTIVE
