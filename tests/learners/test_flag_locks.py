"""Files of the same bytes in several portfolios: found by an index, and destroyed by two people at once."""

from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from learners.actions import evidence, flags, storage
from learners.models import Enrolment, EvidenceFile, EvidenceItem, PatientFlag
from learners.queries.flags import touched_by
from tests.factories import make_request
from tests.learners.portfolios import competencies
from tests.learners.test_flag_actions import add, raised
from tests.world import build_world


@pytest.mark.django_db
def test_files_of_the_same_bytes_are_found_by_an_index():
    version = make_request().versions.get()
    file = add(version)
    with CaptureQueriesContext(connection) as asked:
        storage._drop_unused(file.sha256, file.stored_as)
        touched_by(PatientFlag(version=version, file=file))

    reads = [query["sql"] for query in asked if '"learners_evidencefile"' in query["sql"]]
    assert len(reads) == 2
    assert ['"sha256" =' in sql for sql in reads] == [True, True]
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, EvidenceFile._meta.db_table)
    assert ["sha256"] in [one["columns"] for one in found.values() if one["index"]]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_new_version_while_a_flag_on_the_same_bytes_elsewhere_is_confirmed_copies_nothing_destroyed():
    hub, start, failed = build_world().north, Barrier(2), []
    mine, theirs = (
        make_request(enrolment=one, competency=competencies(one)[0]).versions.get()
        for one in (hub.enrolment, hub.other_enrolment)
    )
    add(mine)
    flag = raised(theirs, hub, add(theirs))

    def run(deed):
        start.wait()
        try:
            deed()
        except OperationalError as error:
            failed.append(str(error))
        finally:
            connection.close()

    deeds = (
        lambda: evidence.new_version(item=mine.item, by=hub.learner),
        lambda: flags.confirm_flag(flag=flag, by=hub.coordinator),
    )
    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert not EvidenceFile.objects.filter(destroyed_at__isnull=True).exists()


@pytest.mark.django_db
def test_new_version_locks_the_enrolment_before_the_item_as_flags_do(monkeypatch):
    item = make_request().versions.get().item
    locked = []
    original = QuerySet.select_for_update

    def noted(rows, *args, **kwargs):
        locked.append(rows.model)
        return original(rows, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", noted)
    evidence.new_version(item=item, by=item.enrolment.learner)

    assert locked[:2] == [Enrolment, EvidenceItem]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_flags_on_one_file_are_confirmed_at_once():
    hub = build_world().north
    start, outcomes, open_flags = Barrier(2), [], []
    for enrolment in (hub.enrolment, hub.other_enrolment):
        version = make_request(enrolment=enrolment, competency=competencies(enrolment)[0]).versions.get()
        open_flags.append(raised(version, hub, add(version)))

    def confirm(flag):
        start.wait()
        try:
            outcomes.append(flags.confirm_flag(flag=flag, by=hub.coordinator).state)
        except OperationalError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=confirm, args=[flag]) for flag in open_flags]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == ["confirmed", "confirmed"]
