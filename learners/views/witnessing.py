"""The colleague's page: no account, no cookie; opening it changes nothing, sending answers once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from gpa_programme.accounts.access import public
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from learners.actions import witnesses as actions
from learners.enums import WitnessState
from learners.forms.witnesses import DeclineForm, StatementForm
from learners.queries import witnesses as queries
from learners.queries.witnesses import Door
from learners.rules.evidence import NotReadyError

# The colleague has no account, and whoever is signed in on this machine is not shown as the one who answers.
PLAIN: dict[str, list[Any]] = {"navigation": [], "account_links": []}
ENDED = {
    WitnessState.DECLINED: "You said that you would rather not. The learner knows. You need do nothing more.",
    WitnessState.EXPIRED: "This link has expired. If you still want to help, ask your colleague to send a new one.",
}


@public
@csrf_exempt  # the address is the key and no cookie is sent; with no referrer a browser's form has no origin to check
@require_http_methods(["GET", "HEAD", "POST"])
def witness(request: HttpRequest, token: str) -> HttpResponse:
    """What a learner asks a colleague, and their statement."""
    door = queries.door(token)
    if door is None:
        text = "It was replaced by a newer email, or your colleague took it back. Look for a newer email from us."
        return _message(request, "This link no longer works", text, status=404)
    if door.state in ENDED:
        title = "Thank you" if request.method != "POST" else "Nothing was saved"
        return _message(request, title, ENDED[door.state])
    if door.state is WitnessState.ANSWERED:
        return _private(page(request, "learners/witness_sent.html", title="Thank you", door=door, **PLAIN))
    if request.method != "POST":
        return _ask(request, door, StatementForm(initial=_known(door)), DeclineForm())
    if request.POST.get("action") == "decline":
        return _decline(request, token, door)
    return _answer(request, token, door)


def _known(door: Door) -> dict[str, str]:
    return {"signed_name": door.witness.name, "signed_job": door.witness.job}


def _answer(request: HttpRequest, token: str, door: Door) -> HttpResponse:
    form = StatementForm(request.POST)
    if not form.is_valid():
        return _ask(request, door, form, DeclineForm())
    said = form.cleaned_data
    try:
        actions.answer(
            witness=door.witness,
            statement=said["statement"],
            name=said["signed_name"],
            job=said["signed_job"],
            saw_it=said["saw_it"],
            by=_signed_in(request),
        )
    except StateError as error:
        return _message(request, "Your statement was not saved", error.message)
    except DomainError as error:
        _refuse(form, error)
        return _ask(request, door, form, DeclineForm())
    return _private(redirect("witness", token=token))


def _decline(request: HttpRequest, token: str, door: Door) -> HttpResponse:
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _ask(request, door, StatementForm(initial=_known(door)), form)
    try:
        actions.decline(witness=door.witness, because=form.cleaned_data["declined_because"], by=_signed_in(request))
    except StateError as error:
        return _message(request, "Nothing was saved", error.message)
    except DomainError as error:
        _refuse(form, error)
        return _ask(request, door, StatementForm(initial=_known(door)), form)
    return _private(redirect("witness", token=token))


def _signed_in(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _refuse(form: Any, error: DomainError) -> None:
    """Every reason at its field; what was typed stays in the boxes."""
    if not isinstance(error, NotReadyError):
        show_refusal(form, error)
        return
    for field, message in error.problems:
        form.add_error(field, message)


def _ask(request: HttpRequest, door: Door, form: StatementForm, no: DeclineForm) -> HttpResponse:
    enrolment = door.witness.version.item.enrolment
    return _private(
        page(
            request,
            "learners/witness.html",
            title=f"What did you see {enrolment.learner} do?",
            door=door,
            learner=enrolment.learner,
            role=enrolment.cohort.programme.role,
            form=form if form.is_bound or not no.is_bound else no,
            statement=form,
            no=no,
            **PLAIN,
        )
    )


def _message(request: HttpRequest, title: str, text: str, status: int = 200) -> HttpResponse:
    """A page in words: 200 where the link is alive, because Django logs the address of an error and it is the key.

    A statement that came too late is given back to its author: nobody else has it.
    """
    written = request.POST.get("statement", "").strip()
    shown = page(
        request, "learners/witness_message.html", title=title, text=text, written=written, status=status, **PLAIN
    )
    return _private(shown)


def _private(response: Any) -> Any:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store, private"
    return response
