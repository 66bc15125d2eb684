"""Which portfolios and competencies a seed draws, who may read them, and what an outcome needs.

The draw can be repeated by anybody with a calculator of hashes:

1. The key of a portfolio is the SHA-256 of "seed/reference", that of a competency of "seed/reference/code", as text in
   UTF-8 and written in hexadecimal.
2. Within each hub, portfolios are put in the order of their keys; the first ones are drawn: the percentage of the hub's
   portfolios, rounded up, so at least one of every hub that has any.
3. Within each drawn portfolio, the competencies of each domain are put in the order of their keys. First come the first
   of every domain, then the second of every domain, and so on, each time in the order of keys; so many are drawn.
"""

import hashlib
import json
import re
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gpa_programme.core.errors import ConflictError, DomainError, StateError
from learners.enums import Verdict, VerificationOutcome

WINDOW = timedelta(days=28)
PERCENT, EACH = 10, 5
SEED = re.compile(r"[A-Za-z0-9-]{1,32}")
HOW = (
    (
        "The key of a portfolio is the SHA-256 of “seed/reference”; the key of a competency is the SHA-256 of "
        "“seed/reference/code”."
    ),
    (
        "In each hub, portfolios are put in the order of their keys. The first ones are drawn: the percentage, rounded "
        "up, so at least one of every hub."
    ),
    (
        "In each drawn portfolio, the competencies of each domain are put in the order of their keys. The first of "
        "every domain come first, then the second of every domain, and so on, each time in the order of keys."
    ),
)


@dataclass(frozen=True)
class Candidate:
    """A portfolio that waits for verification: its reference, its hub, and the domain of each competency by code."""

    ref: str
    hub: str
    competencies: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """As a sample keeps it."""
        return {"ref": self.ref, "hub": self.hub, "competencies": dict(self.competencies)}


def candidates(population: Iterable[Mapping[str, Any]]) -> list[Candidate]:
    """The candidates that a sample kept."""
    return [Candidate(row["ref"], row["hub"], row["competencies"]) for row in population]


def population_sha256(population: Iterable[Candidate]) -> str:
    """What somebody who confirms a draw has before them: a hash over the population, in any order."""
    rows = sorted((one.as_json() for one in population), key=lambda row: row["ref"])
    return hashlib.sha256(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def key_of(*parts: str) -> str:
    """SHA-256, in hexadecimal, of the parts with a stroke between them."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def new_seed() -> str:
    """A seed that nobody can foresee."""
    return secrets.token_hex(8)


def count_of(portfolios: int, percent: int) -> int:
    """How many of a hub's portfolios are drawn: the percentage, rounded up."""
    return -(-portfolios * percent // 100)


def draw(population: Iterable[Candidate], seed: str, percent: int, competencies_each: int) -> dict[str, list[str]]:
    """Reference of a drawn portfolio -> codes of its drawn competencies, both in order; see the top of this module.

    The same population, in whatever order, with the same seed and sizes gives the same draw.
    """
    by_hub: dict[str, list[Candidate]] = defaultdict(list)
    for one in population:
        by_hub[one.hub].append(one)
    drawn = {}
    for found in by_hub.values():
        ranked = sorted(found, key=lambda one: key_of(seed, one.ref))
        for one in ranked[: count_of(len(found), percent)]:
            drawn[one.ref] = _competencies(one, seed, competencies_each)
    return dict(sorted(drawn.items()))


def _competencies(of: Candidate, seed: str, count: int) -> list[str]:
    by_domain: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, domain in of.competencies.items():
        by_domain[domain].append((key_of(seed, of.ref, code), code))
    ranked = [
        (place, key, code) for found in by_domain.values() for place, (key, code) in enumerate(sorted(found), start=1)
    ]
    return sorted(code for _place, _key, code in sorted(ranked)[:count])


def check_sizes(*, seed: str, percent: int, competencies_each: int) -> None:
    """Raise DomainError where nothing could be drawn by these, or the seed could not be typed again."""
    if not SEED.fullmatch(seed):
        raise DomainError("Enter a seed of 1 to 32 letters, figures or hyphens", field="seed", code="seed")
    if not 1 <= percent <= 100:
        raise DomainError("Enter a percentage from 1 to 100", field="percent", code="percent")
    if not 1 <= competencies_each <= 100:
        raise DomainError(
            "Enter how many competencies, from 1 to 100", field="competencies_each", code="competencies_each"
        )


def check_population(population: Collection[Candidate], seen_sha256: str) -> None:
    """Raise where no portfolio waits, or others than those that were on the page."""
    if not population:
        raise StateError("No portfolio waits for verification. Nothing was drawn.", code="nobody_waits")
    if population_sha256(population) != seen_sha256:
        raise ConflictError(
            "The portfolios that wait have changed since you opened this. Look at them, then draw. Nothing was drawn.",
            code="population_changed",
        )


# ------------------------------------------------------------------------------------------------------------ verifiers


@dataclass(frozen=True)
class Ties:
    """What ties a verifier to a learner."""

    is_verifier: bool
    is_learner: bool = False
    mentors: bool = False
    hub_staff: bool = False
    practice_staff: bool = False


def check_independent(ties: Ties) -> None:
    """Raise DomainError unless somebody may verify this learner's portfolio: a verifier whom nothing ties to them."""
    reasons = (
        (not ties.is_verifier, "This person is not a verifier today"),
        (ties.is_learner, "Nobody verifies their own portfolio"),
        (ties.mentors, "A mentor of the learner cannot verify the portfolio"),
        (ties.hub_staff, "This person works for the learner's hub and cannot verify the portfolio"),
        (ties.practice_staff, "This person works for the learner's practice and cannot verify the portfolio"),
    )
    told = next((words for tied, words in reasons if tied), None)
    if told:
        raise DomainError(told, field="verifier", code="not_independent")


def check_window(*, since: date, until: date, today: date) -> None:
    """Raise DomainError where the days given for reading are over or the wrong way round."""
    if until < since:
        raise DomainError("The last day must be on or after the first", field="until", code="window")
    if until < today:
        raise DomainError("The last day must be today or later", field="until", code="past")


def check_open(*, outcome: str, drawn: bool) -> None:
    """Raise StateError where a portfolio of a sample is not, or no longer, to be read."""
    if outcome:
        told = VerificationOutcome(outcome).label.lower()
        raise StateError(f"This verification is closed: {told}. Nothing was saved.", code="closed")
    if not drawn:
        raise StateError("This portfolio was not drawn: it passes with the sample.", code="not_drawn")


def check_reader(*, verifier_id: int | None, by_id: int, since: date, until: date, today: date) -> None:
    """Raise DomainError unless the portfolio is this person's to read today."""
    if verifier_id != by_id:
        raise DomainError("This portfolio is not yours to verify.", code="not_yours")
    if not since <= today <= until:
        raise DomainError(
            f"This portfolio was yours to read from {since:%-d %B %Y} to {until:%-d %B %Y}. Ask the national team for "
            "more time. Nothing was saved.",
            code="outside_window",
        )


def check_verdict(verdict: str, reason: str) -> None:
    """Raise DomainError where a blind reading says nothing, or does not say why it would be returned."""
    if verdict not in Verdict.values:
        raise DomainError("Select what you would have decided", field="verdict", code="verdict")
    if verdict == Verdict.WOULD_RETURN and not reason.strip():
        raise DomainError("Enter why you would return it", field="reason", code="reason")


def check_outcome(outcome: str, reason: str, *, unread: Sequence[str], verdicts: Collection[str]) -> None:
    """Raise where an outcome comes before every drawn competency is read, or lacks the reason that it owes."""
    if outcome not in {VerificationOutcome.VERIFIED, VerificationOutcome.REFERRED}:
        raise DomainError("Select an outcome", field="outcome", code="outcome")
    if unread:
        raise StateError(f"Read first: {', '.join(unread)}. Nothing was saved.", code="unread")
    if reason.strip():
        return
    if outcome == VerificationOutcome.REFERRED:
        raise DomainError("Enter what the learner has to do", field="reason", code="reason")
    if Verdict.WOULD_RETURN in verdicts:
        raise DomainError(
            "Enter why you verify it although you would have returned a competency", field="reason", code="reason"
        )


# --------------------------------------------------------------------------------------------------- the rest of a hub


def rest_passes(outcomes: Collection[str]) -> bool:
    """Whether the portfolios of a hub that were not drawn pass by themselves, from the outcomes of its drawn ones.

    Those that left the sample say nothing; the others are all verified, and there is one.
    """
    said = [outcome for outcome in outcomes if outcome != VerificationOutcome.LEFT]
    return bool(said) and all(outcome == VerificationOutcome.VERIFIED for outcome in said)


def rest_needs_decision(outcomes: Collection[str]) -> bool:
    """Whether a person says what becomes of the rest: all drawn ones are decided, and do not all speak for it."""
    return all(outcomes) and not rest_passes(outcomes)


def check_rest(outcomes: Collection[str], waiting: int, reason: str) -> None:
    """Raise where there is nothing to decide about the rest of a hub, or no reason is given."""
    if not waiting:
        raise StateError("No portfolio of this hub waits in this sample. Nothing was changed.", code="no_rest")
    if not rest_needs_decision(outcomes):
        raise StateError("The drawn portfolios of this hub are not all decided yet. Nothing was changed.", code="early")
    if not reason.strip():
        raise DomainError("Enter a reason", field="reason", code="reason")
