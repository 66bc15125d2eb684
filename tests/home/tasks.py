"""What tests of the home page's tasks share: what a person meets, what it costs, and learners at the end."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from gpa_programme.accounts.models import User
from gpa_programme.home.queries.tasks import tasks_of
from learners.actions import finish
from learners.queries.finish import position_of
from learners.rules.finish import CHECKS
from tests.factories import (
    make_enrolment,
)
from tests.learners.finishing import sign_everything
from tests.world import HubWorld


def found(person):
    """What a person who comes anew meets: the address of each task by its label."""
    return {task.label: task.href for task in tasks_of(User.objects.get(pk=person.pk))}


def numbers(person) -> list[int]:
    """The first number in each label that has one."""
    return [int(digits[0]) for label in found(person) if (digits := re.findall(r"\d+", label))]


def asked(person) -> int:
    """How many queries it costs."""
    fresh = User.objects.get(pk=person.pk)
    with CaptureQueriesContext(connection) as queries:
        tasks_of(fresh)
    return len(queries)


def learners_of(hub: HubWorld, rows: int):
    """So many active learners of the hub and of its mentor."""
    third = make_enrolment(cohort=hub.cohort, practice=hub.practice, mentor=hub.mentor)
    return [hub.enrolment, hub.other_enrolment, third][:rows]


def declared(enrolment, hub, *, stated=False, checked=False):
    """Everything signed off and declared, by as many of the three as are wanted."""
    sign_everything(enrolment)
    facts = {"enrolment": enrolment, "seen_sha256": position_of(enrolment).seen_sha256}
    finish.declare(**facts, by=enrolment.learner)
    if stated:
        finish.state_as_mentor(**facts, by=hub.mentor)
    if checked:
        finish.check_as_hub(**facts, checks=list(CHECKS), by=hub.coordinator)
