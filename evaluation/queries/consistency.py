"""Whether a sign-off means the same everywhere: three measures of hubs and England, each with its interval."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from evaluation.enums import UnitKind
from evaluation.measures import door
from evaluation.models import Snapshot
from evaluation.queries.dashboard import UnitRow, side_by_side
from gpa_programme.core.periods import Month
from gpa_programme.core.statistics import median_interval
from hubs.models import Hub, Programme

WAIT = "mentor_wait_days"
CONSISTENCY = ("returned_share", WAIT, "verifier_agreement")


@dataclass(frozen=True)
class Consistency(UnitRow):
    """A hub's figures, or England's, and in words how sure they are, by measure."""

    intervals: dict[str, str]


def consistency(hubs: Sequence[Hub], *, programme: Programme, month: Month) -> list[Consistency]:
    """The hubs in the order given, then England, from stored figures; two queries. Never a mentor, never a rank."""
    rows = side_by_side(CONSISTENCY, hubs, programme=programme, month=month, england=True)
    waited = _days_waited(programme, month)
    return [_row(row, waited) for row in rows]


def _row(row: UnitRow, waited: dict[str, Counter[int]]) -> Consistency:
    days = sum(waited.values(), Counter()) if row.is_england else waited.get(row.unit.key, Counter())
    intervals = {key: figure.interval_text for key, figure in row.figures.items()}
    intervals[WAIT] = _interval_of(days) if row.figures[WAIT].known else "–"
    return Consistency(row.unit, row.region, row.region_code, row.figures, intervals)


def _interval_of(days: Counter[int]) -> str:
    found = median_interval(days)
    return f"{floor(found.low)} to {ceil(found.high)} days" if found else "too few to tell"


def _days_waited(programme: Programme, month: Month) -> dict[str, Counter[int]]:
    """By hub: how many decided requests waited so many whole days, as stored with the median."""
    rows = Snapshot.objects.filter(
        programme=programme, unit_kind=UnitKind.HUB, period=str(month), measure=door.measure(WAIT).key, item=""
    )
    return {
        hub: Counter({int(day): many for day, many in parts.get("days", {}).items()})
        for hub, parts in rows.values_list("unit", "parts")
    }
