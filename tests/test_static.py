"""Static files as a real installation collects them: hashed names, every reference inside a style sheet resolved."""

import re
from pathlib import Path

from tests.workers import ROOT, Scratch, plain_env


def test_static_files_collect_and_every_template_names_one(tmp_path):
    place = Scratch(tmp_path, plain_env(tmp_path))

    place.manage("collectstatic", "--noinput")

    manifest = (tmp_path / "static" / "staticfiles.json").read_text(encoding="utf-8")
    named = {
        found
        for path in Path(ROOT / "templates").rglob("*.html")
        for found in re.findall(r"{%\s*static\s+[\"']([^\"']+)[\"']", path.read_text(encoding="utf-8"))
    }
    assert {item for item in named if f'"{item}"' not in manifest} == set()
