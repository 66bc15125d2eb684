"""Snapshots: what is stored equals what is counted, only what changed is counted again, and drift is told."""

from datetime import UTC, datetime, timedelta

import pytest

from evaluation.actions import snapshots
from evaluation.enums import UnitKind
from evaluation.measures import door
from evaluation.measures.counters import BY_COHORT
from evaluation.measures.registry import MEASURES
from evaluation.models import Snapshot
from evaluation.queries.changes import changed_cohorts
from evaluation.tasks import measures as tasks
from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.periods import Month, now, today
from hubs.enums import ProgrammeState
from learners.enums import EnrolmentState
from learners.models import EnrolmentChange
from tests.evaluation.random_world import RandomWorld
from tests.factories import make_cohort, make_enrolment, make_programme
from tests.world import build_world

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 20, 12, tzinfo=UTC)


def told(figures):
    """What a figure says, without when it was counted."""
    return {key: (figure.numerator, figure.denominator, figure.value, figure.n, figure.covered, figure.expected)
            for key, figure in figures.items()}  # fmt: skip


def make_change(enrolment, state):
    """A move recorded now."""
    EnrolmentChange.objects.create(
        enrolment=enrolment, from_state=enrolment.state, to_state=state, effective_on=today(), recorded_at=now()
    )


def units_of(world):
    """Every unit of a random world."""
    programme = world.programme
    hubs = [door.Unit.of(hub, programme=programme) for hub in world.hubs]
    regions = [door.Unit.of(hub.region, programme=programme) for hub in world.hubs]
    return [*hubs, *regions, door.Unit.of(None, programme=programme)]


@pytest.mark.parametrize("seed", range(4))
def test_stored_figures_equal_live_ones_at_every_level(seed, clock):
    clock.set(MAY)
    world = RandomWorld(seed)

    snapshots.recompute(programme=world.programme)

    for month in (Month(2026, 2), Month(2026, 5)):
        stored = door.stored(list(MEASURES), units_of(world), programme=world.programme, month=month)
        for unit in units_of(world):
            assert told(stored[unit]) == told(door.figures(MEASURES, unit, month=month))
        cohorts = [door.Unit.of(cohort) for cohort in world.cohorts]
        stored = door.stored(list(BY_COHORT), cohorts, programme=world.programme, month=month)
        for unit in cohorts:
            live = door.figures(BY_COHORT, unit, month=month)
            assert {key: figure.text for key, figure in stored[unit].items()} == {
                key: figure.text for key, figure in live.items()
            }


def test_competency_split_adds_up_to_its_whole(clock):
    clock.set(MAY)
    world = RandomWorld(3)
    snapshots.refresh()

    rows = Snapshot.objects.filter(measure="competencies_signed_share", period="2026-05")
    for kind in (UnitKind.REGION, UnitKind.ENGLAND):
        for whole in rows.filter(unit_kind=kind, item=""):
            parts = rows.filter(unit_kind=kind, unit=whole.unit).exclude(item="")
            assert sum(row.numerator for row in parts) == whole.numerator
            assert sum(row.denominator for row in parts) == whole.denominator
    codes = set(world.framework.competencies.values_list("code", flat=True))
    assert set(rows.exclude(item="").values_list("item", flat=True)) <= codes
    assert rows.filter(unit_kind=UnitKind.ENGLAND).exclude(item="").count() > 1


def test_refresh_counts_only_cohorts_whose_rows_changed(clock):
    clock.set(MAY)
    world = build_world()
    enrolment = world.north.enrolment
    snapshots.refresh()
    clock.move(hours=2)

    quiet = snapshots.refresh().cohorts
    clock.move(hours=2)
    make_change(enrolment, EnrolmentState.WITHDRAWN)
    changed = changed_cohorts(world.programme, since=MAY + timedelta(hours=3))
    clock.move(minutes=1)
    after = snapshots.refresh().cohorts

    assert (quiet, changed, after) == (0, {world.north.cohort.pk}, 1)
    units = [door.Unit.of(one.hub) for one in world.hubs] + [door.Unit.of(None)]
    stored = door.stored(list(MEASURES), units, programme=world.programme, month=Month(2026, 5))
    for unit in units:
        live = door.figures(MEASURES, unit)
        assert told(stored[unit]) == told(live)
        assert {figure.as_at for figure in stored[unit].values()} == {figure.as_at for figure in live.values()}


def test_month_that_ended_is_counted_once_more_at_its_cut_off_and_then_left(clock):
    clock.set(MAY)
    enrolment = make_enrolment(cohort=make_cohort(places=1))
    snapshots.refresh()
    clock.set(datetime(2026, 6, 1, 9, tzinfo=UTC))

    first = snapshots.refresh().cohorts
    make_change(enrolment, EnrolmentState.WITHDRAWN)
    clock.move(hours=1)
    second = snapshots.refresh().cohorts

    assert (first, second) == (2, 1)
    unit = door.Unit.of(enrolment.cohort)
    found = [
        door.stored(["learners_active"], [unit], programme=enrolment.cohort.programme, month=month)[unit]
        for month in (Month(2026, 5), Month(2026, 6))
    ]
    assert [figures["learners_active"].text for figures in found] == ["1", "0"]
    assert found[0]["learners_active"].as_at == Month(2026, 5).cut_off


def test_new_cohort_is_counted_without_any_change(clock):
    clock.set(MAY)
    programme = make_programme()
    make_cohort(programme=programme)
    snapshots.refresh()
    clock.move(hours=2)
    make_cohort(programme=programme, places=3)

    assert snapshots.refresh().cohorts == 1


def test_recompute_tells_what_drifted_in_a_closed_month_and_corrects_it(clock):
    clock.set(MAY)
    enrolment = make_enrolment(cohort=make_cohort(places=1))
    programme = enrolment.cohort.programme
    snapshots.recompute()
    wrong = Snapshot.objects.get(unit_kind=UnitKind.COHORT, measure="learners_active", period="2026-04")
    Snapshot.objects.filter(pk=wrong.pk).update(numerator=7)

    drift = snapshots.recompute().drift

    assert [(row.measure, row.period, row.then, row.now) for row in drift] == [
        ("learners_active", "2026-04", (7, None), (1, None))
    ]
    wrong.refresh_from_db()
    assert wrong.numerator == 1
    event = AuditEvent.objects.get(verb="figures_drifted")
    assert (event.record, event.actor_label) == (programme.slug, "the system")
    assert snapshots.recompute().drift == []


def test_closed_programme_is_filled_once_and_never_refreshed(clock):
    clock.set(MAY)
    programme = make_programme(
        starts=datetime(2025, 1, 1, tzinfo=UTC).date(), ends=datetime(2025, 3, 31, tzinfo=UTC).date(),
        state=ProgrammeState.CLOSED,
    )  # fmt: skip
    make_enrolment(cohort=make_cohort(programme=programme), state=EnrolmentState.COMPLETED)

    refreshed = snapshots.refresh().cohorts
    filled = snapshots.recompute().cohorts
    again = snapshots.recompute().cohorts

    assert (refreshed, filled, again) == (0, 3, 0)
    assert set(Snapshot.objects.values_list("period", flat=True)) == {"2025-01", "2025-02", "2025-03"}


def test_earlier_pass_does_not_replace_what_a_later_one_wrote(clock):
    clock.set(MAY)
    enrolment = make_enrolment(cohort=make_cohort(places=1))
    clock.move(hours=1)
    snapshots.refresh()
    late = Snapshot.objects.get(unit_kind=UnitKind.COHORT, measure="learners_active", period="2026-05").as_at
    clock.move(hours=-1)
    make_change(enrolment, EnrolmentState.WITHDRAWN)

    snapshots.recompute(months=[Month(2026, 5)])

    kept = Snapshot.objects.get(unit_kind=UnitKind.COHORT, measure="learners_active", period="2026-05")
    assert (kept.as_at, kept.numerator) == (late, 1)


def test_coverage_says_how_many_hubs_have_a_figure(clock):
    clock.set(MAY)
    programme = make_programme()
    make_enrolment(cohort=make_cohort(programme=programme))
    make_cohort(programme=programme)
    snapshots.refresh()

    england = door.Unit.of(None, programme=programme)
    found = door.stored(["on_pace_share"], [england], programme=programme, month=Month(2026, 5))

    assert found[england]["on_pace_share"].coverage == "1 of 2 hubs"


def test_tasks_do_what_their_bells_say(clock):
    clock.set(MAY)
    make_enrolment(cohort=make_cohort(places=1))

    tasks.recompute_snapshots()
    tasks.refresh_snapshots()

    assert set(Snapshot.objects.values_list("measure", flat=True)) == set(MEASURES)


def test_stored_figures_of_all_units_are_one_query(django_assert_num_queries, clock):
    clock.set(MAY)
    world = RandomWorld(2)
    snapshots.refresh()

    with django_assert_num_queries(1):
        door.stored(list(MEASURES), units_of(world), programme=world.programme, month=Month(2026, 5))
