"""Pages of a mentor: what waits for them, and one request with everything needed to decide."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError
from gpa_programme.core.http import page
from gpa_programme.core.periods import now
from gpa_programme.core.tables import Column, Table
from learners.actions import signoff as actions
from learners.enums import DecisionKind
from learners.forms.signoff import CannotJudgeForm, ReturnForm, RevokeForm, SignOffForm
from learners.models import SignOffRequest
from learners.queries import waiting as queries
from learners.rules.enrolment import waited_days
from learners.rules.signoff import statement
from learners.views.portfolio import HOME

P = Permission
LIST = ("Waiting for you", "/waiting/")


@needs(P.DECIDE)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The mentor's list, oldest first."""
    moment = now()
    table = Table(
        queries.waiting_for(request.user),
        [
            Column(
                "competency",
                "Competency",
                value=lambda row: str(row.competency),
                link=lambda row: row.get_absolute_url(),
                sort="competency__position",
            ),
            Column("learner", "Learner", value=lambda row: str(row.enrolment.learner), sort="enrolment__learner__name"),
            Column("requested_at", "Asked on", format="date", sort=True),
            Column("days", "Days waiting", format="number", value=lambda row: waited_days(row.requested_at, moment)),
        ],
        request,
        caption="Waiting for you",
        default_sort="requested_at",
        empty="Nothing waits for you. When a learner submits evidence, it appears here and in your next email.",
    )
    return table.export() or page(request, "learners/waiting.html", title="Waiting for you", crumbs=[HOME], table=table)


def visible_request(user: Any, ref: str) -> SignOffRequest:
    """The request where the person may see it; 404 to strangers."""
    found = queries.request_for(user, ref)
    if found is None:
        raise Http404
    return found


@needs(P.DECIDE, of=visible_request)
@require_http_methods(["GET", "HEAD", "POST"])
def waiting_request(request: HttpRequest, asked: SignOffRequest) -> HttpResponse:
    """Everything needed to decide, and the decision."""
    if request.method != "POST":
        audit.saw(by=request.user, record_type="signoff_request", record=asked.ref)
        return _case(request, asked)
    form = _bound(request, asked)
    if form is None or not form.is_valid():
        return _case(request, asked, form=form)
    try:
        decision = _decide(request, asked, form)
    except ConflictError as error:
        asked.refresh_from_db(fields=["closed_at"])
        return _case(request, asked, form=form, conflict=error.message, status=409)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _case(request, asked, form=form)
    done = f"{decision.status.label}: {asked.competency} for {asked.enrolment.learner}. They will be told by email."
    messages.success(request, done)
    return redirect("waiting")


@needs(P.DECIDE, of=visible_request)
@require_POST
def waiting_revoke(request: HttpRequest, asked: SignOffRequest) -> HttpResponse:
    """Take an own sign-off back."""
    form = RevokeForm(request.POST)
    mine = asked.decisions.filter(by=request.user, kind=DecisionKind.SIGNED_OFF).order_by("-pk").first()
    if mine is None:
        return _case(request, asked, conflict="There is no sign-off of yours to take back here.", status=409)
    if not form.is_valid():
        return _case(request, asked, form=form)
    try:
        actions.revoke(decision=mine, reason=form.cleaned_data["reason"], by=request.user)
    except DomainError as error:
        return _case(request, asked, conflict=error.message, status=409)
    messages.success(request, f"You have taken back your sign-off of {asked.competency}. The learner will be told.")
    return redirect(asked)


def _statement(asked: SignOffRequest) -> str:
    return statement(DecisionKind.SIGNED_OFF, learner=str(asked.enrolment.learner), competency=str(asked.competency))


def _bound(request: HttpRequest, asked: SignOffRequest) -> Any:
    """The form whose button was pressed; None for a button that there is not."""
    action = request.POST.get("action")
    if action == SignOffForm.action:
        return SignOffForm(request.POST, statement=_statement(asked))
    if action == ReturnForm.action:
        return ReturnForm(request.POST)
    if action == CannotJudgeForm.action:
        return CannotJudgeForm(request.POST)
    return None


def _decide(request: HttpRequest, asked: SignOffRequest, form: Any) -> Any:
    said = form.cleaned_data
    facts = {"request": asked, "versions_seen_sha256": said["seen"], "by": request.user}
    if form.action == ReturnForm.action:
        return actions.return_for_more(**facts, reason=said["reason"], would_satisfy=said["would_satisfy"])
    if form.action == CannotJudgeForm.action:
        return actions.cannot_judge(**facts, reason=said["reason"])
    return actions.sign_off(**facts)


def _case(
    request: HttpRequest, asked: SignOffRequest, *, form: Any = None, conflict: str = "", status: int = 200
) -> HttpResponse:
    """The page of a request; a form that was sent back keeps what was typed, over the versions shown now."""
    case = queries.case_of(asked)
    last = case.closed_by
    return page(
        request,
        "learners/request.html",
        title=str(asked.competency),
        crumbs=[HOME, LIST],
        status=status,
        case=case,
        asked=asked,
        days=waited_days(asked.requested_at, now()),
        conflict=conflict,
        form=form,
        sign_off=form if isinstance(form, SignOffForm) else SignOffForm(statement=_statement(asked)),
        back=form if isinstance(form, ReturnForm) else ReturnForm(),
        judge=form if isinstance(form, CannotJudgeForm) else CannotJudgeForm(),
        revoke=form if isinstance(form, RevokeForm) else RevokeForm(),
        may_revoke=last is not None and last.kind == DecisionKind.SIGNED_OFF and last.by_id == request.user.pk,
    )
