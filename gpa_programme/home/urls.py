"""The addresses of home."""

from django.urls import URLPattern, path

from gpa_programme.home import views_static

urlpatterns: list[URLPattern] = [
    path("about/", views_static.about, name="about"),
    path("accessibility/", views_static.accessibility, name="accessibility"),
    path("privacy/", views_static.privacy, name="privacy"),
    path("help/", views_static.help_page, name="help"),
]
