"""Pages of certificates: anybody checks one by its code, few open its file, leads issue and withdraw."""

import pytest

from learners.models import Certificate
from tests.factories import make_certificate
from tests.learners.finishing import certified, verified
from tests.learners.portfolios import text_of
from tests.markup import Page, complaints

pytestmark = pytest.mark.django_db

CODE = "K7MP-2Q4R-XW9B"


@pytest.fixture
def found(north):
    return make_certificate(enrolment=north.enrolment, code=CODE)


def headings(page):
    return [text for _level, text in Page(page.content.decode()).headings]


def test_anybody_is_told_that_a_certificate_is_genuine_and_whose_it_is(found, client):
    page = client.get(f"/certificates/{CODE}/")

    words = text_of(page)
    assert [part in words for part in ("Genuine and current", "Learner North", "North hub", CODE)] == [True] * 4
    assert "not an award of a university" in words
    assert complaints(page.content.decode()) == []


def test_page_says_no_more_than_the_certificate_does(north, found, client):
    html = client.get(f"/certificates/{CODE}/").content.decode()

    hidden = (north.learner.email, north.enrolment.ref, north.mentor.name, str(found.issued_by))
    assert [words for words in hidden if words in html] == []


def test_withdrawn_certificate_shows_since_when_and_not_why(north, found, browse, client):
    browse(north.hub_lead).post(f"/certificates/{CODE}/withdraw/", {"reason": "The name was misspelt"})

    page = client.get(f"/certificates/{CODE}/")

    found.refresh_from_db()
    words = text_of(page)
    assert f"withdrawn on {found.withdrawn_on:%-d %B %Y}" in words
    assert ["Genuine" in words, "misspelt" in words, "Learner North" in words] == [False, False, True]
    assert "The name was misspelt" in text_of(browse(north.learner).get("/portfolio/finish/"))


def test_unknown_code_has_the_same_page_and_says_that_there_is_none(found, client):
    page = client.get("/certificates/ZZZZ-ZZZZ-ZZZZ/")

    assert (page.status_code, "No such certificate" in text_of(page)) == (404, True)
    assert headings(page) == headings(client.get(f"/certificates/{CODE}/"))
    assert complaints(page.content.decode()) == []


def test_typed_code_leads_to_its_page_however_it_is_written(found, client):
    sent = client.get("/certificates/", {"code": "k7mp 2q4r xw9b"})
    wrong = client.get("/certificates/", {"code": "K7MP"})

    assert sent.headers["Location"] == f"/certificates/{CODE}/"
    assert client.get("/certificates/k7mp2q4rxw9b/").headers["Location"] == f"/certificates/{CODE}/"
    assert "A code has twelve letters and figures" in text_of(wrong)
    assert complaints(wrong.content.decode()) == []


def test_file_opens_to_learner_hub_and_national_team_alone(world, browse):
    north = world.north
    code = certified(world, north, north.enrolment).code
    able = (north.learner, north.coordinator, north.hub_lead, world.national_lead, world.national_analyst)
    others = (north.other_learner, north.mentor, north.practice_manager, world.south.coordinator, world.verifier)

    assert [browse(person).get(f"/certificates/{code}/pdf/").status_code for person in able] == [200] * 5
    assert [browse(person).get(f"/certificates/{code}/pdf/").status_code for person in others] == [404] * 5
    answer = browse(north.learner).get(f"/certificates/{code}/pdf/")
    assert b"".join(answer.streaming_content)[:5] == b"%PDF-"


def test_issuing_asks_first_and_is_the_leads(world, browse):
    north = world.north
    verified(world, north, north.enrolment)
    address = f"/learners/{north.enrolment.ref}/certificate/"

    asked = browse(north.hub_lead).get(address)
    assert "made out to “Learner North”" in text_of(asked)
    assert not Certificate.objects.exists()
    assert browse(north.coordinator).post(address, {}).status_code == 403
    browse(north.hub_lead).post(address, {})
    north.enrolment.refresh_from_db()
    assert (Certificate.objects.count(), north.enrolment.state) == (1, "completed")


def test_issuing_for_somebody_who_is_learning_is_refused_in_words(north, browse):
    page = browse(north.hub_lead).post(f"/learners/{north.enrolment.ref}/certificate/", {}, follow=True)

    assert "There is no certificate while the enrolment is “Active”" in text_of(page)


def test_withdrawing_needs_a_reason(north, found, browse):
    page = browse(north.hub_lead).post(f"/certificates/{CODE}/withdraw/", {"reason": ""})

    assert "Enter a reason" in text_of(page)
    assert Certificate.objects.get().withdrawn_on is None


def test_help_leads_anybody_to_the_check(client):
    assert 'href="/certificates/"' in client.get("/help/").content.decode()


def test_withdrawing_twice_keeps_the_second_reason_on_the_page(north, found, browse):
    lead = browse(north.hub_lead)
    lead.post(f"/certificates/{CODE}/withdraw/", {"reason": "The name was wrong"})

    again = lead.post(f"/certificates/{CODE}/withdraw/", {"reason": "A copy was forged"})

    assert again.status_code == 409
    assert "A copy was forged</textarea>" in again.content.decode()
    assert Certificate.objects.get().withdrawn_reason == "The name was wrong"


def test_public_page_asks_one_query_of_ours(found, client, django_assert_num_queries):
    client.get(f"/certificates/{CODE}/")

    with django_assert_num_queries(1):
        client.get(f"/certificates/{CODE}/")
