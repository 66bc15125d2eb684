"""The programme on a page: hubs side by side from snapshots, trends, and who lies outside what chance allows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from evaluation.enums import UnitKind
from evaluation.measures import door
from evaluation.measures.door import Figure, Unit
from evaluation.measures.units import ENGLAND
from evaluation.models import Snapshot
from gpa_programme.core.periods import Month
from gpa_programme.core.statistics import funnel_limits
from hubs.models import Hub, Programme
from learners.models import Competency

SIDE_BY_SIDE = (
    "places_filled",
    "learners_active",
    "competencies_signed_share",
    "learners_stalled",
    "requests_over_14_days",
    "evaluation_response",
)
FUNNEL = ("learners_enrolled", "learners_started", "learners_active", "learners_completed")
WATCHED = ("places_filled", "on_pace_share", "learners_stalled")
NATIONAL = (*SIDE_BY_SIDE, *FUNNEL, *WATCHED, "mentor_wait_days", "returns_on_time")


@dataclass(frozen=True)
class UnitRow:
    """A hub, or England, with its figures."""

    unit: Unit
    region: str
    region_code: str
    figures: dict[str, Figure]

    @property
    def is_england(self) -> bool:
        """Whether it is the row of the whole."""
        return self.unit.kind is UnitKind.ENGLAND


@dataclass(frozen=True)
class Outlier:
    """A figure of a hub that lies outside 99.8% of chance on the side that is worse."""

    figure: Figure
    whole: int

    @property
    def text(self) -> str:
        """What it is, with what all hubs together have."""
        return f"{self.figure.measure.name}: {self.figure.text}. All hubs together: {self.whole}%."


def hubs_of(programme: Programme) -> list[Hub]:
    """The hubs with a cohort in the programme, alphabetically."""
    return list(Hub.objects.filter(cohorts__programme=programme).select_related("region").distinct().order_by("name"))


def side_by_side(
    keys: Collection[str], hubs: Sequence[Hub], *, programme: Programme, month: Month, england: bool
) -> list[UnitRow]:
    """Stored figures of the hubs in the order given, with England last where asked; one query."""
    units = {Unit.of(hub, programme=programme): hub for hub in hubs}
    whole = [Unit.of(None, programme=programme)] if england else []
    found = door.stored(list(dict.fromkeys(keys)), [*units, *whole], programme=programme, month=month)
    rows = [UnitRow(unit, hub.region.name, hub.region.code, found[unit]) for unit, hub in units.items()]
    return [*rows, *(UnitRow(unit, "", "", found[unit]) for unit in whole)]


def trend(key: str, unit: Unit, *, programme: Programme, months: Sequence[Month]) -> list[Figure]:
    """A measure's stored figures of a unit by month, oldest first; a month without one is not yet known. One query."""
    rows = Snapshot.objects.filter(
        programme=programme, unit_kind=unit.kind, unit=unit.key, measure=key, item="", period__in=map(str, months)
    ).defer("parts")
    kept = {row.period: row for row in rows}
    return [door.from_snapshot(kept.get(str(month)), door.measure(key), unit, month) for month in sorted(months)]


def by_domain(programme: Programme, month: Month) -> list[tuple[str, int, int]]:
    """England's competencies signed off and in scope by domain, in the framework's order; two queries."""
    rows = Snapshot.objects.filter(
        programme=programme,
        unit_kind=UnitKind.ENGLAND,
        unit=ENGLAND,
        measure="competencies_signed_share",
        period=str(month),
    ).exclude(item="")
    split = {item: (signed, scope) for item, signed, scope in rows.values_list("item", "numerator", "denominator")}
    codes = Competency.objects.filter(framework__programme=programme).order_by("domain__position", "position")
    found: dict[str, tuple[int, int]] = {}
    for code, domain in dict(codes.values_list("code", "domain__name")).items():
        signed, scope = split.get(code, (0, 0))
        before = found.get(domain, (0, 0))
        found[domain] = (before[0] + (signed or 0), before[1] + (scope or 0))
    return [(domain, signed, scope) for domain, (signed, scope) in found.items()]


def outliers(rows: Sequence[UnitRow]) -> list[Outlier]:
    """Figures of hubs beyond 99.8% limits on the worse side, hubs in the order given (Spiegelhalter 2005)."""
    found = []
    hubs = [row for row in rows if not row.is_england]
    for key in WATCHED:
        shares = [row.figures[key] for row in hubs if row.figures[key].known and row.figures[key].denominator]
        numerator = sum(figure.numerator or 0 for figure in shares)
        denominator = sum(figure.denominator or 0 for figure in shares)
        if len(shares) < 2 or not denominator:
            continue
        limits = funnel_limits(numerator / denominator, [figure.denominator or 0 for figure in shares])
        for figure, limit in zip(shares, limits, strict=True):
            share = (figure.numerator or 0) / limit.n
            worse = (share * denominator > numerator) == (figure.measure.direction == "lower")
            if worse and limit.beyond_998(figure.numerator or 0):
                found.append(Outlier(figure, numerator * 100 // denominator))
    return sorted(found, key=lambda row: row.figure.unit.name)
