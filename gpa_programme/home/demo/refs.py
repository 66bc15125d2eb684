"""Human references that look random, never repeat, and are the same each time the demonstration is made."""

from django.db import models

from learners.models.enrolment import ALPHABET

BASE = len(ALPHABET)
SPAN = BASE**7
STEP, OFFSET = 7_654_321, 1_234_567  # the step shares no factor with the span, so every number gives another reference


class Refs:
    """References of one table, none of which a row holds yet."""

    def __init__(self, model: type[models.Model]) -> None:
        self.taken = set(model._default_manager.order_by().values_list("ref", flat=True))
        self.number = len(self.taken)

    def next(self) -> str:
        """The next free reference, such as K7M-P2Q4."""
        while True:
            self.number += 1
            ref = spelled((self.number * STEP + OFFSET) % SPAN)
            if ref not in self.taken:
                return ref


def spelled(number: int) -> str:
    """A number below SPAN in the letters of references."""
    letters = []
    for _ in range(7):
        number, digit = divmod(number, BASE)
        letters.append(ALPHABET[digit])
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"
