"""What moves reports: expected, frozen by the worker, written, submitted, returned, accepted."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from evaluation.emails import reports as emails
from evaluation.enums import BuildKind, ReportState
from evaluation.models import RegionalReport, ReportBuild, ReportChange, ReportVersion
from evaluation.queries import content as building
from evaluation.queries import reports as queries
from evaluation.rules import content as contents
from evaluation.rules import reports as rules
from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core import work
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import Month, end_of_day, now
from hubs.models import Hub, Programme

FREEZABLE = (ReportState.EXPECTED, *rules.WRITABLE)


def expect_reports() -> int:
    """Make a row and its work for every closed period that has none, hubs first, then England; returns how many.

    Three beats at once, or one after days off, make each report once: the row is unique and is fetched or made.
    """
    made = sum(_expect(programme, hub, month) for programme, hub, month in queries.missing_periods())
    return made + sum(_expect(programme, None, month) for programme, month in queries.national_due())


def _expect(programme: Programme, hub: Hub | None, month: Month) -> bool:
    after = month.plus(1)
    due_day = after.first.replace(day=min(programme.report_due_day, after.last.day))
    with transaction.atomic():
        report, made = RegionalReport.objects.get_or_create(
            programme=programme, hub=hub, period=str(month), defaults={"due_at": end_of_day(due_day)}
        )
        if made:
            ReportChange.objects.create(report=report, to_state=ReportState.EXPECTED)
            _event("report_expected", report, None)
        build, _ = ReportBuild.objects.get_or_create(report=report, kind=BuildKind.FREEZE, number=1)
        if build.work_state == work.WorkState.QUEUED:
            work.ring("report", build.pk)
    return made


def freeze(row: ReportBuild) -> None:
    """Compute a report's figures at its period's end and freeze them as a version, once, whoever dies on the way."""
    report = RegionalReport.objects.select_related("hub__region", "programme").get(pk=row.report_id)
    cut_off = Month.parse(report.period).cut_off
    _step(row, "Counting")
    content = building.hub_content(report, cut_off) if report.hub else building.national_content(report, cut_off)
    _step(row, "Freezing")
    with transaction.atomic():
        report = locked(report)
        if report.versions.filter(number=row.number).exists() or report.state not in FREEZABLE:
            return
        _freeze(report, content, row.number, row.reason)
        if report.state == ReportState.EXPECTED:
            move_on(report, ReportState.DRAFT, by=None, reason=row.reason)
    if report.hub_id:
        _expect_national(report)


def _expect_national(report: RegionalReport) -> None:
    month = Month.parse(report.period)
    if (report.programme, month) in queries.national_due():
        _expect(report.programme, None, month)


def request_rebuild(*, report: RegionalReport, reason: str, by: User) -> ReportBuild:
    """Ask for the figures to be frozen again before submission; the old version is kept. A reason is required."""
    if not reason.strip():
        raise DomainError("Say why the figures should be frozen again.", field="reason")
    with transaction.atomic():
        report = locked(report)
        _require(report.state in rules.WRITABLE, "The figures of a submitted report are never frozen again.")
        number = _next_number(report)
        build = ReportBuild.objects.create(report=report, kind=BuildKind.FREEZE, number=number, reason=reason)
        _event("report_rebuild_requested", report, by, reason)
        work.ring("report", build.pk)
    return build


def save_narrative(
    *,
    report: RegionalReport,
    narrative: Mapping[str, str],
    rag: Mapping[str, Mapping[str, str]],
    revision: int,
    by: User,
) -> RegionalReport:
    """Keep what the hub wrote. Raises ConflictError where somebody saved since `revision` was read."""
    with transaction.atomic():
        report = locked(report)
        _require(report.state in rules.WRITABLE, f"This report is {report.status.label.lower()} and cannot be changed.")
        if report.revision != revision:
            raise ConflictError("Somebody saved this report while you were writing. Nothing of yours was saved yet.")
        report.narrative = {key: narrative.get(key, "").strip() for key, _, _ in rules.SECTIONS}
        report.rag = {part: dict(rag.get(part, {})) for part, _ in rules.RAG_PARTS}
        report.revision += 1
        report.save(update_fields=["narrative", "rag", "revision"])
        _event("report_written", report, by)
    return report


def submit(*, report: RegionalReport, revision: int, by: User) -> RegionalReport:
    """Submit: narrative and colours are frozen with the figures as a new version. The first time decides on-time.

    Raises DomainError for what is missing, ConflictError where the report changed since it was read.
    """
    with transaction.atomic():
        report = locked(report)
        lawful = rules.may_move(report.state, ReportState.SUBMITTED, national=report.hub_id is None)
        _require(lawful, "Only a draft or returned report is submitted.")
        if report.revision != revision:
            raise ConflictError("Somebody saved this report while you were reading it. It was not submitted.")
        _require(queries.unfinished(report) is None, "The figures are being frozen again. Submit when they are there.")
        for field, message in rules.problems(report.narrative, report.rag).items():
            raise DomainError(message, field=field)
        last = queries.latest_version(report)
        _require(last is not None, "The figures are still being frozen. Submit when they are there.")
        content = {**last.content, "narrative": report.narrative, "rag": report.rag}  # type: ignore[union-attr]
        _freeze(report, content, _next_number(report), "submitted")
        report.submitted_by = by
        report.first_submitted_at = report.first_submitted_at or now()
        report.save(update_fields=["submitted_by", "first_submitted_at"])
        move_on(report, ReportState.SUBMITTED, by=by)
    return report


def return_report(*, report: RegionalReport, reason: str, by: User) -> RegionalReport:
    """Send a submitted report back with a reason."""
    if not reason.strip():
        raise DomainError("Say what should change: a report is never returned without a reason.", field="reason")
    with transaction.atomic():
        report = locked(report)
        _require(rules.may_move(report.state, ReportState.RETURNED), "Only a submitted report is returned.")
        move_on(report, ReportState.RETURNED, by=by, reason=reason.strip())
        if report.submitted_by:
            emails.returned(report.submitted_by, report, reason.strip())
    return report


def accept(*, report: RegionalReport, by: User) -> RegionalReport:
    """Accept a submitted report, never one's own, and queue the drawing of its files.

    The national report is accepted as it stands, with the register of hubs frozen into its last version.
    """
    with transaction.atomic():
        report = locked(report)
        lawful = rules.may_move(report.state, ReportState.ACCEPTED, national=report.hub_id is None)
        _require(lawful, "Only a submitted report is accepted.")
        if report.submitted_by_id == by.pk:
            raise DomainError("You submitted this report, so somebody else must accept it.", code="own_report")
        if report.hub_id is None:
            _freeze_register(report)
        report.accepted_by, report.accepted_at = by, now()
        report.save(update_fields=["accepted_by", "accepted_at"])
        move_on(report, ReportState.ACCEPTED, by=by)
        last = queries.latest_version(report)
        build = ReportBuild.objects.create(report=report, kind=BuildKind.DRAW, number=last.number if last else 1)
        work.ring("report", build.pk)
    return report


def _freeze(report: RegionalReport, content: dict[str, Any], number: int, reason: str) -> ReportVersion:
    return ReportVersion.objects.create(
        report=report,
        number=number,
        content=content,
        sha256=contents.digest(content),
        cut_off=Month.parse(report.period).cut_off,
        reason=reason,
    )


def _freeze_register(report: RegionalReport) -> None:
    last = queries.latest_version(report)
    _require(last is not None, "The figures are still being frozen.")
    hubs = RegionalReport.objects.filter(programme=report.programme, period=report.period, hub__isnull=False)
    states = [
        {"hub": str(row.hub), "state": row.status.label} for row in hubs.select_related("hub").order_by("hub__name")
    ]
    content = {**last.content, "register": states}  # type: ignore[union-attr]
    _freeze(report, content, _next_number(report), "register of hubs")


def _next_number(report: RegionalReport) -> int:
    last = queries.latest_version(report)
    building_now = report.builds.filter(kind=BuildKind.FREEZE).order_by("-number").first()
    return max(last.number if last else 0, building_now.number if building_now else 0) + 1


def move_on(report: RegionalReport, to: ReportState, *, by: User | None, reason: str = "") -> None:
    """Append the change, copy the state and record the event, inside the caller's transaction and lock."""
    ReportChange.objects.create(report=report, from_state=report.state, to_state=to, by=by, reason=reason)
    report.state = to
    report.save(update_fields=["state"])
    _event(f"report_{to.value}", report, by, reason)


def locked(report: RegionalReport) -> RegionalReport:
    """The report read again under its row lock."""
    rows = RegionalReport.objects.select_for_update(of=("self",)).select_related("hub__region", "programme")
    return rows.get(pk=report.pk)


def _require(lawful: bool, message: str) -> None:
    if not lawful:
        raise StateError(message)


def _event(verb: str, report: RegionalReport, by: User | None, reason: str = "") -> None:
    audit.record(verb, by=by, record_type="report", record=report.pk, hub=report.hub_id, reason=reason)


def _step(row: ReportBuild, words: str) -> None:
    """Show progress and keep the lease; a worker that lost its lease stops here."""
    if not work.extend(row):
        raise StateError("Another worker has taken this report.")
    ReportBuild.objects.filter(pk=row.pk).update(step=words)
