"""What a large portfolio costs: queries and milliseconds of /portfolio/ and the mentor's view, at two sizes.

`python3 -m tests.benchmarks.portfolio [requests]` makes a learner with 58 competencies, 200 items and 600 versions, and
one with a tenth of it, in a test database of its own (PostgreSQL where DATABASE_URL names one), and asks for the pages
through the whole of Django. It fails where the number of queries differs; nothing is asserted about time.
"""

import argparse
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

SIZES = {"small": (6, 20, 60), "full": (58, 200, 600)}
SIGNED, WAITING = 3, 4  # two in three requests were signed off; as many as a quarter of the competencies wait


def main(requests: int) -> int:
    """Prints a line a page and size; 1 where the size of the portfolio changes the number of queries."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpa_programme.settings")
    import django

    django.setup()
    from django.test.utils import get_runner, setup_test_environment, teardown_test_environment

    setup_test_environment()
    from django.conf import settings

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        asked = {name: _measure(name, size, requests) for name, size in SIZES.items()}
    finally:
        runner.teardown_databases(databases)
        teardown_test_environment()
    same = len({tuple(queries) for queries in asked.values()}) == 1
    print("the same queries at both sizes" if same else f"queries grow with the portfolio: {asked}")
    return 0 if same else 1


def _measure(name: str, size: tuple[int, int, int], requests: int) -> list[int]:
    """The queries of each page; prints a line for each."""
    enrolment, mentor = make_portfolio(*size)
    print("{}: {} competencies, {} items, {} versions".format(name, *size))
    pages = (
        ("portfolio, for the learner", "/portfolio/", enrolment.learner),
        ("portfolio, for the mentor", f"/learners/{enrolment.ref}/portfolio/", mentor),
    )
    return [_page(label, address, person, requests) for label, address, person in pages]


def _page(label: str, address: str, person: Any, requests: int) -> int:
    from django.db import connection
    from django.test import Client

    from tests.benchmarks.pages import WARM, timed, told

    client = Client()
    client.force_login(person)
    for _ in range(WARM):
        client.get(address)
    asked = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    spent = timed(lambda: client.get(address), requests)
    print(f"  {label:<28} {told(spent)}, {len(asked)} queries, {len(answer.content) // 1000} kB")
    return len(asked)


def make_portfolio(competencies: int, items: int, versions: int) -> tuple[Any, Any]:
    """A learner whose portfolio holds so much: signed off, sent back and waiting; and their mentor."""
    from gpa_programme.core.periods import now
    from tests.factories import (
        make_decision,
        make_enrolment,
        make_evidence,
        make_framework,
        make_request,
        make_user,
        make_version,
    )

    mentor = make_user()
    framework = make_framework(competencies=competencies)
    enrolment = make_enrolment(framework=framework, mentor=mentor)
    inside = list(framework.competencies.order_by("position"))
    started = now() - timedelta(days=150)
    for number in range(items):
        item, about = make_evidence(enrolment=enrolment), inside[number % competencies]
        newest = None
        for version in range(versions // items):
            at = started + timedelta(hours=12 * number + version)
            newest = make_version(item=item, competencies=[about], submitted_at=at)
        waits = number >= items - competencies // WAITING
        request = make_request(enrolment=enrolment, competency=about, version=newest, requested_at=newest.submitted_at)
        if not waits:
            kind = "signed_off" if number % SIGNED else "returned"
            make_decision(request=request, kind=kind, by=mentor, decided_at=newest.submitted_at + timedelta(hours=6))
    return enrolment, mentor


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("requests", type=int, nargs="?", default=30)
    sys.exit(main(parser.parse_args().requests))
