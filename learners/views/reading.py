"""The pages of reading with a reason: give it as a hub, see who read as the learner."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from learners.actions.reading import open_for_reason
from learners.forms.reading import ReasonForm
from learners.models import Enrolment
from learners.queries.reading import looks_at, open_reason, reasons_of
from learners.rules.reading import HOURS
from learners.views.portfolio import HOME, choose, chosen_enrolment, visible_enrolment

P = Permission


@needs(P.READ_WITH_REASON, of=visible_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def learner_reading(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Say why, then read for some hours; an open reason leads straight on."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_for_reason(enrolment=enrolment, reason=form.cleaned_data["reason"], by=request.user)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, f"You can read {enrolment.learner}'s evidence for {HOURS} hours. They have been told."
            )
            return redirect("learner-portfolio", ref=enrolment.ref)
    return page(
        request,
        "learners/reading.html",
        title=f"Open the evidence of {enrolment.learner}",
        crumbs=[HOME, (str(enrolment.learner), enrolment.get_absolute_url())],
        status=400 if form.is_bound and form.errors else 200,
        enrolment=enrolment,
        given=open_reason(request.user, enrolment),
        form=form,
        hours=HOURS,
    )


@needs(P.KEEP_PORTFOLIO)
@require_safe
def portfolio_readers(request: HttpRequest) -> HttpResponse:
    """Who read the learner's own portfolio, when, what and why."""
    enrolment = chosen_enrolment(request)
    if enrolment is None:
        return choose(request, "Choose a portfolio", "portfolio-readers")
    return page(
        request,
        "learners/readers.html",
        title="Who has read your evidence",
        crumbs=[HOME, ("Portfolio", f"/portfolio/?enrolment={enrolment.ref}")],
        enrolment=enrolment,
        reasons=reasons_of(enrolment),
        looks=looks_at(enrolment),
    )
