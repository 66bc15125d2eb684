"""The scenes of the demonstration: each room of the portfolio in use, once a hub, around the hub's personas.

Everything is done by the actions. Scenes of the past are played before the reports are frozen; those of today come
last, so that their mails wait in the outbox.
"""

from gpa_programme.home.demo import scenes_evidence, scenes_finish, scenes_mentoring
from gpa_programme.home.demo.bulk import write_all
from gpa_programme.home.demo.cast import Cast, gather
from gpa_programme.home.demo.clock import Clock, hush, moved_clock
from gpa_programme.home.demo.people import People, Staff
from gpa_programme.home.demo.timeline import Timeline
from hubs.models import Cohort, Programme

SPARED = (*scenes_evidence.SPARED, *scenes_mentoring.SPARED)  # what the learner persona's plan leaves to the scenes


def of_the_past(programme: Programme, people: People, staff: Staff, line: Timeline) -> None:
    """What happened in each hub until yesterday, and what the national team did."""
    with moved_clock() as clock:
        casts = _casts(programme, people, line, clock)
        photo = scenes_evidence.photo()
        for cast in casts:
            scenes_mentoring.play(cast, cover=_cover(cast, people, staff))
            scenes_evidence.play(cast, photo)
        scenes_finish.play(casts, people, clock)
    hush()


def of_today(programme: Programme, people: People, line: Timeline) -> None:
    """What waits since today: a colleague's statement, and an observation that its mentor confirms by the evening."""
    with moved_clock() as clock:
        for cast in _casts(programme, people, line, clock):
            scenes_evidence.play_today(cast)


def _casts(programme: Programme, people: People, line: Timeline, clock: Clock) -> list[Cast]:
    rows = Cohort.objects.filter(programme=programme, name="Cohort 1").select_related("hub__region", "programme")
    return [gather(cohort, people, line, clock) for cohort in rows.order_by("hub__region__code")]


def _cover(cast: Cast, people: People, staff: Staff) -> str:
    """The address of somebody who covers for the mentor, made known as everybody of the demonstration."""
    practice = cast.enrolment.placements.select_related("practice").get(until=None).practice
    person = staff.of("cover", practice)
    write_all(people.tables)
    return next(email for email, pk in people.known.items() if pk == person)
