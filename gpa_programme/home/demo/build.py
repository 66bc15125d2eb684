"""Makes the demonstration: the programme shifted to now, people, seven cohorts, the pilot; more cohorts on demand."""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

from django.db import transaction

from gpa_programme.audit import actions as audit
from gpa_programme.core.periods import add_months, start_of_day, today
from gpa_programme.home.demo import acted, cohorts, ends, evaluation, pilot, scenes
from gpa_programme.home.demo.bulk import write_all
from gpa_programme.home.demo.people import People, Staff, make_personas
from gpa_programme.home.demo.slots import QUICK, TEMPERS, Temper, slots
from gpa_programme.home.demo.timeline import Timeline
from hubs.models import Cohort, Hub, Organisation, Programme
from learners.models import CompetencyFramework

SLUG = "gpa-spread-adoption-2019"
ACTED = "Y63"
SMALLEST_LIST = 1500
Say = Callable[[str], None]


def exists() -> bool:
    """Whether the demonstration's cohorts are there already."""
    return Cohort.objects.filter(programme__slug=SLUG).exists()


def build(*, password: str, say: Say) -> None:
    """Everything of the demonstration at its ordinary size, in one transaction."""
    line = Timeline(today())
    with transaction.atomic():
        programme = shift(line)
        hubs = sorted(Hub.objects.select_related("region").order_by("region__code"), key=_acted_first)
        people = People(password, add_months(line.pilot_starts, -2))
        make_personas(people, hubs)
        staff = Staff(people)
        writer = cohorts.Writer(people, staff, published(programme), line)
        practices = practices_of_regions()
        for hub in hubs:
            code = hub.region.code
            cohort = Cohort(programme=programme, hub=hub, starts=line.starts)
            cohorts.make_cohort(cohort, programme.places_per_cohort)
            seats = _seats(writer, cohort, TEMPERS[code], practices[code], 1)
            if code == ACTED:
                write_all(writer.tables)
                acted.carry_out(cohort, seats, writer)
                for table in writer.tables:
                    table.go_on()
            else:
                writer.add(cohort, seats, _rng(f"{code} 1"))
            say(f"{cohort}: {len(seats)} people")
        write_all(writer.tables)
        ends.write(programme, people)
        say("Declarations, samples and certificates")
        scenes.of_the_past(programme, people, staff, line)
        say("Scenes around the personas")
        closed = pilot.build(people, staff, line, practices)
        say("London and South East pilot")
        evaluation.build(programme=programme, pilot=closed, line=line)
        scenes.of_today(programme, people, line)
        evaluation.figures()
        say("Surveys, reports and figures")
        audit.record("demonstration_made", by=None, record_type="programme", record=programme.slug)


def _acted_first(hub: Hub) -> bool:
    """The carried-out cohort comes first: its samples are drawn months ago, when only it was there to be drawn from."""
    return hub.region.code != ACTED


def extend(*, scale: int, password: str, say: Say) -> None:
    """Give each hub so many cohorts in all, in bulk; each cohort is a transaction of its own."""
    line = Timeline(today())
    programme = Programme.objects.get(slug=SLUG)
    people = People(password, add_months(line.pilot_starts, -2))
    writer = cohorts.Writer(people, Staff(people), published(programme), line)
    practices = practices_of_regions()
    for hub in Hub.objects.select_related("region").order_by("region__code"):
        for number in range(Cohort.objects.filter(programme=programme, hub=hub).count() + 1, scale + 1):
            with transaction.atomic():
                starts = cohorts.intake(programme.starts, number)
                cohort = Cohort(programme=programme, hub=hub, name=f"Cohort {number}", starts=starts)
                cohorts.make_cohort(cohort, programme.places_per_cohort)
                seats = _seats(writer, cohort, QUICK, practices[hub.region.code], number)
                writer.add(cohort, seats, _rng(f"{hub.region.code} {number}"))
                write_all(writer.tables)
        say(f"{hub}: {scale} cohorts")


def shift(line: Timeline) -> Programme:
    """The programme with its dates moved so that month seven is now, and marked as invented."""
    programme = Programme.objects.get(slug=SLUG)
    programme.starts, programme.ends, programme.invented = line.starts, line.ends, True
    programme.save(update_fields=["starts", "ends", "invented"])
    framework = published(programme)
    framework.published_at = start_of_day(add_months(line.starts, -2))
    framework.save(update_fields=["published_at"])
    return programme


def published(programme: Programme) -> CompetencyFramework:
    """The programme's framework."""
    return programme.frameworks.get(version=1)


def practices_of_regions() -> dict[str, list[Organisation]]:
    """Each region's practices with patients, in order of rurality and list size."""
    rows = (
        Organisation.objects.practices()
        .filter(figures__list_size__gte=SMALLEST_LIST)
        .exclude(figures__rurality="")
        .select_related("region")
        .order_by("region__code", "figures__rurality", "figures__list_size", "ods_code")
    )
    return {code: list(found) for code, found in groupby(rows, key=lambda practice: practice.region.code)}


def _seats(
    writer: cohorts.Writer, cohort: Cohort, temper: Temper, practices: list[Organisation], number: int
) -> list[cohorts.Seat]:
    """Who sits where in cohort number so-and-so of a hub; in the first, the personas have their seats."""
    code = cohort.hub.region.code
    rng = _rng(f"{code} {number} slots")
    chosen = cohorts.spread(practices, 30, rng.random())
    rng.shuffle(chosen)
    persona = None
    if number == 1:
        persona = writer.people.persona(f"learner.{code.lower()}")
        for practice in chosen[:2]:
            writer.staff.name("gp", practice, writer.people.persona(f"mentor.{code.lower()}"))
        writer.staff.name("manager", chosen[0], writer.people.persona(f"practice.{code.lower()}"))
    for practice in chosen:
        writer.staff.of("manager", practice)
    made = slots(code, writer.line, cohort.starts, temper, rng)
    if number == 1:
        made[0] = replace(made[0], spared=scenes.SPARED)
    return cohorts.seat(made, chosen, persona)


def _rng(key: str) -> random.Random:
    return random.Random(key)  # noqa: S311  invents people, guards nothing
