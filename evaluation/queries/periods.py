"""Which programme and month a page of figures shows: read from its address, with what else could be chosen."""

from dataclasses import dataclass

from django.http import Http404, QueryDict

from evaluation.measures.units import current_of
from gpa_programme.core.periods import Month, today
from hubs.enums import ProgrammeState
from hubs.models import Programme


@dataclass(frozen=True)
class Choice:
    """The programme and month shown, all programmes, and the programme's months, newest first."""

    programme: Programme
    month: Month
    programmes: list[Programme]
    months: list[Month]
    is_current: bool

    @property
    def query(self) -> str:
        """The query string that keeps the programme; empty for the current one."""
        return "" if self.is_current else f"?programme={self.programme.slug}"

    @property
    def running(self) -> bool:
        """Whether the month shown still runs."""
        return self.month == Month.of(today())


def choice(query: QueryDict) -> Choice | None:
    """What the address asks for, else the current programme and its last month; None where there is no programme.

    Raises Http404 for a programme or month that does not exist.
    """
    programmes = list(Programme.objects.order_by("-starts", "name"))
    current = current_of(programmes)
    if current is None:
        return None
    slug = query.get("programme") or current.slug
    programme = next((row for row in programmes if row.slug == slug), None)
    if programme is None:
        raise Http404
    months = months_of(programme)[::-1]
    asked = query.get("month") or str(months[0])
    month = next((row for row in months if str(row) == asked), None)
    if month is None:
        raise Http404
    return Choice(programme, month, programmes, months, programme == current)


def months_of(programme: Programme) -> list[Month]:
    """The months that a programme has figures for: from its first to this one, or to its last once it is closed."""
    last = Month.of(today())
    if programme.state == ProgrammeState.CLOSED:
        last = min(last, Month.of(programme.ends))
    month = Month.of(programme.starts)
    found = [month]
    while month < last:
        month = month.plus(1)
        found.append(month)
    return found
