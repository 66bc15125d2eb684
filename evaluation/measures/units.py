"""Unit: whose figure it is (a cohort's, a hub's, a region's or England's), within one programme."""

from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.enums import UnitKind
from hubs.enums import ProgrammeState
from hubs.models import Cohort, Hub, Programme, Region

ENGLAND = "england"


def current_of(programmes: Iterable[Programme]) -> Programme | None:
    """The programme that pages show unless another is chosen: the open one that began last, else the last of all."""
    ordered = sorted(programmes, key=lambda row: (row.state == ProgrammeState.OPEN, row.starts, -row.pk))
    return ordered[-1] if ordered else None


def current_programme() -> Programme | None:
    """The current one of all programmes."""
    return current_of(Programme.objects.all())


@dataclass(frozen=True)
class Unit:
    """A level with its key: the cohort's id, the hub's slug, the region's code, or "england"."""

    kind: UnitKind
    key: str
    name: str
    programme_id: int

    @classmethod
    def of(cls, record: Cohort | Hub | Region | None, *, programme: Programme | None = None) -> "Unit":
        """The unit of a cohort (in its own programme), hub, region, or None: England.

        Without a programme the current one is meant; LookupError where there is no programme at all.
        """
        if isinstance(record, Cohort):
            return cls(UnitKind.COHORT, str(record.pk), str(record), record.programme_id)
        chosen = programme or current_programme()
        if chosen is None:
            raise LookupError("There is no programme yet, so there are no figures.")
        if isinstance(record, Hub):
            return cls(UnitKind.HUB, record.slug, record.name, chosen.pk)
        if isinstance(record, Region):
            return cls(UnitKind.REGION, record.code, record.name, chosen.pk)
        return cls(UnitKind.ENGLAND, ENGLAND, "England", chosen.pk)

    @property
    def href(self) -> str:
        """The page of the unit."""
        if self.kind is UnitKind.COHORT:
            return f"/cohorts/{self.key}/"
        return f"/hubs/{self.key}/" if self.kind is UnitKind.HUB else "/dashboard/"
