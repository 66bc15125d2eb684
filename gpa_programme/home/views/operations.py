"""Operations, the local outbox, history of a record and the health check."""

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from gpa_programme.accounts import access
from gpa_programme.accounts.access import needs, public
from gpa_programme.accounts.enums import Permission
from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.http import page
from gpa_programme.core.tables import Column, Table
from gpa_programme.home import actions
from gpa_programme.home.queries import operations as queries
from gpa_programme.notices.models import OutboxMail

CRUMBS = [("Home", "/")]


@needs(Permission.SEE_OPERATIONS)
@require_GET
def operations(request: HttpRequest) -> HttpResponse:
    """Queues, parked work and health."""
    return page(
        request,
        "home/operations.html",
        title="Operations",
        crumbs=CRUMBS,
        queues=queries.queues(),
        parked=queries.parked(),
        health=queries.health(),
        may_run=access.can(request.user, Permission.RUN_OPERATIONS),
    )


@needs(Permission.RUN_OPERATIONS)
@require_POST
def run_again(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Queue a parked row again."""
    row = next((row for name, row in queries.parked() if name == kind and row.pk == pk), None)
    if row is None:
        raise Http404
    actions.run_again(kind=kind, row=row, by=request.user)
    messages.success(request, f"{kind} {pk} is queued again.")
    return redirect("operations")


@needs(Permission.SEE_OUTBOX)
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Mails kept here because no mail server is set."""
    table = Table(
        OutboxMail.objects.all(),
        [
            Column("subject", "Subject", link=lambda row: f"/outbox/{row.pk}/"),
            Column("recipient", "To", sort=True),
            Column("at", "When", format="datetime"),
        ],
        request,
        caption="Mails in the outbox, newest first",
        empty="No mail yet. Mails appear here when no mail server is set.",
    )
    return table.export() or page(request, "components/table_page.html", title="Outbox", crumbs=CRUMBS, table=table)


@needs(Permission.SEE_OUTBOX)
@require_GET
def outbox_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail; its text only in the demonstration, because it may hold a sign-in code or a personal link."""
    mail = OutboxMail.objects.filter(pk=pk).first()
    if mail is None:
        raise Http404
    crumbs = [*CRUMBS, ("Outbox", "/outbox/")]
    shown = settings.DEMONSTRATION
    return page(request, "home/mail.html", title=mail.subject, crumbs=crumbs, mail=mail, shown=shown)


@needs(Permission.SEE_HISTORY)
@require_GET
def history(request: HttpRequest, record_type: str, ref: str) -> HttpResponse:
    """Who did what to a record, when and why: events of the reader's hubs only."""
    hubs = access.hub_ids(request.user, Permission.SEE_HISTORY)
    events = AuditEvent.objects.filter(record_type=record_type, record=ref).order_by("-pk")
    if hubs is not None:
        events = events.filter(hub__in=hubs)
    if not events.exists():
        raise Http404
    table = Table(
        events,
        [
            Column("at", "When", format="datetime"),
            Column("verb", "What", value=lambda event: event.verb.replace("_", " ").capitalize()),
            Column("actor_label", "Who"),
            Column("reason", "Why", missing="no reason given"),
        ],
        request,
        caption="Events, newest first",
    )
    title = f"History of {record_type.replace('_', ' ')} {ref}"
    return table.export() or page(request, "components/table_page.html", title=title, crumbs=CRUMBS, table=table)


@public
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this service serves: the database, and whether the worker was seen in the last two minutes."""
    try:
        state = queries.health()
    except DatabaseError:
        return JsonResponse({"serving": False, "database": False}, status=503)
    return JsonResponse({"serving": True, "database": state.database, "worker": state.worker_lives})
