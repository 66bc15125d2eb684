"""Pages of certificates: is this one genuine and current, its file, issuing and withdrawing it."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts.access import needs, public
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from learners.actions import certificates as actions
from learners.forms.finish import CodeForm, WithdrawForm
from learners.models import Certificate, Enrolment
from learners.queries import certificates as queries
from learners.rules import certificates as rules
from learners.views.finish import TITLE
from learners.views.portfolio import HOME, visible_enrolment

P = Permission


@public
@require_safe
def certificate_check(request: HttpRequest) -> HttpResponse:
    """Type the code of a certificate."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        code = rules.tidy(form.cleaned_data["code"])
        if code:
            return redirect("certificate", code=code)
        form.add_error("code", "A code has twelve letters and figures and no vowel, such as K7MP-2Q4R-XW9B. Check it")
    return page(
        request,
        "components/form_page.html",
        title="Check a certificate",
        crumbs=[HOME] if request.user.is_authenticated else [],
        lead="A certificate of the programme carries a code. Type it to see whether it is genuine and current.",
        form=form,
    )


@public
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether there is a certificate of that code, and whether it is current; no more than it shows itself."""
    tidy = rules.tidy(code)
    if tidy and tidy != code:
        return redirect("certificate", code=tidy)
    found = queries.by_code(tidy) if tidy else None
    return page(
        request,
        "learners/certificate.html",
        title="Check a certificate",
        crumbs=[HOME] if request.user.is_authenticated else [],
        status=200 if found else 404,
        certificate=found,
        code=tidy or code[:30],
        notes=[rules.VERIFICATION[found.content["verification"]], rules.NO_AWARD] if found else [],
    )


def readable_certificate(user: Any, code: str) -> Certificate:
    """The certificate where the person may open its file: its learner, hub, national team; 404 to everybody else."""
    found = queries.certificate_for(user, code)
    if found is None:
        raise Http404
    return found


@needs(P.SEE_LEARNER, of=readable_certificate)
@require_safe
def certificate_pdf(request: HttpRequest, found: Certificate) -> HttpResponseBase:
    """The stored file, never drawn again."""
    return FileResponse(
        default_storage.open(found.stored_as),
        as_attachment=True,
        filename=f"certificate-{found.code}.pdf",
        content_type="application/pdf",
    )


@needs(P.ISSUE_CERTIFICATE, of=visible_enrolment)
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_issue(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Confirm, then issue."""
    back = reverse("learner-finish", kwargs={"ref": enrolment.ref})
    if request.method == "POST":
        try:
            made = actions.issue(enrolment=enrolment, by=request.user)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"Certificate {made.code} is issued. {enrolment.learner} is told by email.")
        return redirect(back)
    return page(
        request,
        "components/confirm.html",
        title=f"Issue the certificate of {enrolment.learner}",
        crumbs=[HOME, (str(enrolment.learner), enrolment.get_absolute_url()), (TITLE, back)],
        points=[
            f"It is made out to “{enrolment.learner}”. Check how the name is written.",
            "Its content is frozen. Anybody who has its code can see the name, what was completed and when.",
        ],
        submit="Issue the certificate",
        cancel=back,
    )


@needs(P.ISSUE_CERTIFICATE, of=readable_certificate)
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_withdraw(request: HttpRequest, found: Certificate) -> HttpResponse:
    """Confirm, then withdraw."""
    back = reverse("learner-finish", kwargs={"ref": found.enrolment.ref})
    form, status = WithdrawForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(certificate=found, reason=form.cleaned_data["reason"], by=request.user)
        except DomainError as error:
            show_refusal(form, error)
            status = 409
        else:
            messages.success(request, f"Certificate {found.code} is withdrawn. The learner is told by email.")
            return redirect(back)
    learner = found.enrolment.learner
    return page(
        request,
        "components/confirm.html",
        title=f"Withdraw the certificate of {learner}",
        crumbs=[HOME, (str(learner), found.enrolment.get_absolute_url()), (TITLE, back)],
        status=status,
        points=[
            f"Whoever checks {found.code} is told that it is withdrawn, and since when.",
            "It cannot be made current again. Another one can be issued.",
        ],
        form=form,
        submit="Withdraw",
        warning=True,
        cancel=back,
    )
