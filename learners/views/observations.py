"""Pages on which what was watched is recorded: by the mentor, or on the learner's own device beside the mentor."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs, signed_in
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from gpa_programme.core.periods import today
from learners.actions import observations as actions
from learners.actions.observations import Seen
from learners.actions.observing import Recorded, record_as_mentor
from learners.forms.observations import SIGN, DeviceForm, MentorForm, SeenForm
from learners.models import Enrolment
from learners.queries import observations as queries
from learners.queries.portfolio import scope_by_domain
from learners.rules.evidence import NotReadyError, may_write
from learners.views.portfolio import HOME, choose, chosen_enrolment

P = Permission
TITLE = "Record what was watched"


@signed_in
@require_safe
def observe(request: HttpRequest) -> HttpResponse:
    """Whose work was watched: a learner one mentors, or one's own."""
    mentored = queries.observable_by(request.user)
    learns = access.can(request.user, P.KEEP_PORTFOLIO)
    if learns and ("enrolment" in request.GET or not mentored):
        return redirect(f"{reverse('observe-own')}?{request.GET.urlencode()}")
    return page(request, "learners/observe.html", title=TITLE, crumbs=[HOME], mentored=mentored, learns=learns)


@needs(P.KEEP_PORTFOLIO)
@require_http_methods(["GET", "HEAD", "POST"])
def observe_own(request: HttpRequest) -> HttpResponse:
    """On the learner's own device, beside the mentor who watched."""
    enrolment = chosen_enrolment(request)
    if enrolment is None:
        return choose(request, "Choose a portfolio for what was watched", "observe-own")
    bound = request.POST if request.method == "POST" else None
    form = DeviceForm(
        bound,
        initial={"competencies": request.GET.getlist("competency")},
        scope=scope_by_domain(enrolment),
        observers=queries.observers_of(enrolment),
    )
    if bound is None or not form.is_valid():
        return _device(request, enrolment, form)
    try:
        observation = actions.record_on_device(
            enrolment=enrolment, observer=form.observer(), seen=_seen(form), by=request.user
        )
    except DomainError as error:
        _refuse(form, error)
        return _device(request, enrolment, form)
    observer = observation.observer
    messages.success(request, f"Sent. {observer} has an email and can confirm it until the end of today.")
    return redirect(observation.version.item)


def observable(user: Any, ref: str) -> Enrolment:
    """A learner whom the person mentors today and may observe; 404 for anybody else."""
    found = next((row for row in queries.observable_by(user) if row.ref == ref), None)
    if found is None:
        raise Http404
    return found


@needs(P.DECIDE, of=observable)
@require_http_methods(["GET", "HEAD", "POST"])
def observe_learner(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """What a mentor watched a learner do, and whether it is enough."""
    bound = request.POST if request.method == "POST" else None
    form = MentorForm(
        bound,
        initial={"observed_on": today()},
        scope=scope_by_domain(enrolment),
        learner=str(enrolment.learner),
    )
    if bound is None or not form.is_valid():
        return _mentor(request, enrolment, form)
    try:
        recorded = record_as_mentor(
            enrolment=enrolment,
            observed_on=form.cleaned_data["observed_on"],
            seen=_seen(form),
            sign_off=form.cleaned_data["verdict"] == SIGN,
            by=request.user,
        )
    except DomainError as error:
        _refuse(form, error)
        return _mentor(request, enrolment, form)
    for level, text in _outcome(recorded, str(enrolment.learner)):
        messages.add_message(request, level, text)
    return redirect("waiting")


def _seen(form: SeenForm) -> Seen:
    said = form.cleaned_data
    return Seen(said["title"], said["text"], said["competencies"], said["no_patient_details"])


def _refuse(form: SeenForm, error: DomainError) -> None:
    """Every reason at its field."""
    if not isinstance(error, NotReadyError):
        show_refusal(form, error)
        return
    for field, message in error.problems:
        form.add_error(field, message)


def _outcome(recorded: Recorded, learner: str) -> list[tuple[int, str]]:
    """What became of it, in words."""
    said = [(messages.SUCCESS, f"Recorded. {learner} can read it.")]
    if recorded.signed:
        names = "; ".join(str(one) for one in recorded.signed)
        said = [(messages.SUCCESS, f"Recorded and signed off for {learner}: {names}. They will be told by email.")]
    for request in recorded.unread:
        text = f"Not signed off: {request.competency}. Other evidence waits with it: open it, read all, then decide."
        said.append((messages.WARNING, text))
    for competency in recorded.others_decide:
        text = f"Not signed off: {competency}. The framework says that another kind of mentor decides on it."
        said.append((messages.WARNING, text))
    return said


def _device(request: HttpRequest, enrolment: Enrolment, form: DeviceForm) -> HttpResponse:
    return page(
        request,
        "learners/observe_own.html",
        title="A mentor watched you do it",
        crumbs=[HOME, ("Portfolio", f"{reverse('portfolio')}?enrolment={enrolment.ref}")],
        enrolment=enrolment,
        form=form,
        may_write=may_write(enrolment.state),
        observers=list(form.observers.values()),
    )


def _mentor(request: HttpRequest, enrolment: Enrolment, form: MentorForm) -> HttpResponse:
    return page(
        request,
        "learners/observe_learner.html",
        title=f"What did you watch {enrolment.learner} do?",
        crumbs=[HOME, (TITLE, reverse("observe"))],
        enrolment=enrolment,
        form=form,
    )
