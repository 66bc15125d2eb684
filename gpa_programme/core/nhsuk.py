"""The one door to the NHS.UK components: parameters are checked, user text stays text."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.utils.functional import Promise
from django.utils.safestring import SafeString

TAG_COLOURS = frozenset({"white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow"})

# Two folders of the package hold a macro with another name than the folder's.
_MACROS = {"do-dont-list": "list", "images": "image", "tables": "table"}
_ALIASES = {"table": "tables", "image": "images"}
_BLOCK_PARAMETER = {"card": "descriptionHtml", "error-summary": "descriptionHtml"}
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_ADDRESS_KEYS = frozenset({"href", "action", "src"})
_TEXT_KEYS = frozenset({"text", "value"})


class ComponentError(ValueError):
    """A component was asked for in a way that cannot be right: unknown name, parameter, or unsafe content."""


def package_loader() -> jinja2.BaseLoader:
    """The templates of nhsuk-frontend-jinja."""
    return jinja2.PackageLoader("nhsuk_frontend_jinja")


def house_environment(**options: Any) -> jinja2.Environment:
    """A Jinja environment as the macros need it. Without both block settings a page is three times the size."""
    decided = {"autoescape", "trim_blocks", "lstrip_blocks", "undefined"}
    free = {key: value for key, value in options.items() if key not in decided}
    return jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.ChainableUndefined, **free
    )


def render_component(name: str, params: Mapping[str, Any]) -> SafeString:
    """The markup of one NHS.UK component.

    `name` is the component's folder ("summary-list"); parameters may be camelCase or snake_case. Raises
    ComponentError for an unknown component or parameter, for `html` that is not safe already, for raw
    attribute strings and for addresses with a scheme that could run code.
    """
    folder = _ALIASES.get(name, name)
    cleaned = _clean(params, path=folder)
    _refuse_unknown(folder, cleaned)
    return SafeString(_macro(folder)(cleaned).strip())  # the macro escapes; what may be html was safe on arrival


def render_block(name: str, params: Mapping[str, Any], content: SafeString) -> SafeString:
    """The markup of one component around content that a template has already rendered.

    The content is put in after rendering: the macros indent what they are given, and would so change the
    lines inside a textarea.
    """
    place = SafeString("<!--content-->")
    frame = render_component(name, {**params, _BLOCK_PARAMETER.get(name, "html"): place})
    return SafeString(frame.replace(place, content.strip(), 1))  # both halves are rendered templates


def status_tag(member: Any) -> SafeString:
    """The tag of a status: its word and its colour, both read from the enum member."""
    try:
        label, colour = member.label, member.colour
    except AttributeError:
        raise ComponentError(f"A status is an enum member with label and colour, not {member!r}") from None
    if colour not in TAG_COLOURS:
        raise ComponentError(f"{member!r} has the colour {colour!r}, which no NHS tag has")
    return _tag(str(label), colour)


@lru_cache(maxsize=256)
def _tag(label: str, colour: str) -> SafeString:
    return render_component("tag", {"text": label, "colour": colour})


@lru_cache(maxsize=1)
def parameters() -> dict[str, frozenset[str]]:
    """The parameter names of each component, as vendored with the style sheet."""
    stored = json.loads(Path(__file__).with_name("nhsuk_parameters.json").read_text(encoding="utf-8"))
    return {component: frozenset(names) for component, names in stored.items()}


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return house_environment(loader=package_loader())


@lru_cache(maxsize=64)
def _macro(folder: str) -> Any:
    if folder not in parameters():
        raise ComponentError(f"There is no NHS.UK component {folder!r}")
    module = _environment().get_template(f"nhsuk/components/{folder}/macro.jinja").module
    return getattr(module, _MACROS.get(folder, _camel(folder)))


def _refuse_unknown(folder: str, params: Mapping[str, Any]) -> None:
    unknown = sorted(set(params) - parameters().get(folder, frozenset(params)) - {"html"})
    if unknown:
        raise ComponentError(f"The component {folder!r} has no parameter {', '.join(unknown)}")


def _is_html(key: str) -> bool:
    return key == "html" or key.endswith("Html")


def _camel(name: str) -> str:
    head, *rest = re.split(r"[-_]", name)
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _clean(value: Any, *, path: str, key: str = "") -> Any:
    """A value as the macros want it: no None, no lazy text, camelCase keys, and nothing that could be markup."""
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, Mapping):
        return _clean_mapping(value, path=path, keep_keys=key in {"attributes", "values"})
    if isinstance(value, (list, tuple)):
        return [_clean(item, path=path, key=key) for item in value]
    if isinstance(value, str) and hasattr(value, "__html__") and not (_is_html(key) or key == "attributes"):
        return "".join(value)  # text is text, also when it was marked safe: every literal in a template is
    if key in _TEXT_KEYS and isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)  # the macros treat the number 0 as absent
    return value


def _clean_mapping(params: Mapping[str, Any], *, path: str, keep_keys: bool) -> dict[str, Any]:
    cleaned = {}
    for key, value in params.items():
        if value is None:
            continue
        name = key if keep_keys else _camel(key)
        where = f"{path}.{name}"
        if not keep_keys and _is_html(name) and not hasattr(value, "__html__"):
            raise ComponentError(f"{where} is not safe text; give it as text")
        if name == "attributes" and not isinstance(value, Mapping) and not hasattr(value, "__html__"):
            raise ComponentError(f"{where} must be a mapping")
        if keep_keys and (name.lower().startswith("on") or name.lower() == "style"):
            raise ComponentError(f"{where} would be an inline script or style, which the content policy refuses")
        if name in _ADDRESS_KEYS:
            _refuse_address(str(value), where)
        cleaned[name] = _clean(value, path=where, key=name)
    return cleaned


def _refuse_address(address: str, where: str) -> None:
    bare = re.sub(r"[\s\x00-\x1f]", "", address)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", bare)
    if scheme and scheme.group(1).lower() not in _SAFE_SCHEMES:
        raise ComponentError(f"{where} has an address with the scheme {scheme.group(1)!r}")
