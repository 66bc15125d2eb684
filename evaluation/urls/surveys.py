"""The addresses of surveys."""

from django.urls import path

from evaluation.views import answering, results, surveys

urlpatterns = [
    path("evaluation/", surveys.evaluation, name="evaluation"),
    path("evaluation/plan/", surveys.evaluation_plan, name="evaluation-plan"),
    path("evaluation/plan/<int:pk>/key/", surveys.plan_key, name="plan-key"),
    path("evaluation/aims/", results.aims, name="aims"),
    path("evaluation/waves/new/", surveys.wave_new, name="wave-new"),
    path("evaluation/waves/<int:pk>/", surveys.wave, name="wave"),
    path("evaluation/waves/<int:pk>/poster/", surveys.wave_poster, name="wave-poster"),
    path("evaluation/waves/<int:pk>/open/", surveys.wave_open, name="wave-open"),
    path("evaluation/waves/<int:pk>/close/", surveys.wave_close, name="wave-close"),
    path("evaluation/waves/<int:pk>/release/", surveys.wave_release, name="wave-release"),
    path("evaluation/waves/<int:pk>/comments/", surveys.wave_comments, name="wave-comments"),
    path("s/thanks/", answering.survey_thanks, name="survey-thanks"),
    path("s/<str:code>/", answering.survey, name="survey"),
]
