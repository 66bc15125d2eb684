"""Reads of observations: whom a mentor may observe, who may be observing, and what a sign-off's wording says of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission
from gpa_programme.accounts.models import User
from gpa_programme.core.periods import now, today
from learners.enums import LEARNING, DecisionKind
from learners.models import Enrolment, Observation, RequestVersion, SignOffRequest
from learners.queries.mentors import mentorships_on
from learners.queries.waiting import waiting_for
from learners.rules import observations as rules
from learners.rules import signoff


def observable_by(user: Any) -> list[Enrolment]:
    """The learners whom the person mentors today and may observe, by name: never themselves."""
    held = [grant for grant in access.grants(user) if grant.allows(Permission.DECIDE)]
    mentored = [grant.scope.enrolment for grant in held if grant.scope.enrolment]
    rows = Enrolment.objects.filter(pk__in=mentored, state__in=LEARNING).exclude(learner=user.pk)
    return list(rows.select_related("learner", "cohort__programme").order_by("learner__name", "pk"))


def observers_of(enrolment: Enrolment) -> list[User]:
    """Who mentors the learner today, each once, GP mentors first."""
    rows = mentorships_on([enrolment.pk], today())
    return list(dict.fromkeys(row.mentor for row in rows if row.mentor.is_active))


def stands(observation: Observation) -> bool:
    """Whether the observer's own word stands for it now, or can still be given."""
    return rules.stands_for(
        on_learners_device=observation.on_learners_device,
        confirm_by=observation.confirm_by,
        confirmed=observation.confirmed_at is not None,
        moment=now(),
    )


def unconfirmed(moment: datetime) -> QuerySet[Observation]:
    """What was typed on a learner's device and its observer can still say themselves at that moment."""
    return Observation.objects.filter(on_learners_device=True, confirmed_at__isnull=True, confirm_by__gt=moment)


def requests_to_confirm(user: Any) -> QuerySet[SignOffRequest]:
    """The requests that wait for the person and rest on what they watched and have not confirmed, oldest first."""
    watched = unconfirmed(now()).filter(observer=user.pk, version__destroyed_at__isnull=True)
    named = RequestVersion.objects.filter(version__in=watched.values("version"))
    return waiting_for(user).filter(pk__in=named.values("request"))


def unconfirmed_of(requests: Iterable[SignOffRequest]) -> dict[int, Observation]:
    """Of each request that names one: the newest observation that still waits for its observer's word; one query."""
    waiting = unconfirmed(now()).select_related("observer").order_by("observed_on", "pk")
    named = waiting.filter(version__requests__in=list(requests), version__destroyed_at__isnull=True)
    return {row.request: row for row in named.annotate(request=F("version__requests"))}


def watched_by(request: SignOffRequest, by: Any) -> Observation | None:
    """The newest observation that a request names and for which this person's own word stands or can be given."""
    named = Observation.objects.filter(version__requests=request, version__destroyed_at__isnull=True, observer=by.pk)
    return next((row for row in named.order_by("-observed_on", "-pk") if stands(row)), None)


def wording_of(request: SignOffRequest, kind: DecisionKind, watched: Observation | None) -> str:
    """The wording that a person confirms with a decision of that kind; who signs off what they watched says so."""
    names = {"learner": str(request.enrolment.learner), "competency": str(request.competency)}
    if watched is None or kind != DecisionKind.SIGNED_OFF:
        return signoff.statement(kind, **names)
    return rules.statement(observed_on=watched.observed_on, **names)


@dataclass(frozen=True)
class SeenBy:
    """What a page says of an observation: whose, and whether they still can say so themselves."""

    observation: Observation
    waits: bool
    late: bool
    asks_reader: bool
    named: bool = True

    @property
    def watcher(self) -> str:
        """Who watched; a verifier who reads blind is not told which mentor."""
        return str(self.observation.observer) if self.named else "a mentor"


def seen_by(observation: Observation, reader: Any | None, *, named: bool = True) -> SeenBy:
    """An observation as this reader is told of it; None where nobody in particular reads it."""
    unconfirmed = observation.on_learners_device and observation.confirmed_at is None
    waits = unconfirmed and stands(observation)
    asks_reader = waits and reader is not None and reader.pk == observation.observer_id
    return SeenBy(observation, waits, unconfirmed and not waits, asks_reader, named)


def competencies_in_scope(enrolment: Enrolment, codes: Collection[str]) -> list[Any]:
    """The learner's competencies of those codes, in order; those out of scope are left out."""
    scope = enrolment.scope.current().filter(competency__code__in=codes).select_related("competency")
    return [item.competency for item in scope.order_by("competency__position")]
