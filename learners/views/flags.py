"""Pages of flags: say that evidence names a patient, the hub's list, and the decision with its confirmation."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope, needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from gpa_programme.core.tables import Column, Table
from learners.actions import flags as actions
from learners.enums import FlagState
from learners.forms.flags import CLEAR, CONFIRM, DecideFlagForm, FlagForm
from learners.models import EvidenceVersion, PatientFlag
from learners.queries import flags as queries
from learners.queries.flags import Flaggable
from learners.queries.verification import BlindCase
from learners.rules.flags import may_clear, may_confirm
from learners.views.verification import LIST as VERIFICATION
from learners.views.verification import assigned_case

P = Permission
HOME = ("Home", "/")
LIST = ("Flags", "/flags/")


def readable_version(user: Any, ref: str, number: int) -> Flaggable:
    """A submitted version of a learner whose page the person may open; 404 to strangers."""
    found = queries.flaggable(user, ref, number)
    if found is None:
        raise Http404
    return found


@needs(P.SEE_PORTFOLIO, of=readable_version)
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_flag(request: HttpRequest, found: Flaggable) -> HttpResponse:
    """Say that a version names a patient."""
    enrolment = found.version.item.enrolment
    portfolio = reverse("learner-portfolio", kwargs={"ref": enrolment.ref})
    return _raise(request, found.version, [HOME, (f"Portfolio of {enrolment.learner}", portfolio)], then="/")


def own_version(user: Any, ref: str, number: int) -> Flaggable:
    """A submitted version of the person's own; 404 to everybody else."""
    found = queries.flaggable(user, ref, number)
    if found is None or found.version.item.enrolment.learner_id != user.pk:
        raise Http404
    return found


@needs(P.KEEP_PORTFOLIO, of=own_version)
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_hide(request: HttpRequest, found: Flaggable) -> HttpResponse:
    """Say so of one's own: somebody else decides."""
    own = found.version.item.get_absolute_url()
    return _raise(request, found.version, [HOME, ("Your evidence", own)], then=own)


@dataclass(frozen=True)
class ReadBlind:
    """A version that a verifier reads for a drawn competency."""

    case: BlindCase
    version: EvidenceVersion

    @property
    def access_scope(self) -> Scope:
        """The case's."""
        return self.case.access_scope

    @property
    def href(self) -> str:
        """The page on which it is read."""
        where = {"pk": self.case.verification.pk, "code": self.case.competency.code}
        return reverse("verification-read", kwargs=where)


def version_read_blind(user: Any, pk: int, code: str, version: int) -> ReadBlind:
    """A version that a verifier reads for a drawn competency; 404 to strangers, and where it is hidden for another."""
    case = assigned_case(user, pk, code)
    piece = next((one for one in case.pieces if one.version.pk == version), None)
    if piece is None or (piece.hidden and queries.open_flag(piece.version) is None):
        raise Http404
    return ReadBlind(case, piece.version)


@needs(P.VERIFY, of=version_read_blind)
@require_http_methods(["GET", "HEAD", "POST"])
def verification_flag(request: HttpRequest, found: ReadBlind) -> HttpResponse:
    """Say so while reading blind, before the portfolio is open."""
    crumbs = [HOME, VERIFICATION, (str(found.case.competency), found.href)]
    return _raise(request, found.version, crumbs, then=found.href)


def _raise(request: HttpRequest, version: EvidenceVersion, crumbs: list[tuple[str, str]], *, then: str) -> HttpResponse:
    """The form that hides a version; afterwards the page at `then`."""
    form = FlagForm(request.POST if request.method == "POST" else None, version=version)
    flagged = queries.open_flag(version)
    hidden = queries.is_hidden(version)
    if request.method == "POST" and not hidden and form.is_valid():
        try:
            actions.raise_flag(version=version, file=form.file, where=form.cleaned_data["where"], by=request.user)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Hidden. The learner and the hub know, and somebody else decides now.")
            return redirect(then)
    return page(
        request,
        "learners/flag_raise.html",
        title="This names a patient",
        crumbs=crumbs,
        form=form,
        version=version,
        flagged=flagged,
        hidden=hidden,
    )


@needs(P.DECIDE_FLAG)
@require_safe
def flags(request: HttpRequest) -> HttpResponse:
    """The hub's flags, the newest first."""
    table = Table(
        queries.flags_for(request.user),
        [
            Column(
                "item",
                "Evidence",
                value=lambda row: f"{row.version.item.kind_label} {row.version.item.ref}",
                link=lambda row: f"/flags/{row.pk}/",
            ),
            Column("learner", "Learner", value=lambda row: str(row.version.item.enrolment.learner)),
            Column("raised_by", "Raised by", value=lambda row: str(row.raised_by), sort="raised_by__name"),
            Column("raised_at", "Raised on", format="date", sort=True),
            Column("status", "Status", format="status", sort="state"),
        ],
        request,
        caption="Flags",
        default_sort="-raised_at",
        empty="Nobody has said that evidence names a patient. When a mentor does, it appears here for you to decide.",
    )
    return table.export() or page(request, "learners/flags.html", title="Flags", crumbs=[HOME], table=table)


def own_or_hubs(user: Any, pk: int) -> PatientFlag:
    """The flag for its author and for who decides; 404 to strangers, 403 to colleagues without the right."""
    found = queries.flag_of(user, pk)
    if found is None:
        raise Http404
    author = found.version.item.enrolment.learner_id == user.pk
    if not author and not queries.decides_for_hub(user, found):
        access.require(user, P.DECIDE_FLAG, found)
    return found


@needs(P.SEE_LEARNER, of=own_or_hubs)
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, found: PatientFlag) -> HttpResponse:  # noqa: PLR0911  one line a case
    """What was flagged, and the decision: chosen first, confirmed on the next page."""
    able = _able(request.user, found)
    if request.method != "POST":
        return _show(request, found, able, DecideFlagForm())
    if request.POST.get("sure") == CONFIRM:
        return _act(request, found, able, DecideFlagForm(request.POST))
    form = DecideFlagForm(request.POST)
    if request.POST.get("own") == CONFIRM:
        return _ask(request, found, "")
    if not able["may_clear"]:
        messages.info(request, "This is not for you to decide, or it is decided. Nothing was changed.")
        return redirect("flag", pk=found.pk)
    if not form.is_valid():
        return _show(request, found, able, form)
    if form.cleaned_data["decision"] == CLEAR:
        return _act(request, found, able, form)
    return _ask(request, found, form.cleaned_data["answer"])


def _able(user: Any, found: PatientFlag) -> dict[str, bool]:
    who = {
        "by": user.pk,
        "raised_by": found.raised_by_id,
        "author": found.version.item.enrolment.learner_id,
        "for_hub": queries.decides_for_hub(user, found),
    }
    waits = found.state == FlagState.OPEN
    return {"may_confirm": waits and may_confirm(**who), "may_clear": waits and may_clear(**who)}


def _act(request: HttpRequest, found: PatientFlag, able: dict[str, bool], form: DecideFlagForm) -> HttpResponse:
    answer = request.POST.get("answer", "")[:500]
    try:
        if request.POST.get("sure") == CONFIRM:
            actions.confirm_flag(flag=found, answer=answer, by=request.user)
            messages.success(request, "Destroyed. That it was there and who decided stays on record.")
        else:
            actions.clear_flag(flag=found, answer=answer, by=request.user)
            messages.success(request, "Cleared. The evidence is shown again, and its learner and mentor were told.")
    except StateError as error:
        messages.warning(request, error.message)
    except DomainError as error:
        show_refusal(form, error)
        return _show(request, found, able, form)
    return redirect("flag", pk=found.pk)


def _ask(request: HttpRequest, found: PatientFlag, answer: str) -> HttpResponse:
    """The page that says what will be gone."""
    if found.file:
        what, then = "the file", "What is written stays, with what was signed off on it."
    else:
        what = "everything that is written, and every file of it,"
        then = "What was signed off on it has to be shown again. What waits for it is closed."
    return page(
        request,
        "components/confirm.html",
        title="Destroy it for good?",
        crumbs=[HOME, ("Flag", f"/flags/{found.pk}/")],
        text="Nobody can bring it back afterwards.",
        points=[
            f"In version {found.version.number}, {what} is deleted, wherever it is kept.",
            "A line stays: that there was something, when it was destroyed, who decided, and its SHA-256.",
            then,
            "Copies of the portfolio that were made for download are deleted.",
        ],
        submit="Destroy it",
        warning=True,
        cancel=f"/flags/{found.pk}/",
        hidden=[("sure", CONFIRM), ("decision", CONFIRM), ("answer", answer)],
        form=None,
    )


def _show(request: HttpRequest, found: PatientFlag, able: dict[str, bool], form: DecideFlagForm) -> HttpResponse:
    own = found.version.item.enrolment.learner_id == request.user.pk
    return page(
        request,
        "learners/flag.html",
        title=f"Does this {found.version.item.kind_label.lower()} name a patient?",
        crumbs=[HOME] if own else [HOME, LIST],
        flag=found,
        form=form,
        own=own,
        others=queries.other_versions(found) if own and found.state == FlagState.OPEN else [],
        **able,
    )
