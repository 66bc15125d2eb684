"""At 360 pixels: a colleague without an account says what they saw, and a mentor confirms what was done beside them."""

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import expect

from gpa_programme.core import work
from gpa_programme.core.work import WorkState
from gpa_programme.home.checks import CHECKS
from gpa_programme.notices.models import Message, OutboxMail
from learners.models import Decision, EvidenceVersion, Observation, SignOffRequest, Witness
from tests.journeys.browser import Visitor
from tests.learners.portfolios import competencies
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def north(transactional_db, settings, live_server):
    """The north hub, committed for the server's thread to read; mails lie in the outbox and link to the server."""
    settings.EMAIL_BACKEND = "gpa_programme.notices.outbox.Backend"
    settings.SITE_URL = live_server.url
    return build_world().north


@pytest.fixture
def visit(live_server, browser):
    """visit(person): somebody at a phone, signed in where a person is given; every console is silent at the end."""
    there = []

    def arrive(person=None):
        visitor = Visitor(browser, live_server.url, 360)
        there.append(visitor)
        if person is not None:
            client = Client()
            client.force_login(person)
            name = django_settings.SESSION_COOKIE_NAME
            cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
            visitor.context.add_cookies([cookie])
        return visitor

    yield arrive
    for visitor in there:
        visitor.close()


def mail_to(address):
    """The newest mail to somebody, after everything that waits was delivered, as a worker does."""
    for message in Message.objects.filter(work_state=WorkState.QUEUED, digest="").order_by("pk"):
        work.do("message", message.pk)
    return OutboxMail.objects.filter(recipient=address).latest("pk")


def link_in(mail, pattern):
    """The one address in a mail that fits, the same in both of its forms."""
    [found] = set(re.findall(rf"http\S+?{pattern}", mail.text)) & set(re.findall(rf"http\S+?{pattern}", mail.html))
    return found


def tick(page, one, why=""):
    """Tick a competency, and say how it is supported where that is asked."""
    if not page.locator(f"#id_competency_{one.code}").is_visible():
        page.locator(f"details:has(#id_competency_{one.code}) > summary").click()
    page.locator(f"label[for=id_competency_{one.code}]").click()
    if why:
        page.locator(f"input[name=why_{one.code}]").fill(why)


def press(page, button):
    page.get_by_role("button", name=button, exact=True).click()


def sign_in_by_code(page, person):
    """Without a password: give an address, and the code that was sent to it."""
    if page.locator("input[name=password]").count():
        press(page, "Email me a code")
    page.get_by_label("Email", exact=True).fill(person.email)
    press(page, "Email me a code")
    expect(page.locator("input[name=code]")).to_be_visible()
    code = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", mail_to(person.email).text, re.MULTILINE)
    page.locator("input[name=code]").fill(code[1])
    press(page, "Continue")


def breaches():
    return {check.name: check.count() for check in CHECKS if check.count()}


def test_colleague_without_an_account_says_what_they_saw_and_the_mentor_reads_it(north, visit):
    first = competencies(north.enrolment)[0]
    learner = visit(north.learner)
    page = learner.goto("/evidence/new/")
    page.get_by_label("Witness statement").check()
    press(page, "Continue")
    page.get_by_label("What did they see you do?").fill("Took bloods on the nurse’s list")
    page.get_by_label("What should they speak about?").fill("How I checked who it was and spoke with them.")
    page.get_by_label("Your colleague's name").fill("Nora Nurse")
    page.get_by_label("Their job").fill("Practice nurse")
    page.get_by_label("Their work email").fill("nora@surgery.example")
    tick(page, first, "She watched the whole morning.")
    learner.shoot("witness-ask")
    press(page, "Continue")
    expect(page.locator("main")).to_contain_text("What they will see")
    learner.shoot("witness-preview")
    press(page, "Send")
    expect(page.locator("main")).to_contain_text("Sent to nora@surgery.example")
    learner.shoot("witness-asked")

    colleague = visit()
    link = link_in(mail_to("nora@surgery.example"), r"/witness/[\w-]+/")
    page = colleague.goto(link)
    assert colleague.heading() == "What did you see Learner North do?"
    colleague.shoot("witness-page")
    page.get_by_label("What did you see?").fill("She helped the patient 943 476 5919 stay calm.")
    page.get_by_label("I saw this myself").check()
    press(page, "Send my statement")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("it looks like an NHS number")
    colleague.shoot("witness-held")
    page.get_by_label("What did you see?").fill("She checked the name twice and explained each step.")
    press(page, "Send my statement")
    assert colleague.heading() == "Thank you"
    expect(page.locator("main")).to_contain_text("She checked the name twice")
    colleague.shoot("witness-sent")
    assert colleague.context.cookies() == []

    told = mail_to(north.learner.email)
    assert told.subject == "Nora Nurse has sent your witness statement"
    page = learner.goto(link_in(told, r"/evidence/[\w-]+/witness/"))
    expect(page.locator("main")).to_contain_text("She checked the name twice")
    learner.shoot("witness-came-in")
    page.get_by_label("I have read it.").check()
    press(page, "Submit to your mentor")
    expect(page.locator("main")).to_contain_text("Submitted. Mentor North will be asked about 1 competency.")
    learner.shoot("witness-submitted")

    asked = SignOffRequest.objects.get()
    mentor = visit(north.mentor)
    page = mentor.goto(f"/waiting/{asked.ref}/")
    expect(page.locator("main")).to_contain_text("Statement of Nora Nurse, Practice nurse")
    expect(page.locator("main")).to_contain_text("She checked the name twice")
    mentor.shoot("witness-decide")
    assert (Witness.objects.count(), EvidenceVersion.objects.get().state, breaches()) == (1, "submitted", {})


def test_mentor_confirms_from_their_own_mailbox_what_was_typed_on_the_learners_device(north, visit):
    first = competencies(north.enrolment)[0]
    learner = visit(north.learner)
    page = learner.goto("/observe/")
    page.get_by_label("Mentor North").check()
    page.get_by_label("What was done, in a few words").fill("Took blood pressure")
    page.get_by_label("What happened?").fill("She explained each step and wrote it up at once.")
    tick(page, first)
    page.get_by_label("No patient can be recognised").check()
    learner.shoot("observe-own")
    press(page, "Send to your mentor")
    expect(page.locator("main")).to_contain_text("can confirm it until the end of today")
    learner.shoot("observe-sent")

    mentor = visit()
    told = mail_to(north.mentor.email)
    assert told.subject == "Confirm what you saw today: Learner North"
    page = mentor.goto(link_in(told, r"/waiting/[\w-]+/"))
    sign_in_by_code(page, north.mentor)
    expect(page.locator("main")).to_contain_text("You are said to have watched this today")
    mentor.shoot("observe-confirm")
    expect(page.locator("main")).to_contain_text("“I watched Learner North on ")
    page.get_by_label("Sign off", exact=True).check()
    press(page, "Confirm")
    expect(page.locator("main")).to_contain_text("Signed off")
    mentor.shoot("observe-confirmed")

    decision = Decision.objects.get()
    assert (decision.by, decision.statement.startswith("I watched Learner North on ")) == (north.mentor, True)
    assert Observation.objects.get().confirmed_at == decision.decided_at
    assert breaches() == {}


def test_mentor_records_what_they_watched_and_signs_it_off_in_one_go(north, visit):
    first = competencies(north.enrolment)[0]
    mentor = visit(north.mentor)
    page = mentor.goto("/observe/")
    mentor.shoot("observe-whom")
    page.get_by_role("link", name="Learner North", exact=True).click()
    page.get_by_label("What was done, in a few words").fill("Took blood pressure")
    page.get_by_label("What happened?").fill("She explained each step and wrote it up at once.")
    tick(page, first)
    page.get_by_label("No patient can be recognised").check()
    page.get_by_label("Sign off what I ticked").check()
    mentor.shoot("observe-learner")
    press(page, "Save")
    expect(page.locator("main")).to_contain_text(f"Recorded and signed off for Learner North: {first}")
    mentor.shoot("observe-recorded")
    assert (Decision.objects.get().competency, breaches()) == (first, {})
