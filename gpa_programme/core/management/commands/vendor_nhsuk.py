"""Copies one release of NHS.UK frontend into static/nhsuk, rewritten to be served from this host alone."""

import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

VERSION = "10.6.1"  # moves together with nhsuk-frontend-jinja in requirements.in
FIXTURES_A_COMPONENT = 4
LONGEST_FIXTURE = 6000

LICENCE = """NHS.UK frontend {version} (https://github.com/nhsuk/nhsuk-frontend)

MIT License

Copyright (c) 2019 NHS.UK

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.

Changed here: the @font-face rules (the Frutiger font needs its own licence) and the source map
comments are removed, and image addresses are relative. The NHS logo and favicons are not copied.
"""


def rewritten_css(css: str) -> tuple[str, set[str]]:
    """The style sheet without foreign fonts, source map and absolute addresses, and the images it needs."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"/\*# sourceMappingURL=[^*]*\*/", "", css)
    images = set(re.findall(r"url\(/assets/images/([^)]+)\)", css))
    css = css.replace("url(/assets/images/", "url(../images/")
    if foreign := re.findall(r"url\((?!\.\./images/|data:)[^)]*\)", css):
        raise CommandError(f"The style sheet still points elsewhere: {sorted(set(foreign))}")
    return css.strip() + "\n", images


def rewritten_js(js: str) -> str:
    """The module without its source map comment."""
    return re.sub(r"//# sourceMappingURL=\S+", "", js).strip() + "\n"


def component_parameters(package: Path) -> dict[str, list[str]]:
    """The parameter names of each component's macro, as its own documentation lists them."""
    return {
        path.parent.name: sorted(
            option["name"] for option in json.loads(path.read_text()) if option["type"] != "nunjucks-block"
        )
        for path in sorted(package.glob("dist/nhsuk/components/*/macro-options.json"))
    }


def contract_fixtures(package: Path) -> dict[str, list[dict[str, Any]]]:
    """The first few published examples of each component: parameters and the markup they must give."""
    chosen: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(package.glob("dist/nhsuk/components/*/fixtures.json")):
        examples: list[dict[str, Any]] = []
        seen: set[str] = set()
        for fixture in json.loads(path.read_text())["fixtures"]:
            key = json.dumps([fixture.get("context"), fixture.get("callBlock")], sort_keys=True)
            if key in seen or len(examples) >= FIXTURES_A_COMPONENT or len(fixture["html"]) > LONGEST_FIXTURE:
                continue
            seen.add(key)
            example = {"name": fixture["name"], "params": fixture.get("context") or {}, "html": fixture["html"]}
            if "callBlock" in fixture:
                example["block"] = fixture["callBlock"]
            examples.append(example)
        chosen[path.parent.name] = examples
    return chosen


class Command(BaseCommand):
    """`manage.py vendor_nhsuk`: run once an upgrade on a machine with npm, then commit what changed."""

    help = f"Vendor nhsuk-frontend {VERSION} into static/nhsuk (needs npm)."

    def handle(self, *args: Any, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            package = self._download(Path(folder))
            self._write_static(package, Path(settings.BASE_DIR) / "static" / "nhsuk")
            self._write_data(package, Path(settings.BASE_DIR))
        self.stdout.write(f"nhsuk-frontend {VERSION} is in static/nhsuk. Now run pytest tests/core/test_nhsuk.py")

    def _download(self, folder: Path) -> Path:
        try:
            subprocess.run(
                ["npm", "pack", "--silent", f"nhsuk-frontend@{VERSION}"],
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise CommandError(f"npm pack did not work: {error}") from error
        with tarfile.open(folder / f"nhsuk-frontend-{VERSION}.tgz") as archive:
            archive.extractall(folder, filter="data")
        return folder / "package"

    def _write_static(self, package: Path, target: Path) -> None:
        dist = package / "dist" / "nhsuk"
        css, images = rewritten_css((dist / "nhsuk-frontend.min.css").read_text(encoding="utf-8"))
        for name in ("css", "js", "images"):
            (target / name).mkdir(parents=True, exist_ok=True)
        (target / "css" / "nhsuk-frontend.min.css").write_text(css, encoding="utf-8")
        js = rewritten_js((dist / "nhsuk-frontend.min.js").read_text(encoding="utf-8"))
        (target / "js" / "nhsuk-frontend.min.js").write_text(js, encoding="utf-8")
        for image in images:
            (target / "images" / image).write_bytes((dist / "assets" / "images" / image).read_bytes())
        (target / "LICENCE.txt").write_text(LICENCE.format(version=VERSION), encoding="utf-8")

    def _write_data(self, package: Path, base: Path) -> None:
        parameters = json.dumps(component_parameters(package), indent=1)
        (base / "gpa_programme" / "core" / "nhsuk_parameters.json").write_text(parameters + "\n", encoding="utf-8")
        fixtures = json.dumps(contract_fixtures(package), indent=1, ensure_ascii=False)
        (base / "tests" / "core" / "nhsuk_fixtures.json").write_text(fixtures + "\n", encoding="utf-8")
