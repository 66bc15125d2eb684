"""Pages of a portfolio: the learner's own, and the one that their mentor reads (each look is recorded)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gpa_programme.accounts.access import can, needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.audit import actions as audit
from gpa_programme.core.http import page
from learners.models import Enrolment
from learners.queries import portfolio as queries
from learners.queries.competency import CompetencyOf, competency_of, competency_page
from learners.queries.reading import open_reason

HOME = ("Home", "/")
P = Permission
GET_OR_POST = ["GET", "HEAD", "POST"]


def chosen_enrolment(request: HttpRequest) -> Enrolment | None:
    """The person's enrolment named in the address, or their only one; None where they have to choose."""
    mine = queries.own_enrolments(request.user)
    ref = request.GET.get("enrolment") or request.POST.get("enrolment")
    if ref:
        found = next((row for row in mine if row.ref == ref), None)
        if found is None:
            raise Http404
        return found
    current = queries.newest_of_each(mine)
    return current[0] if len(current) == 1 else None


@needs(P.KEEP_PORTFOLIO)
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """The learner's own portfolio, or the choice between two."""
    enrolment = chosen_enrolment(request)
    if enrolment is None:
        return choose(request, "Choose a portfolio", "portfolio")
    return page(
        request,
        "learners/portfolio.html",
        title="Your portfolio",
        crumbs=[HOME],
        portfolio=queries.portfolio_of(enrolment, own=True),
        own=True,
        sees_learner=True,
    )


def choose(request: HttpRequest, title: str, name: str) -> HttpResponse:
    """The choice for a person with two enrolments."""
    mine = queries.newest_of_each(queries.own_enrolments(request.user))
    return page(request, "learners/portfolio_choice.html", title=title, crumbs=[HOME], enrolments=mine, to=name)


def own_competency(request: HttpRequest, code: str) -> CompetencyOf:
    """One of the learner's own competencies, in the enrolment named in the address or the newest."""
    enrolment = chosen_enrolment(request) or queries.own_enrolments(request.user)[0]
    found = competency_of(enrolment, code)
    if found is None:
        raise Http404
    return found


@needs(P.KEEP_PORTFOLIO)
@require_safe
def portfolio_competency(request: HttpRequest, code: str) -> HttpResponse:
    """One of the learner's own competencies."""
    return show_own(request, own_competency(request, code))


def show_own(request: HttpRequest, found: CompetencyOf, *, conflict: str = "", status: int = 200) -> HttpResponse:
    """The learner's page of a competency; `conflict` says why something was not done."""
    enrolment = found.enrolment
    return page(
        request,
        "learners/competency.html",
        title=str(found.competency),
        crumbs=[HOME, ("Portfolio", f"/portfolio/?enrolment={enrolment.ref}")],
        status=status,
        shown=competency_page(found, own=True, reader=request.user),
        enrolment=enrolment,
        conflict=conflict,
        own=True,
    )


def visible_enrolment(user: Any, ref: str) -> Enrolment:
    """The enrolment where the person may see it; 404 to strangers."""
    rows = Enrolment.objects.visible_to(user).select_related("learner", "cohort__programme", "cohort__hub")
    found = rows.prefetch_related("placements").filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def visible_competency(user: Any, ref: str, code: str) -> CompetencyOf:
    """The competency in that enrolment; 404 to strangers."""
    found = competency_of(visible_enrolment(user, ref), code)
    if found is None:
        raise Http404
    return found


@needs(P.SEE_PORTFOLIO, of=visible_enrolment)
@require_safe
def learner_portfolio(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """A learner's portfolio as their mentor may read it."""
    audit.saw(by=request.user, record_type="portfolio", record=enrolment.ref)
    return page(
        request,
        "learners/portfolio.html",
        title=f"Portfolio of {enrolment.learner}",
        crumbs=[HOME, _way_here(request, enrolment)],
        portfolio=queries.portfolio_of(enrolment, own=False),
        given=open_reason(request.user, enrolment),
        own=False,
        sees_learner=can(request.user, P.SEE_LEARNER, enrolment),
    )


def _way_here(request: HttpRequest, enrolment: Enrolment) -> tuple[str, str]:
    """The page from which a reader came: a mentor's list, the learner's page for a hub, a verifier's list."""
    if can(request.user, P.DECIDE, enrolment):
        return ("Waiting for you", "/waiting/")
    if can(request.user, P.SEE_LEARNER, enrolment):
        return (str(enrolment.learner), enrolment.get_absolute_url())
    return ("Verification", "/verification/")


@needs(P.SEE_PORTFOLIO, of=visible_competency)
@require_safe
def learner_competency(request: HttpRequest, found: CompetencyOf) -> HttpResponse:
    """One competency of a learner with the evidence they submitted."""
    enrolment = found.enrolment
    audit.saw(by=request.user, record_type="portfolio", record=f"{enrolment.ref}/{found.competency.code}")
    return page(
        request,
        "learners/competency.html",
        title=str(found.competency),
        crumbs=[HOME, (f"Portfolio of {enrolment.learner}", f"/learners/{enrolment.ref}/portfolio/")],
        shown=competency_page(found, own=False, reader=request.user),
        enrolment=enrolment,
        conflict="",
        given=open_reason(request.user, enrolment),
        opens_requests=can(request.user, P.DECIDE, enrolment),
        own=False,
    )
