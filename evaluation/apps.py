"""Registers evaluation and the work of reports."""

from datetime import timedelta

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Surveys, measures, reports."""

    name = "evaluation"

    def ready(self) -> None:
        """Let core.work freeze and draw reports."""
        from evaluation.models import ReportBuild  # noqa: PLC0415  models load after the registry
        from evaluation.tasks import reports  # noqa: PLC0415
        from gpa_programme.core import work  # noqa: PLC0415

        work.register("report", model=ReportBuild, run=reports.run, lease=timedelta(seconds=10))
