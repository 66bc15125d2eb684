"""Changed since frozen: the report's figures counted again now for the same month, against what it holds."""

from evaluation.measures import door
from evaluation.models import RegionalReport, ReportVersion
from evaluation.queries.content import FIGURES, frozen
from evaluation.rules import content as contents
from gpa_programme.core.periods import Month, now


def since_frozen(report: RegionalReport, version: ReportVersion) -> list[contents.Changed]:
    """Figures that would read otherwise if frozen now, because something of that month was recorded late.

    A report that is issued never changes: this list goes into the next one's commentary.
    """
    if report.hub is None:
        return []
    unit = door.Unit.of(report.hub, programme=report.programme)
    counted = door.figures(FIGURES, unit, month=Month.parse(report.period), cut_off=now())
    return contents.changes(version.content, {"figures": [frozen(counted[key]) for key in FIGURES]})
