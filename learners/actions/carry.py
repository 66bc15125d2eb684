"""What goes along when a learner changes hub: scope, pause, background, drafts, and what waits with its age.

Submitted evidence and decisions stay where they were made and are read through the portfolio's chain of enrolments, so
that the hub where they happened still counts them. All of it belongs inside the transfer's transaction.
"""

from datetime import date

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.periods import now
from hubs.models import Organisation
from learners.actions import enrolment as enrolments
from learners.actions import mentors
from learners.actions.requests import ask
from learners.emails import mentors as emails
from learners.enums import EnrolmentState, MentorKind, RequestRoute, ScopeState, VersionState
from learners.models import (
    Background,
    Enrolment,
    EnrolmentChange,
    EvidenceItem,
    Mentorship,
    Pause,
    Placement,
    ScopeItem,
    SignOffRequest,
)
from learners.queries.chain import portfolio_ids
from learners.queries.mentors import on_day
from learners.rules.enrolment import NOTHING, transition
from learners.rules.mentors import DAY, Interval

MOVED = "The learner moved to another hub."


def begin(made: Enrolment, *, active: bool, on: date, came_from: Enrolment, by: User) -> None:
    """The first lines of the new enrolment's history; who was learning goes on learning."""
    reason = f"From {came_from.cohort.hub}"
    EnrolmentChange.objects.create(
        enrolment=made, from_state=NOTHING, to_state=EnrolmentState.ACCEPTED, effective_on=on, by=by, reason=reason
    )
    audit.record(
        "transfer_accepted",
        by=by,
        record_type="enrolment",
        record=made.ref,
        hub=made.cohort.hub_id,
        came_from=came_from.ref,
        place=made.place.number if made.place else None,
    )
    if active:
        line = transition(EnrolmentState.ACCEPTED, EnrolmentState.ACTIVE)
        enrolments.apply_line(made, line, effective_on=on, by=by, reason=reason)


def close_mentors(old: Enrolment, on: date, *, by: User) -> None:
    """Mentors of the hub before stop on the day; what had not begun is dropped."""
    held = list(old.mentorships.filter(on_day(on)).select_related("mentor"))
    for row in held:
        row.enrolment = old
        mentors.stop(row, last=on, by=by)
        mentors.silence(row)
        emails.stops(row, others=["the other hub's mentor"])
    old.mentorships.filter(since__gt=on).delete()


def place(old: Enrolment, made: Enrolment, practice: Organisation, on: date) -> None:
    """The practice before ends the day before, the new one begins."""
    for row in old.placements.filter(until__isnull=True):
        row.until = max(row.since, on - DAY)
        row.save(update_fields=["until"])
    Placement.objects.create(enrolment=made, practice=practice, since=on)


def scope_and_pause(old: Enrolment, made: Enrolment, on: date, *, by: User) -> None:
    """What applies and what the learner brings, as they stand; an open pause goes on from the day."""
    ScopeItem.objects.bulk_create(
        ScopeItem(enrolment=made, competency_id=row.competency_id, since=row.since, agreement_id=row.agreement_id)
        for row in old.scope.current()
    )
    old.scope_agreements.filter(state=ScopeState.PROPOSED).update(
        state=ScopeState.TAKEN_BACK, decided_by=by, decided_at=now(), answer=MOVED
    )
    brought = Background.objects.filter(enrolment=old).first()
    if brought is not None:
        brought.pk, brought.enrolment = None, made
        brought.save(force_insert=True)
    for pause in old.pauses.filter(until__isnull=True):
        since = max(pause.since, on)
        Pause.objects.create(enrolment=made, since=since, reason=pause.reason)
        if pause.since >= on:
            pause.delete()
            continue
        pause.until = on - DAY
        pause.save(update_fields=["until"])


def mentor(made: Enrolment, *, name: str, email: str, on: date, by: User) -> Mentorship:
    """The GP mentor at the new practice, told how to sign in."""
    person = mentors.person_for(made, name=name, email=email, by=by, field="mentor_email")
    mentorship = mentors.open_mentorship(made, Interval(on, None), mentor=person, kind=MentorKind.GP, by=by)
    emails.named(mentorship)
    return mentorship


def drafts(made: Enrolment) -> None:
    """Items of which nothing was submitted go along; the others stay, and their drafts are written where they are."""
    earlier = [pk for pk in portfolio_ids(made) if pk != made.pk]
    unsent = EvidenceItem.objects.filter(enrolment__in=earlier).exclude(versions__state=VersionState.SUBMITTED)
    unsent.update(enrolment=made)


def requests(made: Enrolment, waits: list[SignOffRequest]) -> None:
    """Ask anew for what waited, over the same versions; it has waited since the day it was asked."""
    for before in waits:
        again = ask(
            enrolment=made,
            competency=before.competency,
            versions=before.versions.all(),
            route=RequestRoute(before.route),
        )
        SignOffRequest.objects.filter(pk=again.pk).update(
            requested_at=before.requested_at, reminded_days=before.reminded_days, resent_at=before.resent_at
        )
