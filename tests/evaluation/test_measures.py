"""Measures: each against a second count in plain loops, the two ends of time, and how a figure is written."""

from datetime import UTC, date, datetime, timedelta

import pytest

from evaluation.enums import ReportState, UnitKind, WaveState
from evaluation.measures import door
from evaluation.measures.counters import BY_COHORT, BY_HUB
from evaluation.measures.counting import total
from evaluation.measures.figures import Count, Figure
from evaluation.measures.measure import LEVELS
from evaluation.measures.registry import MEASURES, measure
from gpa_programme.core.periods import Month, end_of_day, now
from hubs.enums import ProgrammeState
from learners.enums import DecisionKind, EnrolmentState
from learners.models import EnrolmentChange
from tests.evaluation.random_world import RandomWorld, naive, on_time, response_of
from tests.factories import (
    make_cohort,
    make_decision,
    make_enrolment,
    make_hub,
    make_invitation,
    make_programme,
    make_report,
    make_request,
    make_wave,
)

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 20, 12, tzinfo=UTC)


def pair(figure):
    """A figure as the naive count gives it."""
    if figure.measure.shape == "median":
        return figure.value, figure.n
    return figure.numerator, figure.denominator


@pytest.mark.parametrize("seed", range(8))
def test_measures_of_a_random_programme_equal_a_count_in_plain_loops(seed, clock):
    clock.set(MAY)
    world = RandomWorld(seed)
    for month in (Month(2026, 1), Month(2026, 3), Month(2026, 5)):
        cut_off = min(month.cut_off, MAY)
        units = [(door.Unit.of(cohort), [cohort]) for cohort in world.cohorts]
        units += [(door.Unit.of(world.hubs[0], programme=world.programme), world.cohorts[:2])]
        units += [(door.Unit.of(None, programme=world.programme), world.cohorts)]

        for unit, cohorts in units:
            found = door.figures(BY_COHORT, unit, month=month)

            assert {key: pair(figure) for key, figure in found.items()} == naive(cohorts, month, cut_off)


def test_every_measure_has_its_words_and_its_counter():
    assert set(BY_COHORT) | set(BY_HUB) == set(MEASURES)
    for one in MEASURES.values():
        assert all((one.name, one.definition, one.aim, one.unit, one.numerator, one.why, one.what_a_hub_can_do))
        assert one.levels == (LEVELS if one.key in BY_COHORT else LEVELS[1:])


def test_places_filled_counts_places_of_a_cohort_and_reads_as_one_of_another():
    cohort = make_cohort(places=4)
    make_enrolment(cohort=cohort)
    make_enrolment(cohort=cohort, state=EnrolmentState.COMPLETED)
    make_enrolment(cohort=cohort, state=EnrolmentState.WITHDRAWN)

    figure = door.figure("places_filled", door.Unit.of(cohort))

    assert (figure.text, figure.percent, figure.href) == ("2 of 4", 50, f"/cohorts/{cohort.pk}/")


def test_move_recorded_after_the_cut_off_does_not_change_the_closed_month(clock):
    clock.set(MAY)
    enrolment = make_enrolment(cohort=make_cohort(places=1))
    EnrolmentChange.objects.create(
        enrolment=enrolment, from_state="active", to_state="withdrawn", effective_on=date(2026, 4, 20), recorded_at=MAY
    )
    clock.move(days=1)

    unit = door.Unit.of(enrolment.cohort)
    april = door.figures(["withdrawals", "learners_active"], unit, month=Month(2026, 4))
    may = door.figures(["withdrawals", "learners_active"], unit)

    assert [figure.text for figure in april.values()] == ["0 of 1", "1"]
    assert [figure.text for figure in may.values()] == ["0 of 1", "0"]


def test_request_is_late_after_fourteen_days_and_not_before(clock):
    clock.set(MAY)
    request = make_request(requested_at=MAY - timedelta(days=14))
    unit = door.Unit.of(request.enrolment.cohort)

    on_day_14 = door.figure("requests_over_14_days", unit)
    clock.move(seconds=1)
    later = door.figure("requests_over_14_days", unit)

    assert (on_day_14.text, later.text) == ("0 of 1", "1 of 1")
    assert later.href == f"/cohorts/{request.enrolment.cohort_id}/board/?sort=-waiting"


def test_request_is_late_after_the_days_of_its_programme(clock):
    clock.set(MAY)
    request = make_request(requested_at=MAY - timedelta(days=12))
    programme, unit = request.enrolment.cohort.programme, door.Unit.of(request.enrolment.cohort)
    before = door.figure("requests_over_14_days", unit)
    programme.remind_again_days, programme.tell_hub_days = 10, 30
    programme.save()

    late = door.figure("requests_over_14_days", door.Unit.of(request.enrolment.cohort))

    assert (before.text, late.text) == ("0 of 1", "1 of 1")
    one = MEASURES["requests_over_14_days"]
    assert ["14" in words for words in (one.name, one.definition, one.formula)] == [False] * 3


def test_median_wait_of_a_hub_is_taken_over_people_not_over_cohorts(clock):
    clock.set(MAY)
    programme, hub = make_programme(), make_hub()
    for days in ((1, 1, 1), (20,)):
        cohort = make_cohort(programme=programme, hub=hub)
        enrolment = make_enrolment(cohort=cohort)
        other = make_enrolment(cohort=cohort)
        scope = [(person, item.competency) for person in (enrolment, other) for item in person.scope.all()]
        for wait, (person, competency) in zip(days, scope, strict=False):
            request = make_request(
                enrolment=person, competency=competency, requested_at=MAY - timedelta(days=wait, hours=2)
            )
            make_decision(request=request, kind=DecisionKind.SIGNED_OFF, decided_at=MAY - timedelta(hours=1))

    figure = door.figure("mentor_wait_days", door.Unit.of(hub, programme=programme))

    assert (figure.value, figure.n, figure.text) == (1.0, 4, "1 day")


def test_evaluation_response_rounds_an_open_wave_down_and_counts_a_closed_one_exactly():
    hub = make_hub()
    programme = make_programme()
    make_cohort(programme=programme, hub=hub)
    wave = make_wave(plan__programme=programme)
    for number in range(9):
        make_invitation(wave=wave, hub=hub, delivered=True, answered=number < 8)
    make_invitation(wave=wave, hub=hub, delivered=False)
    unit = door.Unit.of(hub, programme=programme)

    while_open = door.figure("evaluation_response", unit)
    wave.state = WaveState.CLOSED
    wave.closes_on = wave.opens_on
    wave.save()
    closed = door.figure("evaluation_response", unit)

    assert (while_open.numerator, while_open.denominator) == (5, 9)
    assert (closed.numerator, closed.denominator) == response_of(hub, programme) == (8, 9)
    assert closed.text == "88%"


def test_reports_on_time_counts_reports_that_fell_due(clock):
    clock.set(MAY)
    hub, programme = make_hub(), make_programme()
    make_cohort(programme=programme, hub=hub)
    due = end_of_day(date(2026, 5, 10))
    for period, submitted in (("2026-04", due - timedelta(seconds=1)), ("2026-03", due), ("2026-02", None)):
        make_report(
            programme=programme,
            hub=hub,
            period=period,
            due_at=due,
            state=ReportState.SUBMITTED if submitted else ReportState.DRAFT,
            first_submitted_at=submitted,
        )

    figure = door.figure("returns_on_time", door.Unit.of(hub, programme=programme))

    assert (figure.numerator, figure.denominator) == on_time(hub, Month(2026, 5)) == (1, 3)


def test_figures_cost_the_same_for_one_learner_and_for_four(django_assert_num_queries):
    cohort = make_cohort(places=4)
    make_enrolment(cohort=cohort)
    unit = door.Unit.of(cohort)
    with django_assert_num_queries(20):
        door.figures(BY_COHORT, unit)
    for _ in range(3):
        make_request(enrolment=make_enrolment(cohort=cohort))

    with django_assert_num_queries(20):
        door.figures(BY_COHORT, unit)


def test_level_that_a_measure_does_not_have_is_refused():
    with pytest.raises(ValueError, match="evaluation_response is not counted for a cohort"):
        door.figure("evaluation_response", door.Unit.of(make_cohort()))
    with pytest.raises(KeyError):
        door.figure("happiness", door.Unit.of(make_cohort()))


def test_unit_without_a_programme_means_the_open_one_that_began_last():
    older = make_programme(starts=date(2018, 1, 1), ends=date(2018, 12, 31))
    current = make_programme(starts=date(2019, 11, 1), ends=date(2020, 10, 31))
    make_programme(starts=date(2020, 1, 1), ends=date(2020, 2, 1), state=ProgrammeState.CLOSED)

    assert door.Unit.of(None).programme_id == current.pk
    assert door.Unit.of(None, programme=older).programme_id == older.pk


@pytest.mark.parametrize(
    ("key", "count", "text", "number"),
    [
        ("places_filled", Count(37, 40), "37 of 40", 37),
        ("competencies_signed_share", Count(999, 1000), "99%", 99),
        ("competencies_signed_share", Count(0, 0), "not yet known", None),
        ("mentor_wait_days", Count(3, None, {9: 2, 10: 1}), "9 days", 9),
        ("mentor_wait_days", Count(2, None, {1: 1, 2: 1}), "1.5 days", 1.5),
        ("mentor_wait_days", Count(), "not yet known", None),
        ("new_sign_offs", Count(1204), "1,204", 1204),
        ("learners_stalled", Count(0, 31), "0 of 31", 0),
        ("learners_stalled", Count(0, 0), "0 of 0", 0),
    ],
)
def test_figure_says_what_it_is_in_words(key, count, text, number):
    unit = door.Unit(UnitKind.ENGLAND, "england", "England", 1)

    figure = door.as_figure(measure(key), unit, "2026-05", count, as_at=now())

    assert (figure.text, figure.number) == (text, number)


def test_suppressed_figure_is_a_mark_with_a_reason_and_no_number():
    unit = door.Unit(UnitKind.ENGLAND, "england", "England", 1)

    figure = Figure(measure("withdrawals"), unit, "2026-05", 3, 40, 3.0, 40, now(), suppressed="fewer than 8")

    assert (figure.text, figure.number, figure.percent) == ("*", None, None)


def test_worded_sums_read_like_figures_and_refuse_medians():
    assert door.worded("on_pace_share", 3, 4) == {"value": 75.0, "text": "75%"}
    assert door.worded("places_filled", None, None) == {"value": None, "text": "not yet known"}
    with pytest.raises(ValueError, match="median"):
        door.worded("mentor_wait_days", 1, 2)


def test_counts_add_up_whatever_their_order():
    counts = [
        Count(1, 2, {3: 1}, {"A1": (1, 2)}),
        Count(2, None, {3: 2, 4: 1}, {"A1": (0, 1), "B1": (1, 1)}),
        Count(0, 0),
    ]

    assert total(counts) == total(counts[::-1]) == Count(3, 2, {3: 3, 4: 1}, {"A1": (1, 3), "B1": (1, 1)})
