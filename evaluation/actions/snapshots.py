"""The one writer of snapshots: cohorts are counted, hubs, regions and England are summed from what was stored."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from evaluation.enums import UnitKind
from evaluation.measures.counters import BY_COHORT, BY_HUB
from evaluation.measures.counting import count_cohorts, count_hubs, total
from evaluation.measures.figures import Count
from evaluation.measures.registry import MEASURES, measure
from evaluation.measures.units import ENGLAND
from evaluation.models import Snapshot
from evaluation.queries.changes import changed_cohorts
from evaluation.queries.periods import months_of
from gpa_programme.audit import actions as audit
from gpa_programme.core.periods import Month, now, today
from hubs.enums import ProgrammeState
from hubs.models import Cohort, Programme

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)  # a row's time is taken before its transaction ends
SPLIT = "competencies_signed_share"
WRITTEN = 200
FIELDS = ["numerator", "denominator", "value", "parts", "n", "covered", "expected", "as_at"]


@dataclass(frozen=True)
class Drift:
    """A stored figure of a closed month that counts differently now."""

    measure: str
    unit: str
    period: str
    then: tuple[int | None, int | None]
    now: tuple[int | None, int | None]


@dataclass
class Outcome:
    """What a pass did: cohorts counted, and closed figures that had drifted."""

    cohorts: int = 0
    drift: list[Drift] = field(default_factory=list)


@dataclass(frozen=True)
class _Pass:
    """One programme, one month, one moment; `hub_of` and `region_of` say what is summed into what."""

    programme: Programme
    month: Month
    as_at: datetime
    hub_of: dict[int, int]
    slug_of: dict[int, str]
    region_of: dict[int, str]

    @property
    def period(self) -> str:
        return str(self.month)

    @property
    def closed(self) -> bool:
        return self.as_at == self.month.cut_off


def refresh() -> Outcome:
    """Bring the running month of every open programme up to date: cohorts whose rows changed since the last pass.

    The first pass in a month counts everything, and the month before once more at its cut-off.
    """
    outcome = Outcome()
    for programme in Programme.objects.filter(state=ProgrammeState.OPEN):
        for month in months_of(programme)[-2:]:
            current = _pass(programme, month)
            before = _last_as_at(programme, month)
            if before is not None and before >= month.cut_off:
                continue
            wanted = set(current.hub_of)
            if before is not None and not current.closed:
                wanted = (wanted & changed_cohorts(programme, since=before - OVERLAP)) | _uncounted(current)
            outcome.cohorts += len(wanted)
            _count(current, wanted)
    return outcome


def recompute(
    *, programme: Programme | None = None, months: Collection[Month] | None = None, by: Any = None
) -> Outcome:
    """Count every cohort again: this month, the last closed one, and months that were never stored.

    `programme` and `months` narrow it. Closed months must count as they did: what drifted is returned, logged, kept in
    the audit trail, and then corrected.
    """
    outcome = Outcome()
    for chosen in [programme] if programme else Programme.objects.all():
        for month in months_of(chosen) if months is None else months:
            current = _pass(chosen, month)
            before = _last_as_at(chosen, month)
            recent = month >= Month.of(today()).plus(-1) and chosen.state == ProgrammeState.OPEN
            if months is None and before is not None and not recent:
                continue
            final = _stored(current) if before is not None and before >= month.cut_off else {}
            _count(current, set(current.hub_of))
            outcome.cohorts += len(current.hub_of)
            found = _drift(current, final)
            _report(found, chosen, by)
            outcome.drift += found
    return outcome


def _pass(programme: Programme, month: Month) -> _Pass:
    hub_of: dict[int, int] = {}
    slug_of: dict[int, str] = {}
    region_of: dict[int, str] = {}
    rows = Cohort.objects.filter(programme=programme).order_by("hub", "pk")
    for pk, hub, slug, region in rows.values_list("pk", "hub", "hub__slug", "hub__region__code"):
        hub_of[pk], slug_of[hub], region_of[hub] = hub, slug, region
    return _Pass(programme, month, min(month.cut_off, now()), hub_of, slug_of, region_of)


def _last_as_at(programme: Programme, month: Month) -> datetime | None:
    """The moment of the last pass over a month: every pass ends by writing England."""
    rows = Snapshot.objects.filter(programme=programme, unit_kind=UnitKind.ENGLAND, unit=ENGLAND, period=str(month))
    found: datetime | None = rows.aggregate(at=Max("as_at"))["at"]
    return found


def _rows(current: _Pass, kind: UnitKind) -> Any:
    return Snapshot.objects.filter(programme=current.programme, unit_kind=kind, period=current.period, item="")


def _uncounted(current: _Pass) -> set[int]:
    counted = set(_rows(current, UnitKind.COHORT).values_list("unit", flat=True).distinct())
    return {cohort for cohort in current.hub_of if str(cohort) not in counted}


def _count(current: _Pass, cohorts: set[int]) -> None:
    """Count these cohorts, a hub at a time; then sum their hubs, all regions and England."""
    by_hub: dict[int, list[int]] = defaultdict(list)
    for cohort in sorted(cohorts):
        by_hub[current.hub_of[cohort]].append(cohort)
    for hub, mine in sorted(by_hub.items()):
        _count_hub(current, hub, mine)
    _sum_nation(current, with_items=bool(cohorts))


def _count_hub(current: _Pass, hub: int, cohorts: list[int]) -> None:
    counted = count_cohorts(list(BY_COHORT), current.programme, cohorts, current.month, current.as_at)
    rows: list[Snapshot] = []
    for cohort, counts in counted:  # counted outside the transaction: writing is short
        rows += [_row(current, UnitKind.COHORT, str(cohort), key, count) for key, count in counts.items()]
    with transaction.atomic():
        _lock(current)
        _write(current, rows)
        units = [str(pk) for pk, its_hub in current.hub_of.items() if its_hub == hub]
        parts = _parts(_rows(current, UnitKind.COHORT).filter(unit__in=units))
        sums = [
            _row(current, UnitKind.HUB, current.slug_of[hub], key, *_summed(key, found)) for key, found in parts.items()
        ]
        _write(current, sums)


def _sum_nation(current: _Pass, *, with_items: bool) -> None:
    """Hubs' own counts, and regions and England as sums of hubs; hubs that did not change are right as at now too."""
    own = count_hubs(list(BY_HUB), current.programme, list(current.slug_of), current.month, current.as_at)
    regions: dict[str, str] = {current.slug_of[hub]: region for hub, region in current.region_of.items()}
    with transaction.atomic():
        _lock(current)
        hubs = [
            _row(current, UnitKind.HUB, current.slug_of[hub], key, count, int(count.known(measure(key))), 1)
            for hub, counts in own.items()
            for key, count in counts.items()
        ]
        _write(current, hubs)
        _rows(current, UnitKind.HUB).filter(as_at__lt=current.as_at).update(as_at=current.as_at)
        parts: dict[tuple[UnitKind, str, str], list[Count]] = defaultdict(list)
        for row in _rows(current, UnitKind.HUB):
            count = _count_of(row)
            parts[UnitKind.ENGLAND, ENGLAND, row.measure].append(count)
            if row.unit in regions:
                parts[UnitKind.REGION, regions[row.unit], row.measure].append(count)
        rows = []
        for (kind, unit, key), counts in parts.items():
            whole, covered, expected = _summed(key, counts)
            rows.append(_row(current, kind, unit, key, whole, covered, expected))
            if with_items:
                rows += [
                    _row(current, kind, unit, key, Count(*pair), covered, expected, item=code)
                    for code, pair in whole.items.items()
                ]
        _write(current, rows)


def _summed(key: str, counts: list[Count]) -> tuple[Count, int, int]:
    """The whole, and how many of its parts have a figure."""
    return total(counts), sum(count.known(measure(key)) for count in counts), len(counts)


def _row(
    current: _Pass,
    kind: UnitKind,
    unit: str,
    key: str,
    count: Count,
    covered: int = 1,
    expected: int = 1,
    item: str = "",
) -> Snapshot:
    asked = MEASURES[key]
    parts: dict[str, Any] = {}
    if count.days:
        parts["days"] = {str(day): many for day, many in sorted(count.days.items())}
    if count.items:
        parts["items"] = {code: list(pair) for code, pair in sorted(count.items.items())}
    return Snapshot(
        programme=current.programme,
        measure=key,
        unit_kind=kind,
        unit=unit,
        period=current.period,
        item=item,
        numerator=None if asked.shape == "median" else count.numerator,
        denominator=count.denominator,
        value=count.value_of(asked),
        parts=parts if kind in (UnitKind.COHORT, UnitKind.HUB) else {},
        n=count.n,
        covered=covered,
        expected=expected,
        as_at=current.as_at,
    )


def _count_of(row: Snapshot) -> Count:
    days = {int(day): many for day, many in row.parts.get("days", {}).items()}
    items = {code: (pair[0], pair[1]) for code, pair in row.parts.get("items", {}).items()}
    return Count(row.numerator or 0, row.denominator, days, items)


def _parts(rows: Iterable[Snapshot]) -> dict[str, list[Count]]:
    found: dict[str, list[Count]] = defaultdict(list)
    for row in rows:
        found[row.measure].append(_count_of(row))
    return found


def _lock(current: _Pass) -> None:
    """One writer a programme at a time; `no_key` lets others go on adding rows that point at the programme."""
    Programme.objects.select_for_update(no_key=True).get(pk=current.programme.pk)


def _write(current: _Pass, rows: list[Snapshot]) -> None:
    """Insert or replace, but never replace what a later pass has written meanwhile."""
    later = set(
        Snapshot.objects.filter(programme=current.programme, period=current.period, as_at__gt=current.as_at)
        .values_list("unit_kind", "unit")
        .distinct()
    )
    Snapshot.objects.bulk_create(
        [row for row in rows if (row.unit_kind, row.unit) not in later],
        batch_size=WRITTEN,
        update_conflicts=True,
        unique_fields=["programme", "unit_kind", "unit", "period", "measure", "item"],
        update_fields=FIELDS,
    )


def _stored(current: _Pass) -> dict[tuple[str, str, str], tuple[int | None, int | None]]:
    rows = Snapshot.objects.filter(programme=current.programme, period=current.period, item="")
    columns = rows.values_list("measure", "unit_kind", "unit", "numerator", "denominator", "n")
    return {
        (key, kind, unit): (numerator if numerator is not None else n, denominator)
        for key, kind, unit, numerator, denominator, n in columns
    }


def _drift(current: _Pass, final: dict[tuple[str, str, str], tuple[int | None, int | None]]) -> list[Drift]:
    after = _stored(current) if final else {}
    return [
        Drift(key, f"{kind} {unit}", current.period, then, after[key, kind, unit])
        for (key, kind, unit), then in sorted(final.items())
        if after[key, kind, unit] != then
    ]


def _report(found: list[Drift], programme: Programme, by: Any) -> None:
    if not found:
        return
    log.warning("%s figures of closed months of %s count differently now", len(found), programme.slug)
    with transaction.atomic():
        audit.record(
            "figures_drifted",
            by=by,
            record_type="programme",
            record=programme.slug,
            figures=[f"{row.measure}, {row.unit}, {row.period}: {row.then} then, {row.now} now" for row in found[:100]],
            count=len(found),
        )
