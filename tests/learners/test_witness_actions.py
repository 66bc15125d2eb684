"""Asking a colleague for a statement: one live link, one answer that stays, and a version frozen with it."""

import re
from datetime import timedelta

import pytest

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core import work
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.home.checks.portfolios import versions_with_another_hash
from gpa_programme.home.checks.witnesses import statements_with_another_hash
from gpa_programme.notices.models import Message, OutboxMail
from learners.actions import evidence, submission
from learners.actions import witnesses as actions
from learners.models import EvidenceVersion, SignOffRequest, Witness
from learners.queries.witnesses import door
from learners.rules.evidence import Content, NotReadyError
from tests.factories import make_enrolment, make_user, make_witness

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "gpa_programme.notices.outbox.Backend"


@pytest.fixture
def enrolment():
    return make_enrolment(mentor=make_user(name="Grace Lamb"), learner=make_user(name="Ada Moss"))


@pytest.fixture
def draft(enrolment):
    return evidence.start_item(enrolment=enrolment, kind="WS", by=enrolment.learner)


def content(draft, **changes):
    first = draft.item.enrolment.framework.competencies.order_by("position")[0]
    said = {"title": "Took the bloods", "text": "How I spoke.", "links": {first.code: "It shows it"}}
    return Content(**{**said, **changes, "no_patient_details": False})


def ask(draft, **changes):
    colleague = {"name": "Nora Nurse", "job": "Practice nurse", "email": "nora@surgery.example", "asks": "How I spoke."}
    colleague["by"] = draft.item.enrolment.learner
    return actions.ask(version=draft, content=content(draft), **{**colleague, **changes})


def answer(witness, statement="She asked first.", **changes):
    said = {"statement": statement, "name": "Nora Nurse", "job": "Practice nurse", "saw_it": True, "by": None}
    return actions.answer(witness=witness, **{**said, **changes})


def token_in_mail():
    """The token of the newest mail to a colleague, as it is delivered."""
    message = Message.objects.filter(template="witness_asked").latest("pk")
    assert work.do("message", message.pk)
    mail = OutboxMail.objects.latest("pk")
    found = re.findall(r"/witness/([\w-]+)/", mail.text)
    assert [found[0]] == re.findall(r"/witness/([\w-]+)/", mail.html)
    return found[0]


def test_ask_saves_the_draft_and_mails_a_link_that_no_row_holds(draft):
    witness = ask(draft)

    token = token_in_mail()
    version = EvidenceVersion.objects.get()
    assert (version.title, version.text, version.state) == ("Took the bloods", "How I spoke.", "draft")
    assert door(token).witness == witness
    assert token not in str(list(Message.objects.values())) + str(list(Witness.objects.values()))
    mail = OutboxMail.objects.get()
    assert (mail.recipient, mail.subject) == ("nora@surgery.example", "Ada Moss asks what you saw")
    assert "How I spoke." not in mail.text + mail.html
    assert AuditEvent.objects.latest("pk").verb == "witness_asked"


def test_ask_by_somebody_else_or_after_leaving_sends_nothing(draft, enrolment):
    with pytest.raises(DomainError):
        actions.ask(
            version=draft, content=content(draft), name="A", job="B", email="c@d.example", asks="E", by=make_user()
        )
    type(enrolment).objects.update(state="withdrawn")
    with pytest.raises(StateError):
        ask(draft)
    assert not Message.objects.filter(template="witness_asked").exists()


def test_ask_somebody_else_kills_the_first_link(draft):
    ask(draft)
    first = token_in_mail()
    other = ask(draft, name="Rae Reception", email="rae@surgery.example")

    assert door(first) is None
    assert door(token_in_mail()).witness == other
    assert Witness.objects.count() == 1


def test_ask_ten_times_a_day_and_no_more(draft):
    for _ in range(10):
        ask(draft)

    with pytest.raises(StateError) as refusal:
        ask(draft)
    assert refusal.value.code == "enough"
    assert Message.objects.filter(template="witness_asked").count() == 10


def test_remind_sends_a_new_link_and_kills_the_earlier(draft, enrolment, clock):
    witness = ask(draft)
    first = token_in_mail()
    with pytest.raises(StateError) as soon:
        actions.remind(witness=witness, by=enrolment.learner)
    Witness.objects.update(asked_at=witness.asked_at - timedelta(days=2))

    actions.remind(witness=witness, by=enrolment.learner)

    assert soon.value.code == "too_soon"
    assert door(first) is None
    assert door(token_in_mail()).witness == witness
    assert OutboxMail.objects.latest("pk").subject == "Again: Ada Moss asks what you saw"


def test_answer_is_kept_once_under_its_hash_and_the_learner_is_told(draft, enrolment):
    witness = ask(draft)

    answered = answer(witness)

    assert (answered.statement, answered.signed_name, len(answered.sha256)) == ("She asked first.", "Nora Nurse", 64)
    told = Message.objects.get(template="witness_answered")
    assert (told.person, told.context["declined"]) == (enrolment.learner, False)
    assert "She asked first." not in str(told.context)
    with pytest.raises(StateError) as twice:
        answer(witness, statement="Something else")
    assert twice.value.code == "answered"
    assert Witness.objects.get().statement == "She asked first."


def test_answer_after_the_link_was_replaced_saves_nothing(draft, enrolment):
    witness = ask(draft)
    Witness.objects.update(token_sha256="0" * 64)

    with pytest.raises(StateError) as refusal:
        answer(witness)
    assert refusal.value.code == "taken_back"
    assert Witness.objects.get().answered_at is None


def test_answer_after_thirty_days_saves_nothing(draft):
    witness = ask(draft)
    Witness.objects.update(expires_at=witness.asked_at)

    with pytest.raises(StateError) as refusal:
        answer(witness)
    assert refusal.value.code == "expired"


def test_answer_that_names_a_patient_is_refused_at_its_field(draft):
    witness = ask(draft)

    with pytest.raises(NotReadyError) as refusal:
        answer(witness, statement="She helped 943 476 5919.", saw_it=False)
    assert [field for field, _ in refusal.value.problems] == ["saw_it", "statement"]
    assert Witness.objects.get().statement == ""


def test_answer_by_the_learner_who_asked_is_refused(draft, enrolment):
    witness = ask(draft)

    with pytest.raises(StateError) as refusal:
        answer(witness, by=enrolment.learner)
    assert refusal.value.code == "own"


def test_statement_outlives_every_try_of_the_learner_to_change_it(draft, enrolment):
    witness = answer(ask(draft))
    learner = enrolment.learner

    refusals = []
    for attempt in (
        lambda: ask(draft, name="Somebody kinder"),
        lambda: actions.take_back(witness=witness, by=learner),
        lambda: actions.remind(witness=witness, by=learner),
    ):
        with pytest.raises(StateError) as refusal:
            attempt()
        refusals.append(refusal.value.code)
    assert refusals == ["answered"] * 3
    assert Witness.objects.get().statement == "She asked first."


def test_decline_keeps_the_word_and_lets_the_learner_ask_somebody_else(draft):
    witness = ask(draft)

    actions.decline(witness=witness, because="I was on leave.", by=None)

    assert Witness.objects.get().declined_because == "I was on leave."
    assert Message.objects.get(template="witness_answered").context["declined"] is True
    with pytest.raises(StateError):
        answer(witness)
    ask(draft, name="Rae Reception")
    assert Witness.objects.get().name == "Rae Reception"


def test_take_back_kills_the_link_and_keeps_the_draft(draft, enrolment):
    witness = ask(draft)
    token = token_in_mail()

    actions.take_back(witness=witness, by=enrolment.learner)
    actions.take_back(witness=witness, by=enrolment.learner)

    assert door(token) is None
    assert EvidenceVersion.objects.get().title == "Took the bloods"
    assert AuditEvent.objects.filter(verb="witness_taken_back").count() == 1


def test_submit_needs_the_statement_and_freezes_it_with_the_version(draft, enrolment):
    witness = ask(draft)
    confirmed = actions.confirm_no_patient(version=EvidenceVersion.objects.get(), by=enrolment.learner)
    with pytest.raises(DomainError) as refusal:
        submission.submit(version=confirmed, by=enrolment.learner)
    answer(witness)

    [request] = submission.submit(version=confirmed, by=enrolment.learner)

    assert refusal.value.code == "no_witness"
    assert list(request.versions.all()) == [confirmed]
    assert (versions_with_another_hash(), statements_with_another_hash()) == (0, 0)
    Witness.objects.update(statement="She was perfect.")
    assert (versions_with_another_hash(), statements_with_another_hash()) == (0, 1)
    Witness.objects.update(sha256="0" * 64)
    assert versions_with_another_hash() == 1


def test_submit_without_the_guard_would_go_through(draft, enrolment, monkeypatch):
    ask(draft)
    confirmed = actions.confirm_no_patient(version=EvidenceVersion.objects.get(), by=enrolment.learner)
    monkeypatch.setattr(submission, "check_said_by_others", lambda version: {})

    submission.submit(version=confirmed, by=enrolment.learner)

    assert SignOffRequest.objects.count() == 1


def test_new_version_needs_a_new_statement(draft, enrolment):
    answer(ask(draft))
    confirmed = actions.confirm_no_patient(version=EvidenceVersion.objects.get(), by=enrolment.learner)
    submission.submit(version=confirmed, by=enrolment.learner)

    newer = evidence.new_version(item=draft.item, by=enrolment.learner)

    newer = actions.confirm_no_patient(version=newer, by=enrolment.learner)
    with pytest.raises(DomainError) as refusal:
        submission.submit(version=newer, by=enrolment.learner)
    assert refusal.value.code == "no_witness"
    assert Witness.objects.get().version == confirmed


def test_factory_makes_a_statement_that_the_check_accepts():
    make_witness(statement="She asked first.")

    assert statements_with_another_hash() == 0


@pytest.mark.parametrize("answered", [False, True])
def test_what_a_colleague_was_asked_stays_as_they_read_it(draft, answered):
    witness = make_witness(version=draft, statement="I saw it." if answered else "")
    draft.refresh_from_db()
    changed = content(draft, title="Mrs Example, born 01/02/1950", text="Another question")

    with pytest.raises(StateError) as refusal:
        evidence.save_draft(version=draft, revision=draft.revision, content=changed, by=draft.item.enrolment.learner)

    draft.refresh_from_db()
    assert (refusal.value.code, draft.title, draft.witness) == ("asked", "", witness)
