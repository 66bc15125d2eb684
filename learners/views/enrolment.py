"""The pages of enrolment: fill a place, the learner's page, a move with its confirmation."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from hubs.models import Cohort, Organisation
from hubs.queries import find_practices, open_practice
from learners.actions import enrolment as actions
from learners.enums import CompetencyKind, EnrolmentState
from learners.forms.enrolment import EnrolForm, MoveForm
from learners.models import Enrolment
from learners.queries.background import BackgroundOf
from learners.queries.enrolments import learner_page, occupancy, roles_over, timeline
from learners.rules import enrolment as rules

P = Permission
RECENT = 15  # lines of the timeline shown at first


def _cohort(user: Any, pk: int) -> Cohort:
    rows = Cohort.objects.visible_to(user).select_related("hub__region", "programme")
    return get_object_or_404(rows, pk=pk)


def _enrolment(user: Any, ref: str) -> Enrolment:
    rows = Enrolment.objects.visible_to(user).select_related(
        "cohort__hub__region", "cohort__programme", "learner", "place", "framework"
    )
    return get_object_or_404(rows.prefetch_related("placements__practice"), ref=ref)


def _crumbs(cohort: Cohort, *more: tuple[str, str]) -> list[tuple[str, str]]:
    hub = cohort.hub
    return [("Home", "/"), (hub.name, f"/hubs/{hub.slug}/"), (cohort.name, cohort.get_absolute_url()), *more]


# ---------------------------------------------------------------------------------------------------- filling a place


@needs(P.ENROL, of=_cohort)
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    """Fill a place: find the practice, say who, check the answers, enrol."""
    confirmed = request.method == "POST" and request.POST.get("action") == "enrol"
    held, places = occupancy(cohort)
    if held >= places and not confirmed:  # a confirmation sent twice meets its own learner, not a full cohort
        return _full(request, cohort, held, places)
    if "practice" not in request.GET:
        return _search(request, cohort)
    practice = open_practice(request.GET["practice"])
    if practice is None:
        raise Http404("No open practice has this code.")
    if request.method != "POST":
        return _ask(request, cohort, practice, EnrolForm(cohort=cohort))
    form = EnrolForm(request.POST, cohort=cohort)
    if request.POST.get("action") == "change" or not form.is_valid():
        form = form if request.POST.get("action") != "change" else EnrolForm(cohort=cohort, initial=_typed(form))
        return _ask(request, cohort, practice, form)
    if not confirmed:
        return _check(request, cohort, practice, form)
    return _enrol(request, cohort, practice, form)


def _typed(form: EnrolForm) -> dict[str, Any]:
    form.is_valid()
    return form.cleaned_data


def _enrol(request: HttpRequest, cohort: Cohort, practice: Organisation, form: EnrolForm) -> HttpResponse:
    try:
        enrolment = actions.enrol(cohort=cohort, practice=practice, by=request.user, **form.cleaned_data)
    except DomainError as error:
        if error.code == "cohort_full":
            return _full(request, cohort, *occupancy(cohort))
        show_refusal(form, error)
        return _ask(request, cohort, practice, form)
    return redirect("learner-enrolled", ref=enrolment.ref)


def _search(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    found = find_practices(text, region=cohort.hub.region)
    return page(
        request,
        "learners/enrol_search.html",
        title="Find the learner's practice",
        crumbs=_crumbs(cohort),
        cohort=cohort,
        text=text,
        found=found,
    )


def _ask(request: HttpRequest, cohort: Cohort, practice: Organisation, form: EnrolForm) -> HttpResponse:
    return page(
        request,
        "learners/enrol_form.html",
        title="Who learns, and with whom?",
        crumbs=_crumbs(cohort),
        cohort=cohort,
        practice=practice,
        outside=practice.region_id != cohort.hub.region_id,
        form=form,
    )


def _check(request: HttpRequest, cohort: Cohort, practice: Organisation, form: EnrolForm) -> HttpResponse:
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    kinds = [CompetencyKind.CORE, *(CompetencyKind(kind) for kind in form.cleaned_data["kinds"])]
    return page(
        request,
        "learners/enrol_check.html",
        title="Check your answers before you enrol",
        crumbs=_crumbs(cohort),
        cohort=cohort,
        practice=practice,
        outside=practice.region_id != cohort.hub.region_id,
        answers=form.cleaned_data,
        kinds=[str(kind.label) for kind in kinds],
        hidden=[(name, value) for name, value in typed if name not in {"action", "csrfmiddlewaretoken"}],
    )


def _full(request: HttpRequest, cohort: Cohort, held: int, places: int) -> HttpResponse:
    return page(
        request,
        "learners/enrol_full.html",
        title=f"The cohort is full ({held} of {places})",
        crumbs=_crumbs(cohort),
        status=409,
        cohort=cohort,
        held=held,
        places=places,
    )


@needs(P.ENROL, of=_enrolment)
@require_safe
def enrolled(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Who has which place, who was invited, and what is next."""
    mentors = [row.mentor for row in enrolment.mentorships.filter(until__isnull=True).select_related("mentor")]
    held, places = occupancy(enrolment.cohort)
    return page(
        request,
        "learners/enrolled.html",
        title=f"{enrolment.learner} is enrolled",
        crumbs=_crumbs(enrolment.cohort),
        enrolment=enrolment,
        invited=[enrolment.learner, *mentors],
        free=places - held,
    )


# ---------------------------------------------------------------------------------------------------- learner's page


@needs(P.SEE_LEARNER, of=_enrolment)
@require_safe
def learner(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Person, practice, mentors, status, pace and timeline, and what is next."""
    user, cohort = request.user, enrolment.cohort
    own = enrolment.learner_id == user.pk
    sees_cohort = access.can(user, P.SEE_COHORT, enrolment)
    keeps_places = access.can(user, P.MOVE_ENROLMENT, enrolment)
    happened = timeline(enrolment, reasons=sees_cohort)
    facts = learner_page(enrolment, own=own)
    placed_at = facts.placement.practice if facts.placement else None
    shown = happened if "all" in request.GET else happened[:RECENT]
    return page(
        request,
        "learners/learner.html",
        title=str(enrolment.learner),
        crumbs=_crumbs(cohort) if sees_cohort else [("Home", "/")],
        enrolment=enrolment,
        cohort=cohort,
        learner=facts,
        events=shown,
        hidden_events=len(happened) - len(shown),
        own=own,
        sees_cohort=sees_cohort,
        sees_addresses=own or keeps_places or access.can(user, P.DECIDE, enrolment),
        links_practice=sees_cohort and placed_at is not None and placed_at.region_id == cohort.hub.region_id,
        reads_portfolio=access.can(user, P.SEE_PORTFOLIO, enrolment) and not own,
        reads_background=access.can(user, P.SEE_LEARNER, BackgroundOf(enrolment)),
        keeps_places=keeps_places,
        may_move=keeps_places and bool(rules.moves(enrolment.state, roles_over(user, enrolment))),
        may_decide=access.can(user, P.DECIDE, enrolment) and not own,
    )


# -------------------------------------------------------------------------------------------------------------- moves


@needs(P.MOVE_ENROLMENT, of=_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Choose a move, see what it does to the place, give day and reason, confirm."""
    lines = rules.moves(enrolment.state, roles_over(request.user, enrolment))
    to = request.GET.get("to", "")
    line = next((line for line in lines if line.target == to), None)
    if line is not None and line.target == EnrolmentState.TRANSFERRED:
        return redirect("learner-transfer", ref=enrolment.ref)  # the other hub accepts before anything moves
    if line is not None:
        return _confirm_move(request, enrolment, line)
    if request.method == "POST":
        messages.info(request, f"{enrolment.learner} is “{enrolment.status.label}” now. Nothing was changed.")
        return redirect(enrolment)
    return page(
        request,
        "learners/learner_move.html",
        title=f"Change the status of {enrolment.learner}",
        crumbs=_crumbs(enrolment.cohort, (str(enrolment.learner), enrolment.get_absolute_url())),
        enrolment=enrolment,
        choices=[
            {
                "label": line.verb,
                "href": f"?to={line.target.value}",
                "hint": " ".join(rules.consequences(line, _number(enrolment))),
            }
            for line in lines
        ],
    )


def _confirm_move(request: HttpRequest, enrolment: Enrolment, line: rules.Transition) -> HttpResponse:
    form = MoveForm(request.POST or None, line=line)
    if request.method == "POST" and form.is_valid():
        try:
            actions.move(enrolment=enrolment, to=line.target.value, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{enrolment.learner} is now “{line.target.label}”.")
            return redirect(enrolment)
    return page(
        request,
        "components/confirm.html",
        title=f"{line.verb}: {enrolment.learner}",
        crumbs=_crumbs(enrolment.cohort, (str(enrolment.learner), enrolment.get_absolute_url())),
        text=f"The status changes from “{enrolment.status.label}” to “{line.target.label}”.",
        points=rules.consequences(line, _number(enrolment)),
        form=form,
        submit=line.verb,
        warning=line.target == EnrolmentState.WITHDRAWN,
        cancel=reverse("learner-move", kwargs={"ref": enrolment.ref}),
    )


def _number(enrolment: Enrolment) -> int | None:
    return enrolment.place.number if enrolment.place else None
