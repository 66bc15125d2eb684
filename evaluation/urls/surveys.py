"""The addresses of surveys."""

from django.urls import path

from evaluation.views import answering, results, surveys

urlpatterns = [
    path("evaluation/", surveys.evaluation, name="evaluation"),
    path("evaluation/plan/", surveys.evaluation_plan, name="evaluation_plan"),
    path("evaluation/plan/<int:pk>/key/", surveys.plan_key, name="plan_key"),
    path("evaluation/aims/", results.aims, name="aims"),
    path("evaluation/waves/new/", surveys.wave_new, name="wave_new"),
    path("evaluation/waves/<int:pk>/", surveys.wave, name="wave"),
    path("evaluation/waves/<int:pk>/poster/", surveys.wave_poster, name="wave_poster"),
    path("evaluation/waves/<int:pk>/open/", surveys.wave_open, name="wave_open"),
    path("evaluation/waves/<int:pk>/close/", surveys.wave_close, name="wave_close"),
    path("evaluation/waves/<int:pk>/release/", surveys.wave_release, name="wave_release"),
    path("evaluation/waves/<int:pk>/comments/", surveys.wave_comments, name="wave_comments"),
    path("s/thanks/", answering.survey_thanks, name="survey_thanks"),
    path("s/<str:code>/", answering.survey, name="survey"),
]
