"""The addresses of portfolio, evidence and sign-off."""

from django.urls import URLPattern, path

from learners.views import asking, evidence, evidence_drafts, evidence_files, portfolio, together, waiting

urlpatterns: list[URLPattern] = [
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/<str:code>/", portfolio.portfolio_competency, name="portfolio-competency"),
    path("portfolio/<str:code>/ask/", asking.portfolio_ask, name="portfolio-ask"),
    path("requests/<str:ref>/take-back/", asking.request_withdraw, name="request-withdraw"),
    path("requests/<str:ref>/again/", asking.request_resend, name="request-resend"),
    path("decisions/<int:pk>/read/", asking.decision_read, name="decision-read"),
    path("evidence/new/", evidence.evidence_new, name="evidence-new"),
    path("evidence/<str:ref>/", evidence.evidence, name="evidence"),
    path("evidence/<str:ref>/autosave/", evidence.evidence_autosave, name="evidence-autosave"),
    path("evidence/<str:ref>/new-version/", evidence.evidence_version, name="evidence-new-version"),
    path("evidence/<str:ref>/delete/", evidence_drafts.evidence_delete, name="evidence-delete"),
    path("evidence/<str:ref>/files/", evidence_files.evidence_files, name="evidence-files"),
    path("evidence/<str:ref>/files/<int:pk>/", evidence.evidence_file, name="evidence-file"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("waiting/together/", together.together, name="waiting-together"),
    path("waiting/<str:ref>/", waiting.waiting_request, name="waiting-request"),
    path("waiting/<str:ref>/revoke/", waiting.waiting_revoke, name="waiting-revoke"),
    path("learners/<str:ref>/portfolio/", portfolio.learner_portfolio, name="learner-portfolio"),
    path("learners/<str:ref>/portfolio/<str:code>/", portfolio.learner_competency, name="learner-portfolio-competency"),
]
