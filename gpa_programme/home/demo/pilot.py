"""The closed London and South East pilot: nine sites, thirty learners, every ending."""

import random
from datetime import date, timedelta

from gpa_programme.core.periods import add_months, start_of_day
from gpa_programme.home.demo.bulk import write_all
from gpa_programme.home.demo.cohorts import Seat, Writer, make_cohort, spread
from gpa_programme.home.demo.people import People, Staff
from gpa_programme.home.demo.plans import Wish
from gpa_programme.home.demo.slots import REASONS, Slot
from gpa_programme.home.demo.timeline import DAYS_A_MONTH, Timeline, share_after
from hubs.enums import ProgrammeState
from hubs.models import Cohort, Hub, Organisation, Programme
from learners.actions.reference import publish_framework
from learners.enums import EnrolmentState

SLUG = "gpa-london-south-east-pilot"
S = EnrolmentState
SITES = {"Y56": 5, "Y59": 4}
ENDINGS = {
    "Y56": [S.COMPLETED] * 10 + [S.COMPLETED_IN_HOUSE] * 2 + [S.WITHDRAWN] * 3 + [S.TRANSFERRED],
    "Y59": [S.COMPLETED] * 10 + [S.COMPLETED_IN_HOUSE] + [S.WITHDRAWN] * 3,
}
WITHOUT_PLACE = (S.DECLINED, S.LAPSED)


def build(people: People, staff: Staff, line: Timeline, practices: dict[str, list[Organisation]]) -> Programme:
    """The programme with its two cohorts, all ended."""
    programme = Programme.objects.create(
        name="GPA London and South East pilot",
        slug=SLUG,
        state=ProgrammeState.CLOSED,
        starts=line.pilot_starts,
        ends=line.pilot_ends,
        places_per_cohort=16,
        invented=True,
    )
    framework = publish_framework(programme=programme, by=None)
    if framework is None:
        raise RuntimeError("The pilot was made a moment ago and has a framework already.")
    framework.published_at = start_of_day(add_months(line.pilot_starts, -2))
    framework.save(update_fields=["published_at"])
    writer = Writer(people, staff, framework, Timeline(line.pilot_ends))
    for code, sites in SITES.items():
        hub = Hub.objects.get(region__code=code)
        cohort = Cohort(programme=programme, hub=hub, name="Pilot cohort", starts=line.pilot_starts)
        make_cohort(cohort, len(ENDINGS[code]))
        rng = random.Random(f"pilot {code}")  # noqa: S311  invents people, guards nothing
        chosen = spread(practices[code], sites, 0.5)
        for practice in chosen:
            staff.of("manager", practice)
        people_here = _slots(code, line.pilot_starts, rng)
        seats = [Seat(slot, chosen[number % sites], None) for number, slot in enumerate(people_here)]
        writer.add(cohort, seats, rng)
    write_all(writer.tables)
    return programme


def _slots(code: str, starts: date, rng: random.Random) -> list[Slot]:
    endings = [*ENDINGS[code], *WITHOUT_PLACE]
    return [_slot(number, state, starts, rng) for number, state in enumerate(endings)]


def _slot(number: int, state: EnrolmentState, starts: date, rng: random.Random) -> Slot:
    """One ending; a completion comes in the ninth to the eleventh month, a withdrawal whenever it came."""
    mentor = "other_gp" if number // 5 % 2 else "gp"  # two at a site, so that mentors are more than ten
    place = number + 1 if state not in WITHOUT_PLACE else 1
    finish = starts + timedelta(days=255 + rng.randrange(50))
    if state in {S.COMPLETED, S.COMPLETED_IN_HOUSE}:
        last = finish - timedelta(days=10)
        pace = 1.02 / share_after((last - starts).days / DAYS_A_MONTH)
        later = (finish, finish + timedelta(days=15), finish + timedelta(days=24))
        moved = later if state == S.COMPLETED else (finish,)
        months = 12 if number % 4 == 3 else 9
        wish = Wish(max(pace, 1.02))
        return Slot(
            state,
            starts,
            last,
            wish,
            place,
            moved,
            months=months,
            clinical=number % 3 != 0,
            second=number % 5 == 0,
            mentor=mentor,
        )
    if state in {S.WITHDRAWN, S.TRANSFERRED}:
        left = starts + timedelta(days=60 + 35 * (number % 4))
        reason = REASONS[(number * 2 + 1) % len(REASONS)] if state == S.WITHDRAWN else ""
        return Slot(state, starts, left - timedelta(days=9), Wish(0.8), place, (left,), reason, mentor=mentor)
    return Slot(state, starts, starts, Wish(), place, (starts - timedelta(days=12),))
