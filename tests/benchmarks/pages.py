"""What pages cost: milliseconds and queries of the board, the dashboard, a learner's page and a sign-off.

`DEMO=1 DATABASE_URL=… python3 -m tests.benchmarks.pages [requests]` measures the demonstration in that database,
through the whole of Django in one process (middleware, sign-in, templates): once with `manage.py seed_demo`, once with
`seed_demo --scale 100`. `--refresh` also times the figures themselves. Nothing is asserted about time.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

WARM = 3


def main(requests: int, refresh: bool) -> None:
    """Prints how large the programme is, then a line a page, then the cost of a sign-off and of the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpa_programme.settings")
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    from hubs.models import Cohort
    from learners.models import Decision, Enrolment

    size = Cohort.objects.count(), Enrolment.objects.count(), Decision.objects.count()
    print("{} cohorts, {:,} enrolments, {:,} decisions".format(*size))
    if refresh:
        time_figures()
    for name, address, person in pages():
        time_page(name, address, person, requests)
    time_sign_offs(requests)


def pages() -> list[tuple[str, str, Any]]:
    """Name, address and reader of each page."""
    from gpa_programme.accounts.models import NationalRole
    from hubs.models import Cohort, HubMembership
    from learners.models import Enrolment

    cohort = Cohort.objects.filter(programme__state="open").order_by("pk").first()
    assert cohort is not None, "There is no cohort: run manage.py seed_demo first."
    coordinator = HubMembership.objects.filter(hub=cohort.hub, role="coordinator", until=None).order_by("pk")[0].user
    national = NationalRole.objects.filter(role="national_lead", until=None).order_by("pk")[0].user
    enrolment = Enrolment.objects.filter(cohort=cohort, state="active").order_by("pk")[0]
    return [
        ("board, 40 learners", f"{cohort.get_absolute_url()}board/", coordinator),
        ("cohort", cohort.get_absolute_url(), coordinator),
        ("learner, for the hub", enrolment.get_absolute_url(), coordinator),
        ("portfolio, for the learner", "/portfolio/", enrolment.learner),
        ("hub", cohort.hub.get_absolute_url(), coordinator),
        ("dashboard", "/dashboard/", national),
        ("measure", "/measures/learners_stalled/", national),
    ]


def time_page(name: str, address: str, person: Any, requests: int) -> None:
    """One line: p50 and p95 of the requests, queries, bytes. Every answer must be a page of the same length."""
    from django.db import connection
    from django.test import Client

    client = Client()
    client.force_login(person)
    sizes = set()
    for _ in range(WARM):
        client.get(address)
    asked = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        response = client.get(address)
    if response.status_code != 200:
        print(f"{name:<28} {address}: {response.status_code}")
        return

    def once() -> None:
        answer = client.get(address)
        assert answer.status_code == 200
        sizes.add(len(answer.content) // 1000)

    began = time.process_time()
    spent = timed(once, requests)
    busy = (time.process_time() - began) * 1000 / requests
    print(f"{name:<28} {told(spent)}, {busy:.0f} ms of our own CPU, {len(asked)} queries, {max(sizes)} kB")


def time_sign_offs(requests: int) -> None:
    """Decide open requests through the action, with its audit row and notices, and take every one back."""
    from django.db import transaction

    from learners.actions.signoff import sign_off
    from learners.models import Mentorship, SignOffRequest
    from learners.rules.signoff import seen_sha256

    waiting = SignOffRequest.objects.open().filter(enrolment__state="active").order_by("pk")[:requests]
    jobs = []
    for request in waiting:
        mentorship = Mentorship.objects.filter(enrolment=request.enrolment, until=None).select_related("mentor").first()
        if mentorship:
            jobs.append((request, seen_sha256(request.versions.values_list("sha256", flat=True)), mentorship.mentor))
    spent = []
    try:
        with transaction.atomic():
            for request, seen, mentor in jobs:
                began = time.perf_counter()
                sign_off(request=request, versions_seen_sha256=seen, by=mentor)
                spent.append((time.perf_counter() - began) * 1000)
            raise _TakenBackError
    except _TakenBackError:
        print(f"{'sign-off, uncommitted':<28} {told(spent)}")


class _TakenBackError(Exception):
    """Leaves the benchmark's database as it was."""


def time_figures() -> None:
    """Refresh after one change, and count one month of every cohort."""
    from evaluation.actions import snapshots
    from evaluation.queries.periods import months_of
    from hubs.models import Programme

    programme = Programme.objects.filter(state="open").order_by("-starts")[0]
    began = time.perf_counter()
    outcome = snapshots.recompute(programme=programme, months=months_of(programme)[-1:])
    print(f"{'count one month':<28} {time.perf_counter() - began:.1f} s for {outcome.cohorts} cohorts")
    began = time.perf_counter()
    outcome = snapshots.refresh()
    print(f"{'refresh':<28} {time.perf_counter() - began:.2f} s for {outcome.cohorts} cohorts")


def timed(once: Callable[[], None], requests: int) -> list[float]:
    """Milliseconds of each call."""
    spent = []
    for _ in range(requests):
        began = time.perf_counter()
        once()
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def told(spent: list[float]) -> str:
    """p50 and p95 in milliseconds."""
    if len(spent) < 2:
        return "too few to measure"
    p95 = statistics.quantiles(spent, n=20)[-1]
    return f"p50 {statistics.median(spent):6.1f} ms, p95 {p95:6.1f} ms"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("requests", type=int, nargs="?", default=30)
    parser.add_argument("--refresh", action="store_true", help="time counting the figures too")
    options = parser.parse_args()
    sys.exit(main(options.requests, options.refresh))
