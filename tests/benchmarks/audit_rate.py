"""What an audit row costs: sign-offs a second by 32 writers at once, with and without it, on PostgreSQL.

`python3 -m tests.benchmarks.audit_rate [requests a writer]`
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from tests.workers import scratch

WRITERS = 32
ROUNDS = 3


def main(requests_each: int) -> None:
    """Prints the rate of each round and the medians; the rounds alternate, so drift of the machine hits both."""
    with scratch(database="postgres") as place:
        place.django()
        from gpa_programme.audit.models import AuditEvent
        from learners.actions import signoff

        rates: dict[str, list[float]] = {"with audit": [], "without audit": []}
        written = signoff.audit.record
        for _ in range(ROUNDS):
            for kind, found in rates.items():
                signoff.audit.record = written if kind == "with audit" else _nothing
                jobs = [requests(requests_each) for _ in range(WRITERS)]
                before = AuditEvent.objects.count()
                found.append(rate(jobs))
                rows = AuditEvent.objects.count() - before
                print(f"{kind}: {found[-1]:.0f} sign-offs a second, {rows} audit rows of {WRITERS * requests_each}")
        with_audit, without = (statistics.median(found) for found in rates.values())
        print(f"Median of {ROUNDS}: with audit {with_audit:.0f} a second, without {without:.0f} a second,")
        print(f"so an audit row takes {100 * (1 - with_audit / without):.0f}% of the rate ({WRITERS} writers).")


def _nothing(*args: Any, **kwargs: Any) -> None:
    """The audit trail left out."""


def requests(count: int) -> list[tuple[Any, str, Any]]:
    """Open requests of one learner with the hash their mentor has seen."""
    from learners.rules.signoff import seen_sha256
    from tests.factories import make_cohort, make_enrolment, make_framework, make_request
    from tests.factories.learners import make_mentorship

    cohort = make_cohort(places=1)
    framework = make_framework(programme=cohort.programme, competencies=count)
    enrolment = make_enrolment(cohort=cohort, framework=framework)
    mentorship = enrolment.mentorships.first() or make_mentorship(enrolment=enrolment)
    found = []
    for competency in framework.competencies.all():
        request = make_request(enrolment=enrolment, competency=competency)
        hashes = request.versions.values_list("sha256", flat=True)
        found.append((request, seen_sha256(hashes), mentorship.mentor))
    return found


def rate(jobs: list[list[tuple[Any, str, Any]]]) -> float:
    """Sign-offs a second when every writer does its own requests at once."""
    gate = threading.Barrier(len(jobs) + 1)
    threads = [threading.Thread(target=_work, args=(gate, job)) for job in jobs]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return sum(map(len, jobs)) / (time.perf_counter() - began)


def _work(gate: threading.Barrier, job: list[tuple[Any, str, Any]]) -> None:
    from django.db import connection

    from learners.actions import signoff

    sign_off: Callable[..., Any] = signoff.sign_off
    connection.ensure_connection()
    gate.wait()
    for request, seen, mentor in job:
        sign_off(request=request, versions_seen_sha256=seen, by=mentor)
    connection.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
