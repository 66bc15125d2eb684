"""The programme from a free place to an issued report, in one browser, in order."""

import csv
import io
import re
import time
import urllib.parse
import urllib.request

import openpyxl
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader, PdfWriter

from tests.journeys.browser import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COHORT = "Cohort 1, Joint London Training Hubs"
HUBS = (
    "Joint London Training Hubs",
    "Joint South East Training Hubs",
    "Norfolk & Waveney",
    "Nottinghamshire Alliance",
    "The Spinney Group, St Helens",
    "West Yorkshire & Harrogate",
    "Wiltshire Training Hub",
)


@pytest.fixture(scope="module")
def people(demonstration, browser):
    """Signed-in people by key, made when first asked for; learners and mentors hold a phone."""
    here: dict[str, Visitor] = {}

    def person(key: str, *, email: str = "", width: int = 1280) -> Visitor:
        if key not in here:
            visitor = Visitor(browser, demonstration.address, width)
            here[key] = visitor.sign_in(email or f"{key}@demo.example", demonstration.password) if key else visitor
        return here[key]

    yield person
    for visitor in here.values():
        visitor.close()


@pytest.fixture(scope="module")
def story():
    """What one step leaves for the next."""
    return {}


def post(address: str, values: dict[str, str]) -> tuple[int, str]:
    """Send a respondent's form without a browser."""
    body = urllib.parse.urlencode(values).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, body, timeout=30) as reply:
        return reply.status, reply.read().decode()


def one_page() -> bytes:
    """A PDF of one empty page."""
    writer, made = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(made)
    return made.getvalue()


def follow(page, name: str) -> None:
    """Press what carries that name: a link that looks like a button is still a link."""
    page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first.click()


def fill_enrolment(page, name: str) -> None:
    """Step 2 and 3 of filling a place, with invented people."""
    word = name.split(maxsplit=1)[0].lower()
    page.get_by_label("Learner's name").fill(name)
    page.get_by_label("Learner's email address").fill(f"{word}@demo.example")
    page.get_by_label("GP mentor's name").fill("Gwen Abara")
    page.get_by_label("GP mentor's email address").fill("gwen.abara@demo.example")
    page.get_by_label("Administrative tasks").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Enrol and send invitations").click()


def test_step_1_coordinator_fills_the_last_place_and_the_41st_is_refused(people):
    coordinator = people("coordinator.y56")
    page = coordinator.goto("/hubs/")
    page.get_by_role("link", name="Joint London Training Hubs").first.click()
    page.get_by_role("link", name=re.compile("Cohort 1")).first.click()
    assert coordinator.heading() == COHORT
    assert "39 of 40" in page.inner_text("main")
    cohort = page.url
    follow(page, "Fill a place")
    page.get_by_label(re.compile("Name, town, postcode or ODS code")).fill("G83031")
    page.get_by_role("button", name="Find the practice").click()
    coordinator.shoot("step-1-find-the-practice")
    page.get_by_role("link", name="Abbey Wood Surgery").first.click()
    full_form = page.url
    fill_enrolment(page, "Femi Castle")
    assert "Femi Castle" in page.inner_text("main")
    coordinator.shoot("step-1-enrolled")

    page.goto(cohort)
    assert "40 of 40" in page.inner_text("main")
    coordinator.shoot("step-1-cohort")
    answer = page.goto(full_form)
    assert answer.status == 409
    assert "full" in coordinator.heading().lower() or "full" in page.inner_text("main").lower()
    coordinator.shoot("step-1-cohort-is-full")


def test_step_2_learner_writes_evidence_on_a_phone_and_submits_it(people, story):
    learner = people("learner.y56", width=360)
    page = learner.goto("/portfolio/")
    assert learner.heading() == "Your portfolio"
    learner.shoot("step-2-portfolio")
    follow(page, "Add evidence")
    page.get_by_label("Reflective account").check()
    page.get_by_role("button", name="Continue").click()
    story["evidence"] = page.url
    page.locator("input[name=title]").fill("Sorting the morning post")
    page.locator("textarea[name=text]").fill("I sorted the post by urgency. I learned to ask early.")
    page.locator("input[name=files]").set_input_files(
        {"name": "list.pdf", "mimeType": "application/pdf", "buffer": one_page()}
    )
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_role("link", name="list.pdf")).to_have_count(1)
    story["codes"] = choose_two_competencies(page)
    page.locator("input[name=no_patient_details]").check()
    learner.shoot("step-2-draft")
    page.get_by_role("button", name="Submit", exact=True).click()

    expect(page.get_by_role("button", name="Submit", exact=True)).to_have_count(0)
    assert "Sorting the morning post" in page.inner_text("main")
    learner.shoot("step-2-submitted")
    for code in story["codes"]:
        assert "Waiting for mentor" in learner.goto(f"/portfolio/{code}/").inner_text("main")


def choose_two_competencies(page) -> list[str]:
    """Tick two competencies that are not started, with a line of justification each; returns their codes."""
    chosen = []
    for group in page.locator("main form details").all():
        group.evaluate("element => { element.open = true }")
    for box in page.locator("input[name=competencies]:not(:checked)").all():
        label = page.locator(f"label[for='{box.get_attribute('id')}']").inner_text()
        code = re.search(r"[A-Z]{3}-\d{2}", label)
        if "not started" not in page.request.get(f"/portfolio/{code[0]}/").text().lower():
            continue
        box.check()
        chosen.append(code[0])
        page.locator(f"[id='conditional-{code[0]}'] input").fill("The list shows it.")
        if len(chosen) == 2:
            return chosen
    raise AssertionError("The learner has no two competencies that are not started.")


def test_step_3_mentor_signs_one_off_and_returns_the_other_and_the_learner_sees_both(people, story):
    mentor = people("mentor.y56", width=360)
    first, second = story["codes"]
    page = mentor.goto("/waiting/")
    assert mentor.heading() == "Waiting for you"
    mentor.shoot("step-3-waiting")
    open_request(page, first)
    assert "Sorting the morning post" in page.inner_text("main")
    file = page.request.get(page.get_by_role("link", name="list.pdf").get_attribute("href"))
    assert file.body().startswith(b"%PDF")
    mentor.shoot("step-3-decide")
    page.get_by_role("radio", name=re.compile("^Sign off")).check()
    page.get_by_role("button", name="Confirm", exact=True).click()
    page.goto("/waiting/")
    open_request(page, second)
    page.get_by_role("radio", name=re.compile("^Return it")).check()
    page.locator("textarea[name=reason]:visible").first.fill("One day is not enough to judge.")
    page.locator("textarea[name=would_satisfy]:visible").first.fill("A second day, with what you changed.")
    page.get_by_role("button", name="Confirm", exact=True).click()

    learner = people("learner.y56")
    assert "Signed off" in learner.goto(f"/portfolio/{first}/").inner_text("main")
    returned = learner.goto(f"/portfolio/{second}/").inner_text("main")
    assert "Returned" in returned
    assert "A second day, with what you changed." in returned
    learner.shoot("step-3-learner-sees-the-return")


def open_request(page, code: str) -> None:
    """Open the newest request of a competency on the mentor's list."""
    page.get_by_role("link", name=re.compile(f"^{code}")).last.click()


def test_step_4_coordinator_reads_filters_sorts_and_takes_the_board(people):
    coordinator = people("coordinator.y56")
    page = coordinator.goto("/hubs/")
    page.get_by_role("link", name="Joint London Training Hubs").first.click()
    page.get_by_role("link", name=re.compile("Cohort 1")).first.click()
    page.get_by_role("link", name="Board of learners and competencies").click()
    assert coordinator.heading() == f"Board: {COHORT}"
    assert "40 learners" in page.inner_text("main")
    coordinator.shoot("step-4-board")
    board = page.url
    page.goto(f"{board}?stalled=1")
    stalled = page.locator("table tbody tr").count()
    assert 0 < stalled < 40
    page.goto(f"{board}?sort=-percent")
    shares = [int(text.rstrip("%")) for text in page.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)
    lines = list(csv.reader(io.StringIO(page.request.get(f"{board}?export=csv").body().decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(page.request.get(f"{board}?export=xlsx").body()))
    sheet = list(book[book.sheetnames[0]].iter_rows(values_only=True))
    assert [row[0] for row in sheet[1:41]] == [row[0] for row in lines[1:41]]


def new_wave(page, instrument: str, mode: str) -> str:
    """Create and open a wave that opens today; returns its address."""
    page.goto("/evaluation/waves/new/")
    option = page.locator("select[name=instrument] option", has_text=instrument).first
    page.locator("select[name=instrument]").select_option(option.get_attribute("value"))
    page.get_by_label("End", exact=True).check()
    page.get_by_label(mode).check()
    today = time.localtime()
    for which in ("opens_on", "closes_on"):
        page.locator(f"input[name={which}_day]").fill(str(today.tm_mday))
        page.locator(f"input[name={which}_month]").fill(str(today.tm_mon))
        page.locator(f"input[name={which}_year]").fill(str(today.tm_year))
    page.get_by_role("button", name="Create the wave").click()
    address = page.url
    press(page, "Open the wave")
    page.goto(address)
    assert "Open" in page.inner_text("main")
    return address


def press(page, name: str) -> None:
    """Follow an action to its page of confirmation, and confirm."""
    follow(page, name)
    page.locator("main form button[type=submit], main form .nhsuk-button").first.click()


def radios_of(page) -> dict[str, str]:
    """One answer a question of the respondent's form: the first choice of each."""
    names = {}
    for radio in page.locator("main input[type=radio]").all():
        names.setdefault(radio.get_attribute("name"), radio.get_attribute("value"))
    return names


def test_step_5_waves_are_answered_by_invitation_and_poster_then_closed_and_released(people, demonstration, browser):
    lead = people("national.lead")
    learners = new_wave(lead.page, "Learner", "Confidential, linked over time")
    patients = new_wave(lead.page, "Patient", "Anonymous, open link")
    lead.goto(learners)
    lead.shoot("step-5-wave-is-open")
    lead.goto(patients)
    lead.page.get_by_role("link", name="Print the poster").click()
    lead.shoot("step-5-poster")
    typed = lead.page.locator(".gpa-poster__typed").first.inner_text()

    phone = Visitor(browser, demonstration.address, 360)
    page = phone.goto(f"/s/{typed}/")
    phone.shoot("step-5-patient-answers")
    answers = radios_of(page)
    for name, value in answers.items():
        page.locator(f"input[name='{name}'][value='{value}']").check()
    page.get_by_role("button", name="Send my answers").click()
    phone.shoot("step-5-thanks")
    assert "thank" in page.inner_text("main").lower()
    for _ in range(14):
        assert post(f"{demonstration.address}/s/{typed}/", answers)[0] == 200

    links = invitations(people("support").page)
    page.goto(links[0])
    phone.shoot("step-5-learner-answers")
    answers = radios_of(page)
    for link in links[:14]:
        assert post(f"{demonstration.address}{link}", answers)[0] == 200
    page.goto(links[0])
    assert "already answered" in page.inner_text("main").lower()
    phone.close()

    for wave in (learners, patients):
        lead.goto(wave)
        press(lead.page, "Close the wave")
        lead.goto(wave)
        press(lead.page, "Release the results")
        lead.goto(wave)
        assert "Released" in lead.page.inner_text("main")
    lead.shoot("step-5-released")


def invitations(page, wanted: int = 14) -> list[str]:
    """The personal links of the newest invitations, read in the outbox once the worker has sent them."""
    found: list[str] = []
    until = time.monotonic() + 90
    while len(found) < wanted:
        assert time.monotonic() < until, f"Only {len(found)} invitations arrived."
        page.goto("/outbox/")
        mails = [link.get_attribute("href") for link in page.locator("tbody th a").all()]
        found = []
        for mail in mails[:40]:
            text = page.request.get(mail).text()
            link = re.search(r"/s/[^/\s\"<]+/", text)
            if link:
                found.append(link[0])
    return found


def test_step_6_national_lead_sees_seven_hubs_and_a_map(people):
    lead = people("national.lead")
    page = lead.goto("/dashboard/")
    text = page.inner_text("main")
    assert [hub for hub in HUBS if hub not in text] == []
    assert page.locator("main svg[role=img]").count() >= 3
    assert page.locator("main svg[role=img] title").first.text_content() != ""
    lead.shoot("step-6-dashboard")
    lead.goto("/hubs/")
    lead.shoot("step-6-hubs")
    page.goto("/measures/competencies_signed_share/")
    lead.shoot("step-6-measure")


def test_step_7_report_is_built_written_submitted_accepted_issued_and_its_files_agree(people):
    coordinator, lead = people("coordinator.y56"), people("national.lead")
    page = coordinator.goto("/reports/")
    until = time.monotonic() + 120
    while (draft := page.locator("tbody tr", has_text="Draft").first).count() == 0:
        assert time.monotonic() < until, "Beat built no report."
        page.reload()
    coordinator.shoot("step-7-reports")
    draft.get_by_role("link").first.click()
    report = page.url
    coordinator.shoot("step-7-draft")
    page.get_by_role("link", name="Write the report").or_(
        page.get_by_role("button", name="Write the report")
    ).first.click()
    page.locator("textarea[name=summary]").fill("Forty places are filled. Two mentors need a nudge.")
    for part in ("recruitment", "progress", "mentoring", "evaluation"):
        page.locator(f"input[name=rag_{part}][value=green]").check()
    coordinator.shoot("step-7-write")
    page.get_by_role("button", name="Save and check before submitting").click()
    coordinator.shoot("step-7-check")
    page.get_by_role("button", name="Submit the report").click()
    assert "Submitted" in page.inner_text("main")

    page = lead.goto(report)
    assert "Two mentors need a nudge." in page.inner_text("main")
    lead.shoot("step-7-decide")
    page.get_by_role("button", name="Accept and issue").click()
    until = time.monotonic() + 60
    while page.get_by_role("link", name="Excel workbook").count() == 0:
        assert time.monotonic() < until, "The files were not drawn."
        page.goto(report)
    lead.shoot("step-7-issued")

    rows = page.locator("#report-figures tbody tr").all()
    shown = [[cell.inner_text().strip() for cell in row.locator("th, td").all()] for row in rows]
    files = {kind: page.request.get(f"{report}files/{kind}/").body() for kind in ("csv", "xlsx", "pdf")}
    lines = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))[1 : len(shown) + 1]
    assert [[line[1], line[2], line[3] or "–", line[4] or "–"] for line in lines] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))["Figures"]
    cells = [row[1:5] for row in sheet.iter_rows(min_row=2, max_row=len(shown) + 1, values_only=True)]
    assert [
        [name, text, *("–" if side is None else str(side) for side in sides)] for name, text, *sides in cells
    ] == shown
    words = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    assert [name for name, *_ in shown if name not in words] == []
    assert "People and figures are invented." in words
