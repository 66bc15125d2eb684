"""The landing page: what needs me today, and how it is going."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gpa_programme.accounts import access
from gpa_programme.accounts.access import public, signed_in
from gpa_programme.core.http import page
from gpa_programme.home.queries import landing
from gpa_programme.home.queries.tasks import tasks_of


@public
def landing_page(request: HttpRequest) -> HttpResponse:
    """A stranger is asked to sign in; everyone else sees their tasks, the most painful first."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    return page(
        request,
        "home/landing.html",
        title=f"Hello {request.user.get_short_name()}" if request.user.name else "Hello",
        tasks=tasks_of(request.user),
        figures=landing.figures(request.user),
        places=landing.places(request.user),
        roles=[role.label for role in access.role_keys(request.user)],
    )


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """My account: my roles, and the ways in."""
    return render(
        request,
        "home/account.html",
        {
            "title": "Your account",
            "crumbs": [{"text": "Home", "href": "/"}],
            "roles": [role.label for role in access.role_keys(request.user)],
        },
    )
