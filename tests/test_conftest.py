"""The clock that tests move."""

import os
import subprocess
import sys
from datetime import UTC, datetime

from gpa_programme.core.periods import now


def test_clock_unset_shows_the_machines_time(clock):
    assert abs((datetime.now(UTC) - now()).total_seconds()) < 60


def test_clock_moved_moves_this_process(clock):
    clock.set(datetime(2020, 3, 1, 9, tzinfo=UTC))

    clock.move(days=7)

    assert now() == datetime(2020, 3, 8, 9, tzinfo=UTC)


def test_clock_moved_moves_other_processes(clock):
    clock.set(datetime(2020, 3, 1, 9, tzinfo=UTC))
    program = "from gpa_programme.core.periods import now; print(now().isoformat())"

    said = subprocess.check_output([sys.executable, "-c", program], env={**os.environ, **clock.env}, text=True)

    assert said == "2020-03-01T09:00:00+00:00\n"
