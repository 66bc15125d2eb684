"""Pages of waves for hubs and the national team: the list, the plan, one wave, its poster, its turns, its comments."""

from collections.abc import Callable
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.actions import keys as key_actions
from evaluation.actions import release as release_actions
from evaluation.actions import waves as actions
from evaluation.enums import TimePoint, WaveMode, WaveState
from evaluation.forms.surveys import WaveForm
from evaluation.models import Comment, EvaluationPlan, Instrument, Wave, WaveLink
from evaluation.queries import plans
from evaluation.queries import waves as queries
from evaluation.queries.released import published
from evaluation.queries.waves import SeenWave, WaveRow
from evaluation.rules.waves import OFFSETS, PROMISES
from evaluation.views.results import results
from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core import forms
from gpa_programme.core.errors import DomainError
from gpa_programme.core.http import page
from gpa_programme.core.tables import Column, Table

EVALUATION = ("Evaluation", "/evaluation/")
CRUMBS = (("Home", "/"), EVALUATION)


def load_seen(user: Any, pk: int) -> SeenWave:
    """The wave as this person sees it; 404 for strangers."""
    found = queries.seen_wave(user, pk)
    if found is None:
        raise Http404
    return found


def load_wave(user: Any, pk: int) -> Wave:
    """The wave itself, for those who run it."""
    return load_seen(user, pk).wave


def load_plan(user: Any, pk: int) -> EvaluationPlan:
    """A plan, for hubs and national roles; 404 for strangers."""
    hubs = access.hub_ids(user)
    if hubs is not None and not hubs:
        raise Http404
    return get_object_or_404(EvaluationPlan, pk=pk)


@needs(Permission.SEE_EVALUATION)
@require_safe
def evaluation(request: HttpRequest) -> HttpResponse:
    """Waves, their state and response so far, and what is released."""
    columns = [
        Column("survey", "Survey", value=lambda row: str(row.wave), link=lambda row: row.wave.get_absolute_url()),
        Column("programme", "Programme", value=lambda row: row.wave.plan.programme.name),
        Column("intake", "Intake", value=lambda row: row.wave.intake, format="date", sort=lambda row: row.wave.intake),
        Column("opens_on", "Opens", value=lambda row: row.wave.opens_on, format="date", sort=_opens_on),
        Column("closes_on", "Closes", value=lambda row: row.wave.closes_on, format="date", sort=_closes_on),
        Column("state", "State", value=lambda row: row.wave.status, format="status"),
        Column("answered", "Answered", value=_answered),
    ]
    table = Table(
        queries.wave_rows(request.user),
        columns,
        request,
        caption="Waves",
        empty="No waves yet. A wave asks one survey of one intake at one time; the national lead creates it.",
        notes=["Numbers of open waves are rounded down to 5; answers are shown to nobody before the release."],
    )
    return table.export() or page(
        request,
        "evaluation/evaluation.html",
        title="Evaluation",
        crumbs=[("Home", "/")],
        table=table,
        may_run=access.can(request.user, Permission.RUN_EVALUATION),
    )


def _opens_on(row: WaveRow) -> Any:
    return row.wave.opens_on


def _closes_on(row: WaveRow) -> Any:
    return row.wave.closes_on


def _answered(row: WaveRow) -> str:
    return "" if row.wave.state == WaveState.PLANNED else row.progress.text


@needs(Permission.SEE_EVALUATION)
@require_safe
def evaluation_plan(request: HttpRequest) -> HttpResponse:
    """What is asked, of whom, when and how; which waves are planned; where the pairing key stands."""
    choice = plans.chosen_plan(request.user, request.GET.get("plan", ""))
    may_run = access.can(request.user, Permission.RUN_EVALUATION)
    return page(
        request,
        "evaluation/plan.html",
        title="Evaluation plan",
        crumbs=CRUMBS,
        plan=choice.plan,
        others=choice.others,
        waves=choice.waves,
        instruments=plans.instruments(),
        time_points=[(point.label, OFFSETS[point]) for point in TimePoint],
        modes=[(mode.label, PROMISES[mode]) for mode in WaveMode],
        may_run=may_run,
        may_destroy=bool(choice.plan and may_run and key_actions.may_destroy(choice.plan)),
    )


@needs(Permission.RUN_EVALUATION)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_new(request: HttpRequest) -> HttpResponse:
    """A new wave."""
    form = WaveForm(plans.published_plans(), Instrument.objects.all(), plans.intakes(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_wave(**form.cleaned(), by=request.user)
        except DomainError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, "The wave is planned. It opens by itself on its first day.")
            return redirect(made)
    return page(
        request,
        "components/form_page.html",
        title="New wave",
        crumbs=CRUMBS,
        form=form,
        lead="One survey, for one intake, at one time.",
    )


@needs(Permission.SEE_EVALUATION, of=load_seen)
@require_safe
def wave(request: HttpRequest, seen: SeenWave) -> HttpResponse:
    """One wave: response so far, what comes next, and after the release its results."""
    found, hub = seen.wave, seen.hub
    shown = published(found, hub)
    result = results(request, shown, hub) if shown else None
    if result and (file := result.table.export()):
        return file
    unread = queries.unread_comments(found) if found.state == WaveState.CLOSED else 0
    return page(
        request,
        "evaluation/wave.html",
        title=str(found),
        crumbs=CRUMBS,
        wave=found,
        hub=hub,
        mode=WaveMode(found.mode),
        promise=PROMISES[found.mode],
        progress=queries.progress(found, hub),
        hubs=[] if hub else queries.hub_progress(found),
        has_poster=found.mode == WaveMode.ANONYMOUS_OPEN,
        may_run=access.can(request.user, Permission.RUN_EVALUATION, found),
        unread=unread,
        result=result,
    )


@needs(Permission.SEE_EVALUATION, of=load_seen)
@require_safe
def wave_poster(request: HttpRequest, seen: SeenWave) -> HttpResponse:
    """Posters of an open link: QR code, address and code to type, one sheet a hub."""
    if seen.wave.mode != WaveMode.ANONYMOUS_OPEN:
        raise Http404
    links = queries.links_seen(seen.wave, seen.hub)
    return page(
        request,
        "evaluation/poster.html",
        title=f"Posters: {seen.wave}",
        crumbs=[*CRUMBS, (str(seen.wave), seen.wave.get_absolute_url())],
        posters=[_poster(link) for link in links],
        wave=seen.wave,
    )


def _poster(link: WaveLink) -> dict[str, Any]:
    address = settings.SITE_URL + reverse("survey", kwargs={"code": link.code})
    return {
        "hub": link.hub,
        "code": link.code,
        "host": address.split("://", 1)[1].removesuffix(f"{link.code}/"),
        "picture": segno.make(address, error="m").svg_data_uri(scale=8, border=2),
    }


def _turn(request: HttpRequest, found: Wave, act: Callable[..., Any], done: str, **confirm: Any) -> HttpResponse:
    """Ask before a wave is turned, then turn it; a refusal is told on the wave's page."""
    if request.method != "POST":
        return page(
            request,
            "components/confirm.html",
            crumbs=[*CRUMBS, (str(found), found.get_absolute_url())],
            cancel=found.get_absolute_url(),
            **confirm,
        )
    try:
        act(wave=found, by=request.user)
    except DomainError as error:
        messages.error(request, f"Nothing was changed. {error.message}")
    else:
        messages.success(request, done)
    return redirect(found)


@needs(Permission.RUN_EVALUATION, of=load_wave)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_open(request: HttpRequest, found: Wave) -> HttpResponse:
    """Open a planned wave now."""
    invited = "Patients answer by the posters; nobody is written to."
    if found.mode != WaveMode.ANONYMOUS_OPEN:
        invited = "Everybody it asks gets a personal link by mail."
    return _turn(
        request,
        found,
        actions.open_wave,
        "The wave is open.",
        title=f"Open {found}?",
        points=[invited, f"It closes by itself after {found.closes_on.day} {found.closes_on:%B %Y}."],
        submit="Open the wave",
    )


@needs(Permission.RUN_EVALUATION, of=load_wave)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_close(request: HttpRequest, found: Wave) -> HttpResponse:
    """Close an open wave now."""
    return _turn(
        request,
        found,
        actions.close_wave,
        "The wave is closed. Read its comments, then release it.",
        title=f"Close {found}?",
        points=["No more answers are taken, and it cannot be opened again.", "Results stay hidden until you release."],
        submit="Close the wave",
        warning=True,
    )


@needs(Permission.RUN_EVALUATION, of=load_wave)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_release(request: HttpRequest, found: Wave) -> HttpResponse:
    """Release a closed wave's results, once."""
    return _turn(
        request,
        found,
        release_actions.release_wave,
        "The results are released.",
        title=f"Release {found}?",
        points=[
            "Its tables are frozen now and never change afterwards.",
            "Hubs see England and their own hub; small groups stay hidden.",
        ],
        submit="Release the results",
    )


@needs(Permission.RUN_EVALUATION, of=load_wave)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_comments(request: HttpRequest, found: Wave) -> HttpResponse:
    """The comments of a closed wave, each to be published or withheld."""
    if found.state != WaveState.CLOSED:
        raise Http404
    if request.method == "POST":
        wanted = request.POST.get("comment", "")
        comment = next((row for row in Comment.objects.filter(wave=found) if str(row.pk) == wanted), None)
        if comment is None:
            raise Http404
        verdict = "publish" if request.POST.get("verdict") == "publish" else "withhold"
        release_actions.judge_comment(
            comment=comment, verdict=verdict, reason=request.POST.get("reason", ""), by=request.user
        )
        return redirect("wave-comments", pk=found.pk)
    comments = list(Comment.objects.filter(wave=found).select_related("question"))
    return page(
        request,
        "evaluation/wave_comments.html",
        title=f"Comments: {found}",
        crumbs=[*CRUMBS, (str(found), found.get_absolute_url())],
        wave=found,
        comments=comments,
        unread=sum(not comment.verdict for comment in comments),
    )


@needs(Permission.RUN_EVALUATION, of=load_plan)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_key(request: HttpRequest, plan: EvaluationPlan) -> HttpResponse:
    """Destroy a plan's pairing key once no wave needs it."""
    if request.method != "POST":
        return page(
            request,
            "components/confirm.html",
            title="Destroy the pairing key?",
            crumbs=[*CRUMBS, ("Evaluation plan", "/evaluation/plan/")],
            points=[
                "Linked answers stay comparable with each other, and can never again be tied to a person.",
                "No further linked wave of this plan can be opened. This cannot be undone.",
            ],
            submit="Destroy the key",
            warning=True,
            cancel="/evaluation/plan/",
        )
    try:
        key_actions.destroy_pairing_key(plan=plan, by=request.user)
    except DomainError as error:
        messages.error(request, f"Nothing was changed. {error.message}")
    else:
        messages.success(request, "The pairing key is destroyed.")
    return redirect(f"{reverse('evaluation-plan')}?plan={plan.pk}")
