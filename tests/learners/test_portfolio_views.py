"""Pages of a portfolio: the learner's own, and what a mentor may read of it."""

from datetime import timedelta

import pytest

from gpa_programme.audit.models import ReadLog
from gpa_programme.core.periods import now
from tests.factories import make_decision, make_enrolment, make_evidence, make_request, make_user, make_version
from tests.learners.portfolios import competencies, text_of
from tests.markup import Page

pytestmark = pytest.mark.django_db


def test_portfolio_shows_returned_first_then_drafts_then_waiting(north, browse):
    first, second, third = competencies(north.enrolment)
    make_decision(request=make_request(enrolment=north.enrolment, competency=first), kind="returned")
    make_request(enrolment=north.enrolment, competency=second, requested_at=now() - timedelta(days=9))
    make_version(item=make_evidence(enrolment=north.enrolment), competencies=[third], title="My draft")

    response = browse(north.learner).get("/portfolio/")

    words = text_of(response)
    order = [words.index(part) for part in ("Needs you", "One more example", "My draft", "With your mentor for 9 days")]
    assert order == sorted(order)
    assert "0 of 3" in words
    assert Page(response.content.decode()).complaints == []


def test_portfolio_new_learner_is_told_how_to_start(north, browse):
    words = text_of(browse(north.learner).get("/portfolio/"))

    assert "One short account of something you did this week is enough to start." in words


def test_portfolio_two_enrolments_get_a_choice(north, browse):
    other = make_enrolment(learner=north.learner)
    client = browse(north.learner)

    choice = client.get("/portfolio/").content.decode()
    one = client.get(f"/portfolio/?enrolment={other.ref}")

    assert [f"/portfolio/?enrolment={ref}" in choice for ref in (north.enrolment.ref, other.ref)] == [True, True]
    assert text_of(one).count(other.cohort.programme.name) == 1


def test_portfolio_of_another_learner_is_not_found_by_its_reference(north, browse):
    assert browse(north.learner).get(f"/portfolio/?enrolment={north.other_enrolment.ref}").status_code == 404


def test_portfolio_after_leaving_can_be_read_but_not_added_to(browse):
    gone = make_enrolment(state="withdrawn")

    response = browse(gone.learner).get("/portfolio/")

    assert response.status_code == 200
    assert "Add evidence" not in text_of(response)


def test_portfolio_competency_shows_decision_reason_and_the_version_seen(north, browse):
    first = competencies(north.enrolment)[0]
    request = make_request(enrolment=north.enrolment, competency=first)
    make_decision(request=request, kind="returned", reason="Too short", would_satisfy="A second call")
    version = request.versions.get()

    response = browse(north.learner).get(f"/portfolio/{first.code}/")

    words = text_of(response)
    assert [part in words for part in ("Too short", "A second call", "version 1")] == [True] * 3
    assert f"{version.item.get_absolute_url()}?version=1" in response.content.decode()
    assert Page(response.content.decode()).complaints == []


def test_portfolio_competency_unknown_code_is_not_found(north, browse):
    assert browse(north.learner).get("/portfolio/Z9/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_portfolio_asks_the_same_number_of_queries(north, browse, rows, django_assert_num_queries):
    for competency in competencies(north.enrolment)[:rows]:
        make_decision(request=make_request(enrolment=north.enrolment, competency=competency), kind="returned")
        make_version(item=make_evidence(enrolment=north.enrolment), competencies=[competency])
    client = browse(north.learner)
    client.get("/portfolio/")

    with django_assert_num_queries(24):
        client.get("/portfolio/")


@pytest.mark.parametrize("rows", [1, 3])
def test_portfolio_competency_asks_the_same_number_of_queries(north, browse, rows, django_assert_num_queries):
    first = competencies(north.enrolment)[0]
    for _ in range(rows):
        make_decision(request=make_request(enrolment=north.enrolment, competency=first), kind="returned")
    client = browse(north.learner)
    client.get(f"/portfolio/{first.code}/")

    with django_assert_num_queries(25):
        client.get(f"/portfolio/{first.code}/")


def test_learner_portfolio_mentor_reads_what_was_submitted_and_the_look_is_recorded(north, browse):
    first, second, _third = competencies(north.enrolment)
    make_request(enrolment=north.enrolment, competency=first)
    make_version(item=make_evidence(enrolment=north.enrolment), competencies=[second], title="Secret draft")

    response = browse(north.mentor).get(f"/learners/{north.enrolment.ref}/portfolio/")

    words = text_of(response)
    assert [part in words for part in ("Secret draft", "Drafting", "Waiting for mentor")] == [False, False, True]
    assert list(ReadLog.objects.values_list("reader", "record_type", "record")) == [
        (north.mentor.pk, "portfolio", north.enrolment.ref)
    ]


def test_learner_competency_shows_the_mentor_submitted_evidence_only(north, browse):
    first = competencies(north.enrolment)[0]
    make_request(enrolment=north.enrolment, competency=first)
    make_version(item=make_evidence(enrolment=north.enrolment), competencies=[first], title="Secret draft")

    response = browse(north.mentor).get(f"/learners/{north.enrolment.ref}/portfolio/{first.code}/")

    words = text_of(response)
    assert [part in words for part in ("What I did and what I learned.", "Secret draft")] == [True, False]
    assert ReadLog.objects.get().record == f"{north.enrolment.ref}/{first.code}"


def test_learner_portfolio_stranger_gets_404_and_colleagues_403_with_a_reason(north, browse):
    first = competencies(north.enrolment)[0]
    found = {}
    for address in (
        f"/learners/{north.enrolment.ref}/portfolio/",
        f"/learners/{north.enrolment.ref}/portfolio/{first.code}/",
    ):
        people = (north.coordinator, north.practice_manager, north.other_learner, make_user())
        found[address] = [browse(person).get(address).status_code for person in people]

    assert list(found.values()) == [[403, 403, 404, 404]] * 2
    assert "belongs to: Mentor" in text_of(browse(north.coordinator).get(f"/learners/{north.enrolment.ref}/portfolio/"))


def test_pages_of_a_portfolio_are_refused_to_people_without_one(north, browse):
    codes = [browse(north.coordinator).get(address).status_code for address in ("/portfolio/", "/evidence/new/")]

    assert codes == [403, 403]
