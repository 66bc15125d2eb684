"""Pages of what a learner brings, the claim of their Care Certificate, and the standards' table."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from learners.actions import background as actions
from learners.enums import FrameworkState, Route
from learners.forms.background import BackgroundForm, StandardForm
from learners.models import CareStandard, CompetencyFramework, Enrolment
from learners.queries import background as queries
from learners.queries.background import BackgroundOf
from learners.rules.background import ROUTES
from learners.rules.evidence import may_write
from learners.views.portfolio import HOME, visible_enrolment
from learners.views.scope import above

P = Permission


def visible_background(user: Any, ref: str) -> BackgroundOf:
    """What the learner brings, where the person may see the learner; 404 to strangers."""
    return BackgroundOf(visible_enrolment(user, ref))


@needs(P.SEE_LEARNER, of=visible_background)
@require_safe
def background(request: HttpRequest, shown: BackgroundOf) -> HttpResponse:
    """Previous role, Care Certificate and route; for the learner what to claim."""
    enrolment = shown.enrolment
    own = enrolment.learner_id == request.user.pk
    said = queries.background_of(enrolment)
    return page(
        request,
        "learners/background.html",
        title="What you bring" if own else f"What {enrolment.learner} brings",
        crumbs=above(request, enrolment),
        enrolment=enrolment,
        route=Route(enrolment.route),
        said=said,
        claim=queries.claim_of(enrolment, said),
        route_means=ROUTES[Route(enrolment.route)],
        own=own,
        may_write=own and may_write(enrolment.state),
    )


@needs(P.KEEP_PORTFOLIO, of=visible_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def background_edit(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The learner says what they bring."""
    if request.method == "POST":
        form = BackgroundForm(request.POST)
        if form.is_valid():
            try:
                actions.save_background(enrolment=enrolment, by=request.user, **form.cleaned_data)
            except DomainError as error:
                show_refusal(form, error)
            else:
                messages.success(request, "Saved. Your mentors and your hub can read it.")
                return redirect("background", ref=enrolment.ref)
    else:
        form = BackgroundForm(initial=BackgroundForm.initial_of(queries.background_of(enrolment)))
    return page(
        request,
        "components/form_page.html",
        title="What do you bring?",
        crumbs=[*above(request, enrolment), ("What you bring", reverse("background", kwargs={"ref": enrolment.ref}))],
        form=form,
        lead="What you learned before counts. Your mentors and your hub can read this; your practice cannot.",
    )


@needs(P.KEEP_PORTFOLIO, of=visible_enrolment)
@require_POST
def background_claim(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Start the one piece of evidence that claims the certificate as prior learning."""
    try:
        draft = actions.claim_certificate(enrolment=enrolment, by=request.user)
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect("background", ref=enrolment.ref)
    messages.success(request, "Add a photo or scan of your certificate, check each line, then submit.")
    return redirect(draft.item)


# ----------------------------------------------------------------------------------------- the standards and the table


def _framework(request: HttpRequest, pk: int) -> CompetencyFramework:
    """The framework; a draft only for those who write it."""
    rows = CompetencyFramework.objects.select_related("programme")
    if not access.can(request.user, P.MANAGE_FRAMEWORKS):
        rows = rows.exclude(state=FrameworkState.DRAFT)
    return get_object_or_404(rows, pk=pk)


def _crumbs(framework: CompetencyFramework) -> list[tuple[str, str]]:
    return [HOME, ("Frameworks", reverse("frameworks")), (str(framework), framework.get_absolute_url())]


@needs(P.SEE_FRAMEWORKS)
@require_safe
def care_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Which competencies a held Care Certificate is prior learning for."""
    framework = _framework(request, pk)
    return page(
        request,
        "learners/care_certificate.html",
        title="Care Certificate and competencies",
        crumbs=_crumbs(framework),
        framework=framework,
        editions=queries.care_table(framework),
        may_edit=access.can(request.user, P.MANAGE_FRAMEWORKS),
    )


@needs(P.MANAGE_FRAMEWORKS)
@require_http_methods(["GET", "HEAD", "POST"])
def care_standard(request: HttpRequest, pk: int, edition: str, number: int) -> HttpResponse:
    """Change what one standard covers in this framework."""
    framework = _framework(request, pk)
    standard = CareStandard.objects.filter(edition=edition, number=number).first()
    if standard is None:
        raise Http404
    domains = queries.by_domain(framework)
    ticked = queries.covered_by(standard)
    covered = [one.code for _domain, group in domains for one in group if one.pk in ticked]
    form = StandardForm(
        request.POST if request.method == "POST" else None, scope=domains, initial={"competencies": covered}
    )
    table = reverse("care-certificate", kwargs={"pk": framework.pk})
    if request.method == "POST" and form.is_valid():
        actions.map_standard(
            standard=standard, framework=framework, codes=form.cleaned_data["competencies"], by=request.user
        )
        messages.success(request, f"Saved what standard {standard.number} of {standard.edition} covers.")
        return redirect(table)
    return page(
        request,
        "learners/care_standard.html",
        title=f"{standard}, {standard.edition}",
        crumbs=[*_crumbs(framework), ("Care Certificate", table)],
        form=form,
        lead="Who holds the certificate can claim these as prior learning. A mentor still decides each of them.",
    )
