"""The addresses of witness statements and observations."""

from django.urls import URLPattern, path

from learners.views import observations, witnesses, witnessing

urlpatterns: list[URLPattern] = [
    path("evidence/<str:ref>/witness/", witnesses.witness_ask, name="witness-ask"),
    path("evidence/<str:ref>/witness/again/", witnesses.witness_again, name="witness-again"),
    path("evidence/<str:ref>/witness/take-back/", witnesses.witness_take_back, name="witness-take-back"),
    path("evidence/<str:ref>/witness/submit/", witnesses.witness_submit, name="witness-submit"),
    path("witness/<str:token>/", witnessing.witness, name="witness"),
    path("observe/", observations.observe, name="observe"),
    path("observe/own/", observations.observe_own, name="observe-own"),
    path("observe/<str:ref>/", observations.observe_learner, name="observe-learner"),
]
