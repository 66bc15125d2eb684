"""Pages of a witness statement: the learner's, and the colleague's, who has no account."""

from datetime import timedelta

import pytest
from django.test import Client

from gpa_programme.core import work
from gpa_programme.core.periods import now
from gpa_programme.notices.models import Message, OutboxMail
from learners.actions import evidence
from learners.models import EvidenceVersion, Witness
from tests.factories import make_user, make_witness
from tests.factories.witnesses import TOKEN
from tests.learners.portfolios import competencies, text_of
from tests.markup import Page

pytestmark = pytest.mark.django_db
LINK = f"/witness/{TOKEN}/"


@pytest.fixture
def item(north):
    return evidence.start_item(enrolment=north.enrolment, kind="WS", by=north.learner).item


@pytest.fixture
def learner(north, browse):
    return browse(north.learner)


@pytest.fixture
def asked(north):
    return make_witness(enrolment=north.enrolment)


def request_of(north, **changes):
    code = competencies(north.enrolment)[0].code
    said = {
        "title": "Took the bloods",
        "asks": "How I spoke with the patient.",
        "name": "Nora Nurse",
        "job": "Practice nurse",
        "email": "nora@surgery.example",
        "competencies": [code],
        f"why_{code}": "It shows it",
    }
    return {**said, **changes}


def said(**changes):
    answer = {"statement": "She asked first.", "signed_name": "Nora N", "signed_job": "Nurse", "saw_it": "on"}
    return {**answer, "action": "answer", **changes}


# ------------------------------------------------------------------------------------------------------ the learner's


def test_learner_sees_what_the_colleague_will_see_before_anything_is_sent(north, item, learner):
    preview = learner.post(f"/evidence/{item.ref}/witness/", request_of(north, action="preview"))

    words = text_of(preview)
    parts = ("Check before you send", "nora@surgery.example", "How I spoke with the patient.", "It shows it")
    assert [part in words for part in parts] == [True] * 4
    assert Page(preview.content.decode()).complaints == []
    assert (Witness.objects.count(), Message.objects.count()) == (0, 0)


def test_learner_changes_what_the_preview_showed_without_typing_it_again(north, item, learner):
    back = learner.post(f"/evidence/{item.ref}/witness/", request_of(north, action="change"))

    html = back.content.decode()
    parts = ("nora@surgery.example", "How I spoke with the patient.", "It shows it", "Nora Nurse")
    assert [part in html for part in parts] == [True] * 4
    assert "There is a problem" not in html


def test_learner_sends_and_then_sees_where_it_stands(north, item, learner):
    sent = learner.post(f"/evidence/{item.ref}/witness/", request_of(north, action="send"), follow=True)

    words = text_of(sent)
    parts = ("Sent to nora@surgery.example", "Asked", "Link works until", "From tomorrow", "Ask somebody else")
    assert [part in words for part in parts] == [True] * 5
    assert Message.objects.get(template="witness_asked").address == "nora@surgery.example"


def test_learner_is_told_at_the_field_what_to_remove(north, item, learner):
    refused = learner.post(
        f"/evidence/{item.ref}/witness/",
        request_of(north, asks="About 943 476 5919", email="learner.north@world.example"),
    )

    html = refused.content.decode()
    assert "Remove “943 476 5919”: it looks like an NHS number" in text_of(refused)
    assert ['href="#id_asks"' in html, 'href="#id_email"' in html, "About 943 476 5919" in html] == [True] * 3
    assert Page(html).complaints == []


def test_learner_asks_somebody_else_with_what_was_asked_kept(asked, learner):
    shown = learner.get(f"/evidence/{asked.version.item.ref}/witness/?another=1").content.decode()

    assert ["How I spoke with the patient." in shown, "nora@surgery.example" in shown] == [True, False]


def test_learner_takes_it_back_after_a_page_that_asks(asked, learner):
    ref = asked.version.item.ref
    shown = text_of(learner.get(f"/evidence/{ref}/witness/take-back/"))
    assert "Take back what you asked of Nora Nurse?" in shown
    assert Witness.objects.exists()

    learner.post(f"/evidence/{ref}/witness/take-back/")

    assert not Witness.objects.exists()


def test_learner_sends_it_again_the_next_day(asked, learner):
    ref = asked.version.item.ref
    assert "less than a day ago" in text_of(learner.post(f"/evidence/{ref}/witness/again/", follow=True))
    Witness.objects.update(asked_at=now() - timedelta(days=1))

    again = text_of(learner.post(f"/evidence/{ref}/witness/again/", follow=True))

    assert "Sent again to nora@surgery.example" in again
    assert "no longer works" in text_of(Client().get(LINK))


def test_learner_reads_the_statement_and_submits_it(north, learner, browse):
    asked = make_witness(enrolment=north.enrolment, statement="She asked first.")
    ref = asked.version.item.ref
    shown = text_of(learner.get(f"/evidence/{ref}/witness/"))
    without = text_of(learner.post(f"/evidence/{ref}/witness/submit/"))

    done = learner.post(f"/evidence/{ref}/witness/submit/", {"no_patient_details": "on"}, follow=True)

    assert ["She asked first." in shown, "Nora Nurse, Practice nurse" in shown] == [True, True]
    assert "Tick the box" in without
    assert EvidenceVersion.objects.get().state == "submitted"
    assert "Submitted. Mentor North will be asked about 1 competency." in text_of(done)
    assert "She asked first." in text_of(done)
    asked_for = EvidenceVersion.objects.get().requests.get()
    seen = text_of(browse(north.mentor).get(f"/waiting/{asked_for.ref}/"))
    assert ["She asked first." in seen, "nora@surgery.example" in seen] == [True, True]


def test_learner_cannot_submit_before_the_statement_has_come(asked, learner):
    ref = asked.version.item.ref

    told = text_of(learner.post(f"/evidence/{ref}/witness/submit/", {"no_patient_details": "on"}, follow=True))

    assert "Nothing was submitted: the statement has not come in yet." in told
    assert EvidenceVersion.objects.get().state == "draft"


def test_new_version_says_that_it_needs_a_new_statement(north, learner):
    asked = make_witness(enrolment=north.enrolment, statement="She asked first.")
    item = asked.version.item
    learner.post(f"/evidence/{item.ref}/witness/submit/", {"no_patient_details": "on"})
    evidence.new_version(item=item, by=north.learner)

    shown = text_of(learner.get(f"/evidence/{item.ref}/witness/"))

    assert "A new version needs a new statement." in shown


@pytest.mark.parametrize("path", ["", "again/", "take-back/", "submit/"])
def test_only_the_learner_reaches_their_request(north, asked, browse, path):
    address = f"/evidence/{asked.version.item.ref}/witness/{path}"

    people = (north.other_learner, north.mentor, north.coordinator, make_user())
    assert {browse(person).post(address).status_code for person in people} == {404}
    assert Witness.objects.count() == 1


def test_reflection_has_no_witness(north, learner):
    other = evidence.start_item(enrolment=north.enrolment, kind="RA", by=north.learner).item

    assert learner.get(f"/evidence/{other.ref}/witness/").status_code == 404


# ---------------------------------------------------------------------------------------------------- the colleague's


def test_colleague_reads_who_asks_what_for_and_how_it_is_used(asked):
    response = Client().get(LINK)

    words = text_of(response)
    parts = (
        *("What did you see Learner North do?", "North surgery", "How I spoke with the patient.", "It shows it"),
        *("How your statement is used", "You need no account", "Send my statement", "I would rather not"),
    )
    assert [part for part in parts if part not in words] == []
    assert Page(response.content.decode()).complaints == []
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.cookies == {}


def test_opening_the_link_burns_nothing(asked):
    before = Witness.objects.values().get()
    for _ in range(5):
        Client().get(LINK)
        Client().head(LINK)

    assert Witness.objects.values().get() == before
    assert Client(enforce_csrf_checks=True).post(LINK, said()).status_code == 302


def test_colleague_sends_once_and_then_sees_what_was_sent(asked):
    sent = Client().post(LINK, said(), follow=True)
    again = Client().post(LINK, said(statement="Something else"), follow=True)

    assert ["Thank you" in text_of(sent), "She asked first." in text_of(sent)] == [True, True]
    assert ["She asked first." in text_of(again), "Something else" in text_of(again)] == [True, False]
    row = Witness.objects.get()
    assert (row.statement, row.signed_name, row.signed_job) == ("She asked first.", "Nora N", "Nurse")


def test_colleague_who_names_a_patient_keeps_every_word_typed(asked):
    refused = Client().post(LINK, said(statement="She helped 943 476 5919 <b>well</b>.", saw_it=""))

    html = refused.content.decode()
    assert "Remove “943 476 5919”: it looks like an NHS number" in text_of(refused)
    kept = ("She helped 943 476 5919 &lt;b&gt;well&lt;/b&gt;.", "Nora N", 'href="#id_statement"', 'href="#id_saw_it"')
    assert [part for part in kept if part not in html] == []
    assert Page(html).complaints == []
    assert Witness.objects.get().answered_at is None


def test_colleague_says_no_with_a_word_that_the_learner_reads(asked, learner):
    told = Client().post(LINK, {"action": "decline", "declined_because": "I was on leave."}, follow=True)
    afterwards = Client().post(LINK, said(), follow=True)

    assert "You said that you would rather not." in text_of(told)
    assert "You said that you would rather not." in text_of(afterwards)
    shown = text_of(learner.get(f"/evidence/{asked.version.item.ref}/witness/"))
    assert ["Declined" in shown, "“I was on leave.”" in shown, "Ask somebody else" in shown] == [True] * 3
    assert Witness.objects.get().answered_at is None


def test_link_of_a_stranger_or_of_nobody_says_the_same(asked):
    pages = [Client().get(f"/witness/{token}/") for token in ("not-a-token-of-anybody", "x")]

    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].content == pages[1].content
    assert "This link no longer works" in text_of(pages[0])
    assert Client().post("/witness/x/", said()).status_code == 404


def test_link_expires_after_thirty_days(asked):
    Witness.objects.update(expires_at=now())

    assert "This link has expired" in text_of(Client().get(LINK))
    assert "This link has expired" in text_of(Client().post(LINK, said()))
    assert Witness.objects.get().answered_at is None


def test_link_ends_when_the_learner_leaves(north, asked):
    type(north.enrolment).objects.filter(pk=north.enrolment.pk).update(state="withdrawn")

    assert "This link has expired" in text_of(Client().post(LINK, said()))
    assert Witness.objects.get().answered_at is None


@pytest.mark.parametrize("because", ["replaced", "expired", "declined"])
def test_words_written_while_the_link_died_can_still_be_copied(asked, because):
    changes = {
        "replaced": {"token_sha256": "0" * 64},
        "expired": {"expires_at": now()},
        "declined": {"declined_at": now()},
    }
    Witness.objects.update(**changes[because])

    told = Client().post(LINK, said(statement="She asked <b>first</b>."))

    html = told.content.decode()
    assert "It was not saved. Copy it before you leave this page" in text_of(told)
    assert "She asked &lt;b&gt;first&lt;/b&gt;.</textarea>" in html
    assert Page(html).complaints == []
    assert "textarea" not in Client().get(LINK).content.decode()
    assert Witness.objects.get().answered_at is None


def test_learner_who_follows_their_own_link_answers_nothing(asked, learner):
    told = learner.post(LINK, said())

    assert "You are signed in as the learner who asked" in text_of(told)
    assert Witness.objects.get().answered_at is None


def test_mail_is_sound_in_both_forms(north, item, learner, settings):
    settings.EMAIL_BACKEND = "gpa_programme.notices.outbox.Backend"
    learner.post(f"/evidence/{item.ref}/witness/", request_of(north, action="send"))

    assert work.do("message", Message.objects.get(template="witness_asked").pk)

    mail = OutboxMail.objects.get()
    assert mail.subject == "Learner North asks what you saw"
    assert ["You need no account" in part for part in (mail.text, mail.html)] == [True, True]
    assert ["&#x27;" in mail.text, "How I spoke" in mail.text + mail.html] == [False, False]
