"""The addresses of declarations, verification and certificates."""

from django.urls import URLPattern, path

from learners.views import certificates, finish, flags, samples, verification

urlpatterns: list[URLPattern] = [
    path("portfolio/finish/", finish.portfolio_finish, name="portfolio-finish"),
    path("learners/<str:ref>/finish/", finish.learner_finish, name="learner-finish"),
    path("learners/<str:ref>/finish/statement/", finish.finish_statement, name="finish-statement"),
    path("learners/<str:ref>/finish/check/", finish.finish_check, name="finish-check"),
    path("learners/<str:ref>/finish/submit/", finish.finish_submit, name="finish-submit"),
    path("learners/<str:ref>/finish/in-house/", finish.finish_in_house, name="finish-in-house"),
    path("learners/<str:ref>/finish/route/", finish.finish_route, name="finish-route"),
    path("learners/<str:ref>/certificate/", certificates.certificate_issue, name="certificate-issue"),
    path("verification/", verification.verification, name="verification"),
    path("verification/draw/", samples.verification_draw, name="verification-draw"),
    path("verification/samples/<int:pk>/", samples.verification_sample, name="verification-sample"),
    path("verification/samples/<int:pk>/<slug:slug>/", samples.verification_rest, name="verification-rest"),
    path("verification/<int:pk>/", verification.verification_portfolio, name="verification-portfolio"),
    path("verification/<int:pk>/assign/", verification.verification_assign, name="verification-assign"),
    path("verification/<int:pk>/outcome/", verification.verification_outcome, name="verification-outcome"),
    path("verification/<int:pk>/<str:code>/", verification.verification_read, name="verification-read"),
    path(
        "verification/<int:pk>/<str:code>/files/<int:file>/", verification.verification_file, name="verification-file"
    ),
    path(
        "verification/<int:pk>/<str:code>/versions/<int:version>/flag/",
        flags.verification_flag,
        name="verification-flag",
    ),
    path("certificates/", certificates.certificate_check, name="certificate-check"),
    path("certificates/<str:code>/", certificates.certificate, name="certificate"),
    path("certificates/<str:code>/pdf/", certificates.certificate_pdf, name="certificate-pdf"),
    path("certificates/<str:code>/withdraw/", certificates.certificate_withdraw, name="certificate-withdraw"),
]
