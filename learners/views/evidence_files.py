"""The address to which a draft's page sends its files, one by one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError, StateError
from learners.actions import evidence as actions
from learners.forms.evidence import FileForm
from learners.models import EvidenceItem
from learners.views.evidence import own_item, version_of


@needs(Permission.KEEP_PORTFOLIO, of=own_item)
@require_POST
def evidence_files(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Keep one file with the draft: 201 with its line of the list; 400 with what is wrong; 409 where it was submitted.

    The same file sent again, because the line was cut before the answer, is kept once.
    """
    version = version_of(item, request.POST.get("number"))
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(" ".join(form.errors["file"]))
    try:
        file = actions.add_file(version=version, upload=form.cleaned_data["file"], by=request.user)
    except StateError as error:
        return _refused(error.message, status=409)
    except DomainError as error:
        return _refused(error.message)
    return render(request, "learners/evidence_file.html", {"file": file, "item": item}, status=201)


def _refused(reason: str, status: int = 400) -> HttpResponse:
    """The reason alone, as text: the page puts it beside the file."""
    return HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")
