"""Pages of a portfolio's end: what is missing, the three declarations, what comes next."""

import pytest

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.periods import today
from learners.actions import finish
from learners.enums import EnrolmentState
from learners.models import Declaration
from learners.rules.finish import CHECKS
from tests.factories import make_certificate, make_decision, make_request
from tests.learners.finishing import (
    certified,
    concluded,
    declare_all,
    drawn,
    seen,
    sign_everything,
    submitted,
    to_in_house,
)
from tests.learners.portfolios import competencies, text_of
from tests.markup import complaints

pytestmark = pytest.mark.django_db

OWN = "/portfolio/finish/"
S = EnrolmentState


@pytest.fixture
def north(world):
    """The north hub."""
    return world.north


@pytest.fixture
def done(north):
    """Everything of the north's learner signed off."""
    sign_everything(north.enrolment)
    return north


def theirs(hub, more=""):
    return f"/learners/{hub.enrolment.ref}/finish/{more}"


def test_page_names_what_is_missing_with_links_and_offers_no_declaration(north, browse):
    make_decision(request=make_request(enrolment=north.enrolment, competency=competencies(north.enrolment)[0]))

    page = browse(north.learner).get(OWN)

    words, html = text_of(page), page.content.decode()
    assert ["2 competencies are not signed off." in words, "1 of 3" in words, "Your declaration" in words] == [
        True,
        True,
        False,
    ]
    assert f'href="/portfolio/{competencies(north.enrolment)[1].code}/?enrolment={north.enrolment.ref}"' in html
    assert complaints(html) == []


def test_declaration_sent_early_says_so_and_saves_nothing(north, browse):
    page = browse(north.learner).post(OWN, {"seen": seen(north.enrolment), "confirmed": "on"}, follow=True)

    assert "3 competencies are not signed off. Nothing was saved." in text_of(page)
    assert not Declaration.objects.exists()


def test_learner_reads_the_wording_ticks_it_and_the_mentor_is_named_next(done, browse):
    client = browse(done.learner)
    shown = client.get(OWN)
    without = client.post(OWN, {"seen": seen(done.enrolment)})
    sent = client.post(OWN, {"seen": seen(done.enrolment), "confirmed": "on"}, follow=True)

    assert "I declare that this portfolio is finished and that it is my own work." in text_of(shown)
    assert "Tick the box to confirm the declaration" in text_of(without)
    assert complaints(without.content.decode()) == []
    assert "Mentor North is asked." in text_of(sent)
    assert Declaration.objects.get().wording in text_of(sent)


def test_declaration_over_signoffs_that_changed_shows_them_again(done, browse):
    before = seen(done.enrolment)
    make_decision(request=make_request(enrolment=done.enrolment, competency=competencies(done.enrolment)[0]))

    page = browse(done.learner).post(OWN, {"seen": before, "confirmed": "on"})

    assert (page.status_code, "Sign-offs changed since you opened this" in text_of(page)) == (409, True)
    assert f'value="{seen(done.enrolment)}"' in page.content.decode()


def test_mentor_and_hub_go_on_from_the_same_page(done, browse):
    browse(done.learner).post(OWN, {"seen": seen(done.enrolment), "confirmed": "on"})
    mentor, hub = browse(done.mentor), browse(done.coordinator)
    assert ["Make your statement" in text_of(mentor.get(theirs(done))), "Check the portfolio" in text_of(
        hub.get(theirs(done))
    )] == [True, False]  # fmt: skip

    mentor.post(theirs(done, "statement/"), {"seen": seen(done.enrolment), "confirmed": "on", "note": "Well done"})
    assert "Check the portfolio" in text_of(hub.get(theirs(done)))
    some = hub.post(theirs(done, "check/"), {"seen": seen(done.enrolment), "checks": ["scope"]})
    hub.post(
        theirs(done, "check/"),
        {"seen": seen(done.enrolment), "checks": ["scope", "mentor", "patients", "dates"], "note": ""},
    )

    assert "Tick every check, or tell the learner what is missing" in text_of(some)
    words = text_of(hub.get(theirs(done)))
    assert ["Submit for external verification" in words, "Complete in house" in words] == [True, False]
    assert "Well done" in text_of(browse(done.learner).get(OWN))


def test_hub_submits_after_confirming(done, browse):
    declare_all(done, done.enrolment)
    hub = browse(done.coordinator)

    asked = hub.get(theirs(done, "submit/"))
    sent = hub.post(theirs(done, "submit/"), {}, follow=True)

    assert "waits until the national team draws a sample" in text_of(asked)
    assert "is submitted for verification" in text_of(sent)
    done.enrolment.refresh_from_db()
    assert done.enrolment.state == S.SUBMITTED


def test_submitting_without_declarations_is_refused_in_words(done, browse):
    page = browse(done.coordinator).post(theirs(done, "submit/"), {}, follow=True)

    assert "have not all declared" in text_of(page)


def test_move_page_does_not_go_round_the_declarations(done, browse):
    address = f"/learners/{done.enrolment.ref}/move/?to=submitted"
    now = today()
    day = {"effective_on_day": now.day, "effective_on_month": now.month, "effective_on_year": now.year}

    page = browse(done.coordinator).post(address, day)

    assert "have not all declared" in text_of(page)
    done.enrolment.refresh_from_db()
    assert done.enrolment.state == S.ACTIVE


def test_hub_lead_completes_in_house_with_a_reason_and_issues_the_certificate(done, browse):
    to_in_house(done, done.enrolment)
    declare_all(done, done.enrolment)
    lead, coordinator = browse(done.hub_lead), browse(done.coordinator)
    assert "Complete in house" not in text_of(coordinator.get(theirs(done)))

    without = lead.post(theirs(done, "in-house/"), {"reason": ""})
    lead.post(theirs(done, "in-house/"), {"reason": "No award is sought"})
    issued = lead.post(f"/learners/{done.enrolment.ref}/certificate/", {}, follow=True)

    assert "Enter a reason" in text_of(without)
    assert "is issued" in text_of(issued)
    assert "Completed in house" in text_of(browse(done.learner).get(OWN))


def test_reason_for_completing_in_house_is_kept_where_it_is_refused(done, browse):
    to_in_house(done, done.enrolment)

    refused = browse(done.hub_lead).post(theirs(done, "in-house/"), {"reason": "No award is sought"})

    html = refused.content.decode()
    assert (refused.status_code, "have not all declared" in text_of(refused)) == (409, True)
    assert "No award is sought</textarea>" in html
    assert complaints(html) == []


def test_declaration_that_is_not_due_is_not_said_to_have_been_made(done, browse):
    statement = text_of(browse(done.mentor).get(theirs(done, "statement/")))
    check = text_of(browse(done.coordinator).get(theirs(done, "check/")))

    assert "declared the portfolio finished" not in statement
    assert ["It is not the turn of this declaration" in words for words in (statement, check)] == [True, True]


def test_route_is_changed_by_the_hub_with_a_reason_and_the_pages_say_what_it_means(done, browse):
    hub = browse(done.coordinator)
    linked = f'href="{theirs(done, "route/")}"' in hub.get(f"/learners/{done.enrolment.ref}/").content.decode()
    form = text_of(hub.get(theirs(done, "route/")))

    without = hub.post(theirs(done, "route/"), {"route": "retrospective", "reason": ""})
    hub.post(theirs(done, "route/"), {"route": "retrospective", "reason": "She has done this for years"})

    assert (linked, "the certificate says which were prior learning" in form) == (True, True)
    assert 'href="#id_reason"' in without.content.decode()
    assert "Retrospective. Change the route" in text_of(hub.get(theirs(done)))
    event = AuditEvent.objects.get(verb="route_changed")
    assert (event.reason, event.detail) == (
        "She has done this for years",
        {"source": "accredited", "target": "retrospective"},
    )
    learner = browse(done.learner).get(f"/learners/{done.enrolment.ref}/background/")
    assert "Evidence may come from before the programme" in text_of(learner)


def test_route_stands_once_the_portfolio_is_judged(done, browse):
    declare_all(done, done.enrolment)
    finish.submit(enrolment=done.enrolment, by=done.coordinator)

    late = browse(done.coordinator).post(theirs(done, "route/"), {"route": "in_house", "reason": "No provider"})

    assert "The route changes only before the portfolio is submitted" in text_of(late)
    done.enrolment.refresh_from_db()
    assert done.enrolment.route == "accredited"


def test_page_says_which_signoffs_overtook_the_declarations(done, browse):
    declare_all(done, done.enrolment)
    one = competencies(done.enrolment)[2]
    make_decision(request=make_request(enrolment=done.enrolment, competency=one))

    page = browse(done.learner).get(OWN)

    words = text_of(page)
    assert [part in words for part in ("The declarations no longer hold", f"{one}: signed off now")] == [True, True]
    assert "Your declaration" in words
    assert complaints(page.content.decode()) == []


def test_referred_learner_reads_the_reason_and_declares_again(world, browse):
    north = world.north
    submitted(north, north.enrolment)
    concluded(world, drawn(world).verifications.get(), "referred", "Add dates to two pieces")

    words = text_of(browse(north.learner).get(OWN))

    assert [part in words for part in ("Referred back", "Add dates to two pieces", "Your declaration")] == [True] * 3


def who_reads(hub, words, browse):
    return [
        person
        for person in ("mentor", "coordinator", "practice_manager")
        if words in text_of(browse(getattr(hub, person)).get(theirs(hub)))
    ]


def test_practice_reads_neither_what_a_mentor_added_nor_why_it_was_referred(world, done, browse):
    facts = {"enrolment": done.enrolment, "seen_sha256": seen(done.enrolment)}
    finish.declare(**facts, by=done.learner)
    finish.state_as_mentor(**facts, note="Shy at first", by=done.mentor)
    added = who_reads(done, "Shy at first", browse)
    finish.check_as_hub(**facts, checks=list(CHECKS), by=done.coordinator)
    finish.submit(enrolment=done.enrolment, by=done.coordinator)
    concluded(world, drawn(world).verifications.get(), "referred", "Add dates to two pieces")

    assert (added, who_reads(done, "Add dates to two pieces", browse)) == (["mentor", "coordinator"],) * 2


def test_completed_learner_sees_certificate_address_and_picture(world, browse, settings):
    found = certified(world, world.north, world.north.enrolment)

    page = browse(world.north.learner).get(OWN)

    html = page.content.decode()
    assert [part in html for part in (found.code, f"{settings.SITE_URL}/certificates/{found.code}/")] == [True] * 2
    assert 'src="data:image/svg+xml' in html
    assert f'href="/certificates/{found.code}/pdf/"' in html
    assert complaints(html) == []


def test_practice_manager_sees_the_state_and_no_button_and_strangers_nothing(done, world, browse):
    words = text_of(browse(done.practice_manager).get(theirs(done)))

    assert "3 of 3" in words
    assert ["Check the portfolio" in words, "Change the route" in words] == [False, False]
    assert browse(world.stranger).get(theirs(done)).status_code == 404
    assert browse(world.south.coordinator).get(theirs(done)).status_code == 404


@pytest.mark.parametrize("rounds", [1, 3])
def test_page_asks_the_same_number_of_queries(done, browse, rounds, django_assert_num_queries):
    for number in range(rounds):
        declare_all(done, done.enrolment)
        make_certificate(
            enrolment=done.enrolment,
            code=f"K7MP-2Q4R-XW9{number}",
            withdrawn_on="2026-01-01",
            withdrawn_by=done.hub_lead,
            withdrawn_reason="A name",
        )
        make_decision(request=make_request(enrolment=done.enrolment, competency=competencies(done.enrolment)[number]))
    client = browse(done.learner)
    client.get(OWN)

    with django_assert_num_queries(37):
        client.get(OWN)
