"""From the mail to the decision in at most five interactions, at 360 pixels, for a mentor who never had a password.

An interaction is a followed link, a tap, or a filled-and-sent field.
"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from gpa_programme.core import work
from gpa_programme.core.periods import now
from gpa_programme.notices.models import Message, OutboxMail
from learners.actions import requests
from learners.models import Decision, EvidenceFile, EvidenceVersion
from tests.factories import make_decision, make_evidence, make_request, make_version
from tests.journeys.browser import Visitor
from tests.learners.portfolios import competencies
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST = 5


@pytest.fixture
def north(transactional_db, settings, live_server):
    """The north hub, committed for the server's thread to read, as installed: people sign in by code alone."""
    settings.EMAIL_BACKEND = "gpa_programme.notices.outbox.Backend"
    settings.SITE_URL = live_server.url
    settings.ACCOUNT_SIGNUP_FIELDS = ["email*"]
    return build_world().north


@pytest.fixture
def asked(north):
    """A request that waits, on an account the learner wrote."""
    version = make_version(
        item=make_evidence(enrolment=north.enrolment),
        submitted_at=now() - timedelta(days=5),
        title="A call about a repeat prescription",
    )
    return make_request(version=version, requested_at=now() - timedelta(days=5))


class Hand:
    """A person at a phone whose every interaction is counted."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page
        self.done: list[str] = []

    def follow(self, address: str) -> None:
        """Follow a link from a mail."""
        self.page.goto(address)
        self.done.append("open link")

    def send(self, name: str, text: str, button: str) -> None:
        """Fill the one field of a page and send it."""
        self.page.locator(f"input[name={name}]").fill(text)
        self.page.get_by_role("button", name=button, exact=True).click()
        self.done.append(f"fill and send {name}")

    def tap(self, role: str, name: str | re.Pattern[str]) -> None:
        """Tap a choice or a button."""
        self.page.get_by_role(role, name=name).click()
        self.done.append(f"tap {name}")


@pytest.fixture
def visitor(live_server, browser):
    """Somebody at a phone; nothing may have been said on the console."""
    there = Visitor(browser, live_server.url, 360)
    yield there
    there.close()


def newest_mail(address: str) -> OutboxMail:
    """The newest mail to somebody in the local outbox."""
    return OutboxMail.objects.filter(recipient=address).latest("pk")


def digest_to(person) -> OutboxMail:
    """The mail with what waits, delivered as a worker does."""
    lines = Message.objects.filter(person=person, digest="waiting")
    lines.update(due_at=now())
    work.do("message", lines.earliest("pk").pk)
    return newest_mail(person.email)


def sign_in_by_code(hand: Hand, person) -> None:
    """Give an address, and the code that was sent to it."""
    hand.send("login", person.email, "Email me a code")
    expect(hand.page.locator("input[name=code]")).to_be_visible()
    code = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", newest_mail(person.email).text, re.MULTILINE)
    hand.send("code", code[1], "Continue")


@pytest.mark.parametrize("with_picture", [False, True])
def test_mentor_decides_from_the_mail_in_at_most_five_interactions(north, asked, visitor, with_picture):
    if with_picture:
        EvidenceFile.objects.create(
            version=EvidenceVersion.objects.get(), name="photo.jpg", content_type="image/jpeg", size=1, sha256="0" * 64,
            stored_as="evidence/photo", unread=True,
        )  # fmt: skip
    requests.resend(request=asked, by=north.learner)
    assert not north.mentor.has_usable_password()
    link = re.search(rf"http\S+{asked.get_absolute_url()}", digest_to(north.mentor).text)[0]
    hand = Hand(visitor)

    hand.follow(link)
    sign_in_by_code(hand, north.mentor)
    expect(hand.page.locator("h1")).to_have_text(str(asked.competency))
    expect(hand.page.get_by_role("heading", name="A call about a repeat prescription")).to_be_visible()
    visitor.shoot("five-steps-request-with-a-picture" if with_picture else "five-steps-request")
    hand.tap("radio", re.compile("^Sign off"))
    hand.tap("button", "Confirm")
    expect(hand.page.get_by_text("They will be told by email")).to_be_visible()

    print(f"{len(hand.done)} interactions: {'; '.join(map(str, hand.done))}")
    decision = Decision.objects.get()
    assert (decision.kind, decision.by, decision.pictures_looked_at) == ("signed_off", north.mentor, with_picture)
    assert len(hand.done) <= MOST


def test_pages_of_deciding_fit_a_phone(north, asked, visitor, live_server):
    first, second, third = competencies(north.enrolment)
    make_decision(request=asked, by=north.mentor)
    later = make_version(
        item=asked.versions.get().item,
        competencies=[first],
        submitted_at=now(),
        title="A call about a repeat prescription",
        text="What I did and what I understood, with a second call a week later.",
    )
    again = make_request(enrolment=north.enrolment, competency=first, version=later)
    others = [make_request(enrolment=north.enrolment, competency=one) for one in (second, third)]
    sign_in(visitor, live_server, north.mentor)

    for request in (again, others[0]):
        visitor.goto(request.get_absolute_url())
    visitor.goto("/waiting/")
    visitor.shoot("waiting-list")
    visitor.goto(again.get_absolute_url())
    visitor.page.get_by_role("radio", name=re.compile("^Return it")).click()
    expect(visitor.page.get_by_label("What would satisfy you?")).to_be_visible()
    visitor.shoot("waiting-request-with-difference")
    visitor.goto(f"/waiting/together/?learner={north.enrolment.ref}&domain=D1")
    visitor.shoot("waiting-together")
    visitor.goto(f"/learners/{north.enrolment.ref}/portfolio/{first.code}/")
    visitor.shoot("competency-for-the-mentor")

    visitor.context.clear_cookies()
    sign_in(visitor, live_server, north.learner)
    visitor.goto(f"/portfolio/{first.code}/")
    visitor.shoot("competency-for-the-learner")


def sign_in(visitor: Visitor, live_server, person) -> None:
    """Signed in without the steps: they are counted above."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies["session"]
    visitor.context.add_cookies([{"name": "session", "value": cookie.value, "url": live_server.url}])
