"""Who may open what: every address, every persona, both methods, held against one table."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.site import NOBODY, PERSONAS, Samples, Site, build_site
from tests.architecture.url_rules import LOGIN
from tests.architecture.url_table import ALLAUTH_PUBLIC, ALLAUTH_SIGNED_IN, ROWS
from tests.markup import Page, complaints

LOGIN_PAGE = reverse("account_login")
NOTHING_ASKED_FOR = {"nothing": "1"}  # a form that is sent and lacks everything
OF_THE_HUB = ("learner", "other_learner", "mentor", "practice_manager", "coordinator", "hub_lead")
KEYED = {"survey", "witness"}  # the address is the key and no cookie is sent: there is no token
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
    """What one persona was answered by one method, and which tables were written to."""

    status: str
    headers: dict[str, str]
    body: bytes
    written: set[str]

    @property
    def html(self) -> str:
        """The page, or nothing where the answer is none."""
        return self.body.decode() if self.headers.get("Content-Type", "").startswith("text/html") else ""


@pytest.fixture
def site(db) -> Site:
    """The site."""
    return build_site()


def visit(site: Site, persona: str, method: str, address: str) -> Visit:
    """Ask as a persona; nothing of it is kept."""
    client, written = Client(raise_request_exception=False), Written()
    with transaction.atomic():
        site.sign_in(client, persona)
        try:
            with connection.execute_wrapper(written):
                response = client.get(address) if method == "get" else client.post(address, NOTHING_ASKED_FOR)
        except pytest.fail.Exception as broken:  # a template that reads what is not there
            return Visit(f"broken: {broken}", {"Content-Security-Policy": "none"}, b"", set())
        finally:
            transaction.set_rollback(True)
    body = b"".join(response) if response.streaming else response.content
    return Visit(_status(response), dict(response.headers), body, written.tables - WRITTEN_BY_GET)


class Written:
    """Notes the tables that statements write to."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute, sql, params, many, context):
        words = sql.replace("(", " ").split()
        if words[0].upper() not in {"SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"}:
            table = next((word for word in words[1:] if word.upper() not in {"INTO", "FROM", "OR", "IGNORE"}), "")
            self.tables.add(table.strip('"'))
        return execute(sql, params, many, context)


def _status(response) -> str:
    """The status as the table says it: a redirect to the sign-in page is `login`."""
    if response.status_code == 302 and response.headers["Location"].startswith(LOGIN_PAGE):
        return LOGIN
    return str(response.status_code)


def address_of(name: str, samples: Samples) -> str:
    """The address of a row's sample."""
    return reverse(name, kwargs=ROWS[name].sample(samples))


@functools.cache
def walks() -> dict[str, dict[tuple[str, str], Visit]]:
    """Every persona's GET and POST of every address, in one world; asked once, read by the tests below."""
    with transaction.atomic():
        site = build_site()
        found = {
            name: {
                (persona, method): visit(site, persona, method, address_of(name, site.north))
                for persona in PERSONAS
                for method in ("get", "post")
            }
            for name in ROWS
        }
        transaction.set_rollback(True)
    return found


@functools.cache
def encounters() -> dict[str, dict[tuple[str, str], tuple[Visit, Visit]]]:
    """What people of one hub, and a stranger, are answered at another hub's row and at one that is not there."""
    with transaction.atomic():
        site = build_site()
        found = {
            name: {
                (persona, method): (
                    visit(site, persona, method, reverse(name, kwargs=row.sample(site.south))),
                    visit(site, persona, method, reverse(name, kwargs=row.missing)),
                )
                for persona in (*OF_THE_HUB, "stranger")
                for method in ("get", "post")
            }
            for name, row in ROWS.items()
            if row.is_a_hubs
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
    found = {persona: walks()[name][persona, method].status for persona in PERSONAS}

    assert found == getattr(ROWS[name], method)


@names
def test_answer_is_not_stored_and_has_a_strict_policy(db, name):
    for (persona, _), found in walks()[name].items():
        assert "unsafe" not in found.headers["Content-Security-Policy"]
        assert "default-src 'none'" in found.headers["Content-Security-Policy"]
        if persona not in NOBODY:
            assert "no-store" in found.headers["Cache-Control"], persona


@names
def test_page_is_sound_markup_for_each_persona(db, name):
    pages = {(persona, method): found.html for (persona, method), found in walks()[name].items() if found.html}

    assert {who: complaints(html) for who, html in pages.items() if complaints(html)} == {}


@names
def test_form_that_is_posted_carries_its_token(db, name):
    pages = {(persona, method): found.html for (persona, method), found in walks()[name].items() if found.html}
    without = {who: Page(html).without_token for who, html in pages.items() if Page(html).without_token}

    assert bool(without) == (name in KEYED)


@names
def test_reading_changes_no_record(db, name):
    gets = {persona: found for (persona, method), found in walks()[name].items() if method == "get"}

    assert {persona: found.written for persona, found in gets.items() if found.written} == {}


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.is_a_hubs))
def test_row_of_another_hub_is_like_one_that_is_not_there(db, name):
    met = encounters()[name]

    codes = {who: (there.status, nowhere.status) for who, (there, nowhere) in met.items()}
    assert codes == dict.fromkeys(met, ("404", "404"))
    for there, nowhere in met.values():
        assert there.body == nowhere.body


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
