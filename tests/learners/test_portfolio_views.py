"""Pages of a portfolio: the learner's own, and what a mentor may read of it."""

import re
from datetime import timedelta

import pytest

from gpa_programme.audit.models import ReadLog
from gpa_programme.core.periods import add_months, now, today
from learners.models import Acknowledgement, Competency, PatientFlag, SignOffRequest
from tests.factories import make_decision, make_enrolment, make_evidence, make_request, make_user, make_version
from tests.learners.portfolios import competencies, text_of
from tests.markup import complaints

pytestmark = pytest.mark.django_db


def test_portfolio_shows_returned_first_then_drafts_then_waiting(north, browse):
    first, second, third = competencies(north.enrolment)
    make_decision(request=make_request(enrolment=north.enrolment, competency=first), kind="returned")
    make_request(enrolment=north.enrolment, competency=second, requested_at=now() - timedelta(days=9))
    make_version(item=make_evidence(enrolment=north.enrolment), competencies=[third], title="My draft")

    response = browse(north.learner).get("/portfolio/")

    words = text_of(response)
    order = [words.index(part) for part in ("Needs you", "One more example", "My draft", "Waiting for 9 days")]
    assert order == sorted(order)
    assert "0 of 3" in words
    assert complaints(response.content.decode()) == []


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
    assert complaints(response.content.decode()) == []


def test_portfolio_competency_unknown_code_is_not_found(north, browse):
    assert browse(north.learner).get("/portfolio/Z9/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_portfolio_asks_the_same_number_of_queries(north, browse, rows, django_assert_num_queries):
    for competency in competencies(north.enrolment)[:rows]:
        make_decision(request=make_request(enrolment=north.enrolment, competency=competency), kind="returned")
        make_version(item=make_evidence(enrolment=north.enrolment), competencies=[competency])
    client = browse(north.learner)
    client.get("/portfolio/")

    with django_assert_num_queries(28):
        client.get("/portfolio/")


@pytest.mark.parametrize("rows", [1, 3])
def test_portfolio_competency_asks_the_same_number_of_queries(north, browse, rows, django_assert_num_queries):
    first = competencies(north.enrolment)[0]
    for _ in range(rows):
        make_decision(request=make_request(enrolment=north.enrolment, competency=first), kind="returned")
    client = browse(north.learner)
    client.get(f"/portfolio/{first.code}/")

    with django_assert_num_queries(35):
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


def address(enrolment, code):
    return f"/portfolio/{code}/?enrolment={enrolment.ref}"


def test_competency_page_offers_to_take_back_and_says_when_mentors_may_be_told_again(north, browse):
    request = make_request(enrolment=north.enrolment)
    page = browse(north.learner).get(f"/portfolio/{request.competency.code}/")

    words = text_of(page)
    assert f"You can tell them again from {today() + timedelta(days=3):%-d %B %Y}" in words
    assert f"/requests/{request.ref}/take-back/" in page.content.decode()
    assert complaints(page.content.decode()) == []


def test_taking_back_asks_first_and_stays_on_record(north, browse):
    request = make_request(enrolment=north.enrolment)
    client = browse(north.learner)

    confirm = client.get(f"/requests/{request.ref}/take-back/")
    assert complaints(confirm.content.decode()) == []
    assert SignOffRequest.objects.open().count() == 1
    done = client.post(f"/requests/{request.ref}/take-back/")
    again = client.post(f"/requests/{request.ref}/take-back/")

    assert (done.headers["Location"], again.status_code) == (address(north.enrolment, request.competency.code), 409)
    assert f"Taken back by the learner on {today():%-d %B %Y}" in text_of(client.get(done.headers["Location"]))
    assert "Closed: taken back by the learner" in text_of(browse(north.mentor).get(f"/waiting/{request.ref}/"))


def test_evidence_says_that_its_request_was_taken_back_and_what_can_be_asked_again(north, browse):
    first, second, _third = competencies(north.enrolment)
    version = make_version(item=make_evidence(enrolment=north.enrolment), competencies=[first], submitted_at=now())
    open_one = make_request(enrolment=north.enrolment, competency=first, version=version)
    make_decision(request=make_request(enrolment=north.enrolment, competency=second))
    settled = make_request(enrolment=north.enrolment, competency=second, version=version)
    client = browse(north.learner)

    before = text_of(client.get(f"/evidence/{version.item.ref}/"))
    asks = [text_of(client.get(f"/requests/{one.ref}/take-back/")) for one in (open_one, settled)]
    for one in (open_one, settled):
        client.post(f"/requests/{one.ref}/take-back/")
    after = text_of(client.get(f"/evidence/{version.item.ref}/"))

    assert ["You can ask again later." in words for words in asks] == [True, False]
    assert "It stays signed off, so you cannot ask for it again" in asks[1]
    assert (before.count("Waiting for your mentor"), after.count("Waiting for your mentor")) == (2, 0)
    assert after.count(f"Taken back by the learner on {today():%-d %B %Y}") == 2


def test_sending_again_too_soon_is_refused_with_the_day(north, browse):
    request = make_request(enrolment=north.enrolment, requested_at=now() - timedelta(days=4))
    client = browse(north.learner)

    done = client.post(f"/requests/{request.ref}/again/")
    again = client.post(f"/requests/{request.ref}/again/")

    assert (done.status_code, again.status_code) == (302, 409)
    assert "You can tell them again from" in text_of(again)


def test_asking_again_after_a_return_names_what_was_chosen(north, browse):
    first = competencies(north.enrolment)[0]
    request = make_request(enrolment=north.enrolment, competency=first)
    make_decision(request=request, kind="returned")
    version = request.versions.get()
    client = browse(north.learner)

    page = client.get(f"/portfolio/{first.code}/ask/")
    none = client.post(f"/portfolio/{first.code}/ask/", {})
    done = client.post(f"/portfolio/{first.code}/ask/", {"versions": [version.pk]})
    twice = client.post(f"/portfolio/{first.code}/ask/", {"versions": [version.pk]})

    assert complaints(page.content.decode()) == []
    assert (none.status_code, "Select at least one piece of evidence" in text_of(none)) == (400, True)
    assert (done.headers["Location"], twice.status_code) == (address(north.enrolment, first.code), 409)
    assert list(SignOffRequest.objects.open().get().versions.all()) == [version]


def test_expired_competency_says_since_when_and_offers_to_ask_to_re_confirm(north, browse):
    first = competencies(north.enrolment)[0]
    Competency.objects.filter(pk=first.pk).update(valid_for_months=6)
    request = make_request(enrolment=north.enrolment, competency=first, requested_at=now() - timedelta(days=300))
    decision = make_decision(request=request, decided_at=now() - timedelta(days=250))
    client = browse(north.learner)

    words = text_of(client.get(f"/portfolio/{first.code}/"))

    ended = add_months(decision.effective_on, 6)
    assert [part in words for part in ("Expired", f"On {ended:%-d %B %Y}", "Ask your mentor to re-confirm")] == [
        True
    ] * 3
    assert "Ask your mentor to re-confirm" in text_of(client.get(f"/portfolio/{first.code}/ask/"))


def test_sign_off_with_an_end_says_until_when_it_holds(north, browse):
    first = competencies(north.enrolment)[0]
    Competency.objects.filter(pk=first.pk).update(valid_for_months=12)
    make_decision(request=make_request(enrolment=north.enrolment, competency=first))

    words = text_of(browse(north.learner).get(f"/portfolio/{first.code}/"))

    assert f"Holds until {add_months(today(), 12):%-d %B %Y}" in words


def test_learner_says_that_they_have_read_a_decision_and_the_mentor_sees_it(north, browse):
    request = make_request(enrolment=north.enrolment)
    decision = make_decision(request=request, kind="returned", by=north.mentor)
    client, mentor = browse(north.learner), browse(north.mentor)

    assert "Not read by the learner yet" in text_of(mentor.get(f"/waiting/{request.ref}/"))
    done = client.post(f"/decisions/{decision.pk}/read/")

    assert done.headers["Location"] == address(north.enrolment, request.competency.code)
    assert f"You have read this on {today():%-d %B %Y}" in text_of(client.get(done.headers["Location"]))
    assert f"Read by Learner North on {today():%-d %B %Y}" in text_of(mentor.get(f"/waiting/{request.ref}/"))


def changed_since_sign_off(north):
    request = make_request(enrolment=north.enrolment)
    make_decision(request=request, by=north.mentor)
    return request, make_version(
        item=request.versions.get().item,
        competencies=[request.competency],
        submitted_at=now(),
        text="What I did and what I understood.",
    )


def test_changed_since_sign_off_shows_both_of_them_what_changed_word_by_word(north, browse):
    request, later = changed_since_sign_off(north)
    again = make_request(enrolment=north.enrolment, competency=request.competency, version=later)
    code = request.competency.code
    pages = [
        browse(north.learner).get(f"/portfolio/{code}/"),
        browse(north.mentor).get(f"/learners/{north.enrolment.ref}/portfolio/{code}/"),
        browse(north.mentor).get(f"/waiting/{again.ref}/"),
    ]

    for page in pages:
        html = page.content.decode()
        assert complaints(html) == []
        assert re.search(r"<ins>.*added:.*understood.*</ins>", html, re.DOTALL)
        assert re.search(r"<del>.*removed:.*learned.*</del>", html, re.DOTALL)
        assert "1 word added and 1 word removed" in text_of(page)


def test_difference_shows_nobody_but_the_learner_what_is_hidden(north, browse):
    request, later = changed_since_sign_off(north)
    PatientFlag.objects.create(version=later, where="In the text", raised_by=north.mentor)
    code = request.competency.code

    mine = text_of(browse(north.learner).get(f"/portfolio/{code}/"))
    theirs = text_of(browse(north.mentor).get(f"/learners/{north.enrolment.ref}/portfolio/{code}/"))

    assert ["understood" in mine, "understood" in theirs] == [True, False]
    assert "Hidden or destroyed evidence" in theirs


@pytest.mark.parametrize("path", ["take-back", "again", "read"])
def test_what_a_learner_does_is_theirs_alone(north, browse, path):
    request = make_request(enrolment=north.enrolment, requested_at=now() - timedelta(days=9))
    decision = make_decision(
        request=make_request(enrolment=north.enrolment, competency=competencies(north.enrolment)[1])
    )
    place = f"/decisions/{decision.pk}/read/" if path == "read" else f"/requests/{request.ref}/{path}/"

    people = (north.mentor, north.other_learner, north.coordinator, north.practice_manager, make_user())
    assert [browse(person).post(place).status_code for person in people] == [403, 404, 404, 404, 404]
    assert (SignOffRequest.objects.open().count(), Acknowledgement.objects.count()) == (1, 0)
    assert SignOffRequest.objects.get(pk=request.pk).resent_at is None
