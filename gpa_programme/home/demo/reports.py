"""Reports of the demonstration: expected, frozen, written, accepted and issued month by month, all by the actions."""

from datetime import timedelta

from evaluation.actions import reports as actions
from evaluation.enums import BuildKind, Rag, ReportState
from evaluation.models import RegionalReport, ReportBuild, ReportChange
from evaluation.rules.reports import RAG_PARTS
from gpa_programme.accounts.models import User
from gpa_programme.core import work
from gpa_programme.core.periods import Month, end_of_day, start_of_day
from gpa_programme.home.demo.clock import Clock
from gpa_programme.home.demo.people import HOST
from gpa_programme.home.demo.timeline import Timeline
from hubs.enums import ProgrammeState
from hubs.models import Hub, Programme

# Where the fifth month's reports stand; the hubs not named are issued.
FIFTH = {"Y59": ReportState.SUBMITTED, "Y60": ReportState.RETURNED, "Y61": ReportState.DRAFT}
SUMMARIES = (
    "Places are held and learners are settling in. Two practices asked for help with protected time.",
    "Good progress in Care and Communication; clinical competencies wait for supervised practice.",
    "Mentors are busy: three learners waited more than a fortnight. We have agreed a fixed weekly slot.",
    "Steady. One learner withdrew and the place was offered again within a week.",
    "Pace is as planned for most. We are visiting the practices where nothing was logged for a month.",
)
REASONS = {
    Rag.AMBER: "Behind plan at four practices; visits are booked and a second mentor is named at two.",
    Rag.RED: "Well behind plan; a recovery plan is agreed with the practices and reviewed each fortnight.",
}
RETURNED = "The mentoring colour does not fit the waiting times. Please say what is being done about them."


def carry_out(programme: Programme, line: Timeline, clock: Clock) -> None:
    """Months one to five of the running programme: four issued, the fifth in every state. Last month's is beat's."""
    months = [Month.of(line.starts).plus(number) for number in range(5)]
    for number, month in enumerate(months):
        _month(programme, month, number, clock, FIFTH if number == 4 else {})


def carry_out_closed(programme: Programme, clock: Clock) -> None:
    """The last two months of a closed programme, issued, as its hubs owed them while it ran."""
    last = Month.of(programme.ends)
    for number in range(2):
        month = last.plus(number - 1)
        clock.set(start_of_day(month.plus(1).first) + timedelta(hours=1))
        for cohort in programme.cohorts.select_related("hub").order_by("hub__name"):
            _owe(programme, cohort.hub, month)
        _do(programme, month)
        _owe(programme, None, month)
        _month(programme, month, number, clock, {})


def _owe(programme: Programme, hub: Hub | None, month: Month) -> None:
    """The row and the work of a report that beat asks for only while a programme is open."""
    due = end_of_day(month.plus(1).first.replace(day=programme.report_due_day))
    report = RegionalReport.objects.create(programme=programme, hub=hub, period=str(month), due_at=due)
    ReportChange.objects.create(report=report, to_state=ReportState.EXPECTED)
    ReportBuild.objects.create(report=report, kind=BuildKind.FREEZE, number=1)


def _month(programme: Programme, month: Month, number: int, clock: Clock, stands: dict[str, ReportState]) -> None:
    """From frozen figures to issued files; `stands` names hubs whose report stops earlier."""
    after = start_of_day(month.plus(1).first)
    clock.set(after + timedelta(hours=1))
    if programme.state == ProgrammeState.OPEN:
        actions.expect_reports()
    _do(programme, month)
    of_month = RegionalReport.objects.filter(programme=programme, period=str(month)).select_related("hub__region")
    lead = User.objects.get(email=f"national.lead@{HOST}")
    for place, report in enumerate(of_month.filter(hub__isnull=False).order_by("pk")):
        code = report.hub.region.code if report.hub else ""
        until = stands.get(code, ReportState.ISSUED)
        if until == ReportState.DRAFT:
            continue
        coordinator = User.objects.get(email=f"coordinator.{code.lower()}@{HOST}")
        clock.set(after + timedelta(days=3 + place % 5, hours=10))
        written = _write(report, number + place, coordinator)
        actions.submit(report=written, revision=written.revision, by=coordinator)
        clock.set(after + timedelta(days=9, hours=14))
        if until == ReportState.RETURNED:
            actions.return_report(report=report, reason=RETURNED, by=lead)
        elif until == ReportState.ISSUED:
            actions.accept(report=report, by=lead)
    _do(programme, month)
    national = of_month.filter(hub__isnull=True).first()
    if national and not stands:
        clock.set(after + timedelta(days=11, hours=11))
        actions.accept(report=_write(national, number, lead), by=lead)
        _do(programme, month)


def _do(programme: Programme, month: Month) -> None:
    """Do all queued work on the month's reports, as a worker would."""
    while queued := list(
        ReportBuild.objects.filter(
            report__programme=programme, report__period=str(month), work_state=work.WorkState.QUEUED
        ).order_by("pk")
    ):
        for build in queued:
            if not work.do("report", build.pk):
                raise RuntimeError(f"{build.report} was not built: {ReportBuild.objects.get(pk=build.pk).last_error}")


def _write(report: RegionalReport, number: int, by: User) -> RegionalReport:
    """The narrative, and each part's colour as the rule suggests it, with a reason where it is not green."""
    report.refresh_from_db()
    version = report.versions.latest("number")
    suggested = version.content["rag_suggested"]
    rag = {}
    for part, _label in RAG_PARTS:
        value = suggested.get(part, {}).get("value") or Rag.GREEN.value
        rag[part] = {"value": value, "reason": REASONS.get(Rag(value), "")}
    narrative = {"summary": SUMMARIES[number % len(SUMMARIES)], "risks": "None that need a decision this month."}
    return actions.save_narrative(report=report, narrative=narrative, rag=rag, revision=report.revision, by=by)
