"""Reports: expected once, frozen at the period's end, written, submitted, decided and issued as files that agree."""

import csv
import html
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from evaluation.actions import reports as actions
from evaluation.enums import BuildKind, FileKind, ReportState
from evaluation.models import RegionalReport, ReportBuild, ReportFile, ReportVersion
from evaluation.queries import content as building
from evaluation.rules import content as contents
from evaluation.rules import reports as rules
from evaluation.tasks import reports as tasks
from gpa_programme.audit.models import AuditEvent
from gpa_programme.core import work
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import last_closed_month
from gpa_programme.notices.models import Message
from tests.factories import make_report
from tests.world import World, build_world

pytestmark = pytest.mark.django_db

QUERIES_OF_THE_REGISTER = 11
NARRATIVE = {"summary": "All but one learner are on pace."}
RAG = {part: {"value": "green", "reason": ""} for part, _ in rules.RAG_PARTS}


@pytest.fixture
def world() -> World:
    return build_world()


def drain() -> int:
    """Do all report work that is due, as a worker would."""
    done = 0
    while row := ReportBuild.objects.filter(work_state=work.WorkState.QUEUED).order_by("pk").first():
        assert work.do("report", row.pk), ReportBuild.objects.get(pk=row.pk).last_error
        done += 1
    return done


def written(world: World) -> RegionalReport:
    """North's report of the last closed month, with words and colours."""
    actions.expect_reports()
    drain()
    report = RegionalReport.objects.get(hub=world.north.hub, period=str(last_closed_month()))
    return actions.save_narrative(
        report=report, narrative=NARRATIVE, rag=RAG, revision=report.revision, by=world.north.coordinator
    )


def issued(world: World) -> RegionalReport:
    report = written(world)
    actions.submit(report=report, revision=report.revision, by=world.north.coordinator)
    actions.accept(report=report, by=world.national_lead)
    drain()
    report.refresh_from_db()
    return report


def test_reports_of_closed_months_are_expected_once_however_many_beats(world: World) -> None:
    counts = [actions.expect_reports() for _ in range(3)]

    hubs = RegionalReport.objects.filter(hub__isnull=False)
    months = len(set(hubs.values_list("period", flat=True)))
    assert counts == [3 * months, 0, 0]
    assert months == 6
    assert hubs.filter(state=ReportState.EXPECTED).count() == 3 * months


def test_national_report_is_expected_when_every_hub_is_frozen_and_equals_their_sum(world: World) -> None:
    actions.expect_reports()
    drain()

    national = RegionalReport.objects.get(hub__isnull=True, period=str(last_closed_month()))
    content = national.versions.get(number=1).content
    assert len(content["hubs"]) == 3
    assert contents.totals_differ(content) == []
    places = contents.by_key(content)["places_filled"]
    assert (places["numerator"], places["denominator"]) == (6, 12)


def test_freezing_twice_makes_one_version(world: World) -> None:
    actions.expect_reports()
    build = ReportBuild.objects.filter(report__hub=world.north.hub).first()
    assert work.do("report", build.pk)
    ReportBuild.objects.filter(pk=build.pk).update(work_state=work.WorkState.QUEUED)

    assert work.do("report", build.pk)

    assert build.report.versions.count() == 1
    assert build.report.changes.count() == 2


def test_late_records_change_no_frozen_report(world: World) -> None:
    actions.expect_reports()
    drain()
    version = ReportVersion.objects.filter(report__hub=world.north.hub).order_by("-report__period").first()

    again = building.hub_content(version.report, version.cut_off)

    assert contents.digest(again) == version.sha256


@pytest.mark.parametrize(
    ("narrative", "rag", "field"),
    [
        ({}, RAG, "summary"),
        (NARRATIVE, {}, "rag_recruitment"),
        (NARRATIVE, {**RAG, "progress": {"value": "amber", "reason": ""}}, "reason_progress"),
    ],
)
def test_nothing_empty_is_submitted(world: World, narrative: dict, rag: dict, field: str) -> None:
    report = written(world)
    report = actions.save_narrative(
        report=report, narrative=narrative, rag=rag, revision=report.revision, by=world.north.coordinator
    )

    with pytest.raises(DomainError) as refused:
        actions.submit(report=report, revision=report.revision, by=world.north.coordinator)

    assert refused.value.field == field
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT


def test_saving_over_another_save_is_a_conflict_and_keeps_theirs(world: World) -> None:
    report = written(world)
    seen = report.revision
    actions.save_narrative(
        report=report, narrative={"summary": "Hers."}, rag=RAG, revision=seen, by=world.north.hub_lead
    )

    with pytest.raises(ConflictError):
        actions.save_narrative(
            report=report, narrative={"summary": "His."}, rag=RAG, revision=seen, by=world.north.coordinator
        )

    report.refresh_from_db()
    assert report.narrative["summary"] == "Hers."


def test_submitter_cannot_accept(world: World) -> None:
    report = written(world)
    actions.submit(report=report, revision=report.revision, by=world.north.coordinator)

    with pytest.raises(DomainError) as refused:
        actions.accept(report=report, by=world.north.coordinator)

    assert refused.value.code == "own_report"


def test_returned_report_keeps_its_first_submission_and_says_why(world: World) -> None:
    report = written(world)
    report = actions.submit(report=report, revision=report.revision, by=world.north.coordinator)
    first = report.first_submitted_at

    actions.return_report(report=report, reason="Name the practice that waits.", by=world.national_lead)
    report.refresh_from_db()
    actions.submit(report=report, revision=report.revision, by=world.north.coordinator)

    report.refresh_from_db()
    assert report.first_submitted_at == first
    reasons = list(report.changes.exclude(reason="").values_list("to_state", "reason"))
    assert reasons == [("returned", "Name the practice that waits.")]
    assert [message.template for message in Message.objects.filter(person=world.north.coordinator)] == [
        "report_returned"
    ]


def test_return_without_reason_is_refused(world: World) -> None:
    report = written(world)
    actions.submit(report=report, revision=report.revision, by=world.north.coordinator)

    with pytest.raises(DomainError):
        actions.return_report(report=report, reason="  ", by=world.national_lead)

    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


def test_submitted_report_is_not_written(world: World) -> None:
    report = written(world)
    actions.submit(report=report, revision=report.revision, by=world.north.coordinator)

    with pytest.raises(StateError):
        actions.save_narrative(
            report=report, narrative={"summary": "Later."}, rag=RAG, revision=report.revision, by=world.north.hub_lead
        )


def test_accepted_report_is_issued_with_three_files_and_a_link_to_each_recipient(world: World) -> None:
    report = issued(world)

    assert report.state == ReportState.ISSUED
    files = ReportFile.objects.filter(version__report=report)
    assert sorted(files.values_list("kind", flat=True)) == ["csv", "pdf", "xlsx"]
    told = sorted(Message.objects.filter(template="report_issued").values_list("person__email", flat=True))
    people = [world.national_analyst, world.national_lead, world.north.coordinator, world.north.hub_lead]
    assert told == sorted(person.email for person in people)


def test_issuing_again_after_a_lost_worker_changes_nothing(world: World) -> None:
    report = issued(world)
    build = report.builds.get(kind=BuildKind.DRAW)
    before = list(ReportFile.objects.values_list("pk", "sha256"))

    tasks.run(build)

    assert list(ReportFile.objects.values_list("pk", "sha256")) == before
    assert report.changes.filter(to_state=ReportState.ISSUED).count() == 1


def test_every_move_leaves_an_audit_event(world: World) -> None:
    report = issued(world)

    verbs = list(
        AuditEvent.objects.filter(record_type="report", record=str(report.pk))
        .order_by("pk")
        .values_list("verb", flat=True)
    )

    assert verbs == [
        "report_expected", "report_draft", "report_written", "report_submitted", "report_accepted", "report_issued",
    ]  # fmt: skip


def _bytes(report: RegionalReport, kind: FileKind) -> bytes:
    file = ReportFile.objects.get(version__report=report, kind=kind)
    with default_storage.open(file.stored_as) as stored:
        return stored.read()


def _pdf_numbers(text: str, figure: dict) -> bool:
    """Whether the PDF's words hold the figure's row: name, value, numerator, denominator in order."""
    cells = [figure["name"], figure["text"], figure["numerator"], figure["denominator"]]
    row = r"\s*".join(r"\s+".join(map(re.escape, str(cell).split())) for cell in cells if cell is not None)
    return re.search(row, text) is not None


def test_page_csv_xlsx_pdf_and_frozen_content_agree_number_by_number(world: World, client) -> None:
    report = issued(world)
    version = report.versions.order_by("-number").first()
    frozen = [(row["name"], row["text"], row["numerator"], row["denominator"]) for row in version.content["figures"]]
    client.force_login(world.national_lead)

    page = client.get(report.get_absolute_url()).content.decode()
    table = page[page.index('id="report-figures"') :]
    rows = re.findall(r"<tr class=\"nhsuk-table__row\">(.*?)</tr>", table[: table.index("</table>")], re.DOTALL)
    cells = [
        [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]
    assert [tuple(row) for row in cells] == [
        (name, text, *("–" if side is None else str(side) for side in sides)) for name, text, *sides in frozen
    ]

    lines = list(csv.reader(io.StringIO(_bytes(report, FileKind.CSV).decode("utf-8-sig"))))
    in_csv = [
        (row[1], row[2], *(int(side) if side else None for side in row[3:5])) for row in lines[1 : len(frozen) + 1]
    ]
    assert in_csv == frozen

    sheet = openpyxl.load_workbook(io.BytesIO(_bytes(report, FileKind.XLSX)))["Figures"]
    in_xlsx = [(row[1], row[2], row[3], row[4]) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert in_xlsx == frozen

    reader = PdfReader(io.BytesIO(_bytes(report, FileKind.PDF)))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert [row["name"] for row in version.content["figures"] if not _pdf_numbers(text, row)] == []
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] is not None


def test_files_drawn_twice_are_the_same_bytes(world: World) -> None:
    report = issued(world)
    version = report.versions.order_by("-number").first()

    again = tasks.drawing.files(version)

    assert {kind: data for kind, (_, data) in again.items()} == {kind: _bytes(report, kind) for kind in FileKind}


def test_register_counts_end_of_the_due_day_as_on_time(world: World) -> None:
    from evaluation.queries.reports import register

    report = written(world)
    for seconds, on_time in ((-1, 1), (0, 0)):
        report.first_submitted_at = report.due_at + timedelta(seconds=seconds)
        assert register([report]).on_time == on_time


@pytest.mark.parametrize("name", ["report", "report-write", "report-submit", "report-rebuild", "report-return"])
def test_another_hubs_report_does_not_exist_for_a_coordinator(world: World, client, name: str) -> None:
    from django.urls import reverse

    report = written(world)
    client.force_login(world.south.coordinator)

    theirs = reverse(name, kwargs={"hub": report.hub.slug, "period": report.period})
    nothing = reverse(name, kwargs={"hub": "no-such-hub", "period": report.period})

    for method in (client.get, client.post):
        assert (method(theirs).status_code, method(theirs).content) == (404, method(nothing).content)


def test_coordinator_may_not_accept_and_is_told_who_may(world: World, client) -> None:
    report = written(world)
    actions.submit(report=report, revision=report.revision, by=world.north.hub_lead)
    client.force_login(world.north.coordinator)

    answer = client.post(f"{report.get_absolute_url()}accept/")

    assert answer.status_code == 403
    assert "National lead" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


def test_invalid_words_keep_what_was_typed(world: World, client) -> None:
    report = written(world)
    client.force_login(world.north.coordinator)

    answer = client.post(
        f"{report.get_absolute_url()}write/", {"revision": report.revision, "summary": "x" * 4001, "then": "save"}
    )

    assert answer.status_code == 400
    assert "x" * 4001 in answer.content.decode()
    assert "nothing was saved" in answer.content.decode()


def test_register_of_more_than_a_page_is_paged(world: World, client) -> None:
    for year in range(2000, 2005):
        for month in range(1, 13):
            make_report(programme=world.programme, hub=world.north.hub, period=f"{year}-{month:02d}")
    client.force_login(world.national_lead)

    page = client.get("/reports/").content.decode()

    assert "Showing 1 to 50 of 60" in page


def test_register_costs_the_same_with_one_and_three_reports(world: World, client, django_assert_num_queries) -> None:
    client.force_login(world.national_lead)
    make_report(programme=world.programme, hub=world.north.hub, period="2019-05")
    client.get("/reports/")  # the first page of a session also keeps it alive
    with django_assert_num_queries(QUERIES_OF_THE_REGISTER):
        client.get("/reports/")
    for hub in (world.south.hub, world.second.hub):
        make_report(programme=world.programme, hub=hub, period="2019-05")

    with django_assert_num_queries(QUERIES_OF_THE_REGISTER):
        client.get("/reports/")


def test_submission_waits_for_a_rebuild_under_way(world: World) -> None:
    report = written(world)
    actions.request_rebuild(report=report, reason="A start date was corrected", by=world.north.coordinator)

    with pytest.raises(StateError):
        actions.submit(report=report, revision=report.revision, by=world.north.coordinator)

    drain()
    actions.submit(report=report, revision=report.revision, by=world.north.coordinator)
    assert list(report.versions.values_list("number", "reason")) == [
        (1, ""), (2, "A start date was corrected"), (3, "submitted"),
    ]  # fmt: skip


@pytest.mark.parametrize("sort", ["name", "-name", "period", "status", "due_at", "first_submitted_at"])
def test_register_sorts_by_every_head(world: World, client, sort: str) -> None:
    make_report(programme=world.programme, hub=world.north.hub, period="2019-05")
    client.force_login(world.national_lead)

    assert client.get("/reports/", {"sort": sort}).status_code == 200
