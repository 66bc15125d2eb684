"""Every measure by its key, in the order of a learner's way through the programme."""

from evaluation.measures.definitions import DEFINED
from evaluation.measures.measure import Measure

MEASURES: dict[str, Measure] = {measure.key: measure for measure in DEFINED}


def measure(key: str) -> Measure:
    """The measure of that key; KeyError where there is none."""
    return MEASURES[key]
