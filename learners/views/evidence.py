"""Pages of evidence: start, write, submit, read; a draft is kept as it is typed and is never lost or revived."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.http import page
from learners.actions import evidence as actions
from learners.actions import submission
from learners.enums import EvidenceKind, VersionState
from learners.forms.evidence import EvidenceForm, KindForm
from learners.models import Competency, EvidenceItem, EvidenceVersion
from learners.queries import portfolio as queries
from learners.queries.chain import carried_on
from learners.queries.gaps import gaps_of
from learners.queries.waiting import Opened, file_for
from learners.rules.evidence import NotReadyError, may_write
from learners.rules.witnesses import may_copy
from learners.views.portfolio import HOME, choose, chosen_enrolment

P = Permission
REVISION_HEADER = "X-Draft-Revision"
ROW_ACTIONS = {"add_row": "?row=new#log-end", "remove_row": "#log"}


def own_item(user: Any, ref: str) -> EvidenceItem:
    """The person's own item; 404 to everybody else."""
    rows = EvidenceItem.objects.owned_by(user).select_related("enrolment__cohort__programme")
    found = rows.prefetch_related("enrolment__placements").filter(ref=ref).first()
    if found is None:
        raise Http404
    found.enrolment = carried_on(found.enrolment)
    return found


@needs(P.KEEP_PORTFOLIO)
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_new(request: HttpRequest) -> HttpResponse:
    """Which kind of evidence; the answer makes the draft."""
    enrolment = chosen_enrolment(request)
    if enrolment is None:
        return choose(request, "Choose a portfolio for your evidence", "evidence-new")
    code = request.GET.get("competency", "")
    trail = [HOME, ("Portfolio", f"{reverse('portfolio')}?enrolment={enrolment.ref}")]
    form = KindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["kind"] == EvidenceKind.OBSERVATION:
            return redirect(reverse("observe", query={"enrolment": enrolment.ref, "competency": code}))
        about = Competency.objects.filter(framework=enrolment.framework_id, code=code)
        try:
            version = actions.start_item(
                enrolment=enrolment, kind=form.cleaned_data["kind"], by=request.user, competencies=about
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return redirect(version.item if version.item.kind != EvidenceKind.WITNESS else _asking(version.item))
    return page(
        request,
        "components/form_page.html",
        title="Add evidence",
        crumbs=trail,
        form=form,
        lead="Pick what comes nearest. You write it on the next page, and nothing is sent until you submit.",
    )


def _asking(item: EvidenceItem) -> str:
    """Where a colleague is asked for a statement, instead of writing it oneself."""
    return reverse("witness-ask", kwargs={"ref": item.ref})


@needs(P.KEEP_PORTFOLIO, of=own_item)
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """The draft to write, or the version that was submitted."""
    version = version_of(item, request.POST.get("number") or request.GET.get("version"))
    if request.method == "POST":
        return _save(request, item, version)
    if version.state == VersionState.SUBMITTED:
        return _frozen(request, item, version)
    if item.kind == EvidenceKind.WITNESS:
        return redirect(_asking(item))
    content = actions.content_of(version)
    form = _form(version, content=content, new_row="row" in request.GET)
    return _draft(request, item, version, form)


@needs(P.KEEP_PORTFOLIO, of=own_item)
@require_POST
def evidence_autosave(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Keep what is typed: 204 with the next revision; 409 where it was submitted or saved elsewhere; 422 too long."""
    version = version_of(item, request.POST.get("number"))
    form = _form(version, request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        saved = actions.save_draft(
            version=version, revision=_revision(request), content=form.content(), by=request.user
        )
    except DomainError:
        return HttpResponse(status=409)
    return HttpResponse(status=204, headers={REVISION_HEADER: str(saved.revision)})


@needs(P.KEEP_PORTFOLIO, of=own_item)
@require_POST
def evidence_version(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Copy the submitted version into a draft."""
    try:
        actions.new_version(item=item, by=request.user)
    except DomainError as error:
        messages.warning(request, error.message)
    return redirect(item)


def readable_file(user: Any, ref: str, pk: int) -> Opened:
    """The file where the person owns it or decides on it; 404 to everybody else."""
    found = file_for(user, ref, pk)
    if found is None:
        raise Http404
    return found


@needs(P.SEE_LEARNER, of=readable_file)
@require_safe
def evidence_file(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """The file as a download that no browser runs."""
    file = opened.file
    if not opened.own:
        audit.saw(by=request.user, record_type="evidence_file", record=f"{file.version.item.ref}/{file.pk}")
    response = FileResponse(
        default_storage.open(file.stored_as), as_attachment=True, filename=file.name, content_type=file.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def version_of(item: EvidenceItem, number: str | None) -> EvidenceVersion:
    """The version of that number, else the newest; 404 for a number that there is not."""
    rows = EvidenceVersion.objects.filter(item=item).select_related("item__enrolment").order_by("-number")
    if number:
        rows = rows.filter(number=number) if number.isdecimal() else rows.none()
    found = rows.first()
    if found is None:
        raise Http404
    found.item = item
    return found


def _action(request: HttpRequest) -> str:
    """Which button was pressed."""
    return "remove_row" if "remove_row" in request.POST else request.POST.get("action", "save")


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _form(version: EvidenceVersion, *sent: Any, **shown: Any) -> EvidenceForm:
    scope = queries.scope_by_domain(version.item.enrolment)
    return EvidenceForm(*sent, kind=version.item.kind, scope=scope, files=version.files.all(), **shown)


def _save(request: HttpRequest, item: EvidenceItem, version: EvidenceVersion) -> HttpResponse:
    """Save, with files added and removed; then submit where that was asked."""
    action = _action(request)
    form = _form(version, request.POST, request.FILES, new_row=action == "add_row")
    if not form.is_valid():
        return _draft(request, item, version, form)
    try:
        saved = actions.save_draft(
            version=version, revision=_revision(request), content=form.content(), by=request.user
        )
        for file_id in form.cleaned_data["remove"]:
            actions.remove_file(version=saved, file_id=file_id, by=request.user)
        for upload in form.uploads():
            actions.add_file(version=saved, upload=upload, by=request.user)
        if action in ROW_ACTIONS:
            return redirect(f"{item.get_absolute_url()}{ROW_ACTIONS[action]}")
        if action != "submit":
            messages.success(request, "Draft saved. Nobody else sees it until you submit.")
            return redirect(item)
        asked = submission.submit(version=saved, by=request.user, explanation=form.cleaned_data["explanation"])
    except DomainError as error:
        return _refused(request, item, version, form, error)
    names = " and ".join(queries.mentors_today(item.enrolment)) or "Your mentor"
    count = f"{len(asked)} competenc{'y' if len(asked) == 1 else 'ies'}"
    messages.success(request, f"Submitted. {names} will be asked about {count}.")
    return redirect(item)


def _refused(
    request: HttpRequest, item: EvidenceItem, version: EvidenceVersion, form: EvidenceForm, error: DomainError
) -> HttpResponse:
    """What the learner sees where an action refused: everything typed, and what was saved of it."""
    if isinstance(error, StateError):
        messages.info(request, error.message)
        return redirect(f"{item.get_absolute_url()}?version={version.number}")
    version.refresh_from_db()
    if isinstance(error, ConflictError):
        return _draft(request, item, version, form, conflict=error.message, status=409)
    problems = error.problems if isinstance(error, NotReadyError) else [(error.field, error.message)]
    for field, message in problems:
        form.refuse(field, message)
    hits = error.hits if isinstance(error, NotReadyError) else ()
    return _draft(request, item, version, form, hits=hits, saved=True)


def _draft(
    request: HttpRequest,
    item: EvidenceItem,
    version: EvidenceVersion,
    form: EvidenceForm,
    *,
    hits: Any = (),
    conflict: str = "",
    saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    enrolment = item.enrolment
    competencies = [one for _domain, group in form.scope for one in group]
    form.gaps = gaps_of(enrolment, competencies, once_submitted=item)
    files = list(version.files.all())
    if version.state == VersionState.HELD:
        hits = hits or actions.hits_in(version)
    return page(
        request,
        "learners/evidence.html",
        title="Write your evidence",
        crumbs=[HOME, ("Portfolio", f"{reverse('portfolio')}?enrolment={enrolment.ref}")],
        status=status,
        item=item,
        version=version,
        stored=version if conflict else None,
        files=files,
        unread=any(file.unread for file in files),
        unsent=form.unsent(files),
        form=form,
        hits=hits,
        conflict=conflict,
        saved=saved,
        may_write=may_write(enrolment.state),
    )


def _frozen(request: HttpRequest, item: EvidenceItem, version: EvidenceVersion) -> HttpResponse:
    enrolment = item.enrolment
    requests = version.requests.select_related("competency").prefetch_related("decisions__by").order_by("pk")
    return page(
        request,
        "learners/evidence_submitted.html",
        title=version.title,
        crumbs=[HOME, ("Portfolio", f"{reverse('portfolio')}?enrolment={enrolment.ref}")],
        item=item,
        version=version,
        versions=list(item.versions.order_by("-number")),
        links=list(version.links.select_related("competency")),
        requests=list(requests),
        enrolment=enrolment,
        may_copy=may_write(enrolment.state) and may_copy(item.kind),
    )
