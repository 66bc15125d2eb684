"""The addresses of mentors: who they are, how they are asked, absences, and moving on to another practice or hub."""

from django.urls import URLPattern, path

from learners.views import mentor_settings, mentors, transfer

urlpatterns: list[URLPattern] = [
    path("waiting/settings/", mentor_settings.settings, name="mentor-settings"),
    path("waiting/settings/away/", mentor_settings.absence_new, name="absence-new"),
    path("waiting/settings/away/<int:pk>/cancel/", mentor_settings.absence_cancel, name="absence-cancel"),
    path("waiting/<str:ref>/snooze/", mentor_settings.snooze, name="waiting-snooze"),
    path("learners/<str:ref>/mentors/", mentors.mentors, name="learner-mentors"),
    path("learners/<str:ref>/mentors/add/", mentors.mentor_add, name="learner-mentor-add"),
    path("learners/<str:ref>/mentors/change/", mentors.mentor_change, name="learner-mentor-change"),
    path("learners/<str:ref>/mentors/<int:pk>/end/", mentors.mentor_end, name="learner-mentor-end"),
    path("learners/<str:ref>/practice/", transfer.practice, name="learner-practice"),
    path("learners/<str:ref>/transfer/", transfer.transfer_offer, name="learner-transfer"),
    path("transfers/", transfer.transfers, name="transfers"),
    path("transfers/<int:pk>/", transfer.transfer, name="transfer"),
    path("transfers/<int:pk>/accept/", transfer.transfer_accept, name="transfer-accept"),
    path("transfers/<int:pk>/decline/", transfer.transfer_decline, name="transfer-decline"),
]
