"""A form that was open when the session ended: what was typed stays, and is sent once somebody has signed in again."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from learners.actions import evidence
from learners.models import Background
from tests.journeys.browser import Visitor
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "a-password-of-an-invented-person"


@pytest.fixture
def north(transactional_db):
    """The north hub; its learner has a password."""
    north = build_world().north
    north.learner.set_password(PASSWORD)
    north.learner.save()
    return north


@pytest.fixture
def visitor(live_server, north, browser):
    """The learner, signed in, with a clock that can be moved on."""
    visitor = Visitor(browser, live_server.url)
    client = Client()
    client.force_login(north.learner)
    held = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    visitor.context.add_cookies([{**held, "url": live_server.url}])
    visitor.page.clock.install()
    yield visitor
    visitor.close()


def test_form_open_when_the_session_ended_is_sent_after_signing_in_in_another_tab(north, visitor):
    page = visitor.goto(f"/learners/{north.enrolment.ref}/background/edit/")
    page.get_by_label(re.compile("What did you do before")).fill("Receptionist in a dental practice")
    page.get_by_label("No", exact=True).check()
    Session.objects.all().delete()
    page.clock.fast_forward(settings.SESSION_COOKIE_AGE * 1000 + 1000)
    gone = page.get_by_role("dialog", name="You have been signed out")
    gone.get_by_role("button", name="Close").click()

    save = page.get_by_role("button", name="Save")
    save.click()
    gone.get_by_role("button", name="Close").click()
    assert not Background.objects.exists()

    other = visitor.context.new_page()
    other.goto("/accounts/login/")
    other.get_by_label("Email", exact=True).fill(north.learner.email)
    other.locator("input[name=password]").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/")
    page.clock.run_for(2000)  # a second click within a second would be taken for the same one
    save.click()

    expect(page.locator(".nhsuk-notification-banner")).to_contain_text("Saved.")
    assert Background.objects.get().previous_role == "Receptionist in a dental practice"


def sign_in_as(visitor, live_server, person, *, token=False):
    """Somebody else at the same browser: their session, and with `token` the new token of a sign-in."""
    client = Client()
    client.force_login(person)
    held = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    if token:
        held[settings.CSRF_COOKIE_NAME] = "n" * 32
    visitor.context.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in held.items()]
    )


def kept_in(page):
    return page.evaluate("Object.keys(sessionStorage).filter((key) => /^(draft|files):/.test(key))")


@pytest.mark.parametrize("token", [False, True])
def test_words_typed_while_somebody_else_is_signed_in_are_said_not_to_be_saved_and_why(
    north, visitor, live_server, token
):
    draft = evidence.start_item(enrolment=north.enrolment, kind="RA", by=north.learner)
    page = visitor.goto(f"/evidence/{draft.item.ref}/")
    sign_in_as(visitor, live_server, north.other_learner, token=token)

    page.locator("input[name=title]").fill("Sorting the post")
    page.clock.run_for(2000)

    expect(page.locator("[data-draft-notice]")).to_contain_text("You are signed in as somebody else, or this draft is")
    expect(page.locator("[data-draft-status]")).to_have_text("Not saved.")
    page.get_by_role("button", name="Save draft").click()
    page.clock.run_for(2000)
    expect(page.locator("input[name=title]")).to_have_value("Sorting the post")
    draft.refresh_from_db()
    assert draft.title == ""


def test_words_that_could_not_be_sent_leave_the_tab_once_somebody_signs_out_and_not_before(north, visitor):
    draft = evidence.start_item(enrolment=north.enrolment, kind="RA", by=north.learner)
    page = visitor.goto(f"/evidence/{draft.item.ref}/")
    page.route("**/autosave/", lambda route: route.abort("connectionreset"))
    page.locator("input[name=title]").fill("Sorting the post")
    page.clock.run_for(2000)
    expect(page.locator("[data-draft-status]")).to_have_text("Not saved yet.")

    visitor.goto("/accounts/logout/")
    asked = kept_in(page)
    expect(page.locator("main")).to_contain_text("What this tab could not send yet is taken off it.")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(re.compile("login"))

    assert (asked, kept_in(page)) == ([f"draft:/evidence/{draft.item.ref}/autosave/"], [])
    assert [line for line in visitor.console if "ERR_CONNECTION_RESET" not in line] == []
    visitor.console.clear()


def test_words_stay_in_the_tab_where_signing_out_did_not_arrive(north, visitor):
    draft = evidence.start_item(enrolment=north.enrolment, kind="RA", by=north.learner)
    page = visitor.goto("/accounts/logout/")
    page.evaluate("sessionStorage.setItem('draft:/evidence/X/autosave/', '{}')")
    page.route("**/accounts/logout/", lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("chrome-error://**")

    visitor.goto(f"/evidence/{draft.item.ref}/")

    assert kept_in(page) == ["draft:/evidence/X/autosave/"]


def test_file_of_a_draft_is_not_sent_again_and_again_once_somebody_else_is_signed_in(north, visitor, live_server):
    draft = evidence.start_item(enrolment=north.enrolment, kind="RA", by=north.learner)
    page = visitor.goto(f"/evidence/{draft.item.ref}/")
    client = Client()
    client.force_login(north.other_learner)
    name = settings.SESSION_COOKIE_NAME
    visitor.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    sent = {"name": "List.txt", "mimeType": "text/plain", "buffer": b"What the practice measured"}
    page.locator("input[name=files]").set_input_files(sent)

    expect(page.locator("[data-files-sending]")).to_contain_text("List.txt was not added: somebody else is signed in.")
    assert draft.files.count() == 0
