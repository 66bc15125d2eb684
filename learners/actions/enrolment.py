"""What changes enrolments: taking a place, moving from state to state, starting those whose day has come."""

import logging
from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from gpa_programme.accounts.actions import known_person
from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now, today
from hubs.models import Cohort, Organisation, Place
from learners import emails
from learners.actions.requests import close_open
from learners.enums import (
    ClosedBecause,
    CompetencyKind,
    EnrolmentState,
    FrameworkState,
    MentorKind,
    VerificationOutcome,
)
from learners.models import (
    Competency,
    CompetencyFramework,
    Enrolment,
    EnrolmentChange,
    Mentorship,
    Placement,
    ScopeItem,
    Verification,
)
from learners.queries.enrolments import roles_over
from learners.queries.finish import arrival_of
from learners.rules import enrolment as rules
from learners.rules.finish import GUARDED, check_arrival

log = logging.getLogger(__name__)

# A leaver's open requests end with their place: nothing of theirs goes on waiting for a mentor.
CLOSES = {EnrolmentState.WITHDRAWN: ClosedBecause.LEFT, EnrolmentState.TRANSFERRED: ClosedBecause.TRANSFERRED}

JUDGED = (EnrolmentState.VERIFIED, EnrolmentState.REFERRED)

PLACE_RULES = (
    "learners_enrolment_one_a_place",
    "learners_enrolment_once",
    "learners_enrolment.place_id",
    "learners_enrolment.learner_id",
)


def enrol(
    *,
    cohort: Cohort,
    learner_name: str,
    learner_email: str,
    practice: Organisation,
    mentor_name: str,
    mentor_email: str,
    starts: date,
    kinds: Iterable[str],
    by: User | None,
) -> Enrolment:
    """Give a learner the lowest free place of a cohort, at a practice, with a GP mentor, and invite both.

    `kinds` are the optional kinds of competency in scope; core ones always are. The same form sent twice gives the
    first enrolment again. Raises ConflictError `cohort_full`, `place_taken` or `already_enrolled`, and DomainError
    for what a person can put right in the form. Where it raises, nothing is saved.
    """
    rules.check_people(learner_email=learner_email, mentor_email=mentor_email)
    try:
        with transaction.atomic():
            locked = lock_cohort(cohort.pk)
            programme = locked.programme
            rules.check_start(starts=starts, opens=programme.starts, closes=programme.ends)
            if not User.objects.filter(email=learner_email.strip().lower()).exists():
                free_place(locked)  # a new person is refused before anything is written
            learner, _made = known_person(email=learner_email, name=learner_name, by=by)
            first = _first_of_double(locked, learner, practice, mentor_email)
            if first is not None:
                return first
            place = free_place(locked)
            mentor, _made = known_person(email=mentor_email, name=mentor_name, by=by)
            _refuse_closed_accounts(learner, mentor)
            enrolment = _create(locked, place, learner, practice, mentor, starts, kinds)
            _record_enrolment(enrolment, practice, starts, by)
    except IntegrityError as error:
        if not is_about_places(error):
            raise
        raise place_conflict(cohort) from error
    return enrolment


def move(
    *,
    enrolment: Enrolment,
    to: str,
    effective_on: date,
    by: User | None,
    reason: str = "",
    reason_code: str = "",
    offered_by: User | None = None,
) -> EnrolmentChange:
    """Move an enrolment along the transition table; the passed object gets the new state and place.

    `offered_by` decided on it for the enrolment's hub when they offered the learner, whatever their role is today: then
    `by` is whoever accepted, and the trail names both. The same move sent twice gives the first change again.

    Raises StateError where the table has no such move or not for this person, DomainError for a date or reason,
    ConflictError where the place it needs is gone.
    """
    try:
        with transaction.atomic():
            cohort = lock_cohort(enrolment.cohort_id)
            current = Enrolment.objects.select_related("cohort").get(pk=enrolment.pk)
            last = current.changes.order_by("-pk").first()
            if last is not None and current.state == to and last.reason == reason and last.effective_on == effective_on:
                return last
            change = _move(current, cohort, to, effective_on, by, reason, reason_code, last, offered_by)
    except IntegrityError as error:
        if not is_about_places(error):
            raise
        raise place_conflict(enrolment.cohort) from error
    enrolment.state, enrolment.place = current.state, current.place
    return change


def start_due() -> int:
    """Make accepted learners active whose start has come; the system does this daily. Returns how many."""
    day = today()
    due = Enrolment.objects.filter(state=EnrolmentState.ACCEPTED, starts__lte=day).select_related("cohort")
    started = 0
    for enrolment in due.order_by("pk"):
        last = enrolment.changes.order_by("-pk").first()
        on = max(enrolment.starts, last.effective_on) if last else enrolment.starts
        try:
            move(enrolment=enrolment, to=EnrolmentState.ACTIVE, effective_on=on, by=None)
        except DomainError:
            log.exception("%s was not started", enrolment.ref)  # the others' day has come all the same
        else:
            started += 1
    return started


def lock_cohort(cohort_pk: int) -> Cohort:
    """The cohort with its row locked: whoever hands out its places waits here for the one before."""
    return Cohort.objects.select_for_update(of=("self",)).select_related("programme", "hub").get(pk=cohort_pk)


def free_place(cohort: Cohort) -> Place:
    """The lowest place of a cohort, which the caller has locked, that nobody holds; ConflictError `cohort_full`."""
    places = {place.pk: place for place in Place.objects.filter(cohort=cohort)}
    held = Enrolment.objects.filter(cohort=cohort).holding_places().order_by().values_list("place", flat=True)
    taken = {pk for pk in held if pk is not None}
    free = rules.lowest_free(((place.number, pk) for pk, place in places.items()), taken)
    if free is None:
        raise _full(len(taken), len(places))
    return places[free]


def _full(taken: int, places: int) -> ConflictError:
    return ConflictError(f"The cohort is full ({taken} of {places}). Nothing was saved.", code="cohort_full")


def is_about_places(error: IntegrityError) -> bool:
    """Whether the database refused because of a place: it names the constraint, SQLite the columns."""
    return any(name in str(error) for name in PLACE_RULES)


def place_conflict(cohort: Cohort) -> ConflictError:
    """What the database's refusal means: the truth about places is its constraint, whatever was read before."""
    places = Place.objects.filter(cohort=cohort).count()
    taken = Enrolment.objects.filter(cohort=cohort).holding_places().count()
    if taken >= places:
        return _full(taken, places)
    return ConflictError(
        "Somebody else took that place a moment ago. Nothing was saved. Try again.", code="place_taken"
    )


def _first_of_double(cohort: Cohort, learner: User, practice: Organisation, mentor_email: str) -> Enrolment | None:
    """The enrolment that the same form made before; ConflictError where the learner holds a place otherwise."""
    User.objects.select_for_update().get(pk=learner.pk)  # one person is enrolled by one hub at a time
    held = (
        Enrolment.objects.filter(learner=learner, cohort__programme=cohort.programme)
        .holding_places()
        .select_related("cohort", "place", "learner")
        .first()
    )
    if held is None:
        return None
    same_practice = held.placements.filter(practice=practice, until__isnull=True).exists()
    same_mentor = held.mentorships.filter(mentor__email=mentor_email.strip().lower(), until__isnull=True).exists()
    if held.cohort_id == cohort.pk and same_practice and same_mentor:
        return held
    if held.cohort_id == cohort.pk and held.place is not None:
        told = f"{held.learner} already holds place {held.place.number} in this cohort. Nothing was saved."
    else:
        told = "This person already holds a place in another cohort of this programme. Nothing was saved."
    raise ConflictError(told, field="learner_email", code="already_enrolled")


def refuse_second_place(enrolment: Enrolment, cohort: Cohort) -> None:
    """One person holds one place of a programme, whichever cohort gave it."""
    User.objects.select_for_update().get(pk=enrolment.learner_id)
    others = Enrolment.objects.filter(learner=enrolment.learner_id, cohort__programme=cohort.programme)
    if others.holding_places().exclude(pk=enrolment.pk).exists():
        raise ConflictError(
            "This person already holds a place in this programme. Nothing was saved.", code="already_enrolled"
        )


def _refuse_closed_accounts(learner: User, mentor: User) -> None:
    for person, field in ((learner, "learner_email"), (mentor, "mentor_email")):
        if not person.is_active:
            raise DomainError("This person's account is closed. Ask the national team.", field=field, code="closed")


def _create(
    cohort: Cohort,
    place: Place,
    learner: User,
    practice: Organisation,
    mentor: User,
    starts: date,
    kinds: Iterable[str],
) -> Enrolment:
    framework = _framework(cohort)
    enrolment = Enrolment.objects.create(
        cohort=cohort,
        place=place,
        learner=learner,
        framework=framework,
        state=EnrolmentState.ACCEPTED,
        starts=starts,
        agreed_end=rules.planned_end(starts, cohort.programme.learner_months),
    )
    Placement.objects.create(enrolment=enrolment, practice=practice, since=starts)
    mentorship = Mentorship.objects.create(
        enrolment=enrolment, mentor=mentor, kind=MentorKind.GP, since=min(starts, today())
    )
    applies = Competency.objects.filter(framework=framework, kind__in={CompetencyKind.CORE.value, *kinds})
    ScopeItem.objects.bulk_create(ScopeItem(enrolment=enrolment, competency=competency) for competency in applies)
    emails.invited_learner(enrolment)
    emails.invited_mentor(mentorship)
    return enrolment


def _framework(cohort: Cohort) -> CompetencyFramework:
    """The newest version that takes learners on today."""
    known = CompetencyFramework.objects.filter(programme=cohort.programme).exclude(state=FrameworkState.DRAFT)
    framework = next((row for row in known.order_by("-version") if row.takes_learners_on(today())), None)
    if framework is None:
        raise StateError(
            f"{cohort.programme} has no published competency framework. Nothing was saved.", code="no_framework"
        )
    return framework


def _record_enrolment(enrolment: Enrolment, practice: Organisation, starts: date, by: User | None) -> None:
    day = today()
    accepted_on = min(starts, day)
    EnrolmentChange.objects.create(
        enrolment=enrolment, to_state=EnrolmentState.ACCEPTED, effective_on=accepted_on, by=by
    )
    audit.record(
        "enrolled",
        by=by,
        record_type="enrolment",
        record=enrolment.ref,
        hub=enrolment.cohort.hub_id,
        place=enrolment.place.number if enrolment.place else None,
        practice=practice.ods_code,
        starts=starts.isoformat(),
    )
    if starts <= day:
        line = rules.transition(EnrolmentState.ACCEPTED, EnrolmentState.ACTIVE)
        apply_line(enrolment, line, effective_on=starts, by=by)


def _move(
    current: Enrolment,
    cohort: Cohort,
    to: str,
    effective_on: date,
    by: User | None,
    reason: str,
    reason_code: str,
    last: EnrolmentChange | None,
    offered_by: User | None,
) -> EnrolmentChange:
    line = rules.transition(current.state, to)
    rules.check_move(
        line,
        roles=line.who if offered_by else roles_over(by, current),
        effective_on=effective_on,
        not_before=last.effective_on if last else current.starts,
        today=today(),
        reason=reason,
    )
    rules.check_reason_code(to, reason_code)
    if line.target in GUARDED:
        check_arrival(to, arrival_of(current))
    if line.place == rules.PlaceEffect.TAKES:
        refuse_second_place(current, cohort)
        current.place = free_place(cohort)
    named = {"offered_by": offered_by.pk} if offered_by else {}
    return apply_line(current, line, effective_on=effective_on, by=by, reason=reason, reason_code=reason_code, **named)


def apply_line(
    enrolment: Enrolment,
    line: rules.Transition,
    *,
    effective_on: date,
    by: User | None,
    reason: str = "",
    reason_code: str = "",
    **detail: object,
) -> EnrolmentChange:
    """Write the change, copy its state and record it, with `detail` in the trail.

    A released place stays named on the row as history.
    """
    change = EnrolmentChange.objects.create(
        enrolment=enrolment,
        from_state=line.source,
        to_state=line.target,
        effective_on=effective_on,
        by=by,
        reason=reason.strip(),
        reason_code=reason_code,
    )
    enrolment.state = line.target.value
    enrolment.save(update_fields=["state", "place"])
    if line.target in CLOSES:
        close_open(enrolment=enrolment, because=CLOSES[line.target], by=by)
    if line.source == EnrolmentState.SUBMITTED and line.target not in JUDGED:
        _leave_sample(enrolment, by)
    audit.record(
        "enrolment_moved",
        by=by,
        record_type="enrolment",
        record=enrolment.ref,
        hub=enrolment.cohort.hub_id,
        reason=reason.strip(),
        source=line.source,
        target=line.target.value,
        effective_on=effective_on.isoformat(),
        place=line.place.value,
        **detail,
    )
    return change


def _leave_sample(enrolment: Enrolment, by: User | None) -> None:
    """What is no longer submitted is not verified: it neither waits for a verifier nor passes with a sample."""
    Verification.objects.open().filter(enrolment=enrolment).update(
        outcome=VerificationOutcome.LEFT, decided_by=by, decided_at=now()
    )
