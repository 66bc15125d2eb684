"""axe finds nothing against WCAG 2.2 AA on any page of the URL table, for each role that can open it, at both widths.

A page is rendered once: the answer is kept, and the screen of each width loads it from there as from the service. What
was clean for one person is not loaded again for another whose page holds the same.
"""

import functools
import hashlib
import json
import mimetypes
import re
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from gpa_programme.accounts.models import User
from tests.architecture.site import PERSONAS, Site, build_site
from tests.architecture.url_table import ALLAUTH_PUBLIC, ALLAUTH_SIGNED_IN, ROWS
from tests.journeys.browser import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
RUN = f"axe.run({json.dumps(RULES)}).then(result => result.violations)"
NARROW_FAULT = (
    '<!doctype html><html lang="en-GB"><head><title>Pale</title><link rel="icon" href="data:,">'
    "<style>@media (max-width: 400px) { p { color: #eee } }</style></head>"
    "<body><main><h1>Pale</h1><p>Pale on a phone</p></main></body></html>"
)


@dataclass(frozen=True)
class Shown:
    """A page as the service answered, and a hash of what it holds."""

    address: str
    answer: HttpResponse
    held: str


class Shelf(ThreadingHTTPServer):
    """Gives a browser the one page that lies on it, with the static files it asks for; notes what it could not give."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Giver)
        self.page = Shown("", HttpResponse(), "")
        self.missed: list[str] = []


class Giver(BaseHTTPRequestHandler):
    """One connection of the browser to the shelf."""

    server: Shelf
    protocol_version = "HTTP/1.1"  # a connection serves many requests

    def do_GET(self) -> None:
        page, static = self.server.page, settings.STATIC_URL
        if self.path == page.address:
            self.give(page.answer.status_code, dict(page.answer.headers), page.answer.content)
        elif self.path.startswith(static) and (found := finders.find(self.path.removeprefix(static))):
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            self.give(200, {"Content-Type": kind, "Cache-Control": "max-age=3600"}, Path(found).read_bytes())
        else:
            self.server.missed.append(self.path)
            self.give(404, {}, b"")

    def give(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Send an answer whole."""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args) -> None:
        """Say nothing."""


class Inspection:
    """Asks axe about pages on a screen of each width, and remembers which were clean."""

    def __init__(self, shelf: Shelf, screens: dict[int, Page]) -> None:
        self.shelf, self.screens = shelf, screens
        self.clean: set[str] = set()

    def faults(self, pages: dict[str, Shown]) -> dict[str, list[tuple]]:
        """What axe complains about, by page: the width, the rule and the first elements."""
        found = {name: self._look(page) for name, page in pages.items() if page.held not in self.clean}
        self.clean |= {pages[name].held for name, faults in found.items() if not faults}
        print(f"{len(pages)} pages, {len(found)} of them looked at")
        assert self.shelf.missed == [], "Without these files a page looks otherwise."
        return {name: faults for name, faults in found.items() if faults}

    def _look(self, page: Shown) -> list[tuple]:
        self.shelf.page = page
        found = []
        for width, screen in self.screens.items():
            screen.goto(page.address)
            faults = screen.evaluate(RUN)
            found += [(width, one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in faults]
        return found


@pytest.fixture(scope="module")
def inspection(browser):
    """Axe in both screens, for all tests here: so the same page of another role is not asked about again."""
    with ExitStack() as stack:
        shelf = stack.enter_context(Shelf())
        threading.Thread(target=shelf.serve_forever, daemon=True).start()
        stack.callback(shelf.shutdown)
        screens = {}
        for width, height in WIDTHS.items():
            context = browser.new_context(
                base_url=f"http://localhost:{shelf.server_port}",
                viewport={"width": width, "height": height},
                locale="en-GB",
            )
            stack.callback(context.close)
            context.set_default_timeout(60_000)
            context.add_init_script(Axe().axe_script)
            screens[width] = context.new_page()
        yield Inspection(shelf, screens)


@functools.cache
def pages() -> dict[str, dict[str, Shown]]:
    """Every persona's pages of the URL table, in one world; asked for once, read by the tests below."""
    with transaction.atomic():
        site = build_site()
        addresses = {name: reverse(name, kwargs=row.sample(site.north)) for name, row in ROWS.items()}
        found = {
            persona: _ask(site, persona, {name: addresses[name] for name in ROWS if ROWS[name].get[persona] == "200"})
            for persona in PERSONAS
        }
        transaction.set_rollback(True)
    return found


def _ask(site: Site, persona: str, addresses: dict[str, str]) -> dict[str, Shown]:
    """What a persona is shown at these addresses: no files, and nothing that sends them elsewhere."""
    client, person = site.sign_in(Client(), persona), site.person(persona)
    answers = {name: client.get(address) for name, address in addresses.items()}
    return {
        name: Shown(addresses[name], answer, _held(answer.content.decode(), person))
        for name, answer in answers.items()
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    }


def _held(html: str, person: User | None) -> str:
    """A hash of what a page holds, without its tokens and its reader's name."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
    if person is not None:
        html = html.replace(str(person), "").replace(person.get_short_name(), "")
    return hashlib.sha256(html.encode()).hexdigest()


@pytest.mark.parametrize("persona", PERSONAS)
def test_axe_finds_nothing_on_any_page_of_a_role(inspection, db, persona):
    shown = pages()[persona]

    assert inspection.faults(shown) == {}


@pytest.mark.parametrize("persona", ["anonymous", "mentor", "national_lead"])
def test_axe_finds_nothing_on_any_page_of_an_account(inspection, db, persona):
    names = ALLAUTH_PUBLIC | ALLAUTH_SIGNED_IN - {"mfa_remove_webauthn", "mfa_edit_webauthn"}
    arguments = {"account_reset_password_from_key": {"uidb36": "1", "key": "set-password"}}
    addresses = {name: reverse(name, kwargs=arguments.get(name)) for name in sorted(names)}

    assert inspection.faults(_ask(build_site(), persona, addresses)) == {}


def test_axe_finds_a_fault_that_shows_at_one_width_only_and_finds_it_again(inspection):
    page = Shown("/pale/", HttpResponse(NARROW_FAULT), "pale")

    for _ in range(2):
        found = inspection.faults({"pale": page})

        assert [fault[:2] for fault in found["pale"]] == [(360, "color-contrast")]
