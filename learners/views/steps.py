"""The two steps of what is confirmed: a form, then what will happen with the same answers, then it is done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse

from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page

NOT_AN_ANSWER = {"confirmed", "csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Confirmation:
    """What the second step says: a sentence, what follows, the button."""

    title: str
    text: str
    points: list[str]
    submit: str
    warning: bool = False


@dataclass(frozen=True)
class Step:
    """The first step as a page: its title and template with what that shows besides the form."""

    title: str
    crumbs: Iterable[tuple[str, str]]
    cancel: str
    template: str = "components/form_page.html"
    shown: dict[str, Any] = field(default_factory=dict)


def ask_then_confirm(
    request: HttpRequest,
    form: Any,
    step: Step,
    *,
    confirmation: Callable[[dict[str, Any]], Confirmation],
    act: Callable[[dict[str, Any]], HttpResponse],
) -> HttpResponse:
    """The form; with valid answers what they do; with those confirmed, the act. What is refused stands in the form."""
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form, step)
    try:
        if "confirmed" not in request.POST:
            return _confirm(request, step, confirmation(form.cleaned_data))
        return act(form.cleaned_data)
    except DomainError as error:
        show_refusal(form, error)
    return _ask(request, form, step)


def _ask(request: HttpRequest, form: Any, step: Step) -> HttpResponse:
    shown = {"lead": "", **step.shown}
    return page(request, step.template, title=step.title, crumbs=step.crumbs, form=form, cancel=step.cancel, **shown)


def _confirm(request: HttpRequest, step: Step, confirmation: Confirmation) -> HttpResponse:
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_AN_ANSWER]
    return page(
        request,
        "components/confirm.html",
        title=confirmation.title,
        crumbs=step.crumbs,
        text=confirmation.text,
        points=confirmation.points,
        form=None,
        hidden=[*typed, ("confirmed", "yes")],
        submit=confirmation.submit,
        warning=confirmation.warning,
        cancel=step.cancel,
    )
