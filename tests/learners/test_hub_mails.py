"""What goes to a hub's mailbox, which several people read: the reference and a link, never whom it is about."""

from datetime import timedelta

import pytest
from django.core import mail

from gpa_programme.core.periods import now, today
from gpa_programme.notices.actions import deliver
from gpa_programme.notices.models import Message
from learners.actions import absences, reminders, transfer
from learners.emails import signoff
from learners.enums import DecisionKind
from learners.models import TransferOffer
from tests.factories import make_decision, make_request
from tests.learners.portfolios import competencies

pytestmark = pytest.mark.django_db


def declined(world):
    offer = TransferOffer.objects.create(
        enrolment=world.north.enrolment,
        to_cohort=world.south.cohort,
        reason="Moves to her family",
        offered_by=world.north.coordinator,
    )
    transfer.decline(offer=offer, answer="No place", by=world.south.coordinator)


def offered(world):
    transfer.offer(
        enrolment=world.north.enrolment, to_cohort=world.south.cohort, reason="Moves", by=world.north.coordinator
    )


def not_judged(world):
    request = make_request(enrolment=world.north.enrolment)
    signoff.nobody_judges(make_decision(request=request, kind=DecisionKind.CANNOT_JUDGE, by=world.north.mentor))


def overdue(world):
    make_request(enrolment=world.north.enrolment, requested_at=now() - timedelta(days=22))
    reminders.remind()


def away(world):
    absences.record_absence(mentor=world.north.mentor, since=today(), until=today() + timedelta(days=9))


SENT = {
    "transfer_answered": declined,
    "transfer_offered": offered,
    "nobody_judges": not_judged,
    "digest_overdue": overdue,
    "mentor_away": away,
}


@pytest.mark.parametrize("template", SENT)
def test_mail_to_a_hub_names_the_reference_and_nobody_who_learns(world, template):
    SENT[template](world)
    message = Message.objects.get(template=template, person=None)
    Message.objects.filter(pk=message.pk).update(work_state="running", claim="x")
    message.refresh_from_db()

    deliver(message)

    sent = mail.outbox[-1]
    words = " ".join([sent.subject, sent.body, *(part.content for part in sent.alternatives), str(message.context)])
    learners = [world.north.learner.name, world.north.other_learner.name]
    assert [name for name in (*learners, str(competencies(world.north.enrolment)[0])) if name in words] == []
    named = template == "transfer_offered" or world.north.enrolment.ref in sent.body
    assert (message.address.endswith("example"), named, message.context["href"] in sent.body) == (True, True, True)
