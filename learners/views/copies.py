"""The pages of a learner's own copy: ask for one, see that it is being made, fetch it."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.http import page
from gpa_programme.core.work import WorkState
from learners.actions.copies import KEPT, ask_for_copy
from learners.models import PortfolioCopy
from learners.queries.copies import copies_of
from learners.views.portfolio import HOME, choose, chosen_enrolment

P = Permission


@needs(P.KEEP_PORTFOLIO)
@require_http_methods(["GET", "HEAD", "POST"])
def portfolio_copy(request: HttpRequest) -> HttpResponse:
    """What a copy holds, the button that asks for one, and those there are."""
    enrolment = chosen_enrolment(request)
    if enrolment is None:
        return choose(request, "Choose a portfolio to copy", "portfolio-copy")
    if request.method == "POST":
        ask_for_copy(enrolment=enrolment, by=request.user)
        messages.success(request, "Your copy is being made. You can leave this page and come back.")
        return redirect(f"{request.path}?enrolment={enrolment.ref}")
    rows = list(copies_of(request.user).filter(enrolment=enrolment))
    return page(
        request,
        "learners/copies.html",
        title="Your own copy of your portfolio",
        crumbs=[HOME, ("Portfolio", f"/portfolio/?enrolment={enrolment.ref}")],
        enrolment=enrolment,
        copies=rows,
        underway=any(row.work_state in {WorkState.QUEUED, WorkState.RUNNING} for row in rows),
        days=KEPT.days,
    )


def own_copy(user: Any, pk: int) -> PortfolioCopy:
    """The person's own copy that is ready; 404 to everybody else."""
    found = copies_of(user).exclude(stored_as="").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@needs(P.KEEP_PORTFOLIO, of=own_copy)
@require_safe
def portfolio_copy_file(request: HttpRequest, copy: PortfolioCopy) -> HttpResponseBase:
    """The ZIP."""
    return FileResponse(
        default_storage.open(copy.stored_as),
        as_attachment=True,
        filename=f"portfolio-{copy.enrolment.ref}.zip",
        content_type="application/zip",
    )
