"""What changes a framework: a draft from a version or a file, its competencies and mapping, publication, retirement."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import now
from hubs.models import Programme
from learners.enums import FrameworkState
from learners.models import Competency, CompetencyFramework, CompetencyMapping, Domain, FrameworkImport
from learners.queries.frameworks import rows_of
from learners.rules import framework as rules
from learners.rules.framework import Row


def draft_from(*, framework: CompetencyFramework, by: User) -> CompetencyFramework:
    """A new draft that starts as a copy of a version, each competency mapped to its copy; the open draft if any."""
    with transaction.atomic():
        _lock_programme(framework.programme_id)
        open_draft = CompetencyFramework.objects.filter(programme=framework.programme_id, state=FrameworkState.DRAFT)
        found = open_draft.first()
        if found is not None:
            return found
        draft = _create(framework.programme, framework, rows_of(framework))
        _record("framework_drafted", draft, by, source=framework.version)
    return draft


def keep_import(*, programme: Programme, name: str, sha256: str, rows: Sequence[Row], by: User) -> FrameworkImport:
    """Keep the rows of a file until somebody has looked at them."""
    with transaction.atomic():
        kept = FrameworkImport.objects.create(
            programme=programme, name=name[:150], sha256=sha256, rows=[row.as_json() for row in rows], by=by
        )
        audit.record("framework_file_read", by=by, record_type="framework_import", record=kept.pk, rows=len(rows))
    return kept


def apply_import(*, kept: FrameworkImport, by: User) -> CompetencyFramework:
    """A draft made of a file's rows, mapped by code to the newest version; made once. Raises DomainError `problems`."""
    rows = [Row.from_json(row) for row in kept.rows]
    rules.check_rows(rows)
    with transaction.atomic():
        _lock_programme(kept.programme_id)
        locked = FrameworkImport.objects.select_for_update(of=("self",), no_key=True).get(pk=kept.pk)
        if locked.framework is not None:
            return locked.framework
        if CompetencyFramework.objects.filter(programme=kept.programme_id, state=FrameworkState.DRAFT).exists():
            raise DomainError("There is a draft already. Publish or delete it first. Nothing was saved.", code="draft")
        newest = CompetencyFramework.objects.filter(programme=kept.programme_id).order_by("-version").first()
        draft = _create(kept.programme, newest, rows)
        locked.framework = draft
        locked.save(update_fields=["framework"])
        _record("framework_imported", draft, by, file=kept.name, sha256=kept.sha256, rows=len(rows))
    return draft


def save_competency(*, framework: CompetencyFramework, row: Row, code: str, by: User) -> Competency:
    """Change the competency of that code in a draft, or add one where `code` is empty. Raises DomainError `code`."""
    if row.problems:
        raise DomainError(row.problems[0], field="code", code="problems")
    with transaction.atomic():
        draft = _lock_draft(framework)
        twin = draft.competencies.filter(code=row.code).exclude(code=code or None)
        if twin.exists():
            raise DomainError(f"{row.code} is used by another competency", field="code", code="code")
        domain = draft.domains.filter(name=row.domain).first() or _domain(draft, row)
        found = draft.competencies.filter(code=code).first() if code else None
        if found is None:
            last = draft.competencies.aggregate(last=Max("position"))["last"] or 0
            found = Competency(framework=draft, position=last + 1)
        _fill(found, row, domain)
        found.save()
        _record("competency_saved", draft, by, code=row.code, was=code)
    return found


def remove_competency(*, framework: CompetencyFramework, code: str, by: User) -> None:
    """Take a competency out of a draft; a domain that is left empty goes too. Twice is once.

    Raises StateError `gone` or `frozen`.
    """
    with transaction.atomic():
        draft = _lock_draft(framework)
        draft.competencies.filter(code=code).delete()
        draft.domains.filter(competencies__isnull=True).delete()
        _record("competency_removed", draft, by, code=code)


def save_mapping(
    *, framework: CompetencyFramework, became: Mapping[str, tuple[str, bool]], note: str, by: User
) -> None:
    """Say what became of each older competency, by codes: its successor ("" for none) and whether sign-offs count.

    Raises StateError `gone` or `frozen`.
    """
    with transaction.atomic():
        draft = _lock_draft(framework)
        old = {one.code: one for one in Competency.objects.filter(framework=draft.based_on_id)}
        new = {one.code: one for one in draft.competencies.all()}
        CompetencyMapping.objects.filter(new__framework=draft).delete()
        CompetencyMapping.objects.bulk_create(
            CompetencyMapping(old=old[code], new=new[target], carries=carries)
            for code, (target, carries) in became.items()
            if code in old and target in new
        )
        draft.change_note = note.strip()
        draft.save(update_fields=["change_note"])
        _record("framework_mapped", draft, by, mapped=sum(1 for target, _carries in became.values() if target))


def publish(*, framework: CompetencyFramework, by: User) -> CompetencyFramework:
    """Freeze a draft: learners enrolled from now on get it, all others stay on theirs. Raises StateError."""
    with transaction.atomic():
        draft = _lock_draft(framework)
        empty = list(draft.domains.filter(competencies__isnull=True).values_list("name", flat=True))
        rules.check_publishable(state=draft.state, competencies=draft.competencies.count(), empty_domains=empty)
        draft.state, draft.published_at = FrameworkState.PUBLISHED, now()
        draft.save(update_fields=["state", "published_at"])
        _record("framework_published", draft, by, competencies=draft.competencies.count())
    return draft


def retire(*, framework: CompetencyFramework, reason: str, enrol_until: date | None, by: User) -> CompetencyFramework:
    """Take a published version out of use for a reason; until the cut-off learners may still start with it."""
    with transaction.atomic():
        locked = CompetencyFramework.objects.select_for_update(of=("self",), no_key=True).get(pk=framework.pk)
        rules.check_retirable(state=locked.state, reason=reason)
        locked.state, locked.retired_at = FrameworkState.RETIRED, now()
        locked.retired_reason, locked.enrol_until = reason.strip(), enrol_until
        locked.save(update_fields=["state", "retired_at", "retired_reason", "enrol_until"])
        _record("framework_retired", locked, by, reason.strip(), enrol_until=str(enrol_until or ""))
    return locked


def delete_draft(*, framework: CompetencyFramework, by: User) -> None:
    """Throw a draft away. Raises StateError `gone` or `frozen`."""
    with transaction.atomic():
        draft = _lock_draft(framework)
        _record("framework_draft_deleted", draft, by)
        draft.competencies.all().delete()
        draft.domains.all().delete()
        draft.delete()


def _lock_programme(pk: int) -> None:
    """Whoever makes a version waits here: two drafts of one number cannot be made."""
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _lock_draft(framework: CompetencyFramework) -> CompetencyFramework:
    """The draft for its writer alone. Raises StateError `gone` or `frozen`."""
    locked = CompetencyFramework.objects.select_for_update(of=("self",), no_key=True).filter(pk=framework.pk).first()
    if locked is None:
        raise StateError("This draft was deleted meanwhile. Nothing was saved.", code="gone")
    rules.check_draft(locked.state)
    return locked


def _create(programme: Programme, based_on: CompetencyFramework | None, rows: Sequence[Row]) -> CompetencyFramework:
    last = programme.frameworks.aggregate(last=Max("version"))["last"] or 0
    draft = CompetencyFramework.objects.create(
        programme=programme,
        name=based_on.name if based_on else f"{programme.role} competency framework",
        version=last + 1,
        based_on=based_on,
    )
    for position, row in enumerate(rows, start=1):
        domain = draft.domains.filter(name=row.domain).first() or _domain(draft, row)
        one = Competency(framework=draft, position=position)
        _fill(one, row, domain)
        one.save()
    _map_by_code(draft)
    return draft


def _map_by_code(draft: CompetencyFramework) -> None:
    """At first each competency became the one of its code; its sign-offs count where the title is the same."""
    if draft.based_on_id is None:
        return
    new = {one.code: one for one in draft.competencies.all()}
    CompetencyMapping.objects.bulk_create(
        CompetencyMapping(old=one, new=new[one.code], carries=one.title == new[one.code].title)
        for one in Competency.objects.filter(framework=draft.based_on_id)
        if one.code in new
    )


def _domain(draft: CompetencyFramework, row: Row) -> Domain:
    position = draft.domains.count() + 1
    code = row.code.partition("-")[0][:4]
    if draft.domains.filter(code=code).exists():
        code = f"D{position}"
    return Domain.objects.create(framework=draft, code=code, name=row.domain, position=position)


def _fill(one: Competency, row: Row, domain: Domain) -> None:
    one.domain, one.code, one.title, one.kind, one.description = domain, row.code, row.title, row.kind, row.description
    one.suggested, one.required_kinds, one.may_sign = list(row.suggested), list(row.required_kinds), list(row.may_sign)
    one.minimum_pieces, one.valid_for_months = row.minimum_pieces, row.valid_for_months


def _record(verb: str, framework: CompetencyFramework, by: User, reason: str = "", **detail: Any) -> None:
    audit.record(
        verb,
        by=by,
        record_type="framework",
        record=framework.pk,
        reason=reason,
        version=framework.version,
        programme=framework.programme_id,
        **detail,
    )
