"""The context processor of the interface: what every page says about the installation itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def interface(request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demonstration, whether the NHS logo may be shown, and how long a session lasts idle."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "demonstration": getattr(settings, "DEMONSTRATION", False),
        "nhs_logo": getattr(settings, "NHS_LOGO", False),
        "session_seconds": settings.SESSION_COOKIE_AGE if signed_in else 0,
    }
