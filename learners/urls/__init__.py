"""The addresses of learners, split by noun."""

from learners.urls import enrolment, portfolio

urlpatterns = [*enrolment.urlpatterns, *portfolio.urlpatterns]
