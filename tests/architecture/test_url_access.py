"""Who may open what: every address, every persona, both methods, held against one table."""

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.site import NOBODY, PERSONAS, Samples, Site, build_site
from tests.architecture.url_table import ALLAUTH_PUBLIC, ALLAUTH_SIGNED_IN, LOGIN, ROWS
from tests.markup import complaints

LOGIN_PAGE = reverse("account_login")
NOTHING_ASKED_FOR = {"nothing": "1"}  # a form that is sent and lacks everything
OF_THE_HUB = ("learner", "other_learner", "mentor", "practice_manager", "coordinator", "hub_lead")
# What a GET may write: who looked, the session, and the cache with its throttles.
WRITTEN_BY_GET = {"audit_readlog", "django_session", "usersessions_usersession", "core_cache"}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """Every address of the URLconf."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


PATTERNS = list(patterns(get_resolver()))
ALLAUTH = {pattern.name for pattern in PATTERNS if pattern.callback.__module__.startswith("allauth.")}
OURS = {pattern.name: pattern for pattern in PATTERNS if pattern.name not in ALLAUTH}
names = pytest.mark.parametrize("name", sorted(ROWS))


@dataclass(frozen=True)
class Visit:
    """What one persona was answered by one method, and which tables changed meanwhile."""

    status: str
    headers: dict[str, str]
    body: bytes
    changed: set[str]

    @property
    def html(self) -> str:
        """The page, or nothing where the answer is none."""
        return self.body.decode() if self.headers.get("Content-Type", "").startswith("text/html") else ""


@pytest.fixture
def site(db) -> Site:
    """The site."""
    return build_site()


def visit(site: Site, persona: str, method: str, address: str, *, watched: bool = False) -> Visit:
    """Ask as a persona; nothing of it is kept. `watched` compares every table before and after."""
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        site.sign_in(client, persona)
        before = tables() if watched else {}
        response = client.get(address) if method == "get" else client.post(address, NOTHING_ASKED_FOR)
        after = tables() if watched else {}
        transaction.set_rollback(True)
    body = b"".join(response) if response.streaming else response.content
    changed = {table for table in after if after[table] != before[table]}
    return Visit(_status(response), dict(response.headers), body, changed)


def _status(response) -> str:
    """The status as the table says it: a redirect to the sign-in page is `login`."""
    if response.status_code == 302 and response.headers["Location"].startswith(LOGIN_PAGE):
        return LOGIN
    return str(response.status_code)


def tables() -> dict[str, str]:
    """A hash of every table's rows, those that a GET may write left out."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - WRITTEN_BY_GET):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def address_of(name: str, samples: Samples) -> str:
    """The address of a row's sample."""
    return reverse(name, kwargs=ROWS[name].sample(samples))


def without(body: bytes, address: str) -> bytes:
    """A page without its own address."""
    return body.replace(address.encode(), b"")


@functools.cache
def walk(name: str) -> dict[tuple[str, str], Visit]:
    """Every persona's GET and POST of an address; asked once, read by the tests below."""
    with transaction.atomic():
        site = build_site()
        address = address_of(name, site.north)
        found = {
            (persona, method): visit(site, persona, method, address, watched=method == "get")
            for persona in PERSONAS
            for method in ("get", "post")
        }
        transaction.set_rollback(True)
    return found


def test_every_address_has_its_row_and_every_row_its_address():
    assert {pattern.name for pattern in PATTERNS} - ALLAUTH == ROWS.keys()
    assert ALLAUTH == ALLAUTH_PUBLIC | ALLAUTH_SIGNED_IN


def test_every_view_declares_its_access():
    assert [name for name, pattern in OURS.items() if not hasattr(pattern.callback, "access")] == []


def test_exactly_the_public_addresses_are_public():
    declared = {name for name, pattern in OURS.items() if pattern.callback.access.kind == "public"}

    assert {name for name, row in ROWS.items() if row.is_public or name == "home"} == declared


@names
@pytest.mark.parametrize("method", ["get", "post"])
def test_address_answers_each_persona_as_the_table_says(db, name, method):
    found = {persona: walk(name)[persona, method].status for persona in PERSONAS}

    assert found == getattr(ROWS[name], method)


@names
def test_answer_is_not_stored_and_has_a_strict_policy(db, name):
    for (persona, _), found in walk(name).items():
        assert "unsafe" not in found.headers["Content-Security-Policy"]
        assert "default-src 'none'" in found.headers["Content-Security-Policy"]
        if persona not in NOBODY:
            assert "no-store" in found.headers["Cache-Control"], persona


@names
def test_page_is_sound_markup_for_each_persona(db, name):
    pages = {(persona, method): found.html for (persona, method), found in walk(name).items() if found.html}

    assert {who: complaints(html) for who, html in pages.items() if complaints(html)} == {}


@names
def test_reading_changes_no_record(db, name):
    assert {who: found.changed for who, found in walk(name).items() if found.changed} == {}


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.is_a_hubs))
def test_row_of_another_hub_is_like_one_that_is_not_there(site, name):
    other = reverse(name, kwargs=ROWS[name].sample(site.south))
    missing = reverse(name, kwargs=ROWS[name].missing)

    for persona in (*OF_THE_HUB, "stranger"):
        for method in ("get", "post"):
            there, nowhere = (visit(site, persona, method, address) for address in (other, missing))
            assert (persona, method, there.status, nowhere.status) == (persona, method, "404", "404")
            assert without(there.body, other) == without(nowhere.body, missing)


@pytest.mark.parametrize("name", sorted(ALLAUTH_SIGNED_IN))
def test_account_page_sends_a_visitor_to_sign_in(site, name):
    arguments = {"pk": 1} if name in {"mfa_remove_webauthn", "mfa_edit_webauthn"} else {}

    assert visit(site, "anonymous", "get", reverse(name, kwargs=arguments)).status == LOGIN


def test_tables_that_a_get_may_write_exist():
    ours = {model._meta.db_table for model in apps.get_models()}

    assert WRITTEN_BY_GET - ours - {"core_cache"} == set()


def test_sign_up_is_closed(site):
    page = visit(site, "anonymous", "post", reverse("account_signup"))

    assert (page.status, "invited" in page.html) == ("200", True)
