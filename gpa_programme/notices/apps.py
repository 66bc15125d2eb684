"""Registers notices and the work of delivering a message."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The mail engine."""

    name = "gpa_programme.notices"
    label = "notices"

    def ready(self) -> None:
        """Let core.work deliver messages."""
        from gpa_programme.core import work  # noqa: PLC0415  models load after the registry
        from gpa_programme.notices import actions  # noqa: PLC0415
        from gpa_programme.notices.models import Message  # noqa: PLC0415

        work.register("message", model=Message, run=actions.deliver)
