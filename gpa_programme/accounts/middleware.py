"""Refuses a view that declares no access, keeps signed-in pages out of caches and a used session alive."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from gpa_programme.accounts import adapters
from gpa_programme.core.periods import now

KEEP_ALIVE_SECONDS = 60


class AccessMiddleware:
    """Fails closed: a view without a declaration is an error in production too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; a signed-in answer is never stored."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
            self._keep_alive(request)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Check the declaration, and that roles which need a second factor have one."""
        module = view.__module__
        if module.startswith("allauth."):
            return None
        if not hasattr(view, "access") and not module.startswith("ninja."):
            raise ImproperlyConfigured(f"{module}.{view.__name__} declares no access: needs, signed_in or public.")
        if request.user.is_authenticated and adapters.second_factor_missing(request.user):
            return redirect("mfa_index")
        return None

    def _keep_alive(self, request: HttpRequest) -> None:
        seconds = int(now().timestamp())
        if seconds - request.session.get("seen", 0) >= KEEP_ALIVE_SECONDS:
            request.session["seen"] = seconds
