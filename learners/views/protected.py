"""The weekly tap on the learner's portfolio: whether they had their protected time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from learners.actions import protected as actions
from learners.views.portfolio import choose, chosen_enrolment


@needs(Permission.KEEP_PORTFOLIO)
@require_POST
def protected_week(request: HttpRequest) -> HttpResponse:
    """Keep the answer for the week that runs."""
    enrolment = chosen_enrolment(request)
    if enrolment is None:
        return choose(request, "Choose a portfolio", "portfolio")
    try:
        actions.record_week(enrolment=enrolment, had=request.POST.get("had", ""), by=request.user)
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, "Noted. You can change it until Sunday.")
    return redirect(f"{reverse('portfolio')}?enrolment={enrolment.ref}")
