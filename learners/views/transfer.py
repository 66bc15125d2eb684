"""Pages of moving on: another practice, the offer to another hub, and the receiving hub's answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from gpa_programme.core.tables import Column, Table
from hubs.models import Organisation, Region
from hubs.queries import find_practices, open_practice
from learners.actions import transfer as actions
from learners.enums import OfferState
from learners.forms.transfer import AcceptForm, DeclineForm, OfferForm, PracticeForm
from learners.models import Enrolment, TransferOffer
from learners.queries import transfer as queries
from learners.queries.enrolments import practices_of
from learners.rules.mentors import said
from learners.rules.transfer import what_happens
from learners.views.mentors import HOME, visible_enrolment
from learners.views.steps import Confirmation, Step, ask_then_confirm

P = Permission
BOTH = ["GET", "HEAD", "POST"]
TRANSFERS = ("Transfers", "/transfers/")


def visible_offer(user: Any, pk: int) -> TransferOffer:
    """An offer to one of the person's hubs; 404 to strangers and to the hub that made it."""
    rows = TransferOffer.objects.visible_to(user).select_related(
        "enrolment__learner", "enrolment__cohort__hub", "enrolment__cohort__programme", "to_cohort__hub__region"
    )
    return get_object_or_404(rows, pk=pk)


# ----------------------------------------------------------------------------------------------------------- practice


@needs(P.MANAGE_MENTORS, of=visible_enrolment)
@require_http_methods(BOTH)
def practice(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Find the next practice, give the day and why, confirm."""
    crumbs = [HOME, (str(enrolment.learner), enrolment.get_absolute_url())]
    if "practice" not in request.GET:
        now_at = practices_of([enrolment.pk]).get(enrolment.pk)
        lead = f"{enrolment.learner} works at {now_at.name} now." if now_at else ""
        region = enrolment.cohort.hub.region
        return _search(request, f"Change the practice of {enrolment.learner}", crumbs, region, lead=lead)
    chosen = _chosen(request)

    def confirmation(said_so: dict[str, Any]) -> Confirmation:
        mentor = f"{said_so['mentor_name']} becomes the GP mentor on that day." if said_so["mentor_email"] else ""
        return Confirmation(
            title=f"Move {enrolment.learner} to {chosen.name}?",
            text=f"{enrolment.learner} works at {chosen.name} from {said(said_so['on'])}.",
            points=[
                "The practice before ends the day before, and its manager no longer sees the learner.",
                "Evidence, decisions and what waits stay as they are.",
                mentor or "The GP mentor stays the same.",
                "The learner is told by email.",
            ],
            submit="Change the practice",
        )

    def act(said_so: dict[str, Any]) -> HttpResponse:
        actions.change_practice(enrolment=enrolment, practice=chosen, by=request.user, **said_so)
        messages.success(request, f"{enrolment.learner} works at {chosen.name} from {said(said_so['on'])}.")
        return redirect(enrolment)

    step = _at_practice(
        f"{enrolment.learner} moves to {chosen.name}",
        crumbs,
        enrolment.get_absolute_url(),
        chosen,
        enrolment.cohort.hub.region,
    )
    return ask_then_confirm(request, PracticeForm(request.POST or None), step, confirmation=confirmation, act=act)


# -------------------------------------------------------------------------------------------------------------- offer


@needs(P.MOVE_ENROLMENT, of=visible_enrolment)
@require_http_methods(BOTH)
def transfer_offer(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Offer a learner to another hub, see what that does, or take the offer back."""
    waits = queries.open_offer(enrolment)
    crumbs = [HOME, (str(enrolment.learner), enrolment.get_absolute_url())]
    if waits is not None:
        return _waiting_offer(request, enrolment, waits, crumbs)
    if enrolment.state not in queries.MOVABLE:
        return page(
            request,
            "learners/transfer_not.html",
            title=f"{enrolment.learner} cannot be transferred",
            crumbs=crumbs,
            enrolment=enrolment,
        )
    points = _points(enrolment)

    def confirmation(said_so: dict[str, Any]) -> Confirmation:
        hub = said_so["to_cohort"].hub
        return Confirmation(
            title=f"Offer {enrolment.learner} to {hub}?",
            text=f"{hub} is asked by email. Nothing changes until it accepts. When it does:",
            points=points,
            submit="Offer the learner",
        )

    def act(said_so: dict[str, Any]) -> HttpResponse:
        made = actions.offer(enrolment=enrolment, by=request.user, **said_so)
        messages.success(request, f"{made.to_cohort.hub} is asked. You are told by email what it answers.")
        return redirect("learner-transfer", ref=enrolment.ref)

    step = Step(
        f"Transfer {enrolment.learner} to another hub",
        crumbs,
        enrolment.get_absolute_url(),
        template="learners/transfer_offer.html",
        shown={"points": points, "declined": queries.last_answer(enrolment)},
    )
    form = OfferForm(request.POST or None, enrolment=enrolment)
    return ask_then_confirm(request, form, step, confirmation=confirmation, act=act)


def _waiting_offer(
    request: HttpRequest, enrolment: Enrolment, waits: TransferOffer, crumbs: list[tuple[str, str]]
) -> HttpResponse:
    if request.method == "POST" and request.POST.get("action") == "take_back":
        try:
            actions.take_back(offer=waits, by=request.user)
        except DomainError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, f"Taken back: {enrolment.learner} is no longer offered to {waits.to_cohort.hub}.")
        return redirect(enrolment)
    return page(
        request,
        "learners/transfer_waiting.html",
        title=f"{enrolment.learner} is offered to {waits.to_cohort.hub}",
        crumbs=crumbs,
        enrolment=enrolment,
        offer=waits,
        points=_points(enrolment),
    )


def _points(enrolment: Enrolment) -> list[str]:
    place = enrolment.place.number if enrolment.place else None
    return what_happens(enrolment.state, place=place, waiting=enrolment.requests.open().count())


# ------------------------------------------------------------------------------------------------------------- answer


@needs(P.MOVE_ENROLMENT)
@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """What was offered to the person's hubs, the newest first."""
    table = Table(
        queries.offers_for(request.user),
        [
            Column(
                "learner",
                "Learner",
                value=lambda row: str(row.enrolment.learner),
                link=lambda row: row.get_absolute_url(),
            ),
            Column("from", "From", value=lambda row: row.enrolment.cohort.hub.name),
            Column("to", "To", value=lambda row: f"{row.to_cohort.hub.name}, {row.to_cohort.name}"),
            Column("offered_at", "Offered on", format="date", sort=True),
            Column("status", "Answer", format="status"),
        ],
        request,
        caption="Learners offered to you",
        empty="No hub has offered you a learner. When one does, your mailbox is told and the offer appears here.",
    )
    return table.export() or page(request, "components/table_page.html", title="Transfers", crumbs=[HOME], table=table)


@needs(P.MOVE_ENROLMENT, of=visible_offer)
@require_safe
def transfer(request: HttpRequest, offer: TransferOffer) -> HttpResponse:
    """What a hub may see before it accepts: name, practice, progress, and why."""
    return page(
        request,
        "learners/transfer.html",
        title=f"{offer.enrolment.learner}, offered by {offer.enrolment.cohort.hub}",
        crumbs=[HOME, TRANSFERS],
        offered=queries.offered(offer),
        is_open=offer.status is OfferState.OPEN,
    )


@needs(P.MOVE_ENROLMENT, of=visible_offer)
@require_http_methods(BOTH)
def transfer_accept(request: HttpRequest, offer: TransferOffer) -> HttpResponse:
    """Find the practice, name the GP mentor and the day, confirm."""
    learner, crumbs = offer.enrolment.learner, _crumbs(offer)
    if offer.status is not OfferState.OPEN and not (offer.became and request.method == "POST"):
        messages.info(request, f"This transfer is settled: {offer.status.label.lower()}.")
        return redirect(offer)
    region = offer.to_cohort.hub.region
    if "practice" not in request.GET:
        return _search(request, f"Where will {learner} work?", crumbs, region)
    chosen = _chosen(request)

    def confirmation(said_so: dict[str, Any]) -> Confirmation:
        return Confirmation(
            title=f"Take {learner} on?",
            text=f"{learner} carries on at {chosen.name} from {said(said_so['on'])}, with {said_so['mentor_name']} "
            f"({said_so['mentor_email']}) as GP mentor.",
            points=[
                f"The learner gets the lowest free place of {offer.to_cohort}.",
                "The whole portfolio comes along. What waits keeps its age and is on the new GP mentor's list.",
                f"{offer.enrolment.cohort.hub}, the learner and the GP mentor are told by email.",
            ],
            submit="Take the learner on",
        )

    def act(said_so: dict[str, Any]) -> HttpResponse:
        made = actions.accept(offer=offer, practice=chosen, by=request.user, **said_so)
        messages.success(request, f"{learner} is with your hub now, place {made.place.number if made.place else ''}.")
        return redirect(made)

    step = _at_practice(f"{learner} comes to {chosen.name}", crumbs, offer.get_absolute_url(), chosen, region)
    return ask_then_confirm(request, AcceptForm(request.POST or None), step, confirmation=confirmation, act=act)


@needs(P.MOVE_ENROLMENT, of=visible_offer)
@require_http_methods(BOTH)
def transfer_decline(request: HttpRequest, offer: TransferOffer) -> HttpResponse:
    """Decline with a reason."""
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline(offer=offer, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Declined. {offer.enrolment.cohort.hub} is told.")
            return redirect("transfers")
    return page(
        request,
        "components/confirm.html",
        title=f"Decline {offer.enrolment.learner}",
        crumbs=_crumbs(offer),
        text=f"{offer.enrolment.learner} stays with {offer.enrolment.cohort.hub}, which is told why.",
        points=[],
        form=form,
        hidden=[],
        submit="Decline",
        warning=False,
        cancel=offer.get_absolute_url(),
    )


def _crumbs(offer: TransferOffer) -> list[tuple[str, str]]:
    return [HOME, TRANSFERS, (str(offer.enrolment.learner), offer.get_absolute_url())]


def _chosen(request: HttpRequest) -> Organisation:
    found = open_practice(request.GET["practice"])
    if found is None:
        raise Http404("No open practice has this code.")
    return found


def _search(
    request: HttpRequest, title: str, crumbs: list[tuple[str, str]], region: Region, *, lead: str = ""
) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    return page(
        request,
        "learners/transfer_practice.html",
        title=title,
        crumbs=crumbs,
        lead=lead,
        text=text,
        found=find_practices(text, region=region),
    )


def _at_practice(title: str, crumbs: list[tuple[str, str]], cancel: str, chosen: Organisation, region: Region) -> Step:
    return Step(
        title,
        crumbs,
        cancel,
        template="learners/transfer_form.html",
        shown={"practice": chosen, "outside": chosen.region_id != region.pk},
    )
