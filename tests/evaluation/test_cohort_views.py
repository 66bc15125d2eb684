"""The cohort's page and board: places, figures, cells, filters, sorting, files, query counts and who may open them."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from gpa_programme.core.periods import now, today
from learners.enums import CompetencyState, DecisionKind, EnrolmentState
from learners.queries.board import board
from tests.factories import (
    make_cohort,
    make_competency,
    make_decision,
    make_enrolment,
    make_evidence,
    make_framework,
    make_pause,
    make_request,
    make_user,
    make_version,
)
from tests.world import build_world

pytestmark = pytest.mark.django_db
S = EnrolmentState
C = CompetencyState


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


def address(hub_world, name="cohort"):
    return reverse(name, kwargs={"pk": hub_world.cohort.pk})


def text_of(response):
    return " ".join(response.content.decode().split())


def competencies(enrolment):
    return [item.competency for item in enrolment.scope.order_by("competency__position").select_related("competency")]


# -------------------------------------------------------------------------------------------------------------- places


def test_cohort_lists_every_place_held_or_free(browse, north):
    response = browse(north.coordinator).get(address(north))

    rows = response.context["table"].rows
    assert [(row.number, row.enrolment and str(row.enrolment.learner), str(row.status.label)) for row in rows] == [
        (1, "Learner North", "Active"),
        (2, "Other Learner North", "Active"),
        (3, None, "Free"),
        (4, None, "Free"),
    ]
    assert (rows[0].practice, rows[0].mentor) == (north.practice, north.mentor)


def test_cohort_counts_offered_reserve_applied_and_left(browse, north):
    make_enrolment(cohort=north.cohort, state=S.OFFERED)
    reserve = make_enrolment(cohort=north.cohort, state=S.RESERVE)
    make_enrolment(cohort=north.cohort, state=S.APPLIED)
    make_enrolment(cohort=north.cohort, state=S.WITHDRAWN)

    places = browse(north.coordinator).get(address(north)).context["places"]

    assert (places.held, places.offered, places.free, places.applied, places.left) == (3, 1, 1, 1, 1)
    assert places.reserve == [reserve]


def test_figures_come_through_their_door_and_each_is_a_link(browse, north):
    figures = browse(north.coordinator).get(address(north)).context["figures"]

    assert figures[0]["value"] == "2 of 4"
    assert len(figures) == 5
    assert [figure for figure in figures if not figure["href"]] == []


def test_filling_a_place_is_offered_to_the_hub_while_one_is_free(browse, world, north):
    enrol = reverse("cohort-enrol", kwargs={"pk": north.cohort.pk})

    assert enrol in text_of(browse(north.coordinator).get(address(north)))
    assert enrol not in text_of(browse(world.national_lead).get(address(north)))
    make_enrolment(cohort=north.cohort)
    make_enrolment(cohort=north.cohort)
    assert enrol not in text_of(browse(north.coordinator).get(address(north)))


def test_places_can_be_downloaded_as_shown(browse, north):
    response = browse(north.coordinator).get(address(north), {"export": "csv", "sort": "-number"})

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:5]] == [
        ["4", ""],
        ["3", ""],
        ["2", "Other Learner North"],
        ["1", "Learner North"],
    ]


# --------------------------------------------------------------------------------------------------------------- board


def test_board_shows_each_cells_state_as_text_with_its_full_words(browse, north):
    first, second, third = competencies(north.enrolment)
    make_decision(request=make_request(enrolment=north.enrolment, competency=first))
    make_decision(request=make_request(enrolment=north.enrolment, competency=second), kind=DecisionKind.RETURNED)
    make_request(enrolment=north.enrolment, competency=third)

    response = browse(north.coordinator).get(address(north, "cohort-board"))

    row = response.context["table"].rows[0]
    assert row.cells == [C.SIGNED_OFF, C.RETURNED, C.WAITING]
    text = text_of(response)
    for words, mark in (("Signed off", "S"), ("Returned", "R"), ("Waiting for mentor", "W"), ("Not started", "·")):
        assert f'title="{words}" aria-label="{words}">{mark}</td>' in text
    assert row.summary == "1 of 3 signed off, 1 waiting, 1 returned"
    assert (row.percent, row.waiting, row.waiting_days, row.last_activity) == (33, 1, 0, today())


def test_board_never_shows_drafts_and_leaves_them_out_of_the_legend(browse, north):
    competency = competencies(north.enrolment)[0]
    make_version(item=make_evidence(enrolment=north.enrolment), competencies=[competency])

    response = browse(north.coordinator).get(address(north, "cohort-board"))

    assert response.context["table"].rows[0].cells[0] == C.NOT_STARTED
    assert "Drafting" not in text_of(response)


def test_board_tags_the_stalled_and_not_the_paused(browse, north):
    make_pause(enrolment=north.other_enrolment)

    rows = {row.name: row for row in board(north.cohort).rows}

    days = (today() - north.enrolment.starts).days
    assert rows["Learner North"].stalled_days == days
    assert (rows["Other Learner North"].stalled_days, rows["Other Learner North"].paused) == (None, True)
    assert f"Stalled {days} days" in text_of(browse(north.coordinator).get(address(north, "cohort-board")))


def test_activity_ends_standing_still(north):
    make_request(enrolment=north.enrolment, requested_at=now() - timedelta(days=3))

    row = board(north.cohort).rows[0]

    assert (row.stalled_days, row.waiting_days) == (None, 3)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Learner North", "Other Learner North"]),
        ({"q": "other"}, ["Other Learner North"]),
        ({"q": "north surgery"}, ["Learner North", "Other Learner North"]),
        ({"stalled": "1"}, ["Other Learner North"]),
        ({"state": "withdrawn"}, ["Zoe Withdrawn"]),
        ({"state": "nonsense"}, ["Learner North", "Other Learner North"]),
        ({"sort": "-name"}, ["Other Learner North", "Learner North"]),
        ({"sort": "-percent"}, ["Learner North", "Other Learner North"]),
        ({"sort": "percent"}, ["Other Learner North", "Learner North"]),
        ({"sort": "-waiting"}, ["Learner North", "Other Learner North"]),
        ({"sort": "last_activity"}, ["Learner North", "Other Learner North"]),
        ({"q": "nobody"}, []),
    ],
)
def test_board_filters_and_sorts_by_the_address(browse, north, query, expected):
    make_enrolment(cohort=north.cohort, state=S.WITHDRAWN, learner=make_user(name="Zoe Withdrawn"))
    first, second, _third = competencies(north.enrolment)
    make_decision(request=make_request(enrolment=north.enrolment, competency=first))
    make_request(enrolment=north.enrolment, competency=second, requested_at=now() - timedelta(days=2))

    response = browse(north.coordinator).get(address(north, "cohort-board"), query)

    assert [row.name for row in response.context["table"].rows] == expected


def test_board_of_one_domain_shows_its_columns_and_the_progress_of_all(browse, world, north):
    from learners.models import Domain

    care = Domain.objects.create(framework=world.framework, code="CAR", name="Care", position=9)
    competency = make_competency(framework=world.framework, domain=care, code="CAR-01")
    north.enrolment.scope.create(competency=competency)
    make_decision(request=make_request(enrolment=north.enrolment, competency=competency))

    response = browse(north.coordinator).get(address(north, "cohort-board"), {"domain": "CAR"})

    assert [(name, [column.code for column in columns]) for name, columns in response.context["domains"]] == [
        ("Care", ["CAR-01"])
    ]
    row = response.context["table"].rows[0]
    assert (row.cells, row.percent) == ([C.SIGNED_OFF], 25)


def test_learners_on_two_framework_versions_stand_under_the_same_codes(north, world):
    newer = make_framework(programme=world.programme)
    for old in competencies(north.enrolment):
        make_competency(framework=newer, code=old.code, title=f"{old.title}, reworded")
    late = make_enrolment(cohort=north.cohort, learner=make_user(name="Zoe Late"))
    make_decision(request=make_request(enrolment=late, competency=competencies(late)[1]))

    found = board(north.cohort)

    assert [column.title for column in found.columns] == [f"Competency {n}, reworded" for n in (1, 2, 3)]
    assert found.rows[2].cells == [C.NOT_STARTED, C.SIGNED_OFF, C.NOT_STARTED]


@pytest.mark.parametrize("query", [{}, {"stalled": "1"}, {"sort": "-name"}])
def test_board_files_hold_exactly_what_is_shown_in_full_words(browse, north, query):
    make_decision(request=make_request(enrolment=north.enrolment, competency=competencies(north.enrolment)[0]))
    client = browse(north.coordinator)

    shown = client.get(address(north, "cohort-board"), query).context["table"].rows
    file = client.get(address(north, "cohort-board"), {**query, "export": "csv"})
    book = client.get(address(north, "cohort-board"), {**query, "export": "xlsx"})

    expected = [[row.name, *[str(cell.label) for cell in row.cells]] for row in shown]
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert lines[0][:7] == [
        "Learner", "Signed off", "Last activity", "Longest wait", "Practice", "Status", "Days stalled",
    ]  # fmt: skip
    assert [[line[0], *line[-3:]] for line in lines[1 : 1 + len(shown)]] == expected
    sheet = load_workbook(io.BytesIO(book.content)).active
    cells = list(sheet.iter_rows(values_only=True))
    start = next(index for index, row in enumerate(cells) if row[0] == "Learner") + 1
    assert [[row[0], *row[7:10]] for row in cells[start : start + len(shown)]] == expected


def test_empty_board_says_what_will_be_here(browse, north):
    empty = make_cohort(hub=north.hub, programme=north.cohort.programme, places=2)

    response = browse(north.coordinator).get(reverse("cohort-board", kwargs={"pk": empty.pk}))

    assert "They appear here when a place is filled" in text_of(response)


# ------------------------------------------------------------------------------------------------------- query counts


def full_cohort(north, learners):
    for _ in range(learners - 2):
        make_enrolment(cohort=north.cohort, practice=north.practice, mentor=north.mentor)
    for enrolment in north.cohort.enrolments.all():
        first, second, _third = competencies(enrolment)
        make_decision(request=make_request(enrolment=enrolment, competency=first))
        make_request(enrolment=enrolment, competency=second)


@pytest.mark.parametrize("learners", [3, 40])
def test_board_asks_the_same_number_of_queries_at_3_and_40_learners(browse, north, learners, django_assert_num_queries):
    full_cohort(north, learners)
    client = browse(north.coordinator)
    client.get(address(north, "cohort-board"))

    with django_assert_num_queries(BOARD_QUERIES):
        response = client.get(address(north, "cohort-board"))

    assert len(response.context["table"].rows) == learners


@pytest.mark.parametrize("learners", [3, 40])
def test_board_file_asks_the_same_number_of_queries(browse, north, learners, django_assert_num_queries):
    full_cohort(north, learners)
    client = browse(north.coordinator)
    client.get(address(north, "cohort-board"))

    with django_assert_num_queries(BOARD_QUERIES):
        client.get(address(north, "cohort-board"), {"export": "xlsx"})


@pytest.mark.parametrize("learners", [3, 40])
def test_cohort_asks_the_same_number_of_queries(browse, north, learners, django_assert_num_queries):
    full_cohort(north, learners)
    client = browse(north.coordinator)
    client.get(address(north))

    with django_assert_num_queries(COHORT_QUERIES):
        client.get(address(north))


BOARD_QUERIES = 22
COHORT_QUERIES = 36


# -------------------------------------------------------------------------------------------------------------- access


@pytest.mark.parametrize("name", ["cohort", "cohort-board"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_and_other_hubs_find_nothing(browse, world, name, method):
    nowhere = reverse(name, kwargs={"pk": 999_999})

    for user in (world.stranger, world.south.coordinator, world.second.hub_lead, world.north.learner):
        client = browse(user)
        response = getattr(client, method)(address(world.north, name))
        assert response.status_code == 404
        assert response.content == getattr(client, method)(nowhere).content


@pytest.mark.parametrize("name", ["cohort", "cohort-board"])
def test_national_roles_without_a_right_to_hubs_are_strangers_to_it(browse, world, name):
    for person in (world.support, world.verifier):
        assert browse(person).get(address(world.north, name)).status_code == 404


@pytest.mark.parametrize("name", ["cohort", "cohort-board"])
def test_hub_and_national_people_open_it_and_nobody_posts_to_it(browse, world, name):
    for user in (world.north.coordinator, world.north.hub_lead, world.national_lead, world.national_analyst):
        client = browse(user)
        assert client.get(address(world.north, name)).status_code == 200
        assert client.post(address(world.north, name)).status_code == 405
