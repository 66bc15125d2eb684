"""What a learner does with evidence: start, save, add files, submit (which freezes a version), make a new one."""

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.periods import now, today
from gpa_programme.core.uploads import Upload
from learners.emails import signoff as emails
from learners.enums import VersionState
from learners.models import (
    Competency,
    Enrolment,
    EvidenceFile,
    EvidenceItem,
    EvidenceLink,
    EvidenceVersion,
    RequestVersion,
    SignOffRequest,
)
from learners.rules import evidence as rules
from learners.rules.evidence import Content


def start_item(
    *, enrolment: Enrolment, kind: str, by: User, competencies: Iterable[Competency] = ()
) -> EvidenceVersion:
    """A new item with an empty draft, already tied to those competencies that are in scope."""
    _check_writer(enrolment, by)
    with transaction.atomic():
        item = EvidenceItem.objects.create(enrolment=enrolment, kind=kind)
        version = EvidenceVersion.objects.create(item=item, number=1)
        scope = set(enrolment.scope.values_list("competency", flat=True))
        EvidenceLink.objects.bulk_create(
            EvidenceLink(version=version, competency=one) for one in competencies if one.pk in scope
        )
        _record("evidence_started", version, by)
    return version


def content_of(version: EvidenceVersion) -> Content:
    """What a version says now, as its rules read it."""
    links = version.links.select_related("competency")
    return Content(
        version.title,
        version.text,
        version.no_patient_details,
        {link.competency.code: link.justification for link in links},
    )


def save_draft(*, version: EvidenceVersion, revision: int, content: Content, by: User) -> EvidenceVersion:
    """Save a draft as it was typed over `revision`, and return it with its next revision.

    Raises StateError `submitted` where it is frozen by now: nothing revives it. Raises ConflictError `draft_changed`
    where it was saved elsewhere since and something would be lost. Saves leave no event: a draft is only its owner's.
    """
    with transaction.atomic():
        draft = _lock_draft(version, by)
        stored = content_of(draft)
        if stored.agrees_with(content):
            return draft
        if draft.revision != revision:
            raise ConflictError(
                "This draft was changed in another window or on another device since you opened it.",
                code="draft_changed",
            )
        draft.title = content.title.strip()[: rules.TITLE_MAX]
        draft.text = content.text.strip()[: rules.TEXT_MAX]
        draft.no_patient_details = content.no_patient_details
        draft.revision += 1
        draft.saved_at = now()
        draft.save()
        if stored.links != content.links:
            _relink(draft, content)
    return draft


def add_file(*, version: EvidenceVersion, upload: Upload, by: User) -> EvidenceFile:
    """Keep a checked file with a draft; the same bytes under one name are kept once. Raises DomainError `files`."""
    with transaction.atomic():
        draft = _lock_draft(version, by)
        same = draft.files.filter(sha256=upload.sha256, name=upload.name).first()
        if same is not None:
            return same
        if draft.files.count() >= rules.FILES_MAX:
            raise DomainError(f"You can add up to {rules.FILES_MAX} files", field="files", code="files")
        stored_as = f"evidence/{upload.sha256[:2]}/{upload.sha256}"
        if not default_storage.exists(stored_as):
            stored_as = default_storage.save(stored_as, ContentFile(upload.data))
        file = EvidenceFile.objects.create(
            version=draft,
            name=upload.name,
            content_type=upload.content_type,
            size=len(upload.data),
            sha256=upload.sha256,
            stored_as=stored_as,
        )
        _record("evidence_file_added", draft, by, sha256=upload.sha256)
    return file


def remove_file(*, version: EvidenceVersion, file_id: int, by: User) -> None:
    """Take a file off a draft; twice is once. Its bytes stay where an earlier version holds them."""
    with transaction.atomic():
        draft = _lock_draft(version, by)
        file = draft.files.filter(pk=file_id).first()
        if file is None:
            return
        file.delete()
        _record("evidence_file_removed", draft, by, sha256=file.sha256)


def submit(*, version: EvidenceVersion, by: User, explanation: str = "") -> list[SignOffRequest]:
    """Freeze a draft and ask for each of its competencies to be signed off; the requests that now name it.

    A competency whose request is still open gets no second one: the open request names this version as well, so a
    mentor who has it open is told that the evidence changed. Raises StateError `submitted` the second time,
    NotReadyError with everything that is missing.
    """
    _check_writer(version.item.enrolment, by)
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=version.item.enrolment_id)
        draft = _lock_draft(version, by)
        content, files = content_of(draft), list(draft.files.all())
        hits = rules.check_ready(
            content, file_names=[file.name for file in files], explanation=explanation, today=today()
        )
        draft.state, draft.submitted_at = VersionState.SUBMITTED, now()
        draft.sha256 = rules.version_sha256(
            ref=draft.item.ref,
            number=draft.number,
            kind=draft.item.kind,
            content=content,
            files=[(file.name, file.sha256) for file in files],
        )
        draft.save()
        requests = [_ask(enrolment, link.competency, draft) for link in draft.links.select_related("competency")]
        _record(
            "evidence_submitted",
            draft,
            by,
            sha256=draft.sha256,
            requests=[request.ref for request in requests],
            explained=sorted({hit.what for hit in hits}),
        )
    return requests


def new_version(*, item: EvidenceItem, by: User) -> EvidenceVersion:
    """A draft that starts as a copy of the last submitted version; where there is a draft already, that one."""
    _check_writer(item.enrolment, by)
    with transaction.atomic():
        locked = EvidenceItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        last = locked.versions.order_by("-number").first()
        if last is None:
            raise StateError("This item has no version to copy.", code="no_version")
        if last.state == VersionState.DRAFT:
            return last
        draft = EvidenceVersion.objects.create(
            item=locked, number=last.number + 1, title=last.title, text=last.text, no_patient_details=False
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
            )
            for file in last.files.all()
        )
        _record("evidence_new_version", draft, by)
    return draft


def _check_writer(enrolment: Enrolment, by: User) -> None:
    if enrolment.learner_id != by.pk:
        raise DomainError("Only the learner adds to their own portfolio.", code="not_own")
    if not rules.may_write(enrolment.state):
        raise StateError(
            f"Evidence can be added while you are learning; your enrolment is “{enrolment.status.label}”.",
            code="not_learning",
        )


def _lock_draft(version: EvidenceVersion, by: User) -> EvidenceVersion:
    """The version with its item locked: whoever saves or submits it waits here. Raises StateError once submitted."""
    item = EvidenceItem.objects.select_for_update(of=("self",), no_key=True).get(pk=version.item_id)
    draft = EvidenceVersion.objects.select_related("item__enrolment__cohort").get(pk=version.pk, item=item)
    if draft.item.enrolment.learner_id != by.pk:
        raise DomainError("Only the learner changes their own draft.", code="not_own")
    if draft.state != VersionState.DRAFT:
        raise StateError("This version was submitted already, so it can no longer be changed.", code="submitted")
    return draft


def _relink(draft: EvidenceVersion, content: Content) -> None:
    """Tie the draft to exactly these competencies; those out of the learner's scope are left out."""
    scope = Competency.objects.filter(pk__in=draft.item.enrolment.scope.values("competency"), code__in=content.links)
    draft.links.all().delete()
    EvidenceLink.objects.bulk_create(
        EvidenceLink(
            version=draft, competency=one, justification=content.links[one.code].strip()[: rules.JUSTIFICATION_MAX]
        )
        for one in scope
    )


def _ask(enrolment: Enrolment, competency: Competency, version: EvidenceVersion) -> SignOffRequest:
    """The open request for the competency, made where there is none, naming the version; its mentors are told."""
    request = (
        SignOffRequest.objects.select_for_update(of=("self",), no_key=True)
        .open()
        .filter(enrolment=enrolment, competency=competency)
        .first()
    )
    again = request is not None
    if request is None:
        request = SignOffRequest.objects.create(enrolment=enrolment, competency=competency)
    RequestVersion.objects.get_or_create(request=request, version=version)
    day = today()
    current = enrolment.mentorships.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
    for mentorship in current.select_related("mentor").exclude(mentor=enrolment.learner_id):
        emails.waits_for(request, mentorship.mentor, again=again)
    return request


def _record(verb: str, version: EvidenceVersion, by: User, reason: str = "", **detail: object) -> None:
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
