"""A portfolio in the middle of its work: what moves along with a learner."""

from datetime import timedelta

from gpa_programme.core.periods import now
from learners.models import SignOffRequest
from tests.factories import (
    make_decision,
    make_evidence,
    make_request,
    make_version,
)
from tests.learners.portfolios import competencies

DAY = timedelta(days=1)


def half_way(world):
    """The north's learner with one competency signed off, one waiting and a draft of each kind."""
    enrolment, (first, second, third) = world.north.enrolment, competencies(world.north.enrolment)
    decided = make_request(enrolment=enrolment, competency=first, requested_at=now() - 20 * DAY)
    make_decision(request=decided, by=world.north.mentor, decided_at=now() - 18 * DAY)
    waiting = make_request(enrolment=enrolment, competency=second, requested_at=now() - 9 * DAY)
    SignOffRequest.objects.filter(pk=waiting.pk).update(reminded_days=7)
    make_version(item=waiting.versions.get().item, competencies=[second], title="Second thoughts")
    make_version(item=make_evidence(enrolment=enrolment), competencies=[third], title="Only begun")
    return enrolment
