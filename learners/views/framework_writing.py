"""The pages on which a framework is written: drafts, imports, competencies, mapping, publication, retirement, moves."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from hubs.models import Programme
from learners.actions import frameworks as actions
from learners.actions.framework_moves import move_framework
from learners.enums import FrameworkState
from learners.forms.frameworks import CompetencyForm, ImportForm, MappingForm, MoveForm, RetireForm
from learners.models import Competency, CompetencyFramework, Enrolment, FrameworkImport
from learners.queries import frameworks as queries
from learners.rules.framework import COLUMNS, NEEDED, Row
from learners.views.frameworks import crumbs
from learners.views.portfolio import HOME, visible_enrolment

P = Permission
BOTH = ["GET", "HEAD", "POST"]


def _framework(pk: int, *, draft: bool = False) -> CompetencyFramework:
    rows = CompetencyFramework.objects.select_related("programme", "based_on")
    if draft:
        rows = rows.filter(state=FrameworkState.DRAFT)
    return get_object_or_404(rows, pk=pk)


def _status(form: Any) -> int:
    return 400 if form.is_bound and form.errors else 200


def _refused(request: HttpRequest, draft: CompetencyFramework, error: DomainError) -> HttpResponse:
    """Say why on the page of the draft, or among the versions where the draft is no more."""
    messages.warning(request, error.message)
    return redirect("frameworks" if error.code == "gone" else draft)


@needs(P.MANAGE_FRAMEWORKS)
@require_POST
def framework_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a draft as a copy of a version, or open the one there is."""
    draft = actions.draft_from(framework=_framework(pk), by=request.user)
    messages.success(request, f"Version {draft.version} is a draft: nobody else sees it until you publish it.")
    return redirect(draft)


@needs(P.MANAGE_FRAMEWORKS)
@require_http_methods(BOTH)
def framework_import(request: HttpRequest) -> HttpResponse:
    """Read a file; what it holds is shown before anything is made of it."""
    programme = Programme.objects.order_by("-starts", "name").first()
    if programme is None:
        raise Http404
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            name, data, rows = form.rows()
        except DomainError as error:
            show_refusal(form, error)
        else:
            digest = hashlib.sha256(data).hexdigest()
            kept = actions.keep_import(programme=programme, name=name, sha256=digest, rows=rows, by=request.user)
            return redirect("framework-import-preview", pk=kept.pk)
    return page(
        request,
        "learners/framework_import.html",
        title="Import a framework",
        crumbs=crumbs(),
        status=_status(form),
        form=form,
        columns=COLUMNS,
        needed=NEEDED,
        programme=programme,
    )


@needs(P.MANAGE_FRAMEWORKS)
@require_http_methods(BOTH)
def framework_import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows as read, with what is wrong; confirmed, they become a draft."""
    kept = get_object_or_404(FrameworkImport.objects.select_related("programme", "framework"), pk=pk)
    rows = [Row.from_json(row) for row in kept.rows]
    refusal = ""
    if request.method == "POST":
        try:
            return redirect(actions.apply_import(kept=kept, by=request.user))
        except DomainError as error:
            refusal = error.message
    return page(
        request,
        "learners/framework_preview.html",
        title=f"{len(rows)} competencies in {kept.name}",
        crumbs=[*crumbs(), ("Import a framework", reverse("framework-import"))],
        status=409 if refusal else 200,
        kept=kept,
        rows=rows,
        wrong=queries.wrong_rows(rows),
        refusal=refusal,
    )


@needs(P.MANAGE_FRAMEWORKS)
@require_http_methods(BOTH)
def framework_competency(request: HttpRequest, pk: int, code: str = "") -> HttpResponse:
    """Write a competency of a draft, or a new one."""
    draft = _framework(pk, draft=True)
    found = get_object_or_404(draft.competencies.select_related("domain"), code=code) if code else None
    initial = (
        CompetencyForm.initial_of(found) if found else {"minimum_pieces": 1, "may_sign": ["gp", "second", "cover"]}
    )
    form = CompetencyForm(request.POST or None, initial=initial)
    if request.method == "POST" and request.POST.get("action") == "remove" and found:
        return _remove(request, draft, found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_competency(framework=draft, row=form.row(), code=code, by=request.user)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{saved.code} was saved.")
            return redirect(f"{draft.get_absolute_url()}#{saved.code}")
    return page(
        request,
        "learners/framework_competency.html",
        title=f"Change {code}" if code else "Add a competency",
        crumbs=crumbs(draft),
        status=_status(form),
        form=form,
        code=code,
    )


def _remove(request: HttpRequest, draft: CompetencyFramework, found: Competency) -> HttpResponse:
    """Take a competency out of a draft, after a page that says what goes with it."""
    if request.POST.get("sure") == "yes":
        try:
            actions.remove_competency(framework=draft, code=found.code, by=request.user)
        except DomainError as error:
            return _refused(request, draft, error)
        messages.success(request, f"{found.code} was taken out of the draft.")
        return redirect(draft)
    points = ["Whatever the mapping says about it goes too."]
    if found.domain.competencies.count() == 1:
        points.append(f"It is the last of {found.domain.name}: the domain goes with it.")
    return page(
        request,
        "components/confirm.html",
        title=f"Take {found.code} out of the draft?",
        crumbs=crumbs(draft),
        text=f"{found} is no longer in version {draft.version}. Published versions keep theirs.",
        points=points,
        hidden=[("action", "remove"), ("sure", "yes")],
        submit="Take it out",
        warning=True,
        cancel=reverse("framework-competency", kwargs={"pk": draft.pk, "code": found.code}),
    )


@needs(P.MANAGE_FRAMEWORKS)
@require_http_methods(BOTH)
def framework_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what became of each competency of the version before."""
    draft = _framework(pk, draft=True)
    mapping, new = queries.mapping_of(draft), list(draft.competencies.order_by("position"))
    form = MappingForm(request.POST or None, mapping=mapping, new=new, initial={"note": draft.change_note})
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            actions.save_mapping(framework=draft, became=form.became(), note=note, by=request.user)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Saved what became of each competency.")
            return redirect(draft)
    return page(
        request,
        "learners/framework_mapping.html",
        title="What became of each competency",
        crumbs=crumbs(draft),
        status=_status(form),
        form=form,
        draft=draft,
    )


@needs(P.MANAGE_FRAMEWORKS)
@require_http_methods(BOTH)
def framework_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze a draft, after a word on what that means."""
    draft = _framework(pk, draft=True)
    if request.method == "POST":
        try:
            actions.publish(framework=draft, by=request.user)
        except DomainError as error:
            return _refused(request, draft, error)
        messages.success(request, f"Version {draft.version} is published.")
        return redirect(draft)
    return page(
        request,
        "components/confirm.html",
        title=f"Publish {draft}",
        crumbs=crumbs(draft),
        text="A published version is frozen: nothing in it can be changed afterwards.",
        points=[
            f"It has {draft.competencies.count()} competencies.",
            "Learners who are enrolled from now on get it.",
            "Learners who are on another version stay there until their hub moves them.",
        ],
        submit="Publish",
        warning=True,
        cancel=draft.get_absolute_url(),
    )


@needs(P.MANAGE_FRAMEWORKS)
@require_http_methods(BOTH)
def framework_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published version out of use."""
    found = _framework(pk)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.retire(framework=found, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{found} is retired. Learners on it go on with it.")
            return redirect(found)
    return page(
        request,
        "components/confirm.html",
        title=f"Retire {found}",
        crumbs=crumbs(found),
        status=_status(form),
        text="Nobody loses anything: learners on this version go on with it.",
        points=["New learners start with the newest version that takes them."],
        form=form,
        submit="Retire",
        warning=True,
        cancel=found.get_absolute_url(),
    )


@needs(P.MANAGE_FRAMEWORKS)
@require_http_methods(BOTH)
def framework_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    draft = _framework(pk, draft=True)
    if request.method == "POST":
        try:
            actions.delete_draft(framework=draft, by=request.user)
        except DomainError as error:
            return _refused(request, draft, error)
        messages.success(request, f"The draft of version {draft.version} was deleted.")
        return redirect("frameworks")
    return page(
        request,
        "components/confirm.html",
        title=f"Delete the draft of version {draft.version}",
        crumbs=crumbs(draft),
        text="The draft and its mapping are deleted. No learner is on it.",
        submit="Delete the draft",
        warning=True,
        cancel=draft.get_absolute_url(),
    )


@needs(P.MOVE_FRAMEWORK, of=visible_enrolment)
@require_http_methods(BOTH)
def learner_framework(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Move a learner to another version: what counts there, what does not, and why it is done."""
    versions = queries.newer_versions(enrolment)
    if request.method == "POST" and not versions:
        messages.info(request, "There is no other published version to go over to. Nothing was changed.")
        return redirect("learner-framework", ref=enrolment.ref)
    form = MoveForm(request.POST or None, versions=versions)
    if request.method == "POST" and form.is_valid():
        to = next(one for one in versions if str(one.pk) == form.cleaned_data["to"])
        try:
            move_framework(enrolment=enrolment, to=to, reason=form.cleaned_data["reason"], by=request.user)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"{enrolment.learner} is on {to} now.")
            return redirect(enrolment)
    return page(
        request,
        "learners/framework_move.html",
        title=f"Framework of {enrolment.learner}",
        crumbs=[HOME, (str(enrolment.learner), enrolment.get_absolute_url())],
        status=_status(form),
        enrolment=enrolment,
        moves=[queries.move_of(enrolment, one) for one in versions],
        past=list(enrolment.framework_moves.select_related("from_framework", "to_framework", "by").order_by("-pk")),
        form=form,
    )
