"""Pages of verification: what waits, drawing a sample, a sample, who reads what, blind readings and outcomes."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from gpa_programme.core.periods import today
from gpa_programme.core.tables import Column, Table
from learners.actions import verification as actions
from learners.enums import Verdict
from learners.forms.finish import AssignForm, OutcomeForm, ReadingForm
from learners.models import Verification
from learners.queries import verification as queries
from learners.queries.verification import BlindCase, BlindFile, VerificationPage
from learners.views.portfolio import HOME

P = Permission
LIST = ("Verification", "/verification/")


@needs(P.SEE_VERIFICATION)
@require_safe
def verification(request: HttpRequest) -> HttpResponse:
    """The portfolios in samples that the person may see; for the national lead, also what waits to be drawn."""
    draws = access.can(request.user, P.DRAW_SAMPLE)
    table = Table(
        queries.verifications_for(request.user),
        [
            Column(
                "learner",
                "Learner",
                value=lambda row: str(row.enrolment.learner),
                link=lambda row: row.get_absolute_url(),
                sort="enrolment__learner__name",
            ),
            Column("ref", "Portfolio", value=lambda row: row.enrolment.ref, sort="enrolment__ref"),
            Column("hub", "Hub", value=lambda row: row.enrolment.cohort.hub.name, sort="enrolment__cohort__hub__name"),
            Column(
                "sample", "Sample", format="number", value=lambda row: row.sample_id, sort="sample_id", on_phone="never"
            ),
            Column("drawn", "Drawn", format="yes_no", sort=True, on_phone="never"),
            Column("verifier", "Verifier", value=lambda row: str(row.verifier or ""), missing="Nobody yet"),
            Column("until", "Until", format="date", sort=True),
            Column("read", "Read", value=_read_of, missing="Not drawn", on_phone="filled"),
            Column(
                "outcome",
                "Outcome",
                format="status",
                value=lambda row: row.status,
                missing="Open",
                sort=True,
                on_phone="filled",
            ),
        ],
        request,
        caption="Portfolios in samples",
        default_sort="outcome",
        empty="No portfolio is in a sample here yet.",
    )
    return table.export() or page(
        request,
        "learners/verification.html",
        title="Verification",
        crumbs=[HOME],
        table=table,
        samples=queries.newest_samples(request.user, 20),
        waiting=queries.programmes_waiting() if draws else [],
        draws=draws,
    )


def _read_of(row: Any) -> str:
    return f"{row.read} of {len(row.codes)}" if row.drawn else ""


# ---------------------------------------------------------------------------------------------------------- a portfolio


def visible_verification(user: Any, pk: int) -> Verification:
    """The portfolio in a sample where the person may see it; 404 to strangers."""
    found = queries.verification_for(user, pk)
    if found is None:
        raise Http404
    return found


@needs(P.SEE_VERIFICATION, of=visible_verification)
@require_safe
def verification_portfolio(request: HttpRequest, found: Verification) -> HttpResponse:
    """A portfolio in a sample: its drawn competencies, what is read, the outcome."""
    shown = queries.verification_page(found)
    return page(
        request,
        "learners/verification_portfolio.html",
        title=f"Verification of {found.enrolment.learner}",
        crumbs=[HOME, LIST],
        found=found,
        shown=shown,
        **_rights(request.user, found, shown),
    )


def _rights(user: Any, found: Verification, shown: VerificationPage) -> dict[str, bool]:
    """What the reader sees and does: verdicts before there is an outcome are the verifier's alone."""
    is_reader = queries.assigned_to(user, found.pk, today()) is not None
    return {
        "is_reader": is_reader,
        "shows_verdicts": found.verifier_id == user.pk or bool(found.outcome),
        "may_conclude": is_reader and not shown.unread,
        "may_assign": found.drawn and not found.outcome and access.can(user, P.DRAW_SAMPLE, found),
        "sees_sample": access.hub_ids(user) is None or found.enrolment.cohort.hub_id in (access.hub_ids(user) or ()),
    }


@needs(P.DRAW_SAMPLE, of=visible_verification)
@require_http_methods(["GET", "HEAD", "POST"])
def verification_assign(request: HttpRequest, found: Verification) -> HttpResponse:
    """Give a drawn portfolio to a verifier."""
    people = {str(person.pk): person for person in queries.verifiers_today()}
    form = AssignForm(
        request.POST or None,
        verifiers=[(key, str(person)) for key, person in people.items()],
        since=found.since,
        until=found.until,
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        verifier = people[said["verifier"]]
        try:
            actions.assign(
                verification=found, verifier=verifier, since=said["since"], until=said["until"], by=request.user
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, f"{verifier} verifies the portfolio of {found.enrolment.learner} and is told by email."
            )
            return redirect(found.sample)
    return page(
        request,
        "components/form_page.html",
        title=f"Who verifies the portfolio of {found.enrolment.learner}?",
        crumbs=[HOME, LIST, (str(found.sample), found.sample.get_absolute_url())],
        lead=(
            "A verifier has no tie to the learner: not their mentor, and not at their hub or practice."
            if people
            else "Nobody is a verifier today. Give somebody the role first."
        ),
        form=form,
    )


# ------------------------------------------------------------------------------------------------------- blind reading


def assigned(user: Any, pk: int) -> Verification:
    """The open portfolio that is the person's to read today; 404 to everybody else."""
    found = queries.assigned_to(user, pk, today())
    if found is None:
        raise Http404
    return found


def assigned_case(user: Any, pk: int, code: str) -> BlindCase:
    """A drawn competency of it."""
    found = queries.blind_case(assigned(user, pk), code)
    if found is None:
        raise Http404
    return found


def assigned_file(user: Any, pk: int, code: str, file: int) -> BlindFile:
    """A file of the evidence for it."""
    found = queries.blind_file(assigned_case(user, pk, code), file)
    if found is None:
        raise Http404
    return found


@needs(P.VERIFY, of=assigned_case)
@require_http_methods(["GET", "HEAD", "POST"])
def verification_read(request: HttpRequest, case: BlindCase) -> HttpResponse:
    """Read the evidence for a drawn competency; what was decided shows only after one's own reading."""
    found = case.verification
    form = ReadingForm(request.POST or None)
    status = 200
    if request.method != "POST":
        audit.saw(by=request.user, record_type="portfolio", record=f"{found.enrolment.ref}/{case.competency.code}")
    elif form.is_valid():
        try:
            actions.read_blind(verification=found, competency=case.competency, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
            status = 409 if isinstance(error, ConflictError) else 200
        else:
            messages.success(request, f"Your reading of {case.competency.code} is recorded.")
            return redirect(request.path)
    return page(
        request,
        "learners/verification_read.html",
        title=str(case.competency),
        crumbs=[HOME, LIST, (f"Verification of {found.enrolment.learner}", found.get_absolute_url())],
        status=status,
        case=case,
        blind=case.reading is None,
        found=found,
        form=form,
        verdict=Verdict(case.reading.verdict).label if case.reading else "",
    )


@needs(P.VERIFY, of=assigned_file)
@require_safe
def verification_file(request: HttpRequest, opened: BlindFile) -> HttpResponseBase:
    """A file of the evidence as a download that no browser runs."""
    file = opened.file
    audit.saw(by=request.user, record_type="evidence_file", record=f"{file.version.item.ref}/{file.pk}")
    response = FileResponse(
        default_storage.open(file.stored_as), as_attachment=True, filename=file.name, content_type=file.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@needs(P.VERIFY, of=assigned)
@require_http_methods(["GET", "HEAD", "POST"])
def verification_outcome(request: HttpRequest, found: Verification) -> HttpResponse:
    """Confirm what the verification came to."""
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.conclude(verification=found, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Recorded: {row.status.label.lower()}. The learner is told by email.")
            return redirect(found)
    return page(
        request,
        "components/confirm.html",
        title=f"Outcome for {found.enrolment.learner}",
        crumbs=[HOME, LIST, (f"Verification of {found.enrolment.learner}", found.get_absolute_url())],
        points=[
            "The outcome cannot be changed, and your access to the portfolio ends with it.",
            "Once every drawn portfolio of the hub is verified, the others of the sample pass with them.",
        ],
        form=form,
        submit="Record the outcome",
        cancel=found.get_absolute_url(),
    )
