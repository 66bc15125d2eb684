"""Invented people: given names and surnames of the many backgrounds one meets in English general practice."""

import random
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
GIVEN = (DATA / "given_names.txt").read_text(encoding="utf-8").split()
SURNAMES = (DATA / "surnames.txt").read_text(encoding="utf-8").split()


def invent(rng: random.Random) -> str:
    """A given name and a surname."""
    return f"{rng.choice(GIVEN)} {rng.choice(SURNAMES)}"
