"""Registers learners and its role source."""

from django.apps import AppConfig


class LearnersConfig(AppConfig):
    """Learners and their portfolios."""

    name = "learners"

    def ready(self) -> None:
        """Let access ask for learner and mentor roles."""
        from gpa_programme.accounts import access  # noqa: PLC0415  models load after the registry
        from learners.queries import roles  # noqa: PLC0415

        access.register_role_source(roles.learner_grants)
