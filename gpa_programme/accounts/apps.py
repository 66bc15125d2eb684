"""Registers accounts and its role source."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and roles."""

    name = "gpa_programme.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let access ask for national roles."""
        from gpa_programme.accounts import access, queries  # noqa: PLC0415  models load after the registry

        access.register_role_source(queries.national_grants)
