"""Submitting: a draft is frozen under its SHA-256 and each of its competencies is asked for."""

from collections.abc import Mapping

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import now, today
from learners.actions.evidence import content_of, lock_draft, lock_portfolio, record
from learners.actions.requests import ask
from learners.actions.witnesses import check_said_by_others
from learners.enums import RequestRoute, VersionState
from learners.models import Enrolment, EvidenceVersion, SignOffRequest
from learners.rules import evidence as rules
from learners.rules.evidence import NotReadyError
from learners.rules.guard import Hit


def submit(*, version: EvidenceVersion, by: User, explanation: str = "") -> list[SignOffRequest]:
    """Freeze a draft and ask for each of its competencies to be signed off; the requests that now name it.

    A competency whose request is still open gets no second one: the open request names this version as well, so a
    mentor who has it open is told that the evidence changed. Raises StateError `submitted` the second time,
    NotReadyError with everything that is missing or found, and then the draft is held until what was found is removed
    or explained; DomainError `no_witness` or `no_observer` where it rests on the word of somebody who has not given it.
    """
    with transaction.atomic():
        enrolment = lock_portfolio(version.item.enrolment, by=by)
        draft = lock_draft(version, by=by)
        try:
            hits = _check_ready(draft, explanation)
        except NotReadyError as error:
            refusal = error
            _hold(draft, error, explanation, by=by)
        else:
            draft.explanation = explanation.strip() if hits else ""
            freeze(draft, check_said_by_others(draft))
            requests = ask_for(draft, enrolment)
            record(
                "evidence_submitted",
                draft,
                by=by,
                sha256=draft.sha256,
                requests=[request.ref for request in requests],
                explained=sorted({hit.what for hit in hits}),
            )
            return requests
    raise refusal  # after the transaction: that the draft is held has to last


def _check_ready(draft: EvidenceVersion, explanation: str) -> list[Hit]:
    files = list(draft.files.values_list("name", "findings"))
    return rules.check_ready(
        content_of(draft),
        file_names=[name for name, _findings in files],
        findings=rules.findings_of(files),
        explanation=explanation,
        today=today(),
    )


def _hold(draft: EvidenceVersion, refusal: NotReadyError, explanation: str, *, by: User) -> None:
    """Hold a draft in which something looks like a patient's detail that nobody explained."""
    if rules.is_explained(refusal.hits, explanation) or draft.state == VersionState.HELD:
        return
    draft.state = VersionState.HELD
    draft.save(update_fields=["state"])
    record("evidence_held", draft, by=by, found=sorted({hit.what for hit in refusal.hits}))


def freeze(draft: EvidenceVersion, others: Mapping[str, str] | None = None) -> None:
    """Make a draft a submitted version under its SHA-256; `others` is what others said, for the hash.

    The caller holds the item's lock and has checked that it is ready.
    """
    draft.state, draft.submitted_at = VersionState.SUBMITTED, now()
    draft.sha256 = rules.version_sha256(
        ref=draft.item.ref,
        number=draft.number,
        kind=draft.item.kind,
        content=content_of(draft),
        files=draft.files.values_list("name", "sha256"),
        others=others,
    )
    draft.save()


def ask_for(version: EvidenceVersion, enrolment: Enrolment) -> list[SignOffRequest]:
    """Ask for each competency of a submitted version that is in scope."""
    route = RequestRoute.PRIOR if version.prior_learning else RequestRoute.USUAL
    scope = enrolment.scope.current().values("competency")
    links = version.links.filter(competency__in=scope).select_related("competency")
    return [ask(enrolment=enrolment, competency=link.competency, versions=[version], route=route) for link in links]
