"""A learner's own copy: asked for, kept for some days once it is made, and forgotten."""

from collections.abc import Collection
from datetime import timedelta

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core import work
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import now
from gpa_programme.core.work import WorkState
from learners.models import Enrolment, PortfolioCopy

KEPT = timedelta(days=7)
KIND = "portfolio_copy"


def ask_for_copy(*, enrolment: Enrolment, by: User) -> PortfolioCopy:
    """Have the whole portfolio put into a file; while one is being made, that one. Raises DomainError `not_own`."""
    if enrolment.learner_id != by.pk:
        raise DomainError("Only the learner takes a copy of their portfolio.", code="not_own")
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        underway = locked.copies.filter(work_state__in=[WorkState.QUEUED, WorkState.RUNNING]).first()
        if underway is not None:
            return underway
        copy = PortfolioCopy.objects.create(enrolment=locked, asked_by=by)
        audit.record(
            "portfolio_copy_asked",
            by=by,
            record_type="enrolment",
            record=enrolment.ref,
            hub=enrolment.cohort.hub_id,
        )
        work.ring(KIND, copy.pk)
    return copy


def keep(*, copy: PortfolioCopy, file: File, sha256: str, files: int) -> None:  # type: ignore[type-arg]
    """Store what was made; made twice, the second stands, in the place of the first.

    Raises StateError `overtaken` where the row was taken from this worker meanwhile, because something that the file
    still holds was destroyed: it is made anew.
    """
    with transaction.atomic():
        held = PortfolioCopy.objects.select_for_update(of=("self",), no_key=True).get(pk=copy.pk)
        if held.claim != copy.claim:
            raise StateError("This copy is made anew, so what was made is thrown away.", code="overtaken")
        default_storage.delete(_place(held))  # of a worker who died before the row named its file
        stored_as = default_storage.save(_place(held), file)
        PortfolioCopy.objects.filter(pk=copy.pk).update(
            stored_as=stored_as, sha256=sha256, size=file.size, files=files, expires_at=now() + KEPT
        )


def _place(copy: PortfolioCopy) -> str:
    """Where the file of a copy stands: one place a row, so that none is left behind."""
    return f"copies/{copy.pk}.zip"


def forget_copies() -> int:
    """Delete the files of copies whose days are over; returns how many. The rows stay as history."""
    return _forget(PortfolioCopy.objects.filter(expires_at__lte=now()).exclude(stored_as=""))


def forget_copies_of(learner_ids: Collection[int]) -> int:
    """Delete the files of these learners' copies at once, because something in them was destroyed; returns how many.

    What is being made meanwhile is taken from its worker, who may have read it before, and made anew.
    """
    theirs = PortfolioCopy.objects.filter(enrolment__learner__in=learner_ids)
    with transaction.atomic():
        begun = list(theirs.select_for_update(of=("self",), no_key=True).filter(work_state=WorkState.RUNNING))
        PortfolioCopy.objects.filter(pk__in=[copy.pk for copy in begun]).update(
            work_state=WorkState.QUEUED, claim="", leased_until=None, attempts=0, due_at=now()
        )
        work.ring(KIND, *(copy.pk for copy in begun))
        return _forget(theirs)


def _forget(copies: QuerySet[PortfolioCopy]) -> int:
    gone = list(copies)
    for copy in gone:
        default_storage.delete(copy.stored_as or _place(copy))
    PortfolioCopy.objects.filter(pk__in=[copy.pk for copy in gone]).update(stored_as="")
    return sum(bool(copy.stored_as) for copy in gone)
