"""How a row of the URL table is written: which persona gets which status, in a short form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.architecture.site import NOBODY, PERSONAS, Samples

Kwargs = dict[str, Any]
Sampler = Callable[[Samples], Kwargs]
LOGIN = "login"
ANSWERED = frozenset({"200", "204", "302", "400", "409"})  # the view was reached
GROUPS = {
    "everybody": PERSONAS,
    "hub": ("coordinator", "hub_lead"),
    "any_hub": ("coordinator", "hub_lead", "other_coordinator"),
    "national": ("national_lead", "national_analyst"),
    "mentors": ("mentor", "other_mentor"),
    "learners": ("learner", "other_learner"),
}


@dataclass(frozen=True)
class Row:
    """One address: its sample in a hub, one that does not exist, and what GET and POST answer to each persona."""

    get: dict[str, str]
    post: dict[str, str]
    sample: Sampler
    missing: Kwargs

    @property
    def is_public(self) -> bool:
        """Whether a visitor is let in by either method."""
        return bool({self.get["anonymous"], self.post["anonymous"]} & (ANSWERED | {"405"}))

    @property
    def is_a_hubs(self) -> bool:
        """Whether its address names a row that belongs to a hub."""
        return bool(self.missing)


def rule(text: str) -> dict[str, str]:
    """Persona -> status, from the short form."""
    found: dict[str, str] = {}
    rest = ""
    for part in text.split(","):
        status, *names = part.split()
        for name in names:
            if name == "*":
                rest = status
            for persona in GROUPS.get(name, () if name == "*" else (name,)):
                assert persona in PERSONAS, persona
                assert persona not in found, f"{persona} twice in {text!r}"
                found[persona] = status
    for persona in PERSONAS:
        found.setdefault(persona, LOGIN if persona in NOBODY else rest)
    assert all(found.values()), f"{text!r} leaves somebody out"
    return found


def _refused(answers: dict[str, str]) -> dict[str, str]:
    return {persona: "405" if status in ANSWERED else status for persona, status in answers.items()}


def _no_kwargs(samples: Samples) -> Kwargs:
    return {}


def page(get: str, of: Sampler = _no_kwargs, missing: Kwargs | None = None) -> Row:
    """A page that is only read."""
    answers = rule(get)
    return Row(answers, _refused(answers), of, missing or {})


def form(get: str, post: str, of: Sampler = _no_kwargs, missing: Kwargs | None = None) -> Row:
    """A page that is read and sent; `post` is what an empty form gets."""
    return Row(rule(get), rule(post), of, missing or {})


def act(post: str, of: Sampler = _no_kwargs, missing: Kwargs | None = None) -> Row:
    """An address that is only sent to."""
    answers = rule(post)
    return Row(_refused(answers), answers, of, missing or {})
