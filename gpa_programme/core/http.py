"""How a view answers: a page with its title and trail, and the page for a form that came too late."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    crumbs: Iterable[tuple[str, str]] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page of base.html: `title` is its h1, `crumbs` are (label, address) of the pages above it."""
    trail = [{"text": label, "href": href} for label, href in crumbs]
    return render(request, template, {**context, "title": title, "crumbs": trail}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose token does not fit (CSRF_FAILURE_VIEW): usually the session ended while it was open."""
    return page(request, "403_csrf.html", title="Your form was not sent", status=403)
