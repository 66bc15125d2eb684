"""The addresses of learners, split by noun; those with a fixed word come before those that take any code."""

from learners.urls import copies, enrolment, finish, frameworks, guard, mentoring, portfolio, scope, witnesses

urlpatterns = [
    *frameworks.urlpatterns,
    *scope.urlpatterns,
    *guard.urlpatterns,
    *witnesses.urlpatterns,
    *mentoring.urlpatterns,
    *finish.urlpatterns,
    *copies.urlpatterns,
    *enrolment.urlpatterns,
    *portfolio.urlpatterns,
]
