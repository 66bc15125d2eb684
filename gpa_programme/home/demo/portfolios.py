"""Writes planned portfolios in bulk: evidence, frozen versions, requests, decisions, hashes as the rules say."""

import random
from dataclasses import dataclass
from datetime import date, datetime

from gpa_programme.core.periods import london_date
from gpa_programme.home.demo import texts
from gpa_programme.home.demo.bulk import Rows
from gpa_programme.home.demo.plans import Asked, Piece, Said
from gpa_programme.home.demo.refs import Refs
from learners.enums import DecisionKind, MentorKind, VersionState
from learners.models import (
    Competency,
    Decision,
    EvidenceItem,
    EvidenceLink,
    EvidenceVersion,
    RequestVersion,
    SignOffRequest,
)
from learners.rules import evidence as evidence_rules
from learners.rules import signoff as signoff_rules

K = DecisionKind


@dataclass(frozen=True)
class Owner:
    """Whose portfolio it is, and who mentors them: the GP mentor by day, and a second mentor where there is one."""

    enrolment: int
    learner: int
    name: str
    mentors: tuple[tuple[date, int], ...]
    second: int | None

    def gp_on(self, day: date) -> int:
        """The GP mentor on a day: the last one who had begun."""
        return next((person for since, person in reversed(self.mentors) if since <= day), self.mentors[0][1])


class Portfolios:
    """The tables of portfolios, waiting to be written."""

    def __init__(self, competencies: list[Competency]) -> None:
        self.competencies = competencies
        self.items = Rows(EvidenceItem, "ref", "enrolment_id", "kind", "created_at")
        self.versions = Rows(
            EvidenceVersion,
            *("item_id", "number", "state", "title", "text", "no_patient_details", "saved_at", "revision"),
            *("submitted_at", "sha256"),
        )
        self.links = Rows(EvidenceLink, "version_id", "competency_id", "justification")
        self.requests = Rows(SignOffRequest, "ref", "enrolment_id", "competency_id", "requested_at", "closed_at")
        self.named = Rows(RequestVersion, "request_id", "version_id")
        self.decisions = Rows(
            Decision,
            *("request_id", "enrolment_id", "competency_id", "learner_id", "kind", "by_id", "capacity", "statement"),
            *("reason", "would_satisfy", "effective_on", "decided_at", "sha256"),
        )
        self.item_refs, self.request_refs = Refs(EvidenceItem), Refs(SignOffRequest)

    @property
    def tables(self) -> list[Rows]:
        """What waits to be written."""
        return [self.items, self.versions, self.links, self.requests, self.named, self.decisions]

    def add(self, owner: Owner, pieces: list[Piece], rng: random.Random) -> None:
        """Keep every piece of one learner."""
        for piece in pieces:
            self._piece(owner, piece, rng.randrange(64))

    def _piece(self, owner: Owner, piece: Piece, number: int) -> None:
        held = [self.competencies[place] for place in piece.competencies]
        kind = texts.kind_of(held[0].suggested)
        ref = self.item_refs.next()
        item = self.items.add(ref, owner.enrolment, kind.value, piece.versions[0].saved_at)
        title = texts.pick(texts.TITLES[kind], number)
        why = texts.pick(texts.JUSTIFICATIONS, number)
        for count, said in enumerate(piece.versions, start=1):
            text = texts.account(number, count)
            content = evidence_rules.Content(title, text, said.at is not None, {one.code: why for one in held})
            sha256 = (
                evidence_rules.version_sha256(ref=ref, number=count, kind=kind.value, content=content, files=())
                if said.at
                else ""
            )
            state = (VersionState.SUBMITTED if said.at else VersionState.DRAFT).value
            version = self.versions.add(
                item, count, state, title, text, said.at is not None, said.saved_at, 1, said.at, sha256
            )
            for one in held:
                self.links.add(version, one.pk, why)
            self._requests(owner, said, version, sha256, number)

    def _requests(self, owner: Owner, said: Said, version: int, sha256: str, number: int) -> None:
        for ask in said.asks:
            competency = self.competencies[ask.competency]
            request = self.requests.add(
                self.request_refs.next(), owner.enrolment, competency.pk, ask.at, _closed_at(ask)
            )
            self.named.add(request, version)
            signer: tuple[int, str] | None = None
            for decided in ask.decisions:
                if decided.kind != K.REVOKED or signer is None:
                    signer = _signer(owner, decided.second, decided.at)
                self._decision(owner, request, competency, decided.kind, decided.at, signer, sha256, number)

    def _decision(
        self,
        owner: Owner,
        request: int,
        competency: Competency,
        kind: DecisionKind,
        at: datetime,
        signer: tuple[int, str],
        sha256: str,
        number: int,
    ) -> None:
        wording = signoff_rules.statement(kind, learner=owner.name, competency=str(competency))
        reason, satisfy = words(kind, number)
        self.decisions.add(
            *(request, owner.enrolment, competency.pk, owner.learner, kind.value, *signer, wording, reason, satisfy),
            *(london_date(at), at, signoff_rules.decision_sha256([sha256], wording)),
        )


def _closed_at(ask: Asked) -> datetime | None:
    return next((decided.at for decided in ask.decisions if decided.kind in {K.SIGNED_OFF, K.RETURNED}), None)


def _signer(owner: Owner, second: bool, at: datetime) -> tuple[int, str]:
    if second and owner.second:
        return owner.second, MentorKind.SECOND.value
    return owner.gp_on(london_date(at)), MentorKind.GP.value


def words(kind: DecisionKind, number: int) -> tuple[str, str]:
    """Reason and "what would satisfy me" of a decision of that kind."""
    if kind == K.RETURNED:
        return texts.RETURNS[number % len(texts.RETURNS)]
    return {K.REVOKED: texts.REVOKED, K.CANNOT_JUDGE: texts.CANNOT_JUDGE}.get(kind, ""), ""
