"""The addresses of home."""

from django.urls import path

from gpa_programme.home.views import components, landing, operations, people, static

urlpatterns = [
    path("", landing.landing_page, name="home"),
    path("account/", landing.account, name="account"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="people-invite"),
    path("operations/", operations.operations, name="operations"),
    path("operations/<slug:kind>/<int:pk>/run/", operations.run_again, name="operations-run"),
    path("outbox/", operations.outbox, name="outbox"),
    path("outbox/<int:pk>/", operations.outbox_mail, name="outbox-mail"),
    path("records/<slug:record_type>/<str:ref>/history/", operations.history, name="history"),
    path("healthz", operations.healthz, name="healthz"),
    path("components/", components.components, name="components"),
    path("about/", static.about, name="about"),
    path("accessibility/", static.accessibility, name="accessibility"),
    path("privacy/", static.privacy, name="privacy"),
    path("help/", static.help_page, name="help"),
]
