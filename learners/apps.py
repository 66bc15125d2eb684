"""Registers learners, its role source and the work of copies."""

from datetime import timedelta

from django.apps import AppConfig


class LearnersConfig(AppConfig):
    """Learners and their portfolios."""

    name = "learners"

    def ready(self) -> None:
        """Let access ask for learner and mentor roles, and core.work make copies of portfolios."""
        from gpa_programme.accounts import access  # noqa: PLC0415  models load after the registry
        from gpa_programme.core import work  # noqa: PLC0415
        from learners.exports import portfolio  # noqa: PLC0415
        from learners.models import PortfolioCopy  # noqa: PLC0415
        from learners.queries import roles  # noqa: PLC0415

        access.register_role_source(roles.learner_grants)
        work.register("portfolio_copy", model=PortfolioCopy, run=portfolio.make, lease=timedelta(minutes=10))
