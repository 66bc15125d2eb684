"""The addresses of reports."""

from django.urls import path

from evaluation.views import report_files, report_workflow, reports

_one = "reports/<slug:hub>/<slug:period>/"

urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path(_one, reports.report, name="report"),
    path(f"{_one}write/", report_workflow.write, name="report-write"),
    path(f"{_one}submit/", report_workflow.submit, name="report-submit"),
    path(f"{_one}rebuild/", report_workflow.rebuild, name="report-rebuild"),
    path(f"{_one}accept/", report_workflow.accept, name="report-accept"),
    path(f"{_one}return/", report_workflow.return_report, name="report-return"),
    path(f"{_one}files/<slug:kind>/", report_files.download, name="report-file"),
]
