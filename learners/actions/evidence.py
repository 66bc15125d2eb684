"""What a learner does with a draft: start, save, delete, add and remove files, begin a new version with a copy."""

from collections.abc import Iterable
from dataclasses import asdict, replace

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now, today
from gpa_programme.core.uploads import Upload
from learners.actions import storage
from learners.enums import VersionState
from learners.models import (
    Competency,
    Enrolment,
    EvidenceFile,
    EvidenceItem,
    EvidenceLink,
    EvidenceVersion,
    Observation,
    Witness,
)
from learners.queries.chain import carried_on
from learners.rules import evidence as rules
from learners.rules.evidence import Content
from learners.rules.guard import Hit, patient_details
from learners.rules.witnesses import check_may_copy, check_not_asked


def start_item(
    *, enrolment: Enrolment, kind: str, by: User, competencies: Iterable[Competency] = ()
) -> EvidenceVersion:
    """A new item with an empty draft, already tied to those competencies that are in scope."""
    check_writer(enrolment, by=by)
    with transaction.atomic():
        item = EvidenceItem.objects.create(enrolment=enrolment, kind=kind)
        version = EvidenceVersion.objects.create(item=item, number=1)
        scope = set(enrolment.scope.current().values_list("competency", flat=True))
        EvidenceLink.objects.bulk_create(
            EvidenceLink(version=version, competency=one) for one in competencies if one.pk in scope
        )
        record("evidence_started", version, by=by)
    return version


def content_of(version: EvidenceVersion) -> Content:
    """What a version says now, as its rules read it."""
    links = version.links.select_related("competency")
    return Content(
        version.title,
        version.text,
        version.no_patient_details,
        {link.competency.code: link.justification for link in links},
        version.answers,
        version.entries,
        version.prior_learning,
    )


def save_draft(*, version: EvidenceVersion, revision: int, content: Content, by: User) -> EvidenceVersion:
    """Save a draft as it was typed over `revision`, and return it with its next revision.

    Raises StateError `submitted` where it is frozen by now: nothing revives it; StateError `asked` where a colleague
    has what would change. Raises ConflictError `draft_changed` where it was saved elsewhere since and something would
    be lost. Saves leave no event: a draft is only its owner's.
    """
    with transaction.atomic():
        draft = lock_draft(version, by=by)
        stored = content_of(draft)
        if stored.agrees_with(content):
            return draft
        ticked = replace(stored, no_patient_details=content.no_patient_details)
        if not ticked.agrees_with(content):
            check_not_asked(asked=Witness.objects.filter(version=draft).exists())
        if draft.revision != revision:
            raise ConflictError(
                "This draft was changed in another window or on another device since you opened it.",
                code="draft_changed",
            )
        draft.title = content.title.strip()[: rules.TITLE_MAX]
        draft.text = content.text.strip()[: rules.TEXT_MAX]
        draft.no_patient_details = content.no_patient_details
        draft.answers = {key: said.strip()[: rules.TEXT_MAX] for key, said in content.answers.items() if said.strip()}
        draft.entries = [dict(entry) for entry in content.entries]
        draft.prior_learning = content.prior_learning
        draft.revision += 1
        draft.saved_at = now()
        draft.save()
        if stored.links != content.links:
            _relink(draft, content)
        _let_go(draft)
    return draft


def add_file(*, version: EvidenceVersion, upload: Upload, by: User) -> EvidenceFile:
    """Keep a checked file with a draft, with what the guard finds inside; the same bytes under one name are kept once.

    Raises DomainError `files` and `destroyed`.
    """
    with transaction.atomic():
        draft = lock_draft(version, by=by)
        same = draft.files.filter(sha256=upload.sha256, name=upload.name).first()
        if same is not None:
            return same
        if draft.files.count() >= rules.FILES_MAX:
            raise DomainError(f"You can add up to {rules.FILES_MAX} files", field="files", code="files")
        stored_as = storage.keep(upload)
        findings = patient_details(upload.inside.parts, today=today())
        file = EvidenceFile.objects.create(
            version=draft,
            name=upload.name,
            content_type=upload.content_type,
            size=len(upload.data),
            sha256=upload.sha256,
            stored_as=stored_as,
            findings=[asdict(hit) for hit in findings],
            unread=upload.inside.unread,
        )
        record("evidence_file_added", draft, by=by, sha256=upload.sha256)
    return file


def remove_file(*, version: EvidenceVersion, file_id: int, by: User) -> None:
    """Take a file off a draft; twice is once. Its bytes go with it unless another version holds them."""
    with transaction.atomic():
        draft = lock_draft(version, by=by)
        file = draft.files.filter(pk=file_id).first()
        if file is None:
            return
        file.delete()
        storage.drop_unused(file)
        record("evidence_file_removed", draft, by=by, sha256=file.sha256)
        _let_go(draft)


def delete_draft(*, version: EvidenceVersion, by: User) -> None:
    """Delete a draft that nobody else has seen, with its item and files; that there was one stays in the trail.

    Raises as lock_draft and check_may_delete do.
    """
    with transaction.atomic():
        draft = lock_draft(version, by=by)
        check_may_delete(draft)
        files = list(draft.files.all())
        record("evidence_draft_deleted", draft, by=by, sha256=sorted(file.sha256 for file in files))
        for file in files:
            file.delete()
            storage.drop_unused(file)
        draft.links.all().delete()
        draft.delete()
        draft.item.delete()


def check_may_delete(version: EvidenceVersion) -> None:
    """Raise StateError where a version is not a draft that nobody else has seen (rules.evidence.check_may_delete)."""
    seen = Witness.objects.filter(version=version).exists() or Observation.objects.filter(version=version).exists()
    rules.check_may_delete(number=version.number, writable=version.writable, seen=seen)


def hits_in(draft: EvidenceVersion) -> list[Hit]:
    """What the guard finds in a draft as it is saved: its words, the names of its files and what they hold."""
    files = list(draft.files.values_list("name", "findings"))
    names = [name for name, _findings in files]
    return rules.hits_in(content_of(draft), file_names=names, findings=rules.findings_of(files), today=today())


def _let_go(draft: EvidenceVersion) -> None:
    """Make a held draft an ordinary one again where nothing is found in it any more."""
    if draft.state == VersionState.HELD and not hits_in(draft):
        draft.state = VersionState.DRAFT
        draft.save(update_fields=["state"])


def new_version(*, item: EvidenceItem, by: User) -> EvidenceVersion:
    """A draft that starts as a copy of the last submitted version; where there is a draft already, that one.

    Locks in the order of submitting and of flags: the enrolment, then its item. Who confirms a flag on the same bytes,
    in whoever's portfolio, locks every enrolment that holds them and looks again who does. Either that is first and
    what it destroyed is not copied, or it waits and destroys the copy with the rest.
    """
    check_writer(carried_on(item.enrolment), by=by)
    check_may_copy(item.kind)
    with transaction.atomic():
        Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=item.enrolment_id)
        locked = EvidenceItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        last = locked.versions.order_by("-number").first()
        if last is None:
            raise StateError("This item has no version to copy.", code="no_version")
        if last.writable:
            return last
        draft = EvidenceVersion.objects.create(
            item=locked,
            number=last.number + 1,
            title="" if last.destroyed_at else last.title,
            text=last.text,
            answers=last.answers,
            entries=last.entries,
            prior_learning=last.prior_learning,
        )
        EvidenceLink.objects.bulk_create(
            EvidenceLink(version=draft, competency_id=link.competency_id, justification=link.justification)
            for link in last.links.all()
        )
        EvidenceFile.objects.bulk_create(
            EvidenceFile(
                version=draft,
                name=file.name,
                content_type=file.content_type,
                size=file.size,
                sha256=file.sha256,
                stored_as=file.stored_as,
                findings=file.findings,
                unread=file.unread,
            )
            for file in last.files.filter(destroyed_at__isnull=True)
        )
        record("evidence_new_version", draft, by=by)
    return draft


def check_writer(enrolment: Enrolment, *, by: User) -> None:
    """Raise unless this is the learner, and one who is learning: nobody else adds to a portfolio."""
    if enrolment.learner_id != by.pk:
        raise DomainError("Only the learner adds to their own portfolio.", code="not_own")
    if not rules.may_write(enrolment.state):
        raise StateError(
            f"Evidence can be added while you are learning; your enrolment is “{enrolment.status.label}”.",
            code="not_learning",
        )


def lock_draft(version: EvidenceVersion, *, by: User) -> EvidenceVersion:
    """The version with its item locked: whoever saves or submits it waits here. Raises StateError once submitted, or
    deleted meanwhile.
    """
    item = EvidenceItem.objects.select_for_update(of=("self",), no_key=True).filter(pk=version.item_id).first()
    if item is None:
        raise StateError("This draft was deleted.", code="deleted")
    draft = EvidenceVersion.objects.select_related("item__enrolment__cohort").get(pk=version.pk, item=item)
    draft.item.enrolment = carried_on(draft.item.enrolment)
    if draft.item.enrolment.learner_id != by.pk:
        raise DomainError("Only the learner changes their own draft.", code="not_own")
    if not draft.writable:
        raise StateError("This version was submitted already, so it can no longer be changed.", code="submitted")
    return draft


def lock_portfolio(enrolment: Enrolment, *, by: User) -> Enrolment:
    """The enrolment in which a portfolio goes on, locked, where the learner may write: a transfer that ran meanwhile
    is followed. Raises as check_writer does.
    """
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.get(pk=enrolment.pk)
    current = carried_on(locked)
    check_writer(current, by=by)
    return locked if current.pk == locked.pk else rows.get(pk=current.pk)


def _relink(draft: EvidenceVersion, content: Content) -> None:
    """Tie the draft to exactly these competencies; those out of the learner's scope are left out."""
    scope = Competency.objects.filter(
        pk__in=draft.item.enrolment.scope.current().values("competency"), code__in=content.links
    )
    draft.links.all().delete()
    EvidenceLink.objects.bulk_create(
        EvidenceLink(
            version=draft, competency=one, justification=content.links[one.code].strip()[: rules.JUSTIFICATION_MAX]
        )
        for one in scope
    )


def record(verb: str, version: EvidenceVersion, *, by: User | None, reason: str = "", **detail: object) -> None:
    """Write what happened to a version into the trail."""
    item = version.item
    audit.record(
        verb,
        by=by,
        record_type="evidence",
        record=item.ref,
        hub=item.enrolment.cohort.hub_id,
        reason=reason,
        version=version.number,
        **detail,
    )
