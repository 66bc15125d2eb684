"""The context processor of the interface: what every page says about the installation itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def interface(request: HttpRequest) -> dict[str, Any]:
    """What every page says: demonstration or not, NHS logo or not, whom to write to, how long one may stay idle."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "demonstration": settings.DEMONSTRATION,
        "nhs_logo": settings.NHS_LOGO,
        "contact_email": settings.CONTACT_EMAIL,
        "session_seconds": settings.SESSION_COOKIE_AGE if signed_in else 0,
    }
