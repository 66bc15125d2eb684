"""People: who has which role since when, and inviting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.errors import DomainError
from gpa_programme.core.http import page
from gpa_programme.core.tables import Column, Table
from gpa_programme.home import actions
from gpa_programme.home.forms import InviteForm
from gpa_programme.home.queries.people import roles_held

CRUMBS = [("Home", "/")]


@needs(Permission.SEE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Every current role within what the reader may see."""
    table = Table(
        roles_held(request.user),
        [
            Column("name", "Name", sort=lambda row: row.name),
            Column("role", "Role", sort=lambda row: row.role),
            Column("where", "Where", sort=lambda row: row.where),
            Column("email", "Email"),
            Column("since", "Since", format="date", sort=lambda row: row.since),
        ],
        request,
        caption="People and their roles",
        empty="Nobody has a role here yet. Invite the first person.",
    )
    may_invite = access.can(request.user, Permission.INVITE_PEOPLE)
    return table.export() or page(
        request, "home/people.html", title="People", crumbs=CRUMBS, table=table, may_invite=may_invite
    )


@needs(Permission.INVITE_PEOPLE)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a person to a role."""
    form = InviteForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.invite(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"{person} is invited. A message is on its way to {person.email}.")
            return redirect("people")
    return page(
        request,
        "components/form_page.html",
        title="Invite a person",
        crumbs=[*CRUMBS, ("People", "/people/")],
        form=form,
        lead="They get a message with a link, and sign in with a code sent to their address.",
        cancel="/people/",
        status=400 if form.errors else 200,
    )
