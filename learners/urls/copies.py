"""The addresses of reading with a reason and the learner's own copy."""

from django.urls import URLPattern, path

from learners.views import copies, reading

urlpatterns: list[URLPattern] = [
    path("portfolio/readers/", reading.portfolio_readers, name="portfolio-readers"),
    path("learners/<str:ref>/reading/", reading.learner_reading, name="learner-reading"),
    path("portfolio/copy/", copies.portfolio_copy, name="portfolio-copy"),
    path("portfolio/copy/<int:pk>/", copies.portfolio_copy_file, name="portfolio-copy-file"),
]
