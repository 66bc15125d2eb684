"""A mentor's own pages: how often they are asked, when they are away, and putting a request off."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from gpa_programme.core.periods import london_date, today
from learners.actions import absences as actions
from learners.actions import reminders
from learners.forms.mentors import AbsenceForm, RhythmForm, SnoozeForm
from learners.models import Absence, SignOffRequest
from learners.queries import mentors as mentor_queries
from learners.queries import reminders as queries
from learners.rules.mentors import Interval, period, said
from learners.rules.reminders import Away, check_absence, latest_snooze
from learners.views.steps import Confirmation, Step, ask_then_confirm
from learners.views.waiting import LIST, visible_request

P = Permission
HOME = ("Home", "/")
TITLE = "How you are asked"
SETTINGS = (TITLE, "/waiting/settings/")
BOTH = ["GET", "HEAD", "POST"]


@needs(P.DECIDE)
@require_http_methods(BOTH)
def settings(request: HttpRequest) -> HttpResponse:
    """The rhythm of the digest, and absences."""
    form = RhythmForm(request.POST or None, initial={"rhythm": queries.rhythm_of(request.user)})
    if request.method == "POST" and form.is_valid():
        chosen = actions.set_rhythm(rhythm=form.cleaned_data["rhythm"], by=request.user)
        messages.success(
            request, f"Saved. Your email with what waits comes: {chosen.label[:1].lower()}{chosen.label[1:]}."
        )
        return redirect("mentor-settings")
    return page(
        request,
        "learners/mentor_settings.html",
        title=TITLE,
        crumbs=[HOME, LIST],
        form=form,
        absences=queries.absences_ahead(request.user),
        today=today(),
    )


@needs(P.DECIDE)
@require_http_methods(BOTH)
def absence_new(request: HttpRequest) -> HttpResponse:
    """Say when one is away and who covers."""

    def confirmation(said_so: dict[str, Any]) -> Confirmation:
        away = Away(said_so["since"], said_so["until"])
        check_absence(away, today=today(), others=queries.away_ahead(request.user), covered=bool(said_so["email"]))
        days = period(Interval(said_so["since"], said_so["until"]))
        learners = mentor_queries.mentored_between(request.user, said_so["since"], said_so["until"])
        names = ", ".join(str(row.enrolment.learner) for row in learners) or "nobody"
        return Confirmation(
            title="Check your absence",
            text=f"You are away {days}. You mentor {names} on these days.",
            points=[
                f"{said_so['name']} ({said_so['email']}) sees their lists on these days and decides instead of you."
                if said_so["email"]
                else "Nobody covers: what waits will wait, unless a second mentor decides it.",
                "Your emails with what waits, and reminders, stop until you are back.",
                "Your cover, your learners and their hub are told by email.",
            ],
            submit="Save the absence",
        )

    def act(said_so: dict[str, Any]) -> HttpResponse:
        facts = {name: said_so[name] for name in ("since", "until", "name", "email")}
        made = actions.record_absence(mentor=request.user, **facts)
        days = period(Interval(made.since, made.until))
        messages.success(request, f"Saved: you are away {days}{f', {made.cover} covers' if made.cover else ''}.")
        return redirect("mentor-settings")

    step = Step(
        "When are you away?",
        [HOME, LIST, SETTINGS],
        reverse("mentor-settings"),
        shown={"lead": "Somebody who covers for you decides on these days. They need no account: they are invited."},
    )
    return ask_then_confirm(request, AbsenceForm(request.POST or None), step, confirmation=confirmation, act=act)


@needs(P.DECIDE)
@require_http_methods(BOTH)
def absence_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what is ahead of an absence of one's own."""
    held = get_object_or_404(Absence.objects.filter(mentor=request.user).select_related("cover", "mentor"), pk=pk)
    error = ""
    if request.method == "POST":
        try:
            actions.cancel_absence(absence=held, by=request.user)
        except DomainError as refusal:
            error = refusal.message
        else:
            messages.success(request, "You are not away any more. Emails with what waits come to you again.")
            return redirect("mentor-settings")
    days = period(Interval(held.since, held.until))
    return page(
        request,
        "learners/absence_cancel.html",
        title="Cancel your absence",
        crumbs=[HOME, LIST, SETTINGS],
        status=409 if error else 200,
        error=error,
        days=days,
        held=held,
        begun=held.since <= today(),
    )


@needs(P.DECIDE, of=visible_request)
@require_http_methods(BOTH)
def snooze(request: HttpRequest, asked: SignOffRequest) -> HttpResponse:
    """Put a request off until a day; only the reminder waits."""
    latest = _latest(asked)
    form = SnoozeForm(request.POST or None, latest=latest)
    if request.method == "POST" and form.is_valid():
        try:
            made = reminders.snooze(request=asked, until=form.cleaned_data["until"], by=request.user)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"You are reminded of {asked.competency} on {said(made.until)}.")
            return redirect("waiting")
    return page(
        request,
        "learners/snooze_form.html",
        title=f"Put off: {asked.competency}",
        crumbs=[HOME, LIST, (str(asked.competency), asked.get_absolute_url())],
        form=form,
        asked=asked,
        possible=asked.closed_at is None and latest > today(),
        until=queries.snoozed_until(asked, request.user),
    )


def _latest(asked: SignOffRequest) -> date:
    return latest_snooze(
        today=today(),
        requested_on=london_date(asked.requested_at),
        hub_days=asked.enrolment.cohort.programme.tell_hub_days,
    )
