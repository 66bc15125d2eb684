"""The addresses of the dashboard, hubs, practices and measures."""

from django.urls import path

from evaluation.views import consistency, dashboard, hubs, measures

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("hubs/", hubs.hubs, name="hubs"),
    path("hubs/<slug:slug>/", hubs.hub, name="hub"),
    path("hubs/<slug:slug>/practices/", hubs.hub_practices, name="hub-practices"),
    path("practices/<slug:ods>/", hubs.practice, name="practice"),
    path("measures/", measures.measures, name="measures"),
    path("measures/consistency/", consistency.consistency_page, name="consistency"),
    path("measures/<slug:key>/", measures.measure, name="measure"),
]
