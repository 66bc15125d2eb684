"""Pages on which a learner asks a colleague for a statement, sees where it stands, and submits what came in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.http import page
from gpa_programme.core.periods import now
from learners.actions import submission
from learners.actions import witnesses as actions
from learners.enums import EvidenceKind, VersionState, WitnessState
from learners.forms.witnesses import AskForm, SubmitForm
from learners.models import EvidenceItem, EvidenceVersion, Witness
from learners.queries import witnesses as queries
from learners.queries.portfolio import mentors_today, scope_by_domain
from learners.rules.evidence import NotReadyError, may_write
from learners.rules.witnesses import may_remind
from learners.views.evidence import own_item
from learners.views.portfolio import HOME

P = Permission


def own_statement(user: Any, ref: str) -> EvidenceItem:
    """The person's own witness statement; 404 for anything else."""
    item = own_item(user, ref)
    if item.kind != EvidenceKind.WITNESS:
        raise Http404
    return item


@needs(P.KEEP_PORTFOLIO, of=own_statement)
@require_http_methods(["GET", "HEAD", "POST"])
def witness_ask(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Ask a colleague, and then see where it stands."""
    version = queries.newest_version(item)
    if version.state == VersionState.SUBMITTED:
        return redirect(item)
    version.item = item
    witness = queries.witness_of(version)
    if request.method == "POST":
        return _asked(request, version)
    if witness is None or "another" in request.GET:
        form = AskForm(
            initial=AskForm.initial_of(version, queries.last_asked(item)), scope=scope_by_domain(item.enrolment)
        )
        return _ask(request, version, form)
    return _standing(request, version, witness, SubmitForm())


@needs(P.KEEP_PORTFOLIO, of=own_statement)
@require_POST
def witness_again(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Send the email again, with a new link."""
    witness = queries.witness_of(queries.newest_version(item))
    if witness is None:
        return redirect("witness-ask", ref=item.ref)
    try:
        sent = actions.remind(witness=witness, by=request.user)
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, f"Sent again to {sent.email}. The link in the earlier email no longer works.")
    return redirect("witness-ask", ref=item.ref)


@needs(P.KEEP_PORTFOLIO, of=own_statement)
@require_http_methods(["GET", "HEAD", "POST"])
def witness_take_back(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Ask nobody any more, after a page that asks whether this is meant."""
    witness = queries.witness_of(queries.newest_version(item))
    if witness is None:
        return redirect("witness-ask", ref=item.ref)
    if request.method != "POST":
        return page(
            request,
            "components/confirm.html",
            title=f"Take back what you asked of {witness.name}?",
            crumbs=_crumbs(item),
            points=["The link in their email stops working.", "Your draft stays: you can ask somebody else."],
            submit="Take it back",
            warning=True,
            cancel=reverse("witness-ask", kwargs={"ref": item.ref}),
        )
    try:
        actions.take_back(witness=witness, by=request.user)
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, f"{witness.name} is no longer asked.")
    return redirect("witness-ask", ref=item.ref)


@needs(P.KEEP_PORTFOLIO, of=own_statement)
@require_POST
def witness_submit(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Submit the statement that came in."""
    version = queries.newest_version(item)
    if version.state == VersionState.SUBMITTED:
        return redirect(item)
    version.item = item
    witness = queries.witness_of(version)
    if witness is None or queries.state_of(witness) is not WitnessState.ANSWERED:
        messages.warning(request, "Nothing was submitted: the statement has not come in yet.")
        return redirect("witness-ask", ref=item.ref)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _standing(request, version, witness, form)
    try:
        draft = actions.confirm_no_patient(version=version, by=request.user)
        asked = submission.submit(version=draft, by=request.user)
    except DomainError as error:
        for _field, message in _problems(error):
            form.add_error(None, message)
        return _standing(request, version, witness, form)
    names = " and ".join(mentors_today(item.enrolment)) or "Your mentor"
    count = f"{len(asked)} competenc{'y' if len(asked) == 1 else 'ies'}"
    messages.success(request, f"Submitted. {names} will be asked about {count}.")
    return redirect(item)


def _asked(request: HttpRequest, version: EvidenceVersion) -> HttpResponse:
    """The form was sent: show what the colleague will see, go back to it, or send."""
    form = AskForm(request.POST, scope=scope_by_domain(version.item.enrolment))
    if not form.is_valid():
        return _ask(request, version, form)
    if request.POST.get("action") == "change":
        typed = AskForm(initial=form.cleaned_data, scope=form.scope)
        return _ask(request, version, typed)
    said: dict[str, Any] = {"content": form.content(), "by": request.user}
    try:
        if request.POST.get("action") != "send":
            actions.check(asks=form.cleaned_data["asks"], email=form.cleaned_data["email"], **said)
            return _preview(request, version, form)
        witness = actions.ask(version=version, **said, **form.colleague())
    except DomainError as error:
        for field, message in _problems(error):
            form.add_error(field if field in form.fields else None, message)
        return _ask(request, version, form)
    messages.success(request, f"Sent to {witness.email}. You get an email when {witness.name} has answered.")
    return redirect("witness-ask", ref=version.item.ref)


def _problems(error: DomainError) -> list[tuple[str | None, str]]:
    return list(error.problems) if isinstance(error, NotReadyError) else [(error.field, error.message)]


def _crumbs(item: EvidenceItem) -> list[tuple[str, str]]:
    return [HOME, ("Portfolio", f"{reverse('portfolio')}?enrolment={item.enrolment.ref}")]


def _ask(request: HttpRequest, version: EvidenceVersion, form: AskForm) -> HttpResponse:
    return page(
        request,
        "learners/witness_ask.html",
        title="Ask a colleague what they saw",
        crumbs=_crumbs(version.item),
        item=version.item,
        version=version,
        form=form,
        may_write=may_write(version.item.enrolment.state),
    )


def _preview(request: HttpRequest, version: EvidenceVersion, form: AskForm) -> HttpResponse:
    enrolment = version.item.enrolment
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    return page(
        request,
        "learners/witness_preview.html",
        title="Check before you send",
        crumbs=_crumbs(version.item),
        colleague=form.colleague(),
        role=enrolment.cohort.programme.role,
        learner=enrolment.learner,
        practice=queries.practice_of(enrolment),
        links=[{"competency": one, "justification": form.links()[one.code]} for one in form.chosen()],
        hidden=[(name, value) for name, value in typed if name not in {"action", "csrfmiddlewaretoken"}],
    )


def _standing(request: HttpRequest, version: EvidenceVersion, witness: Witness, form: SubmitForm) -> HttpResponse:
    state = queries.state_of(witness)
    return page(
        request,
        "learners/witness_standing.html",
        title=version.title,
        crumbs=_crumbs(version.item),
        item=version.item,
        version=version,
        witness=witness,
        state=state,
        answered=state is WitnessState.ANSWERED,
        may_remind=may_remind(asked_at=witness.asked_at, moment=now()),
        waits=state in {WitnessState.ASKED, WitnessState.EXPIRED},
        links=list(version.links.select_related("competency")),
        form=form,
        may_write=may_write(version.item.enrolment.state),
    )
