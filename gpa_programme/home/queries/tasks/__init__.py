"""What needs a person today, from all their roles, ordered by what hurts most."""

from typing import Any

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission, RoleKey
from gpa_programme.home.queries.tasks import hub, learner, mentor, national
from gpa_programme.home.queries.tasks.task import Task

__all__ = ["Task", "tasks_of"]


def tasks_of(user: Any) -> list[Task]:
    """Every task of a person, the most painful first; a fixed number of queries whatever the number of learners."""
    roles = access.role_keys(user)
    found: list[Task] = []
    if RoleKey.MENTOR in roles:
        found += mentor.tasks(user)
    if RoleKey.LEARNER in roles:
        found += learner.tasks(user)
    if {RoleKey.MENTOR, RoleKey.LEARNER} & set(roles):
        found += learner.scopes(user)
    for permission, tasks in BY_PERMISSION:
        if access.can(user, permission):
            found += tasks(user)
    return sorted(found, key=lambda task: (-task.weight, task.label))


BY_PERMISSION = (
    (Permission.WRITE_REPORT, hub.reports),
    (Permission.MOVE_ENROLMENT, hub.transfers),
    (Permission.MANAGE_MENTORS, hub.mentors_to_chase),
    (Permission.CHECK_PORTFOLIO, hub.checks),
    (Permission.DECIDE_FLAG, hub.flags),
    (Permission.ISSUE_CERTIFICATE, hub.certificates),
    (Permission.ACCEPT_REPORT, national.reports),
    (Permission.RUN_EVALUATION, national.releases),
    (Permission.DRAW_SAMPLE, national.samples),
    (Permission.VERIFY, national.readings),
    (Permission.RUN_OPERATIONS, national.parked),
)
