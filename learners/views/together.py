"""The page on which a mentor signs several requests of one learner and one domain off at once."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from gpa_programme.core.periods import now
from learners.actions import signoff as actions
from learners.enums import DecisionKind
from learners.forms.signoff import TogetherForm
from learners.models import SignOffRequest
from learners.queries import mentor_list
from learners.queries.flags import hidden_versions
from learners.queries.judging import OPENED_TOGETHER, kinds_today, opened_by
from learners.queries.observations import SeenBy, seen_by, unconfirmed_of
from learners.rules.enrolment import waited_days
from learners.rules.signoff import seen_mark, seen_sha256, statement
from learners.views.portfolio import GET_OR_POST, HOME
from learners.views.waiting import LIST


@needs(Permission.DECIDE)
@require_http_methods(GET_OR_POST)
def together(request: HttpRequest) -> HttpResponse:
    """The open requests of one learner in one domain: those that were opened can be signed off together."""
    asked_for = {name: request.GET.get(name, "") for name in ("learner", "domain")}
    requests = mentor_list.group_of(request.user, enrolment=asked_for["learner"], domain=asked_for["domain"])
    if not requests:
        return _none(request, asked_for)
    seen = {row.ref: seen_sha256(version.sha256 for version in row.versions.all()) for row in requests}
    opened = opened_by(request.user, [seen_mark(ref, digest) for ref, digest in seen.items()])
    kinds = kinds_today(requests[0].enrolment, request.user)
    hidden = hidden_versions([version.pk for row in requests for version in row.versions.all()])
    watched = unconfirmed_of(requests)
    ready = [
        row
        for row in requests
        if seen_mark(row.ref, seen[row.ref]) in opened
        and row.pk not in watched
        and any(kind in row.competency.may_sign for kind in kinds)
        and not any(version.pk in hidden for version in row.versions.all())
    ]
    form = TogetherForm(
        request.POST if request.method == "POST" else None,
        requests=ready,
        statement=_statement(requests[0]),
        unread=any(mentor_list.names_unread_files(row) for row in ready),
    )
    alone = {row: seen_by(watched[row.pk], request.user) for row in requests if row.pk in watched}
    show = partial(_page, request, requests, seen, ready, alone, form)
    if request.method != "POST":
        return show()
    if not form.is_valid():
        return show(status=400)
    try:
        decided = _sign_off(request, ready, form.cleaned_data)
    except ConflictError as error:
        return show(conflict=error.message, status=409)
    except DomainError as error:
        show_refusal(form, error)
        return show(status=400)
    messages.success(request, f"Signed off: {decided} for {requests[0].enrolment.learner}, each with its own decision.")
    return redirect("waiting")


def _sign_off(request: HttpRequest, ready: list[SignOffRequest], said: dict[str, Any]) -> int:
    """Sign off what was chosen, over the versions that the page showed."""
    chosen = {row: request.POST.get(f"seen_{row.ref}", "") for row in ready if row.ref in said["chosen"]}
    decisions = actions.sign_off_together(
        seen=chosen, by=request.user, pictures_looked_at=said.get("pictures_looked_at", False)
    )
    return len(decisions)


def _statement(asked: SignOffRequest) -> str:
    return statement(
        DecisionKind.SIGNED_OFF, learner=str(asked.enrolment.learner), competency="each of those I have selected"
    )


def _none(request: HttpRequest, asked_for: dict[str, str]) -> HttpResponse:
    """Without a group to show: the list; a group that is not there, or not the person's, is not found.

    What is sent comes from a page that had a group: it was decided meanwhile, or sent twice.
    """
    if request.method == "POST":
        messages.info(request, "None of these waits for you now. Nothing was changed.")
    if request.method == "POST" or not any(asked_for.values()):
        return redirect("waiting")
    raise Http404


def _page(
    request: HttpRequest,
    requests: list[SignOffRequest],
    seen: dict[str, str],
    ready: list[SignOffRequest],
    alone: dict[SignOffRequest, SeenBy],
    form: TogetherForm,
    *,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    first, moment = requests[0], now()
    audit.saw(
        by=request.user, record_type=OPENED_TOGETHER, record=f"{first.enrolment.ref}/{first.competency.domain.code}"
    )
    unopened = [row for row in requests if row not in ready and row not in alone]
    return page(
        request,
        "learners/together.html",
        title=f"{first.competency.domain.name}: several at once",
        crumbs=[HOME, LIST],
        status=status,
        learner=first.enrolment.learner,
        rows=[(row, waited_days(row.requested_at, moment)) for row in unopened],
        alone=list(alone.items()),
        seen=[(f"seen_{row.ref}", seen[row.ref]) for row in ready],
        form=form,
        ready=ready,
        conflict=conflict,
    )
