"""Navigation as data: label, address and the permission that opens it."""

from typing import Any

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission

P = Permission
ENTRIES: tuple[tuple[str, str, Permission | None], ...] = (
    ("Home", "/", None),
    ("Portfolio", "/portfolio/", P.KEEP_PORTFOLIO),
    ("Waiting for you", "/waiting/", P.DECIDE),
    ("Dashboard", "/dashboard/", P.SEE_DASHBOARD),
    ("Hubs", "/hubs/", P.SEE_HUB),
    ("Frameworks", "/frameworks/", P.SEE_HUB),
    ("Verification", "/verification/", P.SEE_VERIFICATION),
    ("Evaluation", "/evaluation/", P.SEE_EVALUATION),
    ("Measures", "/measures/", P.SEE_MEASURES),
    ("Reports", "/reports/", P.SEE_REPORT),
    ("People", "/people/", P.SEE_PEOPLE),
    ("Operations", "/operations/", P.SEE_OPERATIONS),
    ("Outbox", "/outbox/", P.SEE_OUTBOX),
)


def entries(user: Any, path: str) -> list[dict[str, Any]]:
    """The entries that this person may open, the current one marked."""
    allowed = [(label, href) for label, href, needed in ENTRIES if needed is None or access.can(user, needed)]
    return [
        {"label": label, "href": href, "current": path == href if href == "/" else path.startswith(href)}
        for label, href in allowed
    ]


def account_links(user: Any) -> list[dict[str, str]]:
    """The links on the right of the header: who is signed in, and the way out."""
    return [{"label": str(user), "href": "/account/"}, {"label": "Sign out", "href": "/accounts/logout/"}]
