"""Pages of samples: draw one, read how it was drawn and draw it again, decide about what was not drawn."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope, needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from hubs.models import Hub, Programme
from learners.actions import verification as actions
from learners.forms.finish import MORE, PASS, DrawForm, RestForm
from learners.models import VerificationSample
from learners.queries import verification as queries
from learners.queries.verification import HubPart
from learners.rules import verification as rules
from learners.views.portfolio import HOME
from learners.views.verification import LIST

P = Permission


# ------------------------------------------------------------------------------------------------------------- drawing


@needs(P.DRAW_SAMPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def verification_draw(request: HttpRequest) -> HttpResponse:
    """Say how much is drawn; check how many that is; draw."""
    programmes = {programme.slug: (programme, count) for programme, count in queries.programmes_waiting()}
    if not programmes:
        messages.info(request, "No portfolio waits to be drawn.")
        return redirect("verification")
    choices = [(slug, f"{programme}: {count} waiting") for slug, (programme, count) in programmes.items()]
    form = DrawForm(request.POST or None, programmes=choices)
    if request.method == "POST" and form.is_valid():
        programme = programmes[form.cleaned_data["programme"]][0]
        return _draw(request, form, programme)
    return _ask(request, form)


def _ask(request: HttpRequest, form: DrawForm) -> HttpResponse:
    return page(
        request,
        "components/form_page.html",
        title="Draw a sample",
        crumbs=[HOME, LIST],
        lead="The seed decides which portfolios and competencies are drawn. Anybody can draw them again with it.",
        form=form,
    )


def _draw(request: HttpRequest, form: DrawForm, programme: Programme) -> HttpResponse:
    said = form.cleaned_data
    seed = said["seed"] or rules.new_seed()
    try:
        if request.POST.get("action") == "draw":
            sample = actions.draw(
                programme=programme,
                seed=seed,
                percent=said["percent"],
                competencies_each=said["competencies_each"],
                seen_sha256=request.POST.get("seen", ""),
                by=request.user,
            )
            messages.success(request, "The sample is drawn. Give each drawn portfolio to a verifier.")
            return redirect(sample)
        rules.check_sizes(seed=seed, percent=said["percent"], competencies_each=said["competencies_each"])
    except DomainError as error:
        show_refusal(form, error)
        return _ask(request, form)
    return _check(request, programme, seed, said)


def _check(request: HttpRequest, programme: Programme, seed: str, said: dict[str, Any]) -> HttpResponse:
    """How many wait and will be drawn, hub by hub; which ones, nobody sees before the sample is drawn."""
    population = queries.candidates_of(queries.waiting_for_sample(programme))
    fields = {
        "programme": programme.slug,
        "percent": said["percent"],
        "competencies_each": said["competencies_each"],
        "seed": seed,
        "seen": rules.population_sha256(population),
        "action": "draw",
    }
    return page(
        request,
        "components/confirm.html",
        title="Draw this sample?",
        crumbs=[HOME, LIST, ("Draw a sample", "/verification/draw/")],
        text=f"{len(population)} portfolios of {programme} wait. The seed is {seed}.",
        points=[
            *(f"{hub}: {drawn} of {count}" for hub, count, drawn in queries.by_hub(population, said["percent"])),
            f"{said['competencies_each']} competencies from each drawn portfolio.",
            "A sample is never changed or taken back.",
        ],
        hidden=list(fields.items()),
        submit="Draw the sample",
        cancel=reverse("verification"),
    )


# ------------------------------------------------------------------------------------------------------------ a sample


def visible_sample(user: Any, pk: int) -> VerificationSample:
    """The sample where the person sees a part of it; 404 to strangers, and to verifiers: they see their portfolios."""
    return get_object_or_404(queries.samples_for(user), pk=pk)


class SampleOf:
    """A sample as the access to it is asked about: it belongs to whichever of the reader's hubs has a part in it."""

    def __init__(self, user: Any, sample: VerificationSample) -> None:
        self.sample = sample
        self.page = queries.sample_page(user, sample)

    @property
    def access_scope(self) -> Scope:
        """The first of the hubs that the reader sees."""
        return Scope(hub=self.page.parts[0].hub.pk if self.page.parts else None)


def seen_sample(user: Any, pk: int) -> SampleOf:
    """The sample with what the person sees of it."""
    return SampleOf(user, visible_sample(user, pk))


@needs(P.SEE_VERIFICATION, of=seen_sample)
@require_safe
def verification_sample(request: HttpRequest, seen: SampleOf) -> HttpResponse:
    """A sample: population, seed, what was drawn, and who reads it; `?again=1` draws it again and compares."""
    again = "again" in request.GET
    return page(
        request,
        "learners/verification_sample.html",
        title=f"Sample {seen.sample.pk}",
        crumbs=[HOME, LIST],
        sample=seen.sample,
        shown=seen.page,
        again=again,
        same=seen.page.drawn_again() if again else False,
        how=rules.HOW,
        draws=access.can(request.user, P.DRAW_SAMPLE),
    )


class PartOf:
    """A hub's part of a sample, as the access to it is asked about."""

    def __init__(self, sample: VerificationSample, part: HubPart) -> None:
        self.sample, self.part = sample, part

    @property
    def access_scope(self) -> Scope:
        """The hub's."""
        return self.part.hub.access_scope


def seen_part(user: Any, pk: int, slug: str) -> PartOf:
    """A hub's part of a sample where the person sees it; 404 to strangers and where there is none."""
    sample = visible_sample(user, pk)
    hub = get_object_or_404(Hub.objects.visible_to(user), slug=slug)
    part = queries.rest_of(sample, hub)
    if not (part.drawn or part.rest):
        raise Http404
    return PartOf(sample, part)


@needs(P.DRAW_SAMPLE, of=seen_part)
@require_http_methods(["GET", "HEAD", "POST"])
def verification_rest(request: HttpRequest, seen: PartOf) -> HttpResponse:
    """Decide what becomes of a hub's portfolios that were not drawn, where a drawn one was referred."""
    sample, part = seen.sample, seen.part
    form = RestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if said["choice"] == PASS and "confirmed" not in request.POST:
                rules.check_rest([row.outcome for row in part.drawn], part.waiting, said["reason"])
                return _ask_to_pass(request, sample, part, said)
            return redirect(_decide_rest(request, sample, part.hub, said))
        except DomainError as error:
            show_refusal(form, error)
    return page(
        request,
        "components/form_page.html",
        title=f"The others of {part.hub}",
        crumbs=[HOME, LIST, (str(sample), sample.get_absolute_url())],
        lead=(
            f"{part.waiting} portfolios were not drawn and wait. The drawn ones of this hub do not all speak for them."
        ),
        form=form,
    )


def _ask_to_pass(request: HttpRequest, sample: VerificationSample, part: HubPart, said: dict[str, Any]) -> HttpResponse:
    """How many pass and what follows: nobody can take it back."""
    count = len(queries.passing(part.rest))
    left = part.waiting - count
    points = [
        "Each is verified without being read, on your decision, with your reason.",
        "Each learner is told by email, and a certificate can then be issued.",
        "This cannot be taken back.",
    ]
    if left:
        points.append(
            f"{left} other{pluralize(left)} wait{pluralize(left, 's,')} until {pluralize(left, 'its,their')} hub takes "
            f"the submission back: a sign-off in {pluralize(left, 'it,them')} no longer stands."
        )
    return page(
        request,
        "components/confirm.html",
        title=f"Let {_portfolios(count)} of {part.hub} pass?",
        crumbs=[HOME, LIST, (str(sample), sample.get_absolute_url())],
        text=f"{_portfolios(count)} that {pluralize(count, 'was,were')} not drawn "
        f"{pluralize(count, 'passes,pass')} although a drawn one of this hub was referred back.",
        points=points,
        hidden=[*said.items(), ("confirmed", "yes")],
        submit="Let them pass",
        warning=True,
        cancel=sample.get_absolute_url(),
    )


def _portfolios(count: int) -> str:
    return f"{count} portfolio{pluralize(count)}"


def _decide_rest(
    request: HttpRequest, sample: VerificationSample, hub: Hub, said: dict[str, Any]
) -> VerificationSample:
    """Draw more, or let them pass; returns the sample to look at."""
    if said["choice"] == MORE:
        new = actions.draw_more(
            sample=sample,
            hub=hub,
            seed=rules.new_seed(),
            percent=said["percent"],
            competencies_each=said["competencies_each"],
            reason=said["reason"],
            by=request.user,
        )
        messages.success(request, "More portfolios are drawn. Give each to a verifier.")
        return new
    passed = actions.pass_rest(sample=sample, hub=hub, reason=said["reason"], by=request.user)
    messages.success(request, f"{_portfolios(passed)} of {hub} {pluralize(passed, 'has,have')} passed.")
    return sample
