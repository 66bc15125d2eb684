"""A witness statement: the learner asks a colleague, sends it again or takes it back; the colleague answers once."""

import secrets
from datetime import timedelta

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import StateError
from gpa_programme.core.periods import now, today
from learners.actions.evidence import check_writer, content_of, lock_draft, record, save_draft
from learners.emails import witnesses as emails
from learners.enums import EvidenceKind
from learners.models import EvidenceItem, EvidenceVersion, Witness
from learners.queries.witnesses import state_of, witness_of
from learners.rules import witnesses as rules
from learners.rules.evidence import Content, others_of

ASKED, REMINDED = "witness_asked", "witness_reminded"


def check(*, content: Content, asks: str, email: str, by: User) -> None:
    """Raise NotReadyError with every reason why this cannot be sent to a colleague."""
    rules.check_asked(
        title=content.title, links=content.links, asks=asks, email=email, learner_email=by.email, today=today()
    )


def ask(*, version: EvidenceVersion, content: Content, name: str, job: str, email: str, asks: str, by: User) -> Witness:
    """Ask a colleague for a statement on a draft; who was asked before can no longer answer.

    The draft is saved as `content` with what is asked as its text. Raises NotReadyError with everything that is
    missing or looks like a patient's detail, StateError `answered`, `enough`, `submitted` or `not_learning`.
    """
    check(content=content, asks=asks, email=email, by=by)
    with transaction.atomic():
        draft = lock_draft(version, by=by)
        check_writer(draft.item.enrolment, by=by)
        rules.check_may_ask(asked_today=_asked_lately(by))
        _forget(draft)
        saved = save_draft(version=draft, revision=draft.revision, content=content, by=by)
        seed, moment = _new_seed(), now()
        witness = Witness.objects.create(
            version=saved,
            name=name.strip(),
            job=job.strip(),
            email=email.strip().lower(),
            asks=asks.strip(),
            token_sha256=rules.token_sha256(emails.token(seed)),
            asked_at=moment,
            expires_at=moment + rules.LIVES,
        )
        emails.asked(witness, seed, again=False)
        record(ASKED, saved, by=by, witness=witness.pk)
    return witness


def remind(*, witness: Witness, by: User) -> Witness:
    """Send the mail again with a new link; the earlier one is dead. Raises StateError `answered`, `declined`,
    `too_soon` or `enough`.
    """
    with transaction.atomic():
        draft = lock_draft(witness.version, by=by)
        check_writer(draft.item.enrolment, by=by)
        row = _current(draft)
        if row.answered_at or row.declined_at:
            rules.check_waits(state_of(row))
        moment = now()
        rules.check_may_remind(asked_at=row.asked_at, moment=moment)
        rules.check_may_ask(asked_today=_asked_lately(by))
        seed = _new_seed()
        row.token_sha256 = rules.token_sha256(emails.token(seed))
        row.asked_at, row.expires_at = moment, moment + rules.LIVES
        row.save(update_fields=["token_sha256", "asked_at", "expires_at"])
        emails.asked(row, seed, again=True)
        record(REMINDED, draft, by=by, witness=row.pk)
    return row


def take_back(*, witness: Witness, by: User) -> None:
    """Ask nobody any more: the link is dead. Twice is once. Raises StateError `answered`."""
    with transaction.atomic():
        draft = lock_draft(witness.version, by=by)
        if _forget(draft):
            record("witness_taken_back", draft, by=by, witness=witness.pk)


def answer(*, witness: Witness, statement: str, name: str, job: str, saw_it: bool, by: User | None) -> Witness:
    """Keep a colleague's statement, once and for good, and tell the learner. `by`: who is signed in, if anybody.

    Raises NotReadyError with everything that is missing or looks like a patient's detail, StateError `answered`,
    `declined`, `expired`, `taken_back` or `own`.
    """
    rules.check_not_asker(learner_id=witness.version.item.enrolment.learner_id, by_id=by.pk if by else None)
    rules.check_statement(statement=statement, name=name, job=job, saw_it=saw_it, today=today())
    with transaction.atomic():
        row = _lock(witness)
        row.statement = statement.strip().replace("\r\n", "\n")
        row.signed_name, row.signed_job = name.strip(), job.strip()
        row.sha256 = rules.statement_sha256(row.statement, row.signed_name, row.signed_job)
        row.answered_at = now()
        row.save(update_fields=["statement", "signed_name", "signed_job", "sha256", "answered_at"])
        emails.answered(row)
        record("witness_answered", row.version, by=None, witness=row.pk, sha256=row.sha256)
    return row


def decline(*, witness: Witness, because: str, by: User | None) -> Witness:
    """Keep that a colleague would rather not, with a word if they left one, and tell the learner. Raises as answer."""
    rules.check_not_asker(learner_id=witness.version.item.enrolment.learner_id, by_id=by.pk if by else None)
    rules.check_declining(because, today=today())
    with transaction.atomic():
        row = _lock(witness)
        row.declined_at, row.declined_because = now(), because.strip()
        row.save(update_fields=["declined_at", "declined_because"])
        emails.answered(row)
        record("witness_declined", row.version, by=None, witness=row.pk)
    return row


def check_said_by_others(version: EvidenceVersion) -> dict[str, str]:
    """What others said of a draft that its learner submits, for its SHA-256.

    Raises DomainError `no_witness` or `no_observer` where it rests on somebody else's word and lacks it.
    """
    if version.item.kind not in rules.SAID_BY_OTHERS:
        return {}
    witness = Witness.objects.filter(version=version, answered_at__isnull=False).first()
    rules.check_may_submit(version.item.kind, answered=witness is not None)
    return others_of(witness.sha256 if witness else None, None, None)


def confirm_no_patient(*, version: EvidenceVersion, by: User) -> EvidenceVersion:
    """The learner says that no patient can be recognised in a draft. Raises as save_draft does."""
    said = content_of(version)
    return save_draft(
        version=version,
        revision=version.revision,
        content=Content(said.title, said.text, True, said.links, said.answers, said.entries, said.prior_learning),
        by=by,
    )


def _new_seed() -> str:
    return secrets.token_urlsafe(24)


def _asked_lately(by: User) -> int:
    mine = EvidenceItem.objects.owned_by(by).filter(kind=EvidenceKind.WITNESS)
    asked = AuditEvent.objects.filter(record_type="evidence", record__in=mine.values("ref"))
    return asked.filter(verb__in=[ASKED, REMINDED], at__gte=now() - timedelta(days=1)).count()


def _forget(draft: EvidenceVersion) -> bool:
    """Take away who was asked before, as long as they have not answered; whether there was somebody."""
    before = Witness.objects.filter(version=draft).first()
    if before is None:
        return False
    rules.check_not_answered(state_of(before))
    before.delete()
    return True


def _current(draft: EvidenceVersion) -> Witness:
    found = witness_of(draft)
    if found is None:
        raise StateError("Nobody is asked any more. Ask a colleague first.", code="taken_back")
    return found


def _lock(witness: Witness) -> Witness:
    """The request, under its item's lock, where it can still be answered with the link that was opened."""
    EvidenceItem.objects.select_for_update(of=("self",), no_key=True).get(pk=witness.version.item_id)
    rows = Witness.objects.select_related("version__item__enrolment__cohort", "version__item__enrolment__learner")
    row = rows.filter(pk=witness.pk, token_sha256=witness.token_sha256).first()
    if row is None:
        raise StateError("This link was replaced by a newer one, or taken back.", code="taken_back")
    rules.check_waits(state_of(row))
    return row
