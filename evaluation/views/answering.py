"""The respondent's pages: no account, no cookie, no script needed; GET changes nothing, POST answers once."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.actions import answers as actions
from evaluation.enums import WaveState
from evaluation.forms.surveys import SurveyForm
from evaluation.queries import waves as queries
from evaluation.queries.waves import Door
from evaluation.rules.waves import PROMISES, is_small, takes_answers
from gpa_programme.accounts.access import public
from gpa_programme.core.errors import ConflictError, StateError
from gpa_programme.core.http import page
from gpa_programme.core.periods import today

# Whoever is signed in on this machine, the answer is not theirs by name.
PLAIN: dict[str, list[Any]] = {"navigation": [], "account_links": []}


@public
@csrf_exempt  # the address is the key and no cookie is sent; with no referrer a browser's form has no origin to check
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """The questions behind a personal link or a poster's code."""
    door = queries.door(code)
    if door is None:
        raise Http404
    if request.method == "POST" and "stop" in request.POST:
        actions.stop_reminders(door=door)
        text = "You will get no more reminders of this survey. You can still answer it."
        return _message(request, "No more reminders", text)
    wave = door.wave
    if door.answered:
        return _already(request)
    if not takes_answers(wave.state, wave.opens_on, wave.closes_on, today()):
        return _not_open(request, door)
    form = SurveyForm(wave.instrument.questions.all(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _send(request, door, form)
    return _questions(request, door, form)


def _send(request: HttpRequest, door: Door, form: SurveyForm) -> HttpResponse:
    try:
        actions.answer(door=door, answers=form.answers(), comments=form.comments())
    except ConflictError:
        return _already(request)
    except StateError as error:
        return _message(request, "Your answers were not saved", error.message)
    return _private(redirect("survey-thanks"))


def _questions(request: HttpRequest, door: Door, form: SurveyForm) -> HttpResponse:
    wave = door.wave
    return _private(
        page(
            request,
            "evaluation/survey.html",
            title=wave.instrument.title,
            form=form,
            introduction=wave.instrument.introduction,
            promise=PROMISES[wave.mode],
            small_group=is_small(queries.asked_in(wave, door.hub)),
            personal=door.invitation is not None,
            closes_on=wave.closes_on,
            **PLAIN,
        )
    )


def _not_open(request: HttpRequest, door: Door) -> HttpResponse:
    wave = door.wave
    if wave.state == WaveState.PLANNED:
        text = f"It opens on {wave.opens_on.day} {wave.opens_on:%B %Y}. Please come back then."
        return _message(request, "This survey is not open yet", text)
    return _message(request, "This survey has closed", "Thank you for wanting to answer. Nothing was saved.")


def _already(request: HttpRequest) -> HttpResponse:
    text = "Thank you. Each link can be used once, and we cannot see or change what was answered with it."
    return _message(request, "You have already answered", text)


@public
@require_safe
def survey_thanks(request: HttpRequest) -> HttpResponse:
    """Thanks, on a page that knows nothing of the survey, so that going back or reloading sends nothing again."""
    text = "Your answers are saved. You can close this page. We do not know which answers are yours."
    return _message(request, "Thank you", text)


def _message(request: HttpRequest, title: str, text: str) -> HttpResponse:
    """A page in words; always 200, because Django logs the address of an error and the address is the key."""
    return _private(page(request, "evaluation/survey_message.html", title=title, text=text, **PLAIN))


def _private(response: HttpResponse) -> Any:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store, private"
    return response
