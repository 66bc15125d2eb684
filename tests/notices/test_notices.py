"""The mail engine: a row in the transaction, a mail after commit, one digest for many lines."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from gpa_programme.core import work
from gpa_programme.core.work import WorkState
from gpa_programme.notices import actions
from gpa_programme.notices.models import Message, OutboxMail
from tests.factories import make_user


@pytest.fixture(autouse=True)
def outbox(settings):
    """Mails go to the local outbox, as they do where no mail server is set."""
    settings.EMAIL_BACKEND = "gpa_programme.notices.outbox.Backend"


@pytest.mark.django_db(transaction=True)
def test_message_falls_with_a_rolled_back_action() -> None:
    def fail() -> None:
        with transaction.atomic():
            actions.post("invited", address="somebody@people.example", context={"role": "Mentor", "where": "England"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert (Message.objects.count(), OutboxMail.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_message_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        actions.post("invited", address="somebody@people.example")


@pytest.mark.django_db
def test_message_is_delivered_once_as_text_and_html() -> None:
    person = make_user(name="Ada Moss", email="ada@people.example")
    message = actions.post("invited", to=person, context={"role": "Coordinator", "where": "North hub"})

    answers = [work.do("message", message.pk) for _ in range(2)]

    mail = OutboxMail.objects.get()
    message.refresh_from_db()
    assert answers == [True, False]
    assert (mail.recipient, mail.subject) == ("ada@people.example", "You are invited to the GPA training programme")
    assert "the role of coordinator (North hub)" in mail.text
    assert "the role of coordinator (North hub)" in mail.html
    assert (message.work_state, message.template_sha256) == (WorkState.DONE, actions.template_hash("invited"))


@pytest.mark.django_db
def test_html_of_a_mail_escapes_what_people_typed() -> None:
    person = make_user(name="Ada Moss")
    message = actions.post("invited", to=person, context={"role": "Mentor", "where": "<b>Surgery</b>"})

    work.do("message", message.pk)

    assert "&lt;b&gt;Surgery&lt;/b&gt;" in OutboxMail.objects.get().html


@pytest.mark.django_db
def test_mail_that_cannot_be_sent_is_kept_and_tried_again(settings, clock) -> None:
    clock.set(datetime(2019, 10, 15, 9, 0, tzinfo=UTC))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = actions.post("invited", address="somebody@people.example", context={"role": "Mentor", "where": "England"})
    assert work.do("message", message.pk) is False
    settings.EMAIL_BACKEND = "gpa_programme.notices.outbox.Backend"
    clock.move(minutes=5)

    assert work.do("message", message.pk) is True

    assert OutboxMail.objects.count() == 1


@pytest.mark.django_db
def test_text_of_a_mail_holds_what_was_typed_unescaped() -> None:
    person = make_user(name="D'Arcy Moss")
    message = actions.post("invited", to=person, context={"role": "Mentor", "where": "Hill & Dale's"})

    work.do("message", message.pk)

    text = OutboxMail.objects.get().text
    assert text.startswith("Hello D'Arcy,")
    assert "(Hill & Dale's)" in text


@pytest.mark.django_db
def test_closed_account_gets_no_mail() -> None:
    person = make_user(name="Ada Moss", is_active=False)
    message = actions.post("invited", to=person, context={"role": "Mentor", "where": "England"})

    work.do("message", message.pk)

    message.refresh_from_db()
    assert (OutboxMail.objects.count(), message.sent_at) == (0, None)


@pytest.mark.django_db
def test_digest_leaves_out_what_another_worker_has_taken() -> None:
    person = make_user(name="Ada Moss")
    line = {"learner": "Sol Ade", "competency": "CAR-01 Care", "href": "/waiting/AAA-AAAA/"}
    rows = [actions.post("digest_waiting", to=person, context=line, digest="waiting") for _ in range(3)]
    Message.objects.update(due_at=rows[0].created_at)
    kind = next(kind for kind in work.kinds() if kind.name == "message")
    assert work.claim(kind, rows[2].pk) is not None

    work.do("message", rows[0].pk)

    states = list(Message.objects.order_by("pk").values_list("work_state", flat=True))
    assert states == [WorkState.DONE, WorkState.DONE, WorkState.RUNNING]
    assert OutboxMail.objects.count() == 1
