"""What a learner does about a request: ask again, send it again, take it back, say that they have read a decision."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from learners.actions import requests as actions
from learners.actions.signoff import acknowledge
from learners.enums import CompetencyState
from learners.forms.asking import AskForm
from learners.models import Enrolment, SignOffRequest
from learners.queries.chain import carried_on
from learners.queries.competency import CompetencyOf, askable_versions, competency_page
from learners.queries.states import enrolment_states
from learners.queries.waiting import DecisionOf, decision_for
from learners.rules.requests import may_ask
from learners.views.portfolio import GET_OR_POST, HOME, own_competency, show_own
from learners.views.waiting import visible_request

P = Permission


def address_of(enrolment: Enrolment, code: str) -> str:
    """The learner's page of a competency."""
    return f"{reverse('portfolio-competency', kwargs={'code': code})}?enrolment={enrolment.ref}"


@needs(P.KEEP_PORTFOLIO)
@require_http_methods(GET_OR_POST)
def portfolio_ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask again, over submitted versions that the learner chooses."""
    found = own_competency(request, code)
    enrolment, competency = found.enrolment, found.competency
    shown = competency_page(found, own=True, reader=request.user)
    if not shown.may_ask:
        return _nothing_to_ask(request, found)
    form = AskForm(request.POST if request.method == "POST" else None, versions=askable_versions(enrolment, competency))
    if request.method == "POST" and form.is_valid():
        try:
            chosen = form.cleaned_data["versions"]
            actions.ask_again(enrolment=enrolment, competency=competency, versions=chosen, by=request.user)
        except StateError:
            return _nothing_to_ask(request, found)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Your mentors will be told. You will get an email when one has answered.")
            return redirect(address_of(enrolment, code))
    again = "re-confirm" if shown.state is CompetencyState.EXPIRED else "decide again"
    return page(
        request,
        "components/form_page.html",
        title=f"Ask your mentor to {again}",
        crumbs=[HOME, (str(competency), address_of(enrolment, code))],
        form=form,
        lead=f"{competency}. Choose what you want to be decided on. To change something first, make a new version of "
        "it instead.",
        cancel=address_of(enrolment, code),
        status=400 if form.errors else 200,
    )


def _nothing_to_ask(request: HttpRequest, found: CompetencyOf) -> HttpResponse:
    if request.method != "POST":
        return redirect(address_of(found.enrolment, found.competency.code))
    return show_own(request, found, conflict="There is nothing to ask for here: it is as shown below.", status=409)


@needs(P.KEEP_PORTFOLIO, of=visible_request)
@require_http_methods(GET_OR_POST)
def request_withdraw(request: HttpRequest, asked: SignOffRequest) -> HttpResponse:
    """Take an open request back, on a page that asks first."""
    home = address_of(asked.enrolment, asked.competency.code)
    if request.method == "POST":
        try:
            actions.withdraw(request=asked, by=request.user)
        except DomainError as error:
            return _refused(request, asked, error)
        messages.success(request, f"You have taken back your request for {asked.competency}.")
        return redirect(home)
    if asked.closed_at is not None:
        return redirect(home)
    return page(
        request,
        "components/confirm.html",
        title="Take this request back?",
        crumbs=[HOME, (str(asked.competency), home)],
        text=f"Your mentors will no longer be asked to decide on {asked.competency}.",
        points=["Your evidence stays as it is.", "It stays on record that you asked.", _afterwards(asked)],
        form=None,
        hidden=[],
        submit="Take it back",
        warning=True,
        cancel=home,
    )


def _afterwards(asked: SignOffRequest) -> str:
    """Whether the competency can be asked for again once the request is taken back."""
    enrolment = carried_on(asked.enrolment)
    state = enrolment_states([enrolment.pk])[enrolment.pk].get(asked.competency_id, CompetencyState.OUT_OF_SCOPE)
    if may_ask(state, open_request=False):
        return "You can ask again later."
    if state is CompetencyState.SIGNED_OFF:
        return (
            "It stays signed off, so you cannot ask for it again with this evidence unless the sign-off is taken back, "
            "runs out or its evidence changes."
        )
    return "It is not in your scope, so you cannot ask for it again."


@needs(P.KEEP_PORTFOLIO, of=visible_request)
@require_POST
def request_resend(request: HttpRequest, asked: SignOffRequest) -> HttpResponse:
    """Tell the mentors of an open request again."""
    try:
        actions.resend(request=asked, by=request.user)
    except DomainError as error:
        return _refused(request, asked, error)
    messages.success(request, f"Your mentors will be told again of {asked.competency}.")
    return redirect(address_of(asked.enrolment, asked.competency.code))


def visible_decision(user: Any, pk: int) -> DecisionOf:
    """The decision where the person may see its request; 404 to strangers."""
    found = decision_for(user, pk)
    if found is None:
        raise Http404
    return found


@needs(P.KEEP_PORTFOLIO, of=visible_decision)
@require_POST
def decision_read(request: HttpRequest, found: DecisionOf) -> HttpResponse:
    """The learner has read what a mentor said."""
    decision = found.decision
    acknowledge(decision=decision, by=request.user)
    messages.success(request, f"{decision.by} sees that you have read this.")
    return redirect(address_of(decision.enrolment, decision.competency.code))


def _refused(request: HttpRequest, asked: SignOffRequest, error: DomainError) -> HttpResponse:
    """The learner's page of the competency as it is now, and why nothing was done."""
    return show_own(request, CompetencyOf(asked.enrolment, asked.competency), conflict=error.message, status=409)
