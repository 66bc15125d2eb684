"""Writing, submitting, returning and accepting a report."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from evaluation.actions import reports as actions
from evaluation.forms.reports import NarrativeForm, ReasonForm, RebuildForm
from evaluation.models import RegionalReport
from evaluation.queries import reports as queries
from evaluation.rules import reports as rules
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core import forms
from gpa_programme.core.errors import ConflictError, DomainError
from gpa_programme.core.http import page


def _crumbs(report: RegionalReport) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Reports", "/reports/"), (str(report), report.get_absolute_url())]


@needs(Permission.WRITE_REPORT, of=queries.report_for)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, report: RegionalReport) -> HttpResponse:
    """The hub's words and colours beside the frozen figures."""
    version = queries.latest_version(report)
    suggested = version.content["rag_suggested"] if version else {}
    form = NarrativeForm(request.POST or None, report=report, suggested=suggested)
    status, theirs = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            revision = form.cleaned_data["revision"]
            actions.save_narrative(
                report=report, narrative=form.narrative, rag=form.rag, revision=revision, by=request.user
            )
        except ConflictError as error:
            status, theirs = 409, RegionalReport.objects.get(pk=report.pk)
            form.add_error(None, error.message)
        except DomainError as error:
            status = 400
            forms.show_refusal(form, error)
        else:
            return _saved(request, report)
    return page(
        request,
        "evaluation/report_write.html",
        title=f"Write: {report}",
        crumbs=_crumbs(report),
        status=400 if form.errors and status == 200 else status,
        form=form,
        report=report,
        content=version.content if version else None,
        theirs=[(label, theirs.narrative.get(key, "")) for key, label, _ in rules.SECTIONS] if theirs else [],
    )


def _saved(request: HttpRequest, report: RegionalReport) -> HttpResponse:
    if request.POST.get("then") == "check":
        return redirect("report-submit", hub=report.hub.slug if report.hub else "england", period=report.period)
    messages.success(request, "Saved. The national team sees it only after you submit.")
    return redirect(report.get_absolute_url())


@needs(Permission.WRITE_REPORT, of=queries.report_for)
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, report: RegionalReport) -> HttpResponse:
    """Check answers, then submit."""
    problems = rules.problems(report.narrative, report.rag)
    refusal = ""
    if request.method == "POST":
        try:
            actions.submit(report=report, revision=_revision(request), by=request.user)
        except DomainError as error:
            refusal = error.message
        else:
            messages.success(request, "Submitted. The national team decides on it next; you get a message either way.")
            return redirect(report.get_absolute_url())
    version = queries.latest_version(report)
    return page(
        request,
        "evaluation/report_submit.html",
        title=f"Check and submit: {report}",
        crumbs=_crumbs(report),
        status=409 if refusal else 200,
        report=report,
        problems=problems,
        refusal=refusal,
        content=version.content if version else None,
        words=[(label, report.narrative.get(key, "")) for key, label, _ in rules.SECTIONS],
        colours=[(label, report.rag.get(part, {"value": "", "reason": ""})) for part, label in rules.RAG_PARTS],
    )


def _revision(request: HttpRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isdigit() else -1


@needs(Permission.WRITE_REPORT, of=queries.report_for)
@require_http_methods(["GET", "POST"])
def rebuild(request: HttpRequest, report: RegionalReport) -> HttpResponse:
    """Ask for the figures to be frozen again, with a reason."""
    form = RebuildForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_rebuild(report=report, reason=form.cleaned_data["reason"], by=request.user)
        except DomainError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, "The figures are being frozen again. The version before is kept.")
            return redirect(report.get_absolute_url())
    return page(
        request,
        "components/form_page.html",
        title="Freeze the figures again",
        crumbs=_crumbs(report),
        status=400 if form.errors else 200,
        form=form,
        lead="Use this after a correction. The cut-off stays the month's end; the version before is kept.",
        cancel=report.get_absolute_url(),
    )


@needs(Permission.ACCEPT_REPORT, of=queries.report_for)
@require_POST
def accept(request: HttpRequest, report: RegionalReport) -> HttpResponse:
    """Accept; the files are drawn by the worker."""
    try:
        actions.accept(report=report, by=request.user)
    except DomainError as error:
        messages.error(request, f"Not accepted. {error.message}")
    else:
        messages.success(request, "Accepted. Its files are being drawn; this page shows them when they are there.")
    return redirect(report.get_absolute_url())


@needs(Permission.ACCEPT_REPORT, of=queries.report_for)
@require_http_methods(["GET", "POST"])
def return_report(request: HttpRequest, report: RegionalReport) -> HttpResponse:
    """Return with a reason."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.return_report(report=report, reason=form.cleaned_data["reason"], by=request.user)
        except DomainError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, "Returned. The hub has been told why.")
            return redirect(report.get_absolute_url())
    return page(
        request,
        "components/form_page.html",
        title=f"Return: {report}",
        crumbs=_crumbs(report),
        status=400 if form.errors else 200,
        form=form,
        cancel=report.get_absolute_url(),
    )
