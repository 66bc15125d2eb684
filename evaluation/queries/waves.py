"""Reads of waves: whom they ask, which address leads to which, and how many have answered; never an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from evaluation.enums import Respondent, WaveMode, WaveState
from evaluation.models import Comment, Invitation, Response, Wave, WaveLink
from evaluation.rules.answers import token_hash
from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.disclosure import rounded_down
from gpa_programme.core.periods import london_date, now, today
from hubs.models import Hub, PracticeMembership, Programme
from learners.enums import PLACE_HOLDING, EnrolmentState, MentorKind
from learners.models import Enrolment

SHOWN_STATES = (WaveState.OPEN, WaveState.CLOSED, WaveState.RELEASED)
ASKED_STATES = tuple(state for state in PLACE_HOLDING if state != EnrolmentState.OFFERED)


@dataclass(frozen=True)
class SeenWave:
    """A wave as a reader sees it: through their hub, or for England where `hub` is None."""

    wave: Wave
    hub: Hub | None

    @property
    def access_scope(self) -> Scope:
        """The reader's hub, or the whole programme."""
        return Scope(hub=self.hub.pk if self.hub else None)


@dataclass(frozen=True)
class Door:
    """Where an address leads: the wave, the hub whose stratum the answer gets, the invitation of a personal link."""

    wave: Wave
    hub: Hub
    invitation: int | None = None
    answered: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a wave is answered; `asked` is None where nobody knows how many were asked.

    Numbers are rounded down to 5 while the wave is open, and stay so for an open link.
    """

    answered: int
    asked: int | None
    rounded: bool

    @property
    def text(self) -> str:
        """Such as "at least 20 of 40"."""
        if self.rounded and self.asked is not None and self.asked < 5:
            return "not shown: fewer than 5 are asked"
        answered = f"at least {self.answered:,}" if self.rounded and self.answered else f"{self.answered:,}"
        if self.rounded and not self.answered:
            answered = "fewer than 5"
        return answered if self.asked is None else f"{answered} of {self.asked:,}"


def hubs_of(wave: Wave) -> list[Hub]:
    """The hubs with a cohort of the wave's programme and intake, by name."""
    asked = Q(cohorts__programme=wave.plan.programme_id, cohorts__starts=wave.intake)
    return list(Hub.objects.filter(asked).distinct().order_by("name"))


def seen_wave(user: Any, pk: int) -> SeenWave | None:
    """The wave as this person sees it, or None for a stranger."""
    found = Wave.objects.visible_to(user).select_related("plan__programme", "instrument").filter(pk=pk).first()
    if found is None:
        return None
    hubs = access.hub_ids(user, Permission.SEE_EVALUATION)
    return SeenWave(found, next((hub for hub in hubs_of(found) if hub.pk in hubs), None) if hubs else None)


def door(code: str) -> Door | None:
    """The wave behind a respondent's address: an invitation's token, or the code of an open link in any case."""
    invitation = (
        Invitation.objects.filter(token_hash=token_hash(code))
        .select_related("wave__plan__programme", "wave__instrument", "hub")
        .first()
    )
    if invitation:
        return Door(invitation.wave, invitation.hub, invitation.pk, invitation.answered)
    link = (
        WaveLink.objects.filter(code=code.upper())
        .select_related("wave__plan__programme", "wave__instrument", "hub")
        .first()
    )
    return Door(link.wave, link.hub) if link else None


def people_asked(wave: Wave) -> dict[int, int]:
    """Whom an invited wave asks: person to hub. Somebody in two hubs is asked once, in the first by cohort."""
    enrolments = Enrolment.objects.filter(
        cohort__programme=wave.plan.programme_id, cohort__starts=wave.intake, state__in=ASKED_STATES
    ).order_by("cohort_id", "pk")
    if wave.instrument.respondent == Respondent.LEARNER:
        found: Iterable[tuple[int, int]] = enrolments.values_list("learner", "cohort__hub")
    elif wave.instrument.respondent == Respondent.MENTOR:
        current = Q(mentorships__until__isnull=True, mentorships__kind=MentorKind.GP)
        found = enrolments.filter(current).values_list("mentorships__mentor", "cohort__hub")
    else:
        placed = enrolments.filter(placements__until__isnull=True).values_list("placements__practice", "cohort__hub")
        hubs = dict(reversed(list(placed)))
        day = today()
        managers = PracticeMembership.objects.filter(
            Q(until__isnull=True) | Q(until__gte=day), practice__in=hubs, since__lte=day
        ).order_by("pk")
        found = [(person, hubs[practice]) for person, practice in managers.values_list("user", "practice")]
    asked: dict[int, int] = {}
    for person, hub in found:
        asked.setdefault(person, hub)
    return asked


def progress(wave: Wave, hub: Hub | None = None) -> Progress:
    """How many have answered so far, in one hub or in all."""
    within = Q(wave=wave) & (Q(hub=hub) if hub else Q())
    if wave.mode == WaveMode.ANONYMOUS_OPEN:
        return _progress_of(wave, (0, 0), Response.objects.filter(within).count())
    counts = Invitation.objects.filter(within).aggregate(asked=Count("pk"), done=Count("pk", Q(answered=True)))
    return _progress_of(wave, (counts["done"], counts["asked"]), 0)


def response_counts(programme: Programme, hub: Hub | None = None, at: datetime | None = None) -> tuple[int, int]:
    """(answered, delivered) over the programme's invited waves, for the measure `evaluation_response`.

    What a wave that is still open adds is rounded down to 5. Answers bear no time, so a past moment counts only the
    waves that had closed by then, whose numbers stand still.
    """
    waves = Wave.objects.filter(plan__programme=programme, state__in=SHOWN_STATES).exclude(mode=WaveMode.ANONYMOUS_OPEN)
    if at is not None and at < now():
        waves = waves.filter(closes_on__lt=london_date(at)).exclude(state=WaveState.OPEN)
    within = Q(invitations__hub=hub) if hub else Q()
    counted = waves.annotate(
        asked=Count("invitations", within & Q(invitations__delivered=True)),
        done=Count("invitations", within & Q(invitations__answered=True)),
    ).values_list("state", "asked", "done")
    answered = sum(rounded_down(done) if state == WaveState.OPEN else done for state, _, done in counted)
    return answered, sum(asked for _, asked, _ in counted)


def asked_in(wave: Wave, hub: Hub) -> int | None:
    """How many a wave asks in a hub; None for an open link."""
    if wave.mode == WaveMode.ANONYMOUS_OPEN:
        return None
    return Invitation.objects.filter(wave=wave, hub=hub).count()


def answers_in(wave: Wave) -> int:
    """How many sets of answers a wave has: for the release's own check, never for a page."""
    return Response.objects.filter(wave=wave).count()


def unread_comments(wave: Wave) -> int:
    """How many comments nobody has judged yet."""
    return Comment.objects.filter(wave=wave, verdict="").count()


@dataclass(frozen=True)
class WaveRow:
    """A wave in a list, with how far it is answered as its reader may know."""

    wave: Wave
    progress: Progress


def wave_rows(user: Any) -> list[WaveRow]:
    """The waves this person may see, newest first, in a fixed number of queries."""
    waves = list(Wave.objects.visible_to(user).select_related("plan__programme", "instrument"))
    hubs = access.hub_ids(user, Permission.SEE_EVALUATION)
    within = Q(wave__in=waves) & (Q() if hubs is None else Q(hub__in=hubs))
    counted = Invitation.objects.filter(within).order_by().values("wave")
    asked = {
        row["wave"]: (row["done"], row["asked"])
        for row in counted.annotate(asked=Count("pk"), done=Count("pk", Q(answered=True)))
    }
    to_open = Response.objects.filter(within, wave__mode=WaveMode.ANONYMOUS_OPEN).order_by().values("wave")
    given = {row["wave"]: row["done"] for row in to_open.annotate(done=Count("pk"))}
    return [WaveRow(wave, _progress_of(wave, asked.get(wave.pk, (0, 0)), given.get(wave.pk, 0))) for wave in waves]


def hub_progress(wave: Wave) -> list[tuple[Hub, Progress]]:
    """How far each hub has answered a wave, by name."""
    counted = Invitation.objects.filter(wave=wave).order_by().values("hub")
    asked = {
        row["hub"]: (row["done"], row["asked"])
        for row in counted.annotate(asked=Count("pk"), done=Count("pk", Q(answered=True)))
    }
    given: dict[int, int] = {}
    if wave.mode == WaveMode.ANONYMOUS_OPEN:
        by_hub = Response.objects.filter(wave=wave).order_by().values("hub")
        given = {row["hub"]: row["done"] for row in by_hub.annotate(done=Count("pk"))}
    return [(hub, _progress_of(wave, asked.get(hub.pk, (0, 0)), given.get(hub.pk, 0))) for hub in hubs_of(wave)]


def _progress_of(wave: Wave, invited: tuple[int, int], given: int) -> Progress:
    if wave.mode == WaveMode.ANONYMOUS_OPEN:
        return Progress(rounded_down(given), None, rounded=True)
    done, asked = invited
    still_open = wave.state == WaveState.OPEN
    return Progress(rounded_down(done) if still_open else done, asked, rounded=still_open)


def links_seen(wave: Wave, hub: Hub | None) -> list[WaveLink]:
    """The open links whose posters a reader may print: their hub's, or every hub's."""
    links = WaveLink.objects.filter(wave=wave).select_related("hub").order_by("hub__name")
    return list(links.filter(hub=hub) if hub else links)
