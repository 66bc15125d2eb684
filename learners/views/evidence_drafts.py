"""The page on which a learner deletes a draft that nobody else has seen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.http import page
from learners.actions import evidence as actions
from learners.models import EvidenceItem
from learners.views.evidence import own_item, version_of
from learners.views.portfolio import GET_OR_POST, HOME


@needs(Permission.KEEP_PORTFOLIO, of=own_item)
@require_http_methods(GET_OR_POST)
def evidence_delete(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Delete a draft with its files, after a page that asks."""
    version = version_of(item, None)
    home = f"{reverse('portfolio')}?enrolment={item.enrolment.ref}"
    try:
        if request.method == "POST":
            actions.delete_draft(version=version, by=request.user)
            messages.success(request, f"Deleted: {version.title or 'a draft without a title'}.")
            return redirect(home)
        actions.check_may_delete(version)
    except DomainError as error:
        messages.info(request, error.message)
        return redirect(item)
    count = version.files.count()
    files = f" and {count} file{'s' if count > 1 else ''}" if count else ""
    return page(
        request,
        "components/confirm.html",
        title="Delete this draft?",
        crumbs=[HOME, ("Portfolio", home), (version.title or "Without a title yet", item.get_absolute_url())],
        text=f"{item.kind_label}: {version.title or 'without a title yet'}.",
        points=[
            f"What you wrote{files} will be gone. Nobody can bring it back.",
            "Nobody else has seen it, and nobody is told.",
            "It stays on record that there was a draft and that you deleted it, without its words.",
        ],
        form=None,
        hidden=[],
        submit="Delete the draft",
        warning=True,
        cancel=item.get_absolute_url(),
    )
