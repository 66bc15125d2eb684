"""What a release freezes: tables by question for England and each hub, and paired change, all through disclosure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.rules.answers import SCALES, label_of, labels
from gpa_programme.core.disclosure import (
    TOO_FEW_OR_PARTNER,
    PublishedCount,
    Suppressed,
    england_change,
    round_to_5,
    survey_distribution,
    survey_shares,
    to_json,
)
from gpa_programme.core.statistics import paired_change

RULE_VERSION = "survey-1"
FLOOR = 10

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question as a release sees it. `positive` holds the stored answers that are counted."""

    key: str
    text: str
    kind: str
    aim: str
    primary: bool
    positive: tuple[int, ...]
    lower_is_better: bool


@dataclass(frozen=True)
class Given:
    """One set of answers: the hub's slug, the answers by question key, the pseudonym in linked waves."""

    hub: str
    answers: Answers
    pseudonym: str = ""


def table(question: Asked, given: Sequence[Given], hubs: Sequence[str]) -> dict[str, Any]:
    """One question for England and each hub, as JSON: England's distribution, the hubs' shares where it has any.

    Where England is held back every hub is, so that no part tells the whole.
    """
    counts = dict.fromkeys(labels(question.kind), 0)
    parts = dict.fromkeys(hubs, (0, 0))
    for one in given:
        label = label_of(question.kind, one.answers.get(question.key))
        if label is None:
            continue
        counts[label] += 1
        positive, n = parts[one.hub]
        parts[one.hub] = (positive + (one.answers[question.key] in question.positive), n + 1)
    counted = [label for step, label in enumerate(counts, start=1) if step in question.positive]
    england = survey_distribution(counts, counted if question.kind in SCALES else ())
    row = {
        "key": question.key,
        "text": question.text,
        "kind": question.kind,
        "aim": question.aim,
        "primary": question.primary,
        "counted": counted,
        "lower_is_better": question.lower_is_better,
        "labels": list(counts),
        "england": to_json(england),
    }
    if not question.positive:
        return {**row, "hubs": {}}
    if isinstance(england, Suppressed):
        return {**row, "hubs": {hub: to_json(TOO_FEW_OR_PARTNER) for hub in hubs}}
    return {**row, "hubs": {hub: to_json(cell) for hub, cell in survey_shares(parts).items()}}


def paired(questions: Sequence[Asked], before: Sequence[Given], after: Sequence[Given]) -> dict[str, Any] | None:
    """Change of the same people between two linked waves, for England only; None under 10 pairs.

    Beside it stand the attrition figures: how many answered each time, and the baseline of those who stayed and of
    those who did not answer again.
    """
    later = {one.pseudonym: one.answers for one in after if one.pseudonym}
    pairs = [(one.answers, later[one.pseudonym]) for one in before if one.pseudonym in later]
    if len(pairs) < FLOOR:
        return None
    scaled = [question for question in questions if question.kind in SCALES]
    return {
        "before": to_json(PublishedCount(round_to_5(len(before)), rounded=True)),
        "after": to_json(PublishedCount(round_to_5(len(after)), rounded=True)),
        "pairs": to_json(PublishedCount(round_to_5(len(pairs)), rounded=True)),
        "questions": [_change(question, pairs, before, later) for question in scaled],
    }


def _change(
    question: Asked, pairs: Sequence[tuple[Answers, Answers]], before: Sequence[Given], later: Mapping[str, Answers]
) -> dict[str, Any]:
    answered = [
        (float(first[question.key]), float(second[question.key]))
        for first, second in pairs
        if label_of(question.kind, first.get(question.key)) and label_of(question.kind, second.get(question.key))
    ]
    groups = {"stayed": (0, 0), "left": (0, 0)}
    for one in before:
        answer = one.answers.get(question.key)
        if label_of(question.kind, answer) is None:
            continue
        group = "stayed" if one.pseudonym in later else "left"
        positive, n = groups[group]
        groups[group] = (positive + (answer in question.positive), n + 1)
    return {
        "key": question.key,
        "change": to_json(england_change(paired_change(answered, not question.lower_is_better))),
        **{group: to_json(cell) for group, cell in survey_shares(groups).items()},
    }


def sha256(tables: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of frozen tables."""
    canonical = json.dumps(tables, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
