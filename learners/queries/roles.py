"""The role source of learners and mentors."""

from collections.abc import Iterable

from django.db.models import Q

from gpa_programme.accounts.access import Grant, Scope
from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import User
from gpa_programme.core.periods import today
from learners.models import Enrolment, Mentorship


def learner_grants(user: User) -> Iterable[Grant]:
    """A learner over their own enrolments; a mentor over the learners they mentor today."""
    day = today()
    held = [
        Grant(RoleKey.LEARNER, Scope(enrolment=pk))
        for pk in Enrolment.objects.filter(learner=user).order_by("pk").values_list("pk", flat=True)
    ]
    current = Mentorship.objects.filter(Q(until__isnull=True) | Q(until__gte=day), mentor=user, since__lte=day)
    held += [
        Grant(RoleKey.MENTOR, Scope(enrolment=pk))
        for pk in current.order_by("enrolment").values_list("enrolment", flat=True).distinct()
    ]
    return held
