"""What invented respondents answer: each has a leaning that moves from wave to wave, so that change is paired."""

import random
from typing import Any

from evaluation.enums import QuestionKind, TimePoint
from evaluation.models import Question
from evaluation.rules.answers import OUTSIDE

Q = QuestionKind
# How far things have come at each time point: 0 at the start, 1 at the end.
STAGE = {TimePoint.BASELINE: 0.0, TimePoint.MONTH_5: 0.5, TimePoint.END: 1.0, TimePoint.FOLLOW_UP: 0.9}
# Numbers: what is usual at the start, and at the end.
NUMBERS = {
    "protected_days": (3, 4),
    "worked_hours": (38, 36),
    "admin_hours": (9, 5),
    "gp_hours_saved": (0, 4),
}
COMMENTS = {
    "learner": (
        "More protected time; the reception rota eats my study day.",
        "My mentor is great, but we need a fixed hour in the week.",
        "A shared list of good examples would help.",
        "Being able to log evidence on my phone has helped most.",
    ),
    "gp-mentor": (
        "A quarter of an hour blocked in the diary each week.",
        "Clearer examples of what is enough for each competency.",
        "The letters alone have given me back part of Thursday.",
    ),
    "practice-manager": (
        "Post is dealt with the same day now.",
        "Back-filling the protected day is hard for a small practice.",
        "Recalls run without anybody chasing them.",
    ),
    "patient": (
        "The assistant explained everything and was kind.",
        "I got my form much faster than last time.",
        "Hard to get through on the phone, but good once I was in.",
    ),
}


def answers_of(questions: list[Question], *, person: str, time_point: str) -> dict[str, int | str]:
    """One person's answers by question key, the same for the same person, question and time point."""
    stage = STAGE[TimePoint(time_point)]
    given: dict[str, int | str] = {}
    for question in questions:
        leaning = random.Random(f"{person} {question.key}")  # noqa: S311  invents answers, guards nothing
        today = random.Random(f"{person} {question.key} {time_point}")  # noqa: S311  the same
        answer = _answer(question, leaning, today, stage)
        if answer is not None:
            given[question.key] = answer
    return given


def _answer(question: Question, leaning: random.Random, today: random.Random, stage: float) -> int | str | None:
    if question.kind == Q.TEXT or today.random() < 0.02:
        return None
    if question.not_applicable and today.random() < 0.05:
        return OUTSIDE
    if question.kind == Q.NUMBER:
        start, end = NUMBERS.get(question.key, (3, 4))
        return max(round(start + (end - start) * stage + leaning.gauss(0, 1.2) + today.gauss(0, 0.5)), 0)
    if question.kind == Q.ZERO_TO_TEN:
        return _within(6 + 2 * stage + leaning.gauss(0, 1.5) + today.gauss(0, 0.7), 0, 10)
    better = -0.7 if question.lower_is_better else 0.9
    middle = {Q.RATING: 4.1, Q.FREQUENCY: 3.2}.get(Q(question.kind), 3.1)
    return _within(middle + better * stage + leaning.gauss(0, 0.8) + today.gauss(0, 0.4), 1, 5)


def _within(value: float, low: int, high: int) -> int:
    return min(max(round(value), low), high)


def comment_of(instrument: str, rng: random.Random) -> str:
    """A comment, or nothing: one respondent in eight writes something."""
    options: tuple[str, ...] = COMMENTS.get(instrument, ())
    return rng.choice(options) if options and rng.random() < 0.12 else ""


def text_question(questions: list[Question]) -> Any:
    """The instrument's free-text question, or None."""
    return next((question for question in questions if question.kind == Q.TEXT), None)
