"""The dashboard, the pages of hubs and of measures: who sees what, each number a link, the same queries at any size."""

import csv
import html
import io
import re
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.urls import reverse

from evaluation.actions import snapshots
from evaluation.measures.registry import MEASURES
from evaluation.queries.dashboard import outliers, side_by_side
from gpa_programme.core.periods import Month
from hubs.enums import ProgrammeState
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_figures,
    make_hub,
    make_link,
    make_national_role,
    make_practice,
    make_programme,
    make_request,
)
from tests.world import build_world

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 20, 12, tzinfo=UTC)
NATIONAL_PAGES = ["/dashboard/", "/hubs/", "/measures/", "/measures/learners_stalled/", "/measures/places_filled/"]


@pytest.fixture
def world(clock):
    clock.set(MAY)
    built = build_world()
    snapshots.refresh()
    return built


def cells(response):
    """The words of every table cell of a page."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))


def test_dashboard_shows_hubs_side_by_side_alphabetically_with_england_last(client, world):
    client.force_login(world.national_analyst)

    response = client.get("/dashboard/")

    table = response.context["table"]
    assert [row[0].text for row in table.body] == ["North hub", "Second hub", "South hub", "England"]
    assert [row[1].text for row in table.body] == ["2 of 4", "2 of 4", "2 of 4", "6 of 12"]
    assert all(not head.href for head in table.head)
    assert len(response.context["charts"]) == 4
    assert response.context["as_at"] == MAY


def test_dashboard_numbers_are_links(client, world):
    client.force_login(world.national_lead)

    response = client.get("/dashboard/")

    north = response.context["table"].body[0]
    slug = world.north.hub.slug
    assert [cell.href for cell in north] == [
        f"/hubs/{slug}/",
        f"/hubs/{slug}/#places-filled",
        f"/hubs/{slug}/#learners-active",
        f"/hubs/{slug}/#competencies-signed-share",
        f"/hubs/{slug}/#learners-stalled",
        f"/hubs/{slug}/#requests-over-14-days",
        "/evaluation/",
    ]
    page = client.get(f"/hubs/{slug}/").content.decode()
    assert all(f'id="{cell.href.partition("#")[2]}"' in page for cell in north[1:-1])


def test_dashboard_of_a_past_month_and_of_a_closed_programme(client, world, clock):
    pilot = make_programme(starts=date(2025, 1, 1), ends=date(2025, 3, 31), state=ProgrammeState.CLOSED)
    make_enrolment(cohort=make_cohort(programme=pilot, hub=world.north.hub, places=3))
    snapshots.recompute()
    client.force_login(world.national_lead)

    past = client.get("/dashboard/", {"month": "2026-02"})
    closed = client.get("/dashboard/", {"programme": pilot.slug})

    assert past.context["as_at"] == Month(2026, 2).cut_off
    assert closed.context["chosen"].month == Month(2025, 3)
    rows = closed.context["table"].body
    assert [row[0].href for row in rows] == [f"/hubs/{world.north.hub.slug}/?programme={pilot.slug}", ""]
    assert rows[0][1].href == f"/hubs/{world.north.hub.slug}/?programme={pilot.slug}#places-filled"


@pytest.mark.parametrize("query", ["?month=2019-13", "?month=1999-01", "?programme=none"])
def test_dashboard_of_what_does_not_exist_is_not_found(client, world, query):
    client.force_login(world.national_lead)

    assert client.get(f"/dashboard/{query}").status_code == 404


def test_dashboard_without_stored_figures_says_so(client):
    world = build_world()
    client.force_login(world.national_lead)
    response = client.get("/dashboard/")

    assert "No figures are stored for this month yet" in cells(response)


def test_dashboard_files_hold_the_numbers_that_the_page_shows(client, world):
    client.force_login(world.national_analyst)

    text = client.get("/dashboard/?export=csv").content.decode("utf-8-sig")
    workbook = openpyxl.load_workbook(io.BytesIO(client.get("/dashboard/?export=xlsx").content))

    lines = [line for line in csv.reader(io.StringIO(text)) if line]
    england = next(line for line in lines if line[0] == "England")
    assert england[1:4] == ["6", "12", "6"]
    sheet = [[cell.value for cell in row] for row in workbook.worksheets[0].iter_rows()]
    assert next(row for row in sheet if row[0] == "England")[1:4] == [6, 12, 6]


def test_dashboard_costs_the_same_for_three_hubs_and_five_with_more_learners(
    client, world, django_assert_num_queries, clock
):
    client.force_login(world.national_lead)
    client.get("/dashboard/")
    with django_assert_num_queries(14):
        client.get("/dashboard/")
    for _ in range(2):
        cohort = make_cohort(programme=world.programme, places=5)
        for _ in range(5):
            make_enrolment(cohort=cohort)
    clock.move(minutes=10)
    snapshots.refresh()

    client.get("/dashboard/")
    with django_assert_num_queries(14):
        client.get("/dashboard/")


@pytest.mark.parametrize("address", NATIONAL_PAGES)
@pytest.mark.parametrize("persona", ["learner", "mentor", "practice_manager"])
def test_people_of_a_practice_see_no_page_of_figures(client, world, address, persona):
    client.force_login(getattr(world.north, persona))

    assert client.get(address).status_code == 403


def test_dashboard_is_not_for_a_hub(client, world):
    client.force_login(world.north.coordinator)

    assert client.get("/dashboard/").status_code == 403


def test_hubs_shows_a_coordinator_their_own_hub_alone(client, world):
    client.force_login(world.north.coordinator)

    own = client.get("/hubs/").context["table"]
    client.force_login(world.national_analyst)
    every = client.get("/hubs/").context["table"]

    assert [row[0].text for row in own.body] == ["North hub"]
    assert [row[0].text for row in every.body] == ["North hub", "Second hub", "South hub", "England"]


@pytest.mark.parametrize("name", ["hub", "hub-practices"])
def test_hub_is_not_found_for_another_hub_and_strangers(client, world, name):
    address = reverse(name, kwargs={"slug": world.north.hub.slug})
    answers = {}
    for person in (world.north.coordinator, world.national_analyst, world.south.coordinator, world.stranger):
        client.force_login(person)
        answers[person] = client.get(address)

    assert [answer.status_code for answer in answers.values()] == [200, 200, 404, 404]
    client.force_login(world.south.coordinator)
    nothing = client.get(reverse(name, kwargs={"slug": "no-such-hub"}))
    assert nothing.content == answers[world.south.coordinator].content


def test_hub_reads_its_own_figures_live_and_opens_the_worst_problem(client, world):
    make_request(enrolment=world.north.enrolment, requested_at=datetime(2026, 5, 1, tzinfo=UTC))
    client.force_login(world.north.coordinator)

    response = client.get(world.north.hub.get_absolute_url())

    figures = {figure.measure.key: figure.text for figure in response.context["figures"]}
    assert figures["requests_over_14_days"] == "1 of 1"
    problem = response.context["problem"]
    assert problem.text == "Open 1 learner standing still"
    assert problem.href == f"/cohorts/{world.north.cohort.pk}/board/?stalled=1"
    assert str(world.north.coordinator) in cells(response)


def test_hub_costs_the_same_for_few_learners_and_many(client, world, django_assert_num_queries):
    client.force_login(world.north.coordinator)
    address = world.north.hub.get_absolute_url()
    client.get(address)
    with django_assert_num_queries(36):
        client.get(address)
    for _ in range(5):
        make_request(enrolment=make_enrolment(cohort=world.north.cohort))

    with django_assert_num_queries(36):
        client.get(address)


def test_hub_of_many_cohorts_reads_stored_figures_at_one_cost(client, world, clock, django_assert_num_queries):
    address = world.north.hub.get_absolute_url()
    client.force_login(world.north.coordinator)
    counted = []
    for more in (6, 3):
        for _ in range(more):
            make_enrolment(cohort=make_cohort(programme=world.programme, hub=world.north.hub))
        clock.move(minutes=10)
        snapshots.refresh()
        client.get(address)
        with django_assert_num_queries(14):
            counted.append(client.get(address).context["table"].count)

    assert counted == [7, 10]


def test_practices_are_found_by_name_postcode_and_code(client, world):
    region = world.north.hub.region
    found = make_practice(region=region, name="Mill Lane Surgery", postcode="YO1 7EP", ods_code="B82999")
    make_figures(practice=found, list_size=9123)
    make_link(child=found)
    make_practice(name="Mill Lane of the south", region=world.south.hub.region)
    client.force_login(world.north.coordinator)
    address = reverse("hub-practices", kwargs={"slug": world.north.hub.slug})

    by_words = [client.get(address, {"q": text}).context["table"].body for text in ("lane mill", "yo17", "b829")]
    taking_part = client.get(address, {"taking_part": "yes"}).context["table"].body

    assert [[row[0].text for row in rows] for rows in by_words] == [["Mill Lane Surgery"]] * 3
    assert by_words[0][0][3].text == "9,123"
    assert [row[0].text for row in taking_part] == [world.north.practice.name]


def test_practices_cost_the_same_for_one_and_for_three(client, world, django_assert_num_queries):
    client.force_login(world.north.coordinator)
    address = reverse("hub-practices", kwargs={"slug": world.north.hub.slug})
    client.get(address)
    with django_assert_num_queries(11):
        client.get(address)
    for _ in range(2):
        make_figures(practice=make_practice(region=world.north.hub.region))

    with django_assert_num_queries(11):
        client.get(address)


def test_practice_shows_dated_links_figures_and_its_learners(client, world):
    practice = world.north.practice
    make_figures(practice=practice, list_size=8001.4)
    link = make_link(child=practice)
    client.force_login(world.north.coordinator)

    text = cells(client.get(practice.get_absolute_url()))

    assert "8,001" in text
    assert f"{link.parent.name} since 1 July 2019" in text
    assert str(world.north.learner) in text


def test_practice_is_not_found_from_another_region_and_refused_to_its_manager(client, world):
    address = world.north.practice.get_absolute_url()
    statuses = []
    for person in (world.national_analyst, world.south.coordinator, world.north.practice_manager, world.stranger):
        client.force_login(person)
        statuses.append(client.get(address).status_code)

    assert statuses == [200, 404, 403, 404]


def test_measures_lists_every_definition_with_the_readers_own_figure(client, world):
    client.force_login(world.south.coordinator)

    response = client.get("/measures/")

    rows = [row for group in response.context["groups"] for row in group["rows"]]
    assert [row["measure"].key for row in rows] == list(MEASURES)
    assert {row["figure"].unit.name for row in rows} == {"South hub"}


@pytest.mark.parametrize("key", list(MEASURES))
def test_measure_page_shows_definition_trend_and_hubs(client, world, key):
    client.force_login(world.national_lead)

    response = client.get(f"/measures/{key}/")

    text = cells(response)
    assert response.status_code == 200
    assert all(words in text for words in (MEASURES[key].why.split(";")[0], "Version of the definition"))
    assert [row[0].text for row in response.context["table"].body] == [
        "North hub",
        "Second hub",
        "South hub",
        "England",
    ]
    assert response.context["charts"] != []


def test_measure_shows_a_hub_only_itself_and_england(client, world):
    client.force_login(world.north.coordinator)

    response = client.get("/measures/learners_stalled/")

    assert [row[0].text for row in response.context["table"].body] == ["North hub", "England"]
    assert len(response.context["charts"]) == 1
    assert client.get("/measures/happiness/").status_code == 404


def test_outlier_is_named_only_beyond_what_chance_allows(clock):
    clock.set(MAY)
    programme = make_programme()
    hubs = []
    for name, filled in (("A", 12), ("B", 12), ("C", 1)):
        hub = make_hub(name=name)
        cohort = make_cohort(programme=programme, hub=hub, places=12)
        for _ in range(filled):
            make_enrolment(cohort=cohort)
        hubs.append(hub)
    snapshots.refresh()

    keys = ("places_filled", "on_pace_share", "learners_stalled")
    rows = side_by_side(keys, hubs, programme=programme, month=Month(2026, 5), england=True)

    assert [(row.figure.unit.name, row.figure.measure.key) for row in outliers(rows)] == [("C", "places_filled")]
    assert outliers(rows)[0].text == "Places filled: 1 of 12. All hubs together: 69%."


@pytest.mark.parametrize("address", ["/dashboard/", "/hubs/", "/measures/", "/measures/withdrawals/"])
def test_page_without_a_programme_says_what_will_be_here(client, address):
    client.force_login(make_national_role().user)

    response = client.get(address)

    assert response.status_code == 200
    assert ("No programme yet" in cells(response)) == (address != "/measures/")
