"""Proves that reference data arrives whole, and that loading it again changes nothing that people keep."""

import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from evaluation.models import Instrument
from gpa_programme.audit.models import AuditEvent
from hubs.actions.reference import AS_AT
from hubs.enums import OrganisationKind
from hubs.models import Hub, Organisation, PracticeFigures, Programme, Region
from learners.models import Competency, CompetencyFramework

pytestmark = pytest.mark.django_db


def load():
    """Runs the command; what it says by kind: made, changed."""
    said = StringIO()
    call_command("load_reference", stdout=said)
    return {
        what: (int(made), int(changed))
        for what, made, changed in re.findall(r"^(.+): (\d+) made, (\d+) changed", said.getvalue(), re.MULTILINE)
    }


def test_load_reference_empty_database_holds_what_was_published():
    load()

    kinds = {kind: Organisation.objects.filter(kind=kind).count() for kind in OrganisationKind}
    assert kinds == {"practice": 6830, "pcn": 1249, "ccg": 191, "stp": 42, "icb": 0}
    assert (Region.objects.count(), Hub.objects.count()) == (7, 7)
    assert PracticeFigures.objects.filter(as_at=AS_AT).count() == 6830
    assert Instrument.objects.count() == 4
    programme = Programme.objects.get()
    assert (programme.slug, programme.starts, programme.ends, programme.places_per_cohort, programme.invented) == (
        "gpa-spread-adoption-2019", date(2019, 4, 1), date(2020, 3, 31), 40, False,
    )  # fmt: skip
    framework = CompetencyFramework.objects.get()
    assert (framework.version, framework.state, framework.domains.count()) == (1, "published", 5)
    assert Competency.objects.count() == 58


def test_load_reference_practice_belongs_to_pcn_ccg_and_stp_of_its_time():
    load()

    practice = Organisation.objects.get(ods_code="A81001")
    links = {link.parent.kind: link for link in practice.parent_links.select_related("parent")}
    assert {kind: (link.parent.ods_code, link.since, link.until) for kind, link in links.items()} == {
        "ccg": ("00K", date(2019, 4, 1), None),
        "pcn": ("U89141", date(2019, 7, 1), None),
    }
    assert [link.parent.ods_code for link in links["ccg"].parent.parent_links.all()] == ["QHM"]
    assert (practice.name, practice.postcode, practice.region.code) == ("The Densham Surgery", "TS18 1HU", "Y63")
    figures = practice.figures.get()
    assert (figures.list_size, figures.rurality, figures.imd_fifth, figures.contract) == (4110, "urban", 2, "GMS")


def test_load_reference_second_run_changes_no_row():
    load()
    events = AuditEvent.objects.count()

    second = load()

    assert set(second.values()) == {(0, 0)}
    assert AuditEvent.objects.count() == events


def test_load_reference_keeps_what_people_changed_and_mends_what_was_published():
    load()
    Hub.objects.filter(region__code="Y56").update(mailbox="london@real.example")
    Programme.objects.update(starts=date(2024, 4, 1), ends=date(2025, 3, 31))
    Organisation.objects.filter(ods_code="A81001").update(name="Another name", closed=date(2020, 4, 1))

    second = load()

    assert second["organisations"] == (0, 1)
    practice = Organisation.objects.get(ods_code="A81001")
    assert (practice.name, practice.closed) == ("The Densham Surgery", date(2020, 4, 1))
    assert Hub.objects.get(region__code="Y56").mailbox == "london@real.example"
    assert Programme.objects.get().starts == date(2024, 4, 1)


def test_load_reference_names_no_person_and_no_real_mailbox():
    load()

    assert {hub.mailbox.rpartition(".")[2] for hub in Hub.objects.all()} == {"example"}
