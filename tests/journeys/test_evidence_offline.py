"""At 360 pixels a learner writes evidence while the line is cut and the session ends: nothing is lost or sent twice."""

import io
import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from PIL import Image
from playwright.sync_api import expect

from learners.actions import evidence as actions
from learners.actions import submission
from learners.models import EvidenceFile, EvidenceVersion, SignOffRequest
from tests.journeys.browser import Visitor
from tests.learners.portfolios import competencies
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SAVED = re.compile(r"Saved \d\d:\d\d")
PASSWORD = "a-password-of-an-invented-person"


@pytest.fixture
def north(transactional_db):
    """The north hub, committed, so that the server's thread reads it; its learner has a password."""
    north = build_world().north
    north.learner.set_password(PASSWORD)
    north.learner.save()
    return north


@pytest.fixture
def phone(live_server, north, browser):
    """The learner at a phone, signed in."""
    visitor = Visitor(browser, live_server.url, 360)
    client = Client()
    client.force_login(north.learner)
    held = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    visitor.context.add_cookies([{**held, "url": live_server.url}])
    yield visitor
    visitor.context.close()


def draft_of(north, kind="RA"):
    return actions.start_item(enrolment=north.enrolment, kind=kind, by=north.learner)


def photo():
    """A small picture as a phone would bring it."""
    made = io.BytesIO()
    Image.effect_noise((200, 150), 40).save(made, "JPEG")
    return {"name": "Morning list.jpeg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def status(page):
    return page.locator("[data-draft-status]")


def notice(page):
    return page.locator("[data-draft-notice]")


def lose_the_first_answer(page, path):
    """The service gets the first request to this address, but its answer never arrives."""
    lost = []

    def handle(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route(f"**{path}", handle)
    return lost


def tick(page, one):
    """Tick a competency and say how it is supported, as a person does."""
    summary = page.locator(f"details:has(#id_competency_{one.code}) > summary")
    if not page.locator(f"#id_competency_{one.code}").is_visible():
        summary.click()
    page.locator(f"label[for=id_competency_{one.code}]").click()
    page.locator(f"input[name=why_{one.code}]").fill("The list shows it.")


def test_line_cut_while_typing_and_uploading_ends_in_one_submission_with_one_file(north, phone):
    draft = draft_of(north)
    first, second, _third = competencies(north.enrolment)
    page = phone.goto(f"/evidence/{draft.item.ref}/")
    saves = lose_the_first_answer(page, "/autosave/")
    uploads = lose_the_first_answer(page, "/files/")

    page.locator("input[name=title]").fill("Sorting the morning post")
    expect(notice(page)).to_contain_text("There is no connection")
    page.locator("textarea[name=answer_what_happened]").fill("I sorted the post by urgency.")
    expect(status(page)).to_have_text(SAVED)
    expect(notice(page)).to_be_empty()

    phone.context.set_offline(True)
    page.locator("textarea[name=answer_what_you_learned]").fill("To ask early.")
    tick(page, first)
    tick(page, second)
    page.locator("input[name=files]").set_input_files(photo())
    expect(notice(page)).to_contain_text("There is no connection")
    expect(page.locator("[data-files-sending]")).to_contain_text("It is sent when the connection is back")
    page.locator("label[for=id_no_patient_details]").click()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(notice(page)).to_contain_text("nothing was sent")
    phone.shoot("evidence-offline")
    draft.refresh_from_db()
    assert (draft.state, draft.answers, draft.files.count()) == (
        "draft",
        {"what_happened": "I sorted the post by urgency."},
        1,  # the photo came through: only the answer that says so was lost
    )

    phone.context.set_offline(False)
    expect(page.locator("[data-files-list]")).to_contain_text("Morning list.jpg")
    expect(status(page)).to_have_text(SAVED)
    page.get_by_role("button", name="Submit", exact=True).dblclick()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("This version no longer changes")

    version = EvidenceVersion.objects.get()
    assert (saves, uploads) == ([204], [201])
    assert (version.state, version.number, version.title) == ("submitted", 1, "Sorting the morning post")
    assert version.answers == {"what_happened": "I sorted the post by urgency.", "what_you_learned": "To ask early."}
    assert sorted(link.competency.code for link in version.links.all()) == [first.code, second.code]
    assert [file.name for file in EvidenceFile.objects.all()] == ["Morning list.jpg"]
    assert SignOffRequest.objects.count() == 2
    page.wait_for_function("sessionStorage.length === 0")


def test_submit_while_a_save_and_a_file_are_under_way_takes_both_along(north, phone):
    draft = draft_of(north)
    first = competencies(north.enrolment)[0]
    page = phone.goto(f"/evidence/{draft.item.ref}/")
    held = []
    page.route("**/files/", lambda route: held.extend([route]))  # this file never arrives by itself
    page.locator("input[name=title]").fill("Sorting the post")
    tick(page, first)
    page.locator("label[for=id_no_patient_details]").click()
    page.locator("input[name=files]").set_input_files(photo())
    expect(page.locator("[data-files-sending]")).to_contain_text("is being sent")

    page.locator("textarea[name=answer_next_time]").fill("Ask early.")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.locator("main")).to_contain_text("This version no longer changes")

    version = EvidenceVersion.objects.get()
    assert (version.state, version.answers) == ("submitted", {"next_time": "Ask early."})
    assert [file.name for file in version.files.all()] == ["Morning list.jpg"]


def test_session_that_ends_in_the_middle_gives_the_words_back_after_signing_in_and_names_the_file(north, phone):
    draft = draft_of(north)
    first = competencies(north.enrolment)[0]
    page = phone.goto(f"/evidence/{draft.item.ref}/")
    with page.expect_response("**/autosave/"):
        page.locator("input[name=title]").fill("Sorting the post")
    expect(status(page)).to_have_text(SAVED)

    Session.objects.all().delete()
    page.locator("textarea[name=answer_next_time]").fill("Ask early.")
    tick(page, first)
    page.locator("label[for=id_prior_learning]").click()
    page.locator("input[name=files]").set_input_files(photo())
    expect(notice(page)).to_contain_text("You were signed out")
    draft.refresh_from_db()
    assert (draft.answers, draft.prior_learning) == ({}, False)

    notice(page).get_by_role("link", name="Sign in again").click()
    page.get_by_label("Email", exact=True).fill(north.learner.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**/evidence/{draft.item.ref}/")

    expect(notice(page)).to_contain_text("What you typed before is back")
    expect(page.locator("textarea[name=answer_next_time]")).to_have_value("Ask early.")
    expect(page.locator(f"#id_competency_{first.code}")).to_be_checked()
    expect(page.locator(f"input[name=why_{first.code}]")).to_be_visible()
    expect(page.locator("[data-files-sending]")).to_contain_text("Morning list.jpeg was not sent. Choose it again.")
    draft.refresh_from_db()
    assert (draft.answers, draft.prior_learning) == ({"next_time": "Ask early."}, True)
    assert [link.justification for link in draft.links.all()] == ["The list shows it."]


def test_signing_in_again_in_another_tab_lets_the_open_page_go_on(north, phone):
    draft = draft_of(north)
    page = phone.goto(f"/evidence/{draft.item.ref}/")
    Session.objects.all().delete()
    page.locator("input[name=title]").fill("Sorting the post")
    expect(notice(page)).to_contain_text("You were signed out")

    other = phone.context.new_page()
    other.goto("/accounts/login/")
    other.get_by_label("Email", exact=True).fill(north.learner.email)
    other.locator("input[name=password]").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/")
    page.get_by_role("button", name="Save draft").last.click()

    expect(page.locator("main")).to_contain_text("Draft saved")
    draft.refresh_from_db()
    assert draft.title == "Sorting the post"


def test_words_kept_in_a_tab_never_reach_a_version_made_after_the_draft_was_submitted(north, phone):
    draft = draft_of(north)
    page = phone.goto(f"/evidence/{draft.item.ref}/")
    phone.context.set_offline(True)
    page.locator("textarea[name=answer_next_time]").fill("Too late.")
    expect(notice(page)).to_contain_text("There is no connection")
    submit_elsewhere(north, draft)
    actions.new_version(item=draft.item, by=north.learner)

    phone.context.set_offline(False)
    page.reload()
    expect(page.locator("textarea[name=answer_next_time]")).to_have_value("")
    with page.expect_response("**/autosave/") as answer:
        page.locator("input[name=title]").fill("A second version")
    assert answer.value.status == 204

    assert list(EvidenceVersion.objects.order_by("number").values_list("number", "state", "title", "answers")) == [
        (1, "submitted", "From the desk", {}),
        (2, "draft", "A second version", {}),
    ]


def without(page, guard):
    """The page's script with one of its guards taken out."""

    def handle(route):
        script = route.fetch().text()
        assert guard in script
        route.fulfill(body=script.replace(guard, "false"), content_type="text/javascript")

    page.route("**/gpa/draft.js", handle)


def test_without_its_number_the_words_of_a_submitted_draft_would_come_back(north, phone):
    draft = draft_of(north)
    without(phone.page, "held.version !== form.dataset.draftVersion")
    page = phone.goto(f"/evidence/{draft.item.ref}/")
    phone.context.set_offline(True)
    page.locator("textarea[name=answer_next_time]").fill("Too late.")
    expect(notice(page)).to_contain_text("There is no connection")
    submit_elsewhere(north, draft)
    actions.new_version(item=draft.item, by=north.learner)
    kept = page.evaluate("({ ...sessionStorage })")

    phone.context.set_offline(False)
    page.evaluate("kept => Object.entries(kept).forEach(([key, value]) => sessionStorage.setItem(key, value))", kept)
    page.reload()

    expect(page.locator("textarea[name=answer_next_time]")).to_have_value("Too late.")


def test_without_the_repeat_of_an_unanswered_save_ones_own_words_would_look_like_somebody_elses(north, phone):
    draft = draft_of(north)
    without(phone.page, "unanswered && !same(unanswered, typed(form))")
    page = phone.goto(f"/evidence/{draft.item.ref}/")
    lose_the_first_answer(page, "/autosave/")
    page.locator("input[name=title]").fill("Sorting the morning post")
    expect(notice(page)).to_contain_text("There is no connection")
    page.locator("textarea[name=answer_next_time]").fill("Ask early.")

    expect(status(page)).to_contain_text("Changed elsewhere")


def test_change_on_another_device_is_not_overwritten_by_what_this_tab_kept(north, phone):
    draft = draft_of(north)
    page = phone.goto(f"/evidence/{draft.item.ref}/")
    phone.context.set_offline(True)
    page.locator("textarea[name=answer_next_time]").fill("From the phone.")
    expect(notice(page)).to_contain_text("There is no connection")
    save_elsewhere(north, draft)

    phone.context.set_offline(False)
    page.reload()
    expect(status(page)).to_contain_text("Changed elsewhere")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.locator("main")).to_contain_text("Two texts: choose one")

    assert page.locator("textarea[name=answer_next_time]").input_value() == "From the phone."
    expect(page.locator("main")).to_contain_text("From the desk")
    draft.refresh_from_db()
    assert (draft.title, draft.answers) == ("From the desk", {})


def test_rows_of_a_log_are_added_and_removed_without_a_connection(north, phone):
    draft = draft_of(north, "LOG")
    page = phone.goto(f"/evidence/{draft.item.ref}/")
    phone.context.set_offline(True)
    for index, what in enumerate(("Pulse", "Blood pressure", "Weight")):
        if index:
            page.get_by_role("button", name="Add a row").click()
        page.locator(f"input[name=entry_{index}_on]").fill("2020-03-07")
        page.locator(f"input[name=entry_{index}_what]").fill(what)
        page.locator(f"input[name=entry_{index}_times]").fill("3")
        page.locator(f"input[name=entry_{index}_supervisor]").fill("The practice nurse")
    page.get_by_role("button", name="Remove row 2").click()
    expect(page.locator("[data-log-row] legend:visible")).to_have_text(["Row 1", "Row 2"])
    with page.expect_response("**/autosave/"):
        phone.context.set_offline(False)

    draft.refresh_from_db()
    assert [entry["what"] for entry in draft.entries] == ["Pulse", "Weight"]


def content(north, draft, **fields):
    first = competencies(north.enrolment)[0]
    kept = actions.content_of(draft)
    return type(kept)("From the desk", "Written there.", True, {first.code: "It shows it."}, **fields)


def save_elsewhere(north, draft):
    draft.refresh_from_db()
    return actions.save_draft(version=draft, revision=draft.revision, content=content(north, draft), by=north.learner)


def submit_elsewhere(north, draft):
    submission.submit(version=save_elsewhere(north, draft), by=north.learner)
