"""post() writes a message inside an action's transaction; deliver() sends one; digests gather what waits."""

import hashlib
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.template import engines
from django.template.loader import get_template, render_to_string

from gpa_programme.accounts.models import User
from gpa_programme.core import work
from gpa_programme.core.periods import now
from gpa_programme.notices.models import Message

log = logging.getLogger(__name__)

DIGEST_AFTER = timedelta(minutes=30)


def post(
    template: str,
    *,
    to: User | None = None,
    address: str = "",
    context: dict[str, Any] | None = None,
    digest: str = "",
    due_at: datetime | None = None,
) -> Message:
    """Write a message to a person or address in the caller's transaction; it is sent after commit.

    `template` names templates/notices/<template>/; `context` is JSON; with `digest` set the message waits and goes
    with the person's others of that digest as one mail, half an hour later or at `due_at`. Raises RuntimeError outside
    a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("notices.post() belongs inside the action's transaction: no mail before commit.")
    message = Message.objects.create(
        person=to,
        address=address,
        template=template,
        template_sha256=template_hash(template),
        context=context or {},
        digest=digest,
        due_at=due_at or (now() + DIGEST_AFTER if digest else now()),
    )
    if not digest:
        work.ring("message", message.pk)
    return message


def template_hash(template: str) -> str:
    """SHA-256 over the three files of a message template."""
    together = hashlib.sha256()
    for part in ("subject.txt", "body.txt", "body.html"):
        together.update(get_template(f"notices/{template}/{part}").template.source.encode())  # type: ignore[attr-defined]
    return together.hexdigest()


def deliver(message: Message) -> None:
    """Send one message; with a digest, every waiting one of the same person and digest in one mail."""
    if not message.digest:
        _send(message, message.template, message.context)
        return
    waiting = Message.objects.filter(person=message.person, address=message.address, digest=message.digest)
    waiting.filter(work_state=work.WorkState.QUEUED).update(
        work_state=work.WorkState.RUNNING, claim=message.claim, leased_until=message.leased_until
    )
    batch = list(waiting.filter(work_state=work.WorkState.RUNNING, claim=message.claim).order_by("pk"))
    _send(message, f"digest_{message.digest}", {"lines": [row.context for row in batch], "count": len(batch)})
    Message.objects.filter(pk__in=[row.pk for row in batch]).update(
        work_state=work.WorkState.DONE, sent_at=now(), finished_at=now(), claim="", leased_until=None
    )


def _send(message: Message, template: str, context: dict[str, Any]) -> None:
    person = message.person
    if person is not None and not person.is_active:
        log.info("message %s is for a closed account and is not sent", message.pk)
        return
    recipient = person.email if person else message.address
    shown = {
        **context,
        "name": person.get_short_name() if person else "",
        "site": settings.SITE_URL,
        "demonstration": settings.DEMONSTRATION,
    }
    subject = " ".join(_plain(f"notices/{template}/subject.txt", shown).split())
    mail = EmailMultiAlternatives(subject, _plain(f"notices/{template}/body.txt", shown), to=[recipient])
    mail.attach_alternative(render_to_string(f"notices/{template}/body.html", shown), "text/html")
    mail.send()
    Message.objects.filter(pk=message.pk).update(sent_at=now(), subject=subject[:200])


def _plain(name: str, shown: dict[str, Any]) -> str:
    """Text that is no markup, so nothing in it is escaped."""
    source = get_template(name).template.source  # type: ignore[attr-defined]
    with_text = engines["django"].from_string(f"{{% autoescape off %}}{source}{{% endautoescape %}}")
    return with_text.render(shown)


def redate(
    *, to: User, digests: Collection[str], due_at: datetime, between: tuple[datetime, datetime] | None = None
) -> int:
    """Let a person's waiting digest lines go at another moment: all of them, or those due `between` two moments."""
    waiting = Message.objects.filter(person=to, digest__in=digests, work_state=work.WorkState.QUEUED)
    if between is not None:
        waiting = waiting.filter(due_at__gte=between[0], due_at__lt=between[1])
    return waiting.update(due_at=due_at)


def take_back(*, to: User, digests: Collection[str], hrefs: Collection[str]) -> int:
    """Drop a person's waiting digest lines about these addresses: they may no longer open them."""
    waiting = Message.objects.filter(person=to, digest__in=digests, work_state=work.WorkState.QUEUED)
    return waiting.filter(context__href__in=list(hrefs)).delete()[0]


def send_digests() -> int:
    """Ring for messages that waited long enough; returns how many."""
    due = Message.objects.exclude(digest="").filter(work_state=work.WorkState.QUEUED, due_at__lte=now())
    with transaction.atomic():
        pks = list(due.values_list("pk", flat=True)[: work.SWEEP_BATCH])
        work.ring("message", *pks)
    return len(pks)
