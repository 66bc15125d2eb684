"""Pages of the end of a portfolio: the learner's declaration, the mentor's statement, the hub's check and choice."""

from collections.abc import Callable
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import ConflictError, DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from learners.actions import finish as actions
from learners.enums import DeclarationKind, EnrolmentState, Route
from learners.forms.finish import DeclarationForm, HubCheckForm, InHouseForm, RouteForm, StatementForm
from learners.models import Certificate, Enrolment
from learners.queries.background import BackgroundOf
from learners.queries.enrolments import roles_over
from learners.queries.finish import FinishPage, finish_page, is_gp_mentor
from learners.rules import certificates as certificate_rules
from learners.rules import enrolment as enrolment_rules
from learners.views.portfolio import HOME, choose, chosen_enrolment, visible_enrolment

P = Permission
K = DeclarationKind
TITLE = "Finish the portfolio"
NOT_DUE = "It is not the turn of this declaration: nothing can be sent now."
Form = Any


# ------------------------------------------------------------------------------------------------------------- learner


@needs(P.KEEP_PORTFOLIO)
@require_http_methods(["GET", "HEAD", "POST"])
def portfolio_finish(request: HttpRequest) -> HttpResponse:
    """What is done and what is missing, and the learner's declaration."""
    enrolment = chosen_enrolment(request)
    if enrolment is None:
        return choose(request, "Choose a portfolio", "portfolio-finish")
    shown = finish_page(enrolment)
    form = _declaration(DeclarationForm, shown, K.LEARNER, request.POST or None)
    status = 200
    if request.method == "POST":
        refused: DomainError | None = None
        if form.is_valid():
            try:
                actions.declare(enrolment=enrolment, seen_sha256=form.cleaned_data["seen"], by=request.user)
            except DomainError as error:
                refused = error
            else:
                messages.success(request, "Your declaration is made. Your GP mentor is asked for their statement.")
                return _back(enrolment)
        shown = finish_page(enrolment)
        if shown.turn != K.LEARNER:  # the page has no form now that could say what is wrong
            messages.error(request, refused.message if refused else "There is nothing to declare now.")
            return _back(enrolment)
        if refused:
            status = _refused(form, refused)
    return page(
        request,
        "learners/finish.html",
        title="Finish your portfolio",
        crumbs=[HOME, ("Portfolio", f"/portfolio/?enrolment={enrolment.ref}")],
        status=status,
        form=_reseen(form, shown),
        own=True,
        reads_words=True,
        **_shown(request, shown),
    )


def _back(enrolment: Enrolment) -> HttpResponse:
    return redirect(f"{reverse('portfolio-finish')}?enrolment={enrolment.ref}")


def _declaration(kind_of_form: Callable[..., Form], shown: FinishPage, kind: DeclarationKind, data: Any) -> Form:
    """The form of a declaration in its wording over the sign-offs on the page."""
    wording = actions.wording_of(shown.enrolment, kind, len(shown.position.standing))
    return kind_of_form(data, wording=wording, initial={"seen": shown.position.seen_sha256})


def _reseen(form: Form, shown: FinishPage) -> Form:
    """A form that comes back speaks of what is on the page now."""
    if form.is_bound:
        form.data = form.data.copy()
        form.data["seen"] = shown.position.seen_sha256
    return form


def _refused(form: Form, error: DomainError) -> int:
    show_refusal(form, error)
    return 409 if isinstance(error, ConflictError) else 200


def _shown(request: HttpRequest, shown: FinishPage) -> dict[str, Any]:
    """What both pages say."""
    certificate = shown.certificate
    address = settings.SITE_URL + certificate.get_absolute_url() if certificate else ""
    return {
        "finish": shown,
        "enrolment": shown.enrolment,
        "certificate": certificate,
        "address": address,
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=2) if certificate else "",
        "withdrawn": [one for one in shown.certificates if one.withdrawn_on],
    }


# ------------------------------------------------------------------------------------------------------- mentor and hub


@needs(P.SEE_LEARNER, of=visible_enrolment)
@require_safe
def learner_finish(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Where a learner's portfolio is on the way to its end, and what the reader can do about it."""
    if enrolment.learner_id == request.user.pk:
        return _back(enrolment)
    shown = finish_page(enrolment)
    return page(
        request,
        "learners/finish.html",
        title=f"{TITLE} of {enrolment.learner}",
        crumbs=_crumbs(enrolment),
        own=False,
        reads_words=access.can(request.user, P.SEE_LEARNER, BackgroundOf(enrolment)),
        form=None,
        may=_may(request.user, shown),
        **_shown(request, shown),
    )


def _crumbs(enrolment: Enrolment, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [HOME, (str(enrolment.learner), enrolment.get_absolute_url()), *more]


def _trail(enrolment: Enrolment) -> list[tuple[str, str]]:
    return _crumbs(enrolment, (TITLE, _address(enrolment)))


def _address(enrolment: Enrolment) -> str:
    return reverse("learner-finish", kwargs={"ref": enrolment.ref})


def _may(user: Any, shown: FinishPage) -> dict[str, bool]:
    """Which buttons the reader has."""
    enrolment = shown.enrolment
    checks = access.can(user, P.CHECK_PORTFOLIO, enrolment)
    moves = access.can(user, P.MOVE_ENROLMENT, enrolment) and shown.ready
    targets = {line.target for line in enrolment_rules.moves(enrolment.state, roles_over(user, enrolment))}
    in_house = enrolment.route == Route.IN_HOUSE
    return {
        "state": shown.turn == K.MENTOR and is_gp_mentor(user, enrolment),
        "check": shown.turn == K.HUB and checks and not is_gp_mentor(user, enrolment),
        "submit": moves and not in_house and EnrolmentState.SUBMITTED in targets,
        "complete": moves and in_house and EnrolmentState.COMPLETED_IN_HOUSE in targets,
        "route": checks and shown.is_learning,
        "issue": (
            access.can(user, P.ISSUE_CERTIFICATE, enrolment)
            and shown.certificate is None
            and EnrolmentState(enrolment.state) in certificate_rules.KINDS
        ),
        "withdraw": access.can(user, P.ISSUE_CERTIFICATE, enrolment) and shown.certificate is not None,
        "open_file": _opens_file(user, shown.certificate),
        "see_verification": access.can(user, P.SEE_VERIFICATION, enrolment) and shown.verification is not None,
    }


def _opens_file(user: Any, certificate: Certificate | None) -> bool:
    return certificate is not None and Certificate.objects.visible_to(user).filter(pk=certificate.pk).exists()


@needs(P.DECIDE, of=visible_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def finish_statement(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The GP mentor's statement."""
    shown = finish_page(enrolment)
    form = _declaration(StatementForm, shown, K.MENTOR, request.POST or None)

    def act(said: dict[str, Any]) -> None:
        actions.state_as_mentor(enrolment=enrolment, seen_sha256=said["seen"], note=said["note"], by=request.user)

    lead = (
        f"{enrolment.learner} declared the portfolio finished: {shown.progress.text} competencies are signed off."
        if shown.turn == K.MENTOR
        else NOT_DUE
    )
    return _ask(request, enrolment, form, act, "Your statement is made. The hub is asked to check.", lead, K.MENTOR)


@needs(P.CHECK_PORTFOLIO, of=visible_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def finish_check(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The hub's check."""
    shown = finish_page(enrolment)
    form = HubCheckForm(request.POST or None, initial={"seen": shown.position.seen_sha256})

    def act(said: dict[str, Any]) -> None:
        actions.check_as_hub(
            enrolment=enrolment, seen_sha256=said["seen"], checks=said["checks"], note=said["note"], by=request.user
        )

    agreed = f"The scope was agreed on {shown.agreed_on:%-d %B %Y}." if shown.agreed_on else "No scope was agreed here."
    mentors = ", ".join(f"{row.mentor} since {row.since:%-d %B %Y}" for row in shown.mentors) or "none today"
    lead = f"{shown.progress.text} competencies are signed off. {agreed} GP mentor: {mentors}."
    lead = lead if shown.turn == K.HUB else f"{NOT_DUE} {lead}"
    return _ask(request, enrolment, form, act, "The check is made. Choose what comes next.", lead, K.HUB)


def _ask(
    request: HttpRequest,
    enrolment: Enrolment,
    form: Form,
    act: Callable[[dict[str, Any]], None],
    done: str,
    lead: str,
    kind: DeclarationKind,
) -> HttpResponse:
    """A declaration's page: the form; sent, it leads back to the page of the portfolio's end."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except DomainError as error:
            status = _refused(form, error)
            form = _reseen(form, finish_page(enrolment))
        else:
            messages.success(request, done)
            return redirect(_address(enrolment))
    return page(
        request,
        "components/form_page.html",
        title=f"{kind.label}: {enrolment.learner}",
        crumbs=_trail(enrolment),
        status=status,
        lead=lead,
        form=form,
    )


# ------------------------------------------------------------------------------------------------------ where it leads


@needs(P.MOVE_ENROLMENT, of=visible_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def finish_submit(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Confirm, then hand the portfolio in for external verification."""
    return _confirm(
        request,
        enrolment,
        None,
        lambda _said: actions.submit(enrolment=enrolment, by=request.user),
        title="Submit for external verification",
        points=[
            "The portfolio waits until the national team draws a sample.",
            "Nobody adds evidence while it waits; the hub can take the submission back.",
        ],
        done=f"The portfolio of {enrolment.learner} is submitted for verification.",
    )


@needs(P.MOVE_ENROLMENT, of=visible_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def finish_in_house(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Confirm, then complete without an award."""
    return _confirm(
        request,
        enrolment,
        InHouseForm(request.POST or None),
        lambda said: actions.complete_in_house(enrolment=enrolment, reason=said["reason"], by=request.user),
        title="Complete in house",
        points=[
            "No external verifier reads the portfolio, and no award is sought.",
            "It cannot be undone. A certificate of the hub can be issued afterwards.",
        ],
        done=f"{enrolment.learner} has completed in house.",
    )


def _confirm(
    request: HttpRequest,
    enrolment: Enrolment,
    form: Form | None,
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    points: list[str],
    done: str,
) -> HttpResponse:
    status = 200
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act(form.cleaned_data if form else {})
        except DomainError as error:
            if form is None:
                messages.error(request, error.message)
                return redirect(_address(enrolment))
            show_refusal(form, error)
            status = 409
        else:
            messages.success(request, done)
            return redirect(_address(enrolment))
    return page(
        request,
        "components/confirm.html",
        title=f"{title}: {enrolment.learner}",
        crumbs=_trail(enrolment),
        status=status,
        points=points,
        form=form,
        submit=title,
        cancel=_address(enrolment),
    )


@needs(P.CHECK_PORTFOLIO, of=visible_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def finish_route(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Choose how the learner gets to the end."""
    form = RouteForm(request.POST or None, initial={"route": enrolment.route})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_route(enrolment=enrolment, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"The route is “{Route(enrolment.route).label}” now.")
            return redirect(_address(enrolment))
    return page(
        request,
        "components/form_page.html",
        title=f"Route of {enrolment.learner}",
        crumbs=_trail(enrolment),
        form=form,
    )
