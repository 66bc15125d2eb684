"""Kill -9 of the worker in the middle of building reports: every report ends complete exactly once.

The twin stands in the same run: a worker without beat, so without the sweep that guards work, is killed and started
again, and what it was killed over stays unfinished. Then workers with beat are killed at random moments, and the last
one must finish everything.
"""

import random
import time
from collections import Counter

from tests.workers import celery_worker, scratch, wait_until

HANGS = 4  # seconds without progress that show the twin red


def main(size):
    """Builds every report of the standing world under kills; the figures of the note."""
    with scratch(database="postgres", broker="redis") as place:
        place.django()
        from tests.world import build_world

        build_world()
        return prove(place, size["kills"])


def prove(place, kills):
    """One run: the twin, then kills with the guard in place, then the count."""
    from evaluation.actions.reports import expect_reports
    from evaluation.models import RegionalReport, ReportVersion

    expected = expect_reports()
    left = twin(place)
    moments = random.Random(7)
    for _ in range(kills):
        with celery_worker(place.env, beat=True) as worker:
            time.sleep(moments.uniform(0, 2))
            worker.kill()
    began = time.monotonic()
    with celery_worker(place.env, beat=True) as worker:
        wait_until(lambda: complete(expected), 120, worker, "A complete set of reports")
    seconds = time.monotonic() - began
    per_report = Counter(ReportVersion.objects.values_list("report", flat=True))
    moves = Counter(RegionalReport.objects.values_list("changes__to_state", flat=True))
    assert set(per_report.values()) == {1}, per_report
    assert moves == {"expected": len(per_report), "draft": len(per_report)}, moves
    return {
        "reports": len(per_report),
        "kills": kills + 1,
        "complete exactly once": len(per_report),
        "duplicates": 0,
        "unfinished without the sweep (the twin)": left,
        "seconds from the last start to complete": round(seconds, 1),
    }


def twin(place):
    """A worker without the sweep, killed over its work and started again: how many reports it never finishes."""
    from django.db import connection

    from evaluation.models import ReportBuild

    running = ReportBuild.objects.filter(work_state="running")
    with celery_worker(place.env) as worker:
        wait_until(running.exists, 30, worker, "A report being built")
        worker.kill()
    killed_over = running.count()
    with celery_worker(place.env) as worker:
        wait_until(lambda: not ReportBuild.objects.filter(work_state="queued").exists(), 60, worker, "An empty queue")
        time.sleep(HANGS)
    left = running.count()
    connection.close()
    assert killed_over, "The kill hit no report in the middle."
    assert left, "Without the sweep the killed report was finished all the same: the proof proves nothing."
    return left


def complete(hub_reports):
    """Whether every hub's report and England's of each month is frozen."""
    from evaluation.models import RegionalReport, ReportBuild

    months = RegionalReport.objects.filter(hub__isnull=False).values("period").distinct().count()
    frozen = RegionalReport.objects.filter(versions__isnull=False).distinct().count()
    unfinished = ReportBuild.objects.exclude(work_state="done").count()
    return frozen == hub_reports + months and not unfinished
