"""axe finds nothing against WCAG 2.2 AA on any page of the URL table, for each role that can open it."""

import hashlib
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.architecture.site import PERSONAS, build_site
from tests.architecture.url_table import ROWS
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


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_any_page_of_a_role(live_server, site, browser, persona, width):
    client = site.sign_in(Client(), persona)
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": WIDTHS[width]}, locale="en-GB"
    )
    if settings.SESSION_COOKIE_NAME in client.cookies:
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(60_000)

    found, opened = {}, 0
    for name, row in ROWS.items():
        if row.get[persona] != "200":
            continue
        address = reverse(name, kwargs=row.sample(site.north))
        shown = client.get(address)
        if not shown.headers["Content-Type"].startswith("text/html"):
            continue
        opened += 1
        key = f"{width} {name} {_held(shown.content.decode(), site.person(persona))}"
        if key in CLEAN:
            continue
        page.goto(address)
        result = Axe().run(page, options=RULES)
        if result.violations_count:
            found[name] = [
                (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
                for violation in result.response["violations"]
            ]
        else:
            CLEAN.add(key)
    context.close()

    print(f"{opened} pages of {persona} at {width} pixels; {len(CLEAN)} different pages so far")
    assert found == {}


def _held(html: str, person) -> str:
    """A hash of what a page holds, without its tokens and its reader's name."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
    if person is not None:
        html = html.replace(str(person), "").replace(person.get_short_name(), "")
    return hashlib.sha256(html.encode()).hexdigest()
