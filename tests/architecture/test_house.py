"""The house of the design: what stands at the top, who may import whom, how long a file is, what templates hold."""

import ast
import os
import re
from fnmatch import fnmatch
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("gpa_programme", "hubs", "learners", "evaluation")
TOP = {
    *("manage.py", "gpa_programme", "hubs", "learners", "evaluation", "templates", "static", "requirements.txt"),
    *("tests", "README.md", "run.py", "requirements-dev.txt", "pyproject.toml", "Dockerfile", "compose.yaml", "docs"),
    *(".ci", "LICENSE"),
    *(".gitignore", ".dockerignore"),  # git's and Docker's own
}
LAYERS = ("core", "audit", "accounts", "notices", "hubs", "learners", "evaluation", "home")  # left never imports right
SHELVES = {  # a shelf imports only lower ones
    "enums": 0,
    "rules": 1,
    "models": 2,
    "queries": 3,
    "emails": 4,
    "actions": 5,
    "forms": 6,
    "exports": 6,
    "views": 7,
    "api": 7,
    "tasks": 7,
    "urls": 8,
}
LONGEST = 400


def project_files():
    """Every file of the project: what .gitignore does not leave out. No git is needed to ask."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    ignored = [line.strip("/") for line in lines] + [".git"]
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [item for item in folders if not any(fnmatch(item, pattern) for pattern in ignored)]
        found += [Path(folder) / item for item in names if not any(fnmatch(item, pattern) for pattern in ignored)]
    return sorted(found)


FILES = project_files()
MODULES = [path for path in FILES if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in APPS]
TEMPLATES = [path for path in FILES if path.relative_to(ROOT).parts[0] == "templates" and path.suffix != ".typ"]
VENDORED = ROOT / "static" / "nhsuk"
OURS = [path for path in FILES if path.suffix in {".css", ".js"} and VENDORED not in path.parents]


def name(path):
    """A path as people say it."""
    return path.relative_to(ROOT).as_posix()


def layer(module):
    """The layer of a dotted module, or None for what belongs to none (settings, urls, libraries)."""
    parts = module.split(".")
    found = parts[1] if parts[0] == "gpa_programme" and len(parts) > 1 else parts[0]
    return found if found in LAYERS else None


def shelf(module):
    """The shelf of a dotted module inside its app, or None."""
    parts = module.split(".")
    place = parts[2:3] if parts[0] == "gpa_programme" else parts[1:2]
    return place[0] if place and place[0] in SHELVES else None


def dotted(path):
    """The module that a file is."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path, packages=APPS):
    """Every module of some packages that a file imports, wherever in it, as dotted names."""
    module = dotted(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            found |= {source, *(f"{source}.{alias.name}" for alias in node.names)}
    return {item for item in found if item.split(".")[0] in packages}


def test_top_level_is_exactly_the_design():
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == TOP


def test_modules_import_only_to_the_left():
    breaches = [
        f"{name(path)} imports {item}"
        for path in MODULES
        if layer(dotted(path))
        for item in sorted(imports(path))
        if layer(item) and LAYERS.index(layer(item)) > LAYERS.index(layer(dotted(path)))
    ]

    assert breaches == []


def test_shelves_import_only_downwards():
    breaches = [
        f"{name(path)} imports {item}"
        for path in MODULES
        if shelf(dotted(path)) and "migrations" not in path.parts
        for item in sorted(imports(path))
        if layer(item) == layer(dotted(path)) and shelf(item) and SHELVES[shelf(item)] > SHELVES[shelf(dotted(path))]
    ]

    assert breaches == []


def test_rules_know_no_database_and_no_request():
    breaches = [
        f"{name(path)} imports {item}"
        for path in MODULES
        if shelf(dotted(path)) == "rules"
        for item in sorted(imports(path, packages=("django",)))
        if item.startswith(("django.db", "django.http"))
    ]

    assert breaches == []


def test_no_file_is_longer_than_a_person_reads():
    def counts(path):
        own = path.suffix in {".py", ".html", ".jinja", ".js", ".css", ".typ"} or path.parent.name == ".ci"
        return own and VENDORED not in path.parents and not {"migrations", "data"} & set(path.relative_to(ROOT).parts)

    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES if counts(path)}

    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_every_module_says_what_it_owns():
    silent = [
        name(path)
        for path in FILES
        if path.suffix == ".py" and "migrations" not in path.parts and path.read_text(encoding="utf-8").strip()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_migrations_are_named_by_what_they_do():
    unnamed = [name(path) for path in MODULES if "migrations" in path.parts and "auto" in path.stem.split("_")]

    assert unnamed == []


class Markup(HTMLParser):
    """Collects what a strict content security policy would refuse, and what is fetched from elsewhere."""

    FETCHING = {"src", "srcset", "poster", "data", "action", "formaction", "manifest"}

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        values = {key: value or "" for key, value in attrs}
        if tag == "style" or (tag == "script" and "src" not in values and values.get("type") != "application/json"):
            self.found.append(f"inline <{tag}>")
        for key, value in values.items():
            if key == "style" or re.fullmatch(r"on[a-z]+", key):
                self.found.append(f"{key}= on <{tag}>")
            fetched = key in self.FETCHING or (key == "href" and tag in {"link", "use", "image"})
            if fetched and re.match(r"\s*(https?:)?//", value):
                self.found.append(f"{key}={value} on <{tag}>")


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix != ".txt"], ids=name)
def test_template_holds_nothing_inline_and_fetches_nothing_foreign(path):
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    markup = Markup()
    # Tags of the template language may stand inside attributes, with quotes of their own.
    markup.feed(re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL))

    assert markup.found == []


@pytest.mark.parametrize("path", OURS, ids=name)
def test_static_file_of_ours_names_no_foreign_host(path):
    text = re.sub(r"/\*.*?\*/|^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    hosts = set(re.findall(r"(?:https?:)?//([a-z0-9-]+\.[a-z.]+)", text))

    assert hosts - {"www.w3.org"} == set()


def test_templates_mark_no_text_as_safe():
    breaches = [name(path) for path in TEMPLATES if re.search(r"\|\s*safe\b(?!seq)", path.read_text(encoding="utf-8"))]

    assert breaches == []


def pins(lock):
    """Package and version of every line of a lock."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", text, flags=re.MULTILINE | re.IGNORECASE))


def test_locks_agree_and_name_no_registry():
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")

    assert runtime.items() <= development.items()
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert re.findall(r"https?://|file:|--[a-z-]*(?:index|find-links)\S*", text) == []


def test_every_direct_requirement_has_its_reason_above_it():
    lists = re.findall(
        r'^    "([A-Za-z0-9._-]+)[^"]*[=<][^"]*",  # (.+)$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    lock = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    lines = {
        re.split(r"==|\[", line)[0].lower().replace("_", "-"): above for above, line in pairwise(lock) if "==" in line
    }

    assert {item: lines.get(item.lower()) for item, _ in lists} == {item: f"# {reason}" for item, reason in lists}


def test_image_holds_every_folder_that_runs():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    wanted = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    for folder in (*APPS, "templates", "static"):
        assert f"COPY {folder} /app/{folder}\n" in dockerfile
        assert f"!{folder}" in wanted


def test_every_setting_from_the_environment_is_documented():
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    read = set()
    for path in (ROOT / "gpa_programme" / "settings.py", ROOT / "gpa_programme" / "env.py", ROOT / "run.py"):
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r'(?:env\.\w+\(|environ\.get\(|setdefault\()"([A-Z_]+)"', text))

    assert {item for item in read if f"`{item}`" not in operations} == set()


def test_every_management_command_is_documented():
    documents = "".join(path.read_text(encoding="utf-8") for path in FILES if path.suffix == ".md")
    commands = {path.stem for path in MODULES if path.parent.name == "commands" and path.stem != "__init__"}

    assert {command for command in commands if command not in documents} == set()


def test_every_line_of_the_beat_table_is_documented():
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = (ROOT / "gpa_programme" / "celery.py").read_text(encoding="utf-8")

    lines = re.findall(r'^    "([^"]+)": {"task"', table, flags=re.MULTILINE)
    assert lines != []
    assert [line for line in lines if line not in operations and "heart" not in line] == []
