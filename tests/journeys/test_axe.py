"""axe finds nothing against WCAG 2.2 AA on any page of the URL table, for each role that can open it."""

import hashlib
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.architecture.site import PERSONAS, build_site
from tests.architecture.url_table import ALLAUTH_PUBLIC, ALLAUTH_SIGNED_IN, ROWS
from tests.journeys.browser import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
CLEAN: set[str] = (
    set()
)  # pages already found clean, by what they hold: the same page of another role is not asked again


@pytest.fixture
def site(transactional_db):
    """The site of the URL table, committed, so that the server's thread reads it."""
    return build_site()


@pytest.fixture
def opened(live_server, site, browser):
    """Opens a page as a persona at a width, and an own client that asks the same."""
    contexts = []

    def open_as(persona: str, width: int):
        client = site.sign_in(Client(), persona)
        size = {"width": width, "height": WIDTHS[width]}
        context = browser.new_context(base_url=live_server.url, viewport=size, locale="en-GB")
        contexts.append(context)
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie:
            held = {"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}
            context.add_cookies([held])
        page = context.new_page()
        page.set_default_timeout(60_000)
        return client, page

    yield open_as
    for context in contexts:
        context.close()


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_any_page_of_a_role(opened, site, persona, width):
    client, page = opened(persona, width)
    found, asked = {}, 0

    for name, row in ROWS.items():
        if row.get[persona] != "200":
            continue
        address = reverse(name, kwargs=row.sample(site.north))
        shown = client.get(address)
        if not shown.headers["Content-Type"].startswith("text/html"):
            continue
        asked += 1
        key = f"{width} {name} {_held(shown.content.decode(), site.person(persona))}"
        if key in CLEAN:
            continue
        page.goto(address)
        found |= _violations(page, name)
        if name not in found:
            CLEAN.add(key)

    print(f"{asked} pages of {persona} at {width} pixels; {len(CLEAN)} different pages so far")
    assert found == {}


@pytest.mark.parametrize("persona", ["anonymous", "mentor", "national_lead"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_any_page_of_an_account(opened, persona, width):
    client, page = opened(persona, width)
    found, asked = {}, 0

    for name in sorted(ALLAUTH_PUBLIC | ALLAUTH_SIGNED_IN - {"mfa_remove_webauthn", "mfa_edit_webauthn"}):
        arguments = {"uidb36": "1", "key": "set-password"} if name == "account_reset_password_from_key" else {}
        shown = client.get(reverse(name, kwargs=arguments))
        if shown.status_code != 200 or not shown.headers["Content-Type"].startswith("text/html"):
            continue  # sent on to sign in, to confirm once more, or a file
        asked += 1
        page.goto(reverse(name, kwargs=arguments))
        found |= _violations(page, name)

    print(f"{asked} pages of accounts as {persona} at {width} pixels")
    assert found == {}


def _violations(page, name: str) -> dict[str, list]:
    """What axe complains about on the page that is open, with the first elements of each complaint."""
    result = Axe().run(page, options=RULES)
    if not result.violations_count:
        return {}
    listed = result.response["violations"]
    return {name: [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in listed]}


def _held(html: str, person) -> str:
    """A hash of what a page holds, without its tokens and its reader's name."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
    if person is not None:
        html = html.replace(str(person), "").replace(person.get_short_name(), "")
    return hashlib.sha256(html.encode()).hexdigest()
