"""The addresses of the competency frameworks."""

from django.urls import URLPattern, path

from learners.views import framework_writing as writing
from learners.views import frameworks

urlpatterns: list[URLPattern] = [
    path("frameworks/", frameworks.frameworks, name="frameworks"),
    path("frameworks/import/", writing.framework_import, name="framework-import"),
    path("frameworks/import/<int:pk>/", writing.framework_import_preview, name="framework-import-preview"),
    path("frameworks/<int:pk>/", frameworks.framework, name="framework"),
    path("frameworks/<int:pk>/draft/", writing.framework_draft, name="framework-draft"),
    path("frameworks/<int:pk>/compare/<int:other>/", frameworks.framework_compare, name="framework-compare"),
    path("frameworks/<int:pk>/competencies/new/", writing.framework_competency, name="framework-competency-new"),
    path("frameworks/<int:pk>/competencies/<str:code>/", writing.framework_competency, name="framework-competency"),
    path("frameworks/<int:pk>/mapping/", writing.framework_mapping, name="framework-mapping"),
    path("frameworks/<int:pk>/publish/", writing.framework_publish, name="framework-publish"),
    path("frameworks/<int:pk>/retire/", writing.framework_retire, name="framework-retire"),
    path("frameworks/<int:pk>/delete/", writing.framework_delete, name="framework-delete"),
    path("learners/<str:ref>/framework/", writing.learner_framework, name="learner-framework"),
]
