"""The addresses of evaluation, split by noun."""

from evaluation.urls import cohorts, measures, reports, surveys

urlpatterns = [*cohorts.urlpatterns, *measures.urlpatterns, *reports.urlpatterns, *surveys.urlpatterns]
