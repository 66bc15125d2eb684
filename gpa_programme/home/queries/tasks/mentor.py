"""What waits for a mentor: observations to confirm today, requests to decide, statements at the end of portfolios."""

from typing import Any

from django.db.models import Count, Min
from django.urls import reverse

from gpa_programme.core.periods import now
from gpa_programme.home.queries.tasks.task import Task, first_of, many
from learners.queries.due import to_state
from learners.queries.observations import requests_to_confirm
from learners.queries.waiting import waiting_for


def tasks(user: Any) -> list[Task]:
    """Everything that waits for a mentor, in a fixed number of queries."""
    return [*_observations(user), *_requests(user), *_statements(user)]


def _observations(user: Any) -> list[Task]:
    rows = list(requests_to_confirm(user))
    if not rows:
        return []
    return [
        Task(
            f"Confirm what you watched: {many(len(rows), 'request')}",
            rows[0].get_absolute_url(),
            f"{rows[0].enrolment.learner} typed it in. After midnight your word can no longer be added.",
            due="Today",
            weight=190,
        )
    ]


def _requests(user: Any) -> list[Task]:
    counted = waiting_for(user).order_by().aggregate(count=Count("pk"), oldest=Min("requested_at"))
    if not counted["count"]:
        return []
    days = (now() - counted["oldest"]).days
    return [
        Task(
            f"Decide {many(counted['count'], 'request')} waiting for you",
            "/waiting/",
            f"The oldest has waited {many(days, 'day')}.",
            weight=100 + days,
        )
    ]


def _statements(user: Any) -> list[Task]:
    rows = to_state(user)
    if not rows:
        return []
    return [
        Task(
            f"Make your statement on {many(len(rows), 'finished portfolio')}",
            reverse("finish-statement", kwargs={"ref": rows[0].ref}),
            first_of(len(rows), rows[0].learner),
            weight=96,
        )
    ]
