"""Many clients enrol at once into a cohort with one place left: one gets it, the others are told it is full.

Three runs on the same database: guarded as shipped; without the row lock, so that the constraint alone decides; and
the twin, without the lock and the constraint, which must over-fill a cohort or the proof proves nothing.
"""

import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.workers import scratch

PLACES = 3
TWIN_ROUNDS = 10  # at most: it stops at the first cohort that is over-filled


def main(size):
    """Rounds of clients against one place; the figures of the note."""
    with scratch(database="postgres") as place:
        place.django()
        return prove(size["clients"], size["rounds"])


def prove(clients, rounds):
    """The three runs, each of them judged by counting what the database holds."""
    from learners.models import Enrolment

    with crowd(clients) as ask:
        guarded, seconds = [], []
        for _ in range(rounds):
            began = time.monotonic()
            guarded.append(one_round(ask, clients))
            seconds.append(time.monotonic() - began)
        with without_lock():
            constrained = [one_round(ask, clients) for _ in range(max(rounds // 5, 1))]
            drop(Enrolment, "learners_enrolment_one_a_place")
            over, needed = over_filled(ask, clients)

    for held, answers in (*guarded, *constrained):
        assert held == PLACES, f"{held} enrolments hold {PLACES} places"
        assert answers["enrolled"] == 1, answers
        assert answers["enrolled"] + answers["cohort_full"] + answers["place_taken"] == clients, answers
    told = sum((answers for _held, answers in guarded), Counter())
    assert over, "Without lock and constraint no cohort was over-filled: the proof proves nothing."
    return {
        "clients": clients,
        "rounds": rounds,
        "enrolled": told["enrolled"],
        "told that the cohort is full": told["cohort_full"],
        "over-full cohorts": 0,
        "over-full cohorts with the constraint alone": f"0 of {len(constrained)}",
        "learners too many with neither (the twin)": f"{over}, at round {needed}",
        "median seconds a round": round(statistics.median(seconds), 2),
    }


def over_filled(ask, clients):
    """By how many learners the first over-filled cohort is too full, and which round that was; 0 where none was."""
    for number in range(TWIN_ROUNDS):
        held, _answers = one_round(ask, clients)
        if held > PLACES:
            return held - PLACES, number + 1
    return 0, TWIN_ROUNDS


def one_round(ask, clients):
    """A new cohort with one place left, and all clients at once; how many hold a place then, and what each was told."""
    from learners.models import Enrolment
    from tests.factories import make_cohort, make_enrolment, make_framework, make_practice

    cohort = make_cohort(places=PLACES)
    make_framework(programme=cohort.programme, competencies=5)
    for _ in range(PLACES - 1):
        make_enrolment(cohort=cohort)
    practice = make_practice(region=cohort.hub.region)
    answers = Counter(ask(lambda number: attempt(cohort, practice, number), clients))
    return Enrolment.objects.filter(cohort=cohort).holding_places().count(), answers


def attempt(cohort, practice, number):
    """One client's form; "enrolled" or the code of the refusal."""
    from gpa_programme.core.errors import ConflictError
    from learners.actions.enrolment import enrol

    try:
        enrol(
            cohort=cohort,
            learner_name=f"Learner {number}",
            learner_email=f"learner{number}.{cohort.pk}@race.example",
            practice=practice,
            mentor_name=f"Mentor {number}",
            mentor_email=f"mentor{number}.{cohort.pk}@race.example",
            starts=cohort.starts,
            kinds=[],
            by=None,
        )
    except ConflictError as error:
        return error.code
    return "enrolled"


@contextmanager
def crowd(clients):
    """So many threads, each with a database connection of its own, that start each round together."""
    from django.db import connection

    gate = threading.Barrier(clients)

    def together(task, number):
        gate.wait(timeout=60)
        return task(number)

    with ThreadPoolExecutor(clients) as pool:

        def ask(task, count):
            return list(pool.map(lambda number: together(task, number), range(count)))

        try:
            yield ask
        finally:
            ask(lambda _number: connection.close(), clients)


@contextmanager
def without_lock():
    """Querysets that no longer lock the rows they read."""
    from django.db.models import QuerySet

    kept = QuerySet.select_for_update
    QuerySet.select_for_update = lambda self, *_args, **_options: self.all()
    try:
        yield
    finally:
        QuerySet.select_for_update = kept


def drop(model, name):
    """Takes a constraint of a model out of the database."""
    from django.db import connection

    constraint = next(row for row in model._meta.constraints if row.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
