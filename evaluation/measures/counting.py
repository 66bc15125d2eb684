"""Counts of a programme's cohorts and hubs, in batches so that memory stays small, and their sums."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import islice

from evaluation.measures.counters import BY_COHORT, BY_HUB
from evaluation.measures.facts import Facts
from evaluation.measures.figures import Count
from gpa_programme.core.periods import Month
from hubs.models import Programme

BATCH = 20


def count_cohorts(
    keys: Collection[str], programme: Programme, cohorts: Collection[int], month: Month, cut_off: datetime
) -> Iterator[tuple[int, dict[str, Count]]]:
    """Each cohort with its counts by measure, for the measures that are counted by cohort; queries a batch of 20."""
    wanted = [key for key in keys if key in BY_COHORT]
    for batch in _batches(cohorts if wanted else ()):
        facts = Facts(programme, batch, month, cut_off)
        found = {key: BY_COHORT[key](facts) for key in wanted}
        for cohort in batch:
            yield cohort, {key: counts[cohort] for key, counts in found.items()}


def count_hubs(
    keys: Collection[str], programme: Programme, hubs: Collection[int], month: Month, cut_off: datetime
) -> dict[int, dict[str, Count]]:
    """Each hub's counts by measure, for the measures that are counted by hub."""
    found: dict[int, dict[str, Count]] = defaultdict(dict)
    for key in keys:
        if key in BY_HUB:
            for hub, count in BY_HUB[key](programme, hubs, month, cut_off).items():
                found[hub][key] = count
    return found


def total(counts: Collection[Count]) -> Count:
    """The count of the whole: the sum of its parts."""
    return sum(counts, start=Count())


def by_hub(counts: Mapping[int, Count], hub_of: Mapping[int, int]) -> dict[int, list[Count]]:
    """Counts of cohorts under their hubs."""
    found: dict[int, list[Count]] = defaultdict(list)
    for cohort, count in counts.items():
        found[hub_of[cohort]].append(count)
    return found


def _batches(cohorts: Collection[int]) -> Iterator[list[int]]:
    waiting = iter(cohorts)
    while batch := list(islice(waiting, BATCH)):
        yield batch
