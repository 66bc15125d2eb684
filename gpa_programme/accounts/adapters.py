"""How allauth behaves here: nobody signs up, and roles that see many people's data need a second factor."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import RoleKey

SECOND_FACTOR_ROLES = frozenset(RoleKey) - {RoleKey.LEARNER, RoleKey.MENTOR, RoleKey.PRACTICE_MANAGER}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed: people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail about signing in that says whose it is: the programme, its address, and how long a code works."""
        said = {
            "site": settings.SITE_URL,
            "demonstration": settings.DEMONSTRATION,
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
        }
        super().send_mail(template_prefix, email, {**said, **context})

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names this service in authenticator apps."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name that a passkey prompt shows."""
        entity = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "GPA training programme"}


def second_factor_missing(user: Any) -> bool:
    """Whether the person holds a role that needs a second factor and has none; never in the demonstration."""
    if settings.DEMONSTRATION:
        return False
    needed = any(key in SECOND_FACTOR_ROLES for key in access.role_keys(user))
    return needed and not is_mfa_enabled(user)
