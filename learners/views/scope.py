"""Pages of a learner's scope: what applies and how it came to be, a proposal to make, and one to answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import ConflictError, DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from learners.actions import scope as actions
from learners.forms.scope import AnswerForm, ScopeForm
from learners.models import Enrolment
from learners.queries import scope as queries
from learners.queries.background import BackgroundOf
from learners.queries.scope import Proposal
from learners.rules.scope import Side
from learners.views.portfolio import HOME, visible_enrolment

P = Permission


def above(request: HttpRequest, enrolment: Enrolment) -> list[tuple[str, str]]:
    """The trail above a page about a learner: through their portfolio for themselves, else through their page."""
    if enrolment.learner_id == request.user.pk:
        return [HOME, ("Portfolio", f"{reverse('portfolio')}?enrolment={enrolment.ref}")]
    return [HOME, (str(enrolment.learner), enrolment.get_absolute_url())]


def _trail(request: HttpRequest, enrolment: Enrolment) -> list[tuple[str, str]]:
    return [*above(request, enrolment), ("Scope", reverse("scope", kwargs={"ref": enrolment.ref}))]


@needs(P.SEE_LEARNER, of=visible_enrolment)
@require_safe
def scope(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """What applies now by group, what is proposed, and the history."""
    shown = queries.scope_page(enrolment)
    side = queries.side_today(enrolment, request.user)
    proposer = queries.side_of_proposer(shown.open.agreement) if shown.open else None
    return page(
        request,
        "learners/scope.html",
        title="Your scope" if side is Side.LEARNER else f"Scope of {enrolment.learner}",
        crumbs=above(request, enrolment),
        shown=shown,
        enrolment=enrolment,
        own=side is Side.LEARNER,
        reads_words=access.can(request.user, P.SEE_LEARNER, BackgroundOf(enrolment)),
        may_propose=side is not None and shown.may_change and shown.open is None,
        may_answer=side is not None and shown.may_change and shown.open is not None and side is not proposer,
        may_take_back=shown.open is not None and shown.open.agreement.proposed_by_id == request.user.pk,
    )


@needs(P.AGREE_SCOPE, of=visible_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def scope_propose(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Say by group which competencies should apply; or, the first time, that it is right as it is."""
    shown = queries.scope_page(enrolment)
    groups, agreed = shown.groups, shown.agreed is not None
    form = ScopeForm(request.POST if request.method == "POST" else None, groups=groups, reason_needed=agreed)
    if request.method == "POST" and request.POST.get("action") == "as_it_is":
        return _as_it_is(request, enrolment, shown)
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose(
                enrolment=enrolment, codes=form.codes(), reason=form.cleaned_data["reason"], by=request.user
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            return _proposed(request, enrolment)
    return page(
        request,
        "learners/scope_propose.html",
        title="Propose which competencies apply",
        crumbs=_trail(request, enrolment),
        form=form,
        core=next((group for group in groups if group.kind == "core"), None),
        enrolment=enrolment,
        own=enrolment.learner_id == request.user.pk,
    )


def _as_it_is(request: HttpRequest, enrolment: Enrolment, shown: queries.ScopePage) -> HttpResponse:
    codes = {one.code for group in shown.groups for one in group.inside}
    try:
        actions.propose(enrolment=enrolment, codes=codes, by=request.user)
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect("scope", ref=enrolment.ref)
    return _proposed(request, enrolment)


def _proposed(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    own = enrolment.learner_id == request.user.pk
    messages.success(request, f"Proposed. {'Your mentor' if own else enrolment.learner} is asked to agree by email.")
    return redirect("scope", ref=enrolment.ref)


def visible_proposal(user: Any, ref: str, number: int) -> Proposal:
    """The proposal where the person may see its learner; 404 to strangers."""
    enrolment = visible_enrolment(user, ref)
    found = queries.proposal_of(enrolment, number)
    if found is None:
        raise Http404
    return Proposal(enrolment, found)


@needs(P.AGREE_SCOPE, of=visible_proposal)
@require_http_methods(["GET", "HEAD", "POST"])
def scope_answer(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """What a proposal would change; agree, decline with a word, or take an own one back."""
    action = request.POST.get("action", "")
    form = AnswerForm(request.POST) if action == "decline" else AnswerForm()
    conflict = ""
    if request.method == "POST" and (action != "decline" or form.is_valid()):
        try:
            done = _answer(request, proposal, action, form)
        except ConflictError as error:
            conflict = error.message
        except DomainError as error:
            messages.warning(request, error.message)
            return redirect("scope", ref=proposal.enrolment.ref)
        else:
            messages.success(request, done)
            return redirect("scope", ref=proposal.enrolment.ref)
    side = queries.side_today(proposal.enrolment, request.user)
    waiting = proposal.agreement.decided_at is None and not conflict
    return page(
        request,
        "learners/scope_answer.html",
        title=f"Proposal {proposal.agreement.number}",
        crumbs=_trail(request, proposal.enrolment),
        status=409 if conflict else 200,
        conflict=conflict,
        proposal=proposal,
        shown=queries.proposal_page(proposal),
        form=form,
        may_answer=waiting and side is not None and side is not queries.side_of_proposer(proposal.agreement),
        may_take_back=waiting and proposal.agreement.proposed_by_id == request.user.pk,
    )


def _answer(request: HttpRequest, proposal: Proposal, action: str, form: AnswerForm) -> str:
    """Do what the pressed button says; what to tell the person."""
    if action == "agree":
        actions.agree(agreement=proposal.agreement, by=request.user)
        return "Agreed. Progress is counted by this scope from now on, and the other is told by email."
    if action == "decline":
        actions.decline(agreement=proposal.agreement, answer=form.cleaned_data["answer"], by=request.user)
        return "Declined. The scope stays as it is, and the other is told by email."
    if action == "take_back":
        actions.take_back(agreement=proposal.agreement, by=request.user)
        return "Taken back. The scope stays as it is."
    raise DomainError("Press one of the buttons. Nothing was saved.")
