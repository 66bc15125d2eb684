"""Registers hubs and its role source."""

from django.apps import AppConfig


class HubsConfig(AppConfig):
    """Where the programme happens."""

    name = "hubs"

    def ready(self) -> None:
        """Let access ask for hub and practice roles."""
        from gpa_programme.accounts import access  # noqa: PLC0415  models load after the registry
        from hubs import queries  # noqa: PLC0415

        access.register_role_source(queries.hub_grants)
