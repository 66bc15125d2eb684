"""Every link that a page shows somebody opens for them: no dead end, and none that says that they may not."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from gpa_programme.core.periods import today
from learners.actions.reading import open_for_reason
from learners.actions.transfer import accept, offer
from tests.factories import make_practice, make_request, make_witness
from tests.learners.finishing import assigned, drawn, read_all, sign_everything, submitted
from tests.learners.portfolios import competencies
from tests.world import build_world

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
LEFT_OUT = re.compile(r"^/accounts/|^/outbox/|[?&](export|sort|page|month|period)=")
MOST = 400
WHY = "The mentor is ill and the learner asked me to look."


def dead_links(client, *starts):
    """Where a link led that did not open, with the page it stood on, beginning at these addresses."""
    waiting, known, dead = list(starts), set(starts), []
    while waiting and len(known) < MOST:
        here = waiting.pop(0)
        answer = client.get(here)
        if answer.status_code >= 400:
            dead.append((here, answer.status_code))
            continue
        if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
            continue
        for href in LINK.findall(answer.content.decode()):
            there = urljoin(here, unescape(href)).partition("#")[0]
            shape = urlsplit(there)
            if shape.netloc or shape.scheme or not there.startswith("/") or LEFT_OUT.search(there) or there in known:
                continue
            known.add(there)
            waiting.append(there)
    return dead


def pages_of(enrolment):
    return [f"/learners/{enrolment.ref}/", f"/learners/{enrolment.ref}/portfolio/"]


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def busy(world):
    """The north hub: everything of one learner signed off, two things of the other waiting, a witness asked."""
    north = world.north
    first, second, _third = competencies(north.enrolment)
    sign_everything(north.other_enrolment)
    make_request(enrolment=north.enrolment, competency=first)
    make_request(enrolment=north.enrolment, competency=second)
    make_witness(enrolment=north.enrolment)
    return north


@pytest.mark.parametrize("person", ["learner", "mentor", "practice_manager", "coordinator", "hub_lead"])
def test_people_of_a_hub(busy, browse, person):
    assert dead_links(browse(getattr(busy, person)), "/") == []


@pytest.mark.parametrize("person", ["national_lead", "national_analyst", "verifier", "support"])
def test_people_of_the_programme(world, busy, browse, person):
    assert dead_links(browse(getattr(world, person)), "/") == []


def test_hub_that_reads_with_a_reason(busy, browse):
    open_for_reason(enrolment=busy.enrolment, reason=WHY, by=busy.coordinator)

    assert dead_links(browse(busy.coordinator), *pages_of(busy.enrolment)) == []


def test_verifier_before_and_after_reading(world, browse):
    north = world.north
    submitted(north, north.enrolment)
    found = assigned(world, drawn(world).verifications.get(enrolment=north.enrolment))
    client = browse(world.verifier)

    before = dead_links(client, "/")
    read_all(found)

    assert (before, dead_links(client, "/")) == ([], [])


def test_mentor_of_a_learner_who_moved_hub(world, busy, browse):
    south = world.south
    made = offer(enrolment=busy.enrolment, to_cohort=south.cohort, reason="Moves to her family", by=busy.coordinator)
    came = accept(
        offer=made,
        practice=make_practice(region=south.hub.region),
        on=today(),
        mentor_name="Grace Lamb",
        mentor_email=south.mentor.email,
        by=south.coordinator,
    )

    assert dead_links(browse(south.mentor), "/") == []
    assert dead_links(browse(came.learner), "/") == []
