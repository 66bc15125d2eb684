"""The evaluation of the demonstration: both programmes' surveys and reports, and the figures of every month."""

from evaluation.actions import snapshots
from gpa_programme.home.demo import reports, surveys
from gpa_programme.home.demo.clock import drop_bells, hush, moved_clock
from gpa_programme.home.demo.timeline import Timeline
from hubs.models import Programme


def build(*, programme: Programme, pilot: Programme, line: Timeline) -> None:
    """Surveys before reports: a report shows what was released before its month ended."""
    with moved_clock() as clock:
        surveys.carry_out(pilot, surveys.of_pilot(line), clock)
        reports.carry_out_closed(pilot, clock)
        surveys.carry_out(programme, surveys.of_programme(line), clock)
        reports.carry_out(programme, line, clock)
        hush()
        surveys.carry_out(programme, surveys.of_today(line), clock)


def figures() -> None:
    """The figures of every month, once everything is done; nobody is rung for what was."""
    drop_bells()
    snapshots.recompute()
