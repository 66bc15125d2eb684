"""The context processor of navigation: which parts of the service a person may open."""

from typing import Any

from django.http import HttpRequest

from gpa_programme.home.navigation import account_links, entries


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`navigation` and `account_links` of base.html."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "account_links": []}
    return {"navigation": entries(user, request.path), "account_links": account_links(user)}
