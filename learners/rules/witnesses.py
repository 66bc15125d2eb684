"""Asking a colleague for a statement: whom, how often, the key in their link, and the hash over what they said."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import EvidenceKind, WitnessState
from learners.rules.said import check_said

LIVES = timedelta(days=30)
AGAIN_AFTER = timedelta(hours=20)
ASKS_A_DAY = 10
SAID_BY_OTHERS = (EvidenceKind.WITNESS, EvidenceKind.OBSERVATION)
ASKS_MAX, STATEMENT_MAX, DECLINE_MAX = 1_000, 5_000, 300


def token_of(key: str, seed: str) -> str:
    """The token in a link: 132 bits of HMAC-SHA256 over a random seed. The seed travels with the mail, the key does
    not stand in the database, so no table holds the token.
    """
    digest = hmac.new(key.encode(), f"witness:{seed}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:22]


def token_sha256(token: str) -> str:
    """SHA-256 of a token: all that is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def statement_sha256(statement: str, signed_name: str, signed_job: str) -> str:
    """SHA-256 over the statement, name and job as canonical JSON: sorted keys, no spaces, UTF-8, line feeds."""
    said = {
        "statement": statement.replace("\r\n", "\n"),
        "signed_name": signed_name,
        "signed_job": signed_job,
    }
    line = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


def state_of(
    *, answered_at: datetime | None, declined_at: datetime | None, expires_at: datetime, moment: datetime
) -> WitnessState:
    """Where a statement stands at a moment."""
    if answered_at:
        return WitnessState.ANSWERED
    if declined_at:
        return WitnessState.DECLINED
    return WitnessState.ASKED if moment < expires_at else WitnessState.EXPIRED


def check_asked(
    *, title: str, links: Mapping[str, str], asks: str, email: str, learner_email: str, today: date
) -> None:
    """Raise NotReadyError with every reason why this cannot be sent to this colleague."""
    problems = []
    if not title.strip():
        problems.append(("title", "Enter what they saw, in a few words"))
    if not asks.strip():
        problems.append(("asks", "Enter what they should speak about"))
    if mailbox(email) == mailbox(learner_email):
        problems.append(("email", "This is your own address: enter the address of the colleague who saw it"))
    if not links:
        problems.append(("competencies", "Select at least one competency that this supports"))
    problems += [(f"why_{code}", f"Enter one line on how this supports {code}") for code in links if not links[code]]
    lines = {f"why_{code}": line for code, line in links.items()}
    check_said({"title": title, "asks": asks, **lines}, problems=problems, today=today)


def draft_text(*, name: str, asks: str) -> str:
    """What the learner's own part of a witness statement says: whom they asked, and what about."""
    return f"I asked {name.strip()} to speak about this:\n\n{asks.strip()}"


def mailbox(email: str) -> str:
    """The mailbox behind an address, whatever its case and whatever follows a plus sign."""
    name, _, host = email.strip().lower().partition("@")
    return f"{name.partition('+')[0]}@{host}"


def check_may_ask(*, asked_today: int) -> None:
    """Raise StateError where somebody has sent as many requests today as anybody needs."""
    if asked_today >= ASKS_A_DAY:
        raise StateError(
            f"You have sent {ASKS_A_DAY} requests since yesterday. Nothing was sent: try again tomorrow.", code="enough"
        )


def may_remind(*, asked_at: datetime, moment: datetime) -> bool:
    """Whether the last mail went long enough ago to send it again."""
    return moment - asked_at >= AGAIN_AFTER


def check_may_remind(*, asked_at: datetime, moment: datetime) -> None:
    """Raise StateError where the last mail went less than a day ago."""
    if not may_remind(asked_at=asked_at, moment=moment):
        raise StateError("The email went out less than a day ago. You can send it again tomorrow.", code="too_soon")


def check_waits(state: WitnessState) -> None:
    """Raise StateError unless the colleague can still answer."""
    refusals = {
        WitnessState.ANSWERED: "This statement was sent already, so it can no longer be changed.",
        WitnessState.DECLINED: "You said that you would rather not, so nothing can be sent any more.",
        WitnessState.EXPIRED: "This link has expired. Ask your colleague to send you a new one.",
    }
    if state in refusals:
        raise StateError(refusals[state], code=state.value)


def check_not_answered(state: WitnessState) -> None:
    """Raise StateError once there is a statement: it stays as its author sent it."""
    if state == WitnessState.ANSWERED:
        raise StateError(
            "The statement has come in. It stays as it is: to ask somebody else, start another witness statement.",
            code="answered",
        )


def check_not_asked(*, asked: bool) -> None:
    """Raise StateError where a draft would change under the eyes of a colleague who is asked about it or has answered:
    what they read was checked before it was sent, and their statement is about that.
    """
    if asked:
        raise StateError("Your colleague has this as you sent it, so it stays as it is.", code="asked")


def check_not_asker(*, learner_id: int, by_id: int | None) -> None:
    """Raise StateError where the learner, signed in, would answer their own request."""
    if learner_id == by_id:
        raise StateError("You are signed in as the learner who asked. Only your colleague answers this.", code="own")


def check_statement(*, statement: str, name: str, job: str, saw_it: bool, today: date) -> None:
    """Raise NotReadyError with every reason why this is no statement yet."""
    wanted = (
        ("statement", statement.strip(), "Enter what you saw"),
        ("signed_name", name.strip(), "Enter your name"),
        ("signed_job", job.strip(), "Enter your job"),
        ("saw_it", saw_it, "Tick the box if you saw this yourself. If you did not, say no below"),
    )
    check_said(
        {"statement": statement, "signed_name": name, "signed_job": job},
        problems=[(field, message) for field, said, message in wanted if not said],
        today=today,
    )


def check_declining(because: str, *, today: date) -> None:
    """Raise NotReadyError where the word that goes with a "no" looks as if it names a patient."""
    check_said({"declined_because": because}, problems=[], today=today)


def may_copy(kind: str) -> bool:
    """Whether a learner makes a new version of such an item: what a mentor watched is watched and recorded anew."""
    return kind != EvidenceKind.OBSERVATION


def check_may_copy(kind: str) -> None:
    """Raise StateError where a new version would put a learner's words under somebody else's name."""
    if not may_copy(kind):
        raise StateError(
            "An observation stays as it is. To show more, let a mentor watch you again.",
            code="observed",
        )


def check_may_submit(kind: str, *, answered: bool) -> None:
    """Raise DomainError where a learner would submit by themselves what rests on somebody else's word."""
    if kind == EvidenceKind.OBSERVATION:
        raise DomainError(
            "An observation is recorded with the mentor who watched, on the page “Record what was watched”. "
            "Nothing was submitted.",
            code="no_observer",
        )
    if kind == EvidenceKind.WITNESS and not answered:
        raise DomainError("Your colleague's statement has not come in yet. Nothing was submitted.", code="no_witness")
