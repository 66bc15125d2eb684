"""The Jinja environment: NHS.UK macros everywhere, and our own big tables in templates/jinja."""

from typing import Any

import jinja2
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import reverse

from gpa_programme.core import nhsuk


def environment(**options: Any) -> jinja2.Environment:
    """The environment named in settings.TEMPLATES for templates/jinja, with NHS.UK macros importable by name."""
    own = options.pop("loader", None)
    loaders = [loader for loader in (own, nhsuk.package_loader()) if loader is not None]
    built = nhsuk.house_environment(loader=jinja2.ChoiceLoader(loaders), **options)
    built.globals.update(
        nhsuk=_component, status=nhsuk.status_tag, static=static, url=_address, querystring=querystring
    )
    return built


def querystring(query: QueryDict, **changes: Any) -> str:
    """The query string with some keys changed; None removes a key. Always starts with a question mark."""
    changed = query.copy()
    for key, value in changes.items():
        changed.pop(key, None)
        if value is not None:
            changed[key] = str(value)
    return "?" + changed.urlencode()


def _component(name: str, **params: Any) -> str:
    return nhsuk.render_component(name, params)


def _address(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)
