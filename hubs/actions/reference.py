"""Brings regions, lead hubs, the organisations of November 2019 and the first programme from hubs/data."""

import csv
import gzip
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from hubs.enums import OrganisationKind
from hubs.models import Hub, Organisation, OrganisationLink, PracticeFigures, Programme, Region

DATA = Path(__file__).resolve().parent.parent / "data"
FIRST_PROGRAMME = "gpa-spread-adoption-2019"
AS_AT = date(2019, 11, 19)
SOURCE = "NHS Digital ODS and payments 2019/20; OHID; ONS"
CCGS_SINCE = date(2019, 4, 1)
PCNS_SINCE = date(2019, 7, 1)
HUBS_OPENED = date(2019, 2, 1)
BATCH = 2_000


@dataclass(frozen=True)
class Loaded:
    """How many rows of one kind were made, changed, and already as published."""

    what: str
    made: int
    changed: int
    same: int


def load(*, by: User | None) -> list[Loaded]:
    """Bring every row to what the files say; what people keep (hubs, programmes) is made once and never overwritten.

    A second run changes nothing. Rows that the files do not name are left alone.
    """
    with transaction.atomic():
        regions = _sync("regions", Region, ["code"], (_region(row) for row in rows("regions.csv")))
        region_of = {region.code: region for region in Region.objects.all()}
        done = [
            regions,
            _hubs(region_of),
            _organisations(region_of),
            _links(),
            _figures(),
            _programmes(),
        ]
        made, changed = sum(item.made for item in done), sum(item.changed for item in done)
        if made or changed:
            audit.record(
                "reference_loaded", by=by, record_type="reference", record=str(AS_AT), made=made, changed=changed
            )
    return done


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a data file, gzipped or plain."""
    path = DATA / name
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(text.decode())))


def _sync(what: str, model: type[models.Model], key: list[str], wanted: Iterable[Any]) -> Loaded:
    """Make and change rows in bulk until those with these keys equal `wanted`; compares every other column given."""
    wanted = list(wanted)
    columns = [column.attname for column in model._meta.concrete_fields if not column.primary_key]
    given = [name for name in columns if name not in key and name not in _UNTOUCHED.get(model, ())]

    def of(row: Any, names: list[str]) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in names)

    found = {of(row, key): row for row in model._default_manager.all()}
    new, changed = [], []
    for row in wanted:
        held = found.get(of(row, key))
        if held is None:
            new.append(row)
        elif of(held, given) != of(row, given):
            row.pk = held.pk
            changed.append(row)
    model._default_manager.bulk_create(new, batch_size=BATCH)
    if changed:
        model._default_manager.bulk_update(changed, [name.removesuffix("_id") for name in given], batch_size=BATCH)
    return Loaded(what, len(new), len(changed), len(wanted) - len(new) - len(changed))


# What the files do not say about a row that is already there, so a second run leaves it as people or updates made it.
_UNTOUCHED: dict[type[models.Model], tuple[str, ...]] = {
    Organisation: ("closed", "successor_id"),
    OrganisationLink: ("until",),
}


def _region(row: dict[str, str]) -> Region:
    return Region(
        code=row["code"],
        name=row["name"],
        gss_code=row["gss_code"],
        gss_code_2022=row["gss_code_2022"],
        label_longitude=float(row["label_longitude"]),
        label_latitude=float(row["label_latitude"]),
    )


def _hubs(region_of: dict[str, Region]) -> Loaded:
    wanted = rows("regions.csv")
    known = set(Hub.objects.values_list("slug", flat=True))
    made = [
        Hub(
            region=region_of[row["code"]],
            name=row["lead_hub"],
            slug=slugify(row["lead_hub"]),
            mailbox=f"{row['code'].lower()}@training-hubs.example",
            opened=HUBS_OPENED,
        )
        for row in wanted
        if slugify(row["lead_hub"]) not in known
    ]
    Hub.objects.bulk_create(made)
    return Loaded("lead hubs", len(made), 0, len(wanted) - len(made))


def _organisations(region_of: dict[str, Region]) -> Loaded:
    wanted = [
        Organisation(ods_code=row["code"], kind=kind, name=row["name"], region=region_of[row["region"]])
        for name, kind in (
            ("stps.csv", OrganisationKind.STP),
            ("ccgs.csv", OrganisationKind.CCG),
            ("pcns.csv", OrganisationKind.PCN),
        )
        for row in rows(name)
    ]
    wanted += [
        Organisation(
            ods_code=row["code"],
            kind=OrganisationKind.PRACTICE,
            name=row["name"],
            address=row["address"],
            town=row["town"],
            postcode=row["postcode"],
            region=region_of[row["region"]],
            opened=date.fromisoformat(row["opened"]),
            longitude=float(row["longitude"]) if row["longitude"] else None,
            latitude=float(row["latitude"]) if row["latitude"] else None,
        )
        for row in rows("practices.csv.gz")
    ]
    return _sync("organisations", Organisation, ["ods_code"], wanted)


def _links() -> Loaded:
    pk = dict(Organisation.objects.values_list("ods_code", "pk"))
    wanted = [
        OrganisationLink(child_id=pk[row["code"]], parent_id=pk[row["stp"]], since=CCGS_SINCE)
        for row in rows("ccgs.csv")
    ]
    for row in rows("practices.csv.gz"):
        opened = date.fromisoformat(row["opened"])
        for parent, since in ((row["ccg"], CCGS_SINCE), (row["pcn"], PCNS_SINCE)):
            if parent:
                link = OrganisationLink(child_id=pk[row["code"]], parent_id=pk[parent], since=max(since, opened))
                wanted.append(link)
    return _sync("links between organisations", OrganisationLink, ["child_id", "parent_id", "since"], wanted)


def _figures() -> Loaded:
    pk = dict(Organisation.objects.practices().values_list("ods_code", "pk"))
    wanted = [
        PracticeFigures(
            practice_id=pk[row["code"]],
            as_at=AS_AT,
            list_size=Decimal(row["list_size"]).quantize(Decimal("0.01")) if row["list_size"] else None,
            rurality=row["rurality"],
            imd_score=Decimal(row["imd_score"]).quantize(Decimal("0.0001")) if row["imd_score"] else None,
            imd_fifth=int(row["imd_fifth"]) if row["imd_fifth"] else None,
            contract=row["contract"],
            source=SOURCE,
        )
        for row in rows("practices.csv.gz")
    ]
    return _sync("figures of practices", PracticeFigures, ["practice_id", "as_at"], wanted)


def _programmes() -> Loaded:
    wanted = json.loads((DATA / "programmes.json").read_text(encoding="utf-8"))
    known = set(Programme.objects.values_list("slug", flat=True))
    made = [
        Programme(**row | {"starts": date.fromisoformat(row["starts"]), "ends": date.fromisoformat(row["ends"])})
        for row in wanted
        if row["slug"] not in known
    ]
    Programme.objects.bulk_create(made)
    return Loaded("programmes", len(made), 0, len(wanted) - len(made))
