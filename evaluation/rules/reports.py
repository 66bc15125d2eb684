"""Pure decisions on reports: which move is lawful, what a submission needs, which colour the figures suggest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.enums import Rag, ReportState

S = ReportState


@dataclass(frozen=True)
class Transition:
    """A lawful move of a report: who makes it and whether a reason is required."""

    source: ReportState
    target: ReportState
    who: str
    reason_required: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition(S.EXPECTED, S.DRAFT, "the system, when the figures are frozen"),
    Transition(S.DRAFT, S.SUBMITTED, "coordinator or hub lead"),
    Transition(S.DRAFT, S.ACCEPTED, "national lead, the national report only"),
    Transition(S.SUBMITTED, S.RETURNED, "national lead", reason_required=True),
    Transition(S.RETURNED, S.SUBMITTED, "coordinator or hub lead"),
    Transition(S.SUBMITTED, S.ACCEPTED, "national lead, never the submitter"),
    Transition(S.ACCEPTED, S.ISSUED, "the system, when the files are drawn"),
    Transition(S.ISSUED, S.SUPERSEDED, "the system, when a later version is issued"),
)
WRITABLE = (S.DRAFT, S.RETURNED)

SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("summary", "Summary", "What the national team should know first."),
    ("progress", "Learner progress", "Why the figures are what they are, and what you do about it."),
    ("evaluation", "Evaluation", "What respondents told you, and what you changed."),
    ("risks", "Risks and decisions wanted", "What may go wrong, and what you need from the national team."),
)
REQUIRED_SECTIONS = ("summary",)
RAG_PARTS: tuple[tuple[str, str], ...] = (
    ("recruitment", "Recruitment"),
    ("progress", "Learner progress"),
    ("mentoring", "Mentoring"),
    ("evaluation", "Evaluation"),
)


def may_move(source: str, target: ReportState, *, national: bool = False) -> bool:
    """Whether the table holds that move for a hub's report, or for the national one, which nobody submits."""
    if source == S.DRAFT and target in {S.ACCEPTED, S.SUBMITTED} and national != (target == S.ACCEPTED):
        return False
    return any(move.source == source and move.target == target for move in TRANSITIONS)


def suggested_rag(share: float | None, *, green: int, amber: int) -> Rag | None:
    """Green from `green` per cent of plan, amber from `amber`, else red (docs/states.md); None without a figure."""
    if share is None:
        return None
    if share >= green:
        return Rag.GREEN
    return Rag.AMBER if share >= amber else Rag.RED


def plan_shares(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, float | None]:
    """How much of plan each part reaches, in per cent, from the frozen figures of a report.

    Recruitment: places filled of places. Progress: active learners on pace. Mentoring: open requests that have not
    waited too long. Evaluation: invited people who answered.
    """

    def share(key: str, *, inverse: bool = False) -> float | None:
        figure = figures.get(key)
        if figure is None or not figure.get("denominator") or figure.get("numerator") is None:
            return None
        part = 100 * figure["numerator"] / figure["denominator"]
        return 100 - part if inverse else part

    return {
        "recruitment": share("places_filled"),
        "progress": share("on_pace_share"),
        "mentoring": share("requests_over_14_days", inverse=True),
        "evaluation": share("evaluation_response"),
    }


def problems(narrative: Mapping[str, str], rag: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What keeps a report from being submitted: field -> message. Empty when nothing does.

    A summary is required; each part needs a colour set by a person, and a reason where it is not green.
    """
    found: dict[str, str] = {}
    titles = {key: title for key, title, _ in SECTIONS}
    for key in REQUIRED_SECTIONS:
        if not narrative.get(key, "").strip():
            found[key] = f"Write the {titles[key].lower()}: nothing empty can be submitted."
    for part, label in RAG_PARTS:
        chosen = rag.get(part, {})
        if chosen.get("value") not in Rag.values:
            found[f"rag_{part}"] = f"Select how {label.lower()} is going."
        elif chosen["value"] != Rag.GREEN and not chosen.get("reason", "").strip():
            found[f"reason_{part}"] = f"Say why {label.lower()} is {chosen['value']} and what the path to green is."
    return found
