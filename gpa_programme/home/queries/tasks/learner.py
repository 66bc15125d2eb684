"""What a learner's own portfolio asks of them, and proposed scopes, which learner and mentor both answer."""

from typing import Any

from django.urls import reverse

from gpa_programme.home.queries.tasks.task import Task, first_of, many
from learners.models import Enrolment, EvidenceVersion
from learners.queries.certificates import new_certificates
from learners.queries.due import Own, own_of
from learners.queries.scope import proposals_to_answer


def tasks(user: Any) -> list[Task]:
    """What came back, what is held or half written, what can be declared, a new certificate; a fixed query count."""
    own = own_of(user)
    found = [Task("Add evidence", "/evidence/new/", "One thing a page; it saves as you write.", weight=10)]
    certificates = [
        Task("Open your certificate", row.get_absolute_url(), "Anybody can check it with its code.", weight=70)
        for row in new_certificates(user)
    ]
    return [*(found if own.writing else []), *_back(own), *_drafts(own), *_declare(own), *certificates]


def _back(own: Own) -> list[Task]:
    if not own.back:
        return []
    first, count, unread = own.back[0], len(own.back), sum(one.unread for one in own.back)
    words = many(count, "competency", "competencies")
    read = f" You have not said that you read {'it' if count == unread == 1 else unread}." if unread else ""
    href = reverse("portfolio-competency", kwargs={"code": first.competency.code})
    return [
        Task(
            f"Answer what came back: {words}",
            f"{href}?enrolment={first.enrolment.ref}",
            f"{first_of(count, first.competency).rstrip('.')}.{read}",
            weight=95,
        )
    ]


def _drafts(own: Own) -> list[Task]:
    found = [
        _draft(own.held, "Check for patient details: {}", "It was held back: only you can see it.", 98),
        _draft(own.answered, "Read a colleague's statement and submit: {}", "The statement has come in.", 92),
        _draft(own.drafts, "Finish {}", "Only you can see a draft.", 30, noun="draft"),
    ]
    return [task for task in found if task]


def _draft(rows: list[EvidenceVersion], label: str, hint: str, weight: int, *, noun: str = "piece") -> Task | None:
    """One line for all drafts of a kind; it opens the only one, or the last saved."""
    if not rows:
        return None
    words = many(len(rows), noun) if noun == "draft" else many(len(rows), "piece of evidence", "pieces of evidence")
    name = first_of(len(rows), f"“{rows[0].title}”") if rows[0].title else ""
    return Task(label.format(words), rows[0].item.get_absolute_url(), f"{name} {hint}".strip(), weight=weight)


def _declare(own: Own) -> list[Task]:
    return [
        Task(
            "Declare your portfolio finished",
            f"{reverse('portfolio-finish')}?enrolment={one.ref}",
            "Everything is signed off.",
            weight=90,
        )
        for one in own.declare
    ]


def scopes(user: Any) -> list[Task]:
    """Scopes that wait for the person's agreement, as learner or as mentor; one query."""
    rows = list(proposals_to_answer(user))
    own = [row for row in rows if row.enrolment.learner_id == user.pk]
    others = [row for row in rows if row.enrolment.learner_id != user.pk]
    found = []
    if own:
        found.append(
            Task(
                "Answer the scope that your mentor proposes",
                _answer(own[0].enrolment, own[0].number),
                "Which competencies apply to you.",
                weight=94,
            )
        )
    if others:
        first = others[0]
        found.append(
            Task(
                f"Answer {many(len(others), 'proposed scope')}",
                _answer(first.enrolment, first.number),
                f"{first_of(len(others), first.enrolment.learner)}",
                weight=94,
            )
        )
    return found


def _answer(enrolment: Enrolment, number: int) -> str:
    return reverse("scope-answer", kwargs={"ref": enrolment.ref, "number": number})
