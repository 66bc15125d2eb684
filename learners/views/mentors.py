"""Pages of a learner's mentors: who they are, naming a second one or a cover, changing the GP mentor, ending one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.http import page
from learners.actions import mentors as actions
from learners.enums import MentorKind
from learners.forms.mentors import AddMentorForm, ChangeGpForm, EndForm
from learners.models import Enrolment, Mentorship
from learners.queries import mentors as queries
from learners.rules.mentors import Interval, period, said
from learners.views.steps import Confirmation, Step, ask_then_confirm

P = Permission
HOME = ("Home", "/")
BOTH = ["GET", "HEAD", "POST"]


def visible_enrolment(user: Any, ref: str) -> Enrolment:
    """The enrolment where the person may see it; 404 to strangers."""
    rows = Enrolment.objects.visible_to(user).select_related("learner", "cohort__programme", "cohort__hub")
    return get_object_or_404(rows.prefetch_related("placements"), ref=ref)


def visible_mentorship(user: Any, ref: str, pk: int) -> queries.MentorshipOf:
    """A mentorship of that learner; 404 to strangers and where it is another learner's."""
    enrolment = visible_enrolment(user, ref)
    held: Mentorship = get_object_or_404(enrolment.mentorships.select_related("mentor"), pk=pk)
    held.enrolment = enrolment
    return queries.MentorshipOf(held)


@needs(P.SEE_LEARNER, of=visible_enrolment)
@require_safe
def mentors(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Who mentors the learner now, soon and before."""
    user = request.user
    manages = access.can(user, P.MANAGE_MENTORS, enrolment)
    return page(
        request,
        "learners/mentors.html",
        title=f"Mentors of {enrolment.learner}",
        crumbs=_crumbs(enrolment)[:-1],
        enrolment=enrolment,
        mentors=queries.mentors_page(enrolment),
        manages=manages and enrolment.state in queries.WITH_MENTORS,
        sees_addresses=manages or access.can(user, P.DECIDE, enrolment) or enrolment.learner_id == user.pk,
    )


@needs(P.MANAGE_MENTORS, of=visible_enrolment)
@require_http_methods(BOTH)
def mentor_add(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Name a second mentor or a cover."""

    def confirmation(said_so: dict[str, Any]) -> Confirmation:
        kind = MentorKind(said_so["kind"]).label
        days = period(Interval(said_so["since"], said_so["until"]))
        return Confirmation(
            title=f"Name {said_so['name']} as {kind.lower()}?",
            text=f"{said_so['name']} ({said_so['email']}) is {kind.lower()} of {enrolment.learner} {days}.",
            points=[
                "On these days they see the portfolio and decide on what waits.",
                "They and the learner are told by email. They need no password.",
            ],
            submit=f"Name the {kind.lower()}",
        )

    def act(said_so: dict[str, Any]) -> HttpResponse:
        kind = MentorKind(said_so.pop("kind"))
        made = actions.add_mentor(enrolment=enrolment, kind=kind, by=request.user, **said_so)
        messages.success(request, f"{made.mentor} is named as {kind.label.lower()}. They and the learner are told.")
        return redirect("learner-mentors", ref=enrolment.ref)

    step = _step(enrolment, f"Name a second mentor or cover for {enrolment.learner}")
    return ask_then_confirm(request, AddMentorForm(request.POST or None), step, confirmation=confirmation, act=act)


@needs(P.MANAGE_MENTORS, of=visible_enrolment)
@require_http_methods(BOTH)
def mentor_change(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Change the GP mentor from a day, and hand over what waits."""
    facts = queries.mentors_page(enrolment)

    def confirmation(said_so: dict[str, Any]) -> Confirmation:
        since = said(said_so["since"])
        before = [f"{facts.gp.mentor} stops the day before and no longer sees anything."] if facts.gp else []
        waits = f"{facts.waiting} open request{'' if facts.waiting == 1 else 's'}"
        return Confirmation(
            title=f"Make {said_so['name']} the GP mentor?",
            text=f"{said_so['name']} ({said_so['email']}) is GP mentor of {enrolment.learner} from {since}.",
            points=[
                *before,
                f"What waits goes with it: {waits} now. It keeps its age and its place in the list.",
                "Both and the learner are told by email.",
            ],
            submit="Change the GP mentor",
        )

    def act(said_so: dict[str, Any]) -> HttpResponse:
        made = actions.change_gp_mentor(enrolment=enrolment, by=request.user, **said_so)
        messages.success(request, f"{made.mentor} is GP mentor from {said(made.since)}. Everybody concerned is told.")
        return redirect("learner-mentors", ref=enrolment.ref)

    step = _step(enrolment, f"Change the GP mentor of {enrolment.learner}")
    return ask_then_confirm(request, ChangeGpForm(request.POST or None), step, confirmation=confirmation, act=act)


@needs(P.MANAGE_MENTORS, of=visible_mentorship)
@require_http_methods(BOTH)
def mentor_end(request: HttpRequest, of: queries.MentorshipOf) -> HttpResponse:
    """Let a mentor stop after a day."""
    held, enrolment = of.mentorship, of.mentorship.enrolment
    kind = held.capacity.in_a_sentence

    def confirmation(said_so: dict[str, Any]) -> Confirmation:
        return Confirmation(
            title=f"End with {held.mentor} as {kind}?",
            text=f"{held.mentor} is {kind} of {enrolment.learner} until {said(said_so['last'])}.",
            points=["After that day they no longer see the portfolio.", "They and the learner are told by email."],
            submit="End it",
            warning=True,
        )

    def act(said_so: dict[str, Any]) -> HttpResponse:
        actions.end_mentorship(mentorship=held, by=request.user, **said_so)
        messages.success(request, f"Saved: {held.mentor} stops as {kind}. They and the learner are told.")
        return redirect("learner-mentors", ref=enrolment.ref)

    step = _step(enrolment, f"End with {held.mentor} as {kind}")
    return ask_then_confirm(request, EndForm(request.POST or None), step, confirmation=confirmation, act=act)


def _step(enrolment: Enrolment, title: str) -> Step:
    return Step(title, _crumbs(enrolment), reverse("learner-mentors", kwargs={"ref": enrolment.ref}))


def _crumbs(enrolment: Enrolment) -> list[tuple[str, str]]:
    mentors_page = reverse("learner-mentors", kwargs={"ref": enrolment.ref})
    return [HOME, (str(enrolment.learner), enrolment.get_absolute_url()), ("Mentors", mentors_page)]
