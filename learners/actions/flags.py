"""A flag says that evidence names a patient: hidden at once, then cleared or destroyed by somebody else's decision."""

from collections.abc import Callable, Iterable

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now, today
from learners.actions import storage
from learners.actions.copies import forget_copies_of
from learners.actions.requests import ask, close_open
from learners.emails import flags as emails
from learners.enums import ClosedBecause, FlagState, RequestRoute, VersionState
from learners.models import (
    Enrolment,
    EvidenceFile,
    EvidenceItem,
    EvidenceLink,
    EvidenceVersion,
    PatientFlag,
    SignOffRequest,
    Witness,
)
from learners.queries.flags import deciders_of, decides_for_hub, touched_by
from learners.rules import flags as rules


def raise_flag(*, version: EvidenceVersion, file: EvidenceFile | None, where: str, by: User) -> PatientFlag:
    """Hide a submitted version from everybody but its author, because its words or `file` name a patient.

    An author may say so of their own; then only the hub decides. The author and the hub are told, without the words.
    Raises DomainError `where` or `repeats`, StateError `gone`, ConflictError `flagged`.
    """
    rules.check_where(where, today=today())
    with transaction.atomic():
        locked = _lock(version)
        _open_requests([locked])  # whoever is deciding on it now is first
        gone = file.destroyed_at if file else locked.destroyed_at
        if gone or locked.state != VersionState.SUBMITTED:
            raise StateError("This is destroyed already, so there is nothing to hide.", code="gone")
        if PatientFlag.objects.filter(version=locked, state=FlagState.OPEN).exists():
            raise ConflictError("Somebody said so already: it is hidden until that is decided.", code="flagged")
        flag = PatientFlag.objects.create(version=locked, file=file, where=where.strip(), raised_by=by)
        if version.item.enrolment.learner_id != by.pk:
            emails.raised(flag)
        for person in deciders_of(flag):
            emails.to_decide(flag, person)
        _record("flag_raised", flag, by=by)
    return flag


def clear_flag(*, flag: PatientFlag, answer: str, by: User) -> PatientFlag:
    """Say why no patient can be recognised: the version is shown again. Only for the hub, never for who raised it.

    Raises DomainError `answer` or `not_yours`, StateError `decided`.
    """
    rules.check_answer(answer, today=today())
    with transaction.atomic():
        locked = _lock_flag(flag)
        if not _may(rules.may_clear, locked, by):
            raise DomainError("Somebody else of the hub decides on this.", code="not_yours")
        _decide(locked, FlagState.CLEARED, answer, by=by)
        emails.decided(locked)
    return locked


def confirm_flag(*, flag: PatientFlag, answer: str = "", by: User) -> PatientFlag:
    """Say that it names a patient: what was flagged is destroyed for good, wherever it is kept.

    For its author or the hub, never for who raised it. Raises DomainError `not_yours` or `repeats`, StateError
    `decided`.
    """
    rules.check_not_repeated(answer, field="answer", today=today())
    with transaction.atomic():
        _lock_holders([flag.version, *touched_by(flag)])
        locked = _lock_flag(flag)
        if not _may(rules.may_confirm, locked, by):
            raise DomainError("Somebody else decides on this: two people have to agree.", code="not_yours")
        touched = touched_by(locked)
        _decide(locked, FlagState.CONFIRMED, answer, by=by)
        _destroy(locked, touched, by=by)
        locked.version.refresh_from_db(fields=["destroyed_at"])
        emails.decided(locked)
    return locked


def _lock(version: EvidenceVersion) -> EvidenceVersion:
    """The version, in the order in which submitting locks: its enrolment, then its item."""
    Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=version.item.enrolment_id)
    EvidenceItem.objects.select_for_update(of=("self",), no_key=True).get(pk=version.item_id)
    return EvidenceVersion.objects.select_related("item__enrolment__cohort", "item__enrolment__learner").get(
        pk=version.pk
    )


def _lock_holders(versions: list[EvidenceVersion]) -> None:
    """Lock the enrolments that hold or name these versions, in one order for everybody who destroys."""
    waiting = SignOffRequest.objects.open().filter(versions__in=versions).values_list("enrolment", flat=True)
    holders = {*waiting, *(version.item.enrolment_id for version in versions)}
    list(Enrolment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=holders).order_by("pk"))


def _lock_flag(flag: PatientFlag) -> PatientFlag:
    _lock(flag.version)
    rows = PatientFlag.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("version__item__enrolment__cohort", "file").get(pk=flag.pk)
    rules.check_open(locked.state)
    return locked


def _may(rule: Callable[..., bool], flag: PatientFlag, by: User) -> bool:
    author = flag.version.item.enrolment.learner_id
    return rule(by=by.pk, raised_by=flag.raised_by_id, author=author, for_hub=decides_for_hub(by, flag))


def _decide(flag: PatientFlag, state: FlagState, answer: str, *, by: User) -> None:
    flag.state, flag.answer, flag.decided_by, flag.decided_at = state, answer.strip(), by, now()
    flag.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    _record(f"flag_{state}", flag, by=by, reason=answer.strip())


# --------------------------------------------------------------------------------------------------------- destroying


def _destroy(flag: PatientFlag, touched: list[EvidenceVersion], *, by: User) -> None:
    """Destroy a file in every version that holds it, or the words of a version with all its files.

    A version of which nothing is left is destroyed with its last file. Hashes stay: they prove what was decided on.
    """
    _lock_holders(touched)  # who came to hold it while this waited
    files = EvidenceFile.objects.filter(version__in=touched, destroyed_at__isnull=True)
    places: dict[str, set[str]] = {}
    for file in files.filter(sha256=flag.file.sha256) if flag.file else files:
        places.setdefault(file.sha256, set()).add(file.stored_as)
        _bury(file)
    gone = touched if flag.file is None else [version for version in touched if not _has_something(version)]
    for version in gone:
        _blank(version)
    for version in touched:
        _record_destroyed(flag, version, words=version in gone, by=by)
    _close_requests([version for version in gone if version.state == VersionState.SUBMITTED], by=by)
    forget_copies_of({version.item.enrolment.learner_id for version in touched})
    for sha256, where in sorted(places.items()):
        if not EvidenceFile.objects.filter(sha256=sha256, destroyed_at__isnull=True).exists():
            storage.destroy(sha256, where)


def _bury(file: EvidenceFile) -> None:
    """Make a submitted version's file a tombstone; a draft just loses it."""
    if file.version.writable:
        file.delete()
        return
    file.destroyed_at, file.stored_as, file.findings = now(), "", []
    file.save(update_fields=["destroyed_at", "stored_as", "findings"])


def _has_something(version: EvidenceVersion) -> bool:
    return any(rules.words_of(version)) or version.files.filter(destroyed_at__isnull=True).exists()


def _blank(version: EvidenceVersion) -> None:
    """Take every word out of a version; of a draft as well, which stays one."""
    version.title = "" if version.writable else rules.DESTROYED_TITLE
    version.text, version.answers, version.entries, version.explanation = "", {}, [], ""
    version.revision += 1
    version.destroyed_at = None if version.writable else now()
    version.save()
    EvidenceLink.objects.filter(version=version).update(justification="")
    version.files.filter(destroyed_at__isnull=False).update(name=rules.DESTROYED_NAME)
    Witness.objects.filter(version=version).update(statement="", asks="")


def _open_requests(versions: Iterable[EvidenceVersion]) -> list[SignOffRequest]:
    """The open requests that name one of the versions, locked."""
    named = SignOffRequest.objects.open().filter(versions__in=list(versions)).values("pk")
    rows = SignOffRequest.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=named)
    return list(rows.select_related("enrolment__cohort", "enrolment__learner", "competency").order_by("pk"))


def _close_requests(gone: list[EvidenceVersion], *, by: User) -> None:
    """Close what waits over destroyed versions; what else a request names is asked for again, as old as it was."""
    for request in _open_requests(gone):
        standing = list(request.versions.filter(destroyed_at__isnull=True).order_by("pk"))
        close_open(
            enrolment=request.enrolment,
            because=ClosedBecause.DESTROYED,
            by=by,
            competencies=[request.competency_id],
        )
        if standing:
            again = ask(
                enrolment=request.enrolment,
                competency=request.competency,
                versions=standing,
                route=RequestRoute(request.route),
            )
            again.requested_at, again.reminded_days = request.requested_at, request.reminded_days
            again.save(update_fields=["requested_at", "reminded_days"])


def _record_destroyed(flag: PatientFlag, version: EvidenceVersion, *, words: bool, by: User) -> None:
    audit.record(
        "evidence_destroyed",
        by=by,
        record_type="evidence",
        record=version.item.ref,
        hub=version.item.enrolment.cohort.hub_id,
        flag=flag.pk,
        number=version.number,
        what="words and files" if words else "a file",
        sha256=version.sha256 if words or flag.file is None else flag.file.sha256,
    )


def _record(verb: str, flag: PatientFlag, *, by: User, reason: str = "") -> None:
    audit.record(
        verb,
        by=by,
        record_type="evidence",
        record=flag.version.item.ref,
        hub=flag.version.item.enrolment.cohort.hub_id,
        reason=reason,
        flag=flag.pk,
        number=flag.version.number,
        about="a file" if flag.file_id else "the words",
    )
