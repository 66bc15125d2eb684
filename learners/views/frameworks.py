"""The pages on which frameworks are read: the versions there are, one of them, what differs between two."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.core.http import page
from gpa_programme.core.tables import Column, Table
from learners.enums import FrameworkState
from learners.models import CompetencyFramework
from learners.queries import frameworks as queries
from learners.rules.framework import COLUMNS, Row
from learners.views.portfolio import HOME

P = Permission
LIST = ("Frameworks", "/frameworks/")


def writes(user: Any) -> bool:
    """Whether the person writes frameworks, and so sees drafts."""
    return access.can(user, P.MANAGE_FRAMEWORKS)


def seen_framework(user: Any, pk: int) -> CompetencyFramework:
    """The version, a draft only for who writes them; 404 otherwise."""
    found: CompetencyFramework = get_object_or_404(queries.visible_frameworks(drafts=writes(user)), pk=pk)
    return found


def crumbs(framework: CompetencyFramework | None = None) -> list[tuple[str, str]]:
    """Home, the list, and the version."""
    return [HOME, LIST, *([(str(framework), framework.get_absolute_url())] if framework else [])]


@needs(P.SEE_FRAMEWORKS)
@require_safe
def frameworks(request: HttpRequest) -> HttpResponse:
    """Every version, with who is on it."""
    write = writes(request.user)
    table = Table(
        queries.visible_frameworks(drafts=write),
        [
            Column("framework", "Framework", value=str, link=lambda row: row.get_absolute_url()),
            Column("programme", "Programme", value=lambda row: row.programme.name),
            Column("state", "State", value=lambda row: row.status, format="status"),
            Column("size", "Competencies", format="number"),
            Column("learners", "Learners", format="number"),
            Column("published_at", "Published", format="date"),
        ],
        request,
        caption="Versions of competency frameworks",
        empty="No framework is published yet.",
    )
    return table.export() or page(
        request,
        "learners/frameworks.html",
        title="Competency frameworks",
        crumbs=[HOME],
        table=table,
        writes=write,
    )


@needs(P.SEE_FRAMEWORKS)
@require_safe
def framework(request: HttpRequest, pk: int) -> HttpResponse:
    """One version by domain, and as a file that can be imported again."""
    found = seen_framework(request.user, pk)
    table = Table(
        queries.rows_of(found),
        [Column(name, name, value=_cell(name)) for name in COLUMNS],
        request,
        caption=str(found),
        filename=f"framework-{found.programme.slug}-{found.version}",
    )
    write = writes(request.user)
    return table.export() or page(
        request,
        "learners/framework.html",
        title=str(found),
        crumbs=crumbs(),
        framework=found,
        domains=queries.by_domain(found),
        others=queries.others_of(found, drafts=write),
        writes=write,
        is_draft=found.state == FrameworkState.DRAFT,
        is_published=found.state == FrameworkState.PUBLISHED,
    )


def _cell(name: str):  # type: ignore[no-untyped-def]
    def value(row: Row) -> Any:
        found = getattr(row, name)
        return ";".join(found) if isinstance(found, tuple) else found

    return value


@needs(P.SEE_FRAMEWORKS)
@require_safe
def framework_compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """What differs from one version (`other`) to this one."""
    new, old = seen_framework(request.user, pk), seen_framework(request.user, other)
    if new.programme_id != old.programme_id:
        raise Http404
    found = queries.compared(old, new)
    return page(
        request,
        "learners/framework_compare.html",
        title=f"What changes from version {old.version} to version {new.version}",
        crumbs=crumbs(new),
        old=old,
        new=new,
        differences=found,
        counts=[(word, sum(row.what == word for row in found)) for word in ("Added", "Changed", "Removed")],
        mapping=queries.mapping_of(new) if new.based_on_id == old.pk else [],
    )
