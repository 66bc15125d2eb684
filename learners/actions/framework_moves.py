"""A learner goes over to another version of the framework: a recorded choice that loses no sign-off and no request."""

from django.db import transaction

from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.periods import now
from learners.actions.requests import ask, close_open
from learners.enums import LEARNING, WRITABLE, ClosedBecause, CompetencyKind, RequestRoute
from learners.models import Competency, CompetencyFramework, Enrolment, EvidenceLink, FrameworkMove, ScopeItem
from learners.queries.frameworks import successors
from learners.rules import framework as rules


def move_framework(*, enrolment: Enrolment, to: CompetencyFramework, reason: str, by: User) -> FrameworkMove:
    """Pin a learner to another published version of their programme's framework.

    Scope follows the mapping and gains the new core competencies. Sign-offs stay where they were made and count where
    the mapping carries them. Open requests go on for the successor; those for what has none are closed. Drafts
    follow. Raises StateError or DomainError as rules.framework.check_move does.
    """
    with transaction.atomic():
        locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
        rules.check_move(
            same_programme=to.programme_id == locked.cohort.programme_id,
            state=to.state,
            newer=to.version > locked.framework.version,
            learning=locked.state in LEARNING,
            reason=reason,
        )
        move = FrameworkMove.objects.create(
            enrolment=locked, from_framework=locked.framework, to_framework=to, by=by, reason=reason.strip()
        )
        became = {old: new for old, (new, _carries) in successors(locked.framework, to).items()}
        _move_scope(locked, to, became)
        locked.framework = to
        locked.save(update_fields=["framework"])
        _move_requests(locked, became, by)
        _move_drafts(locked, became)
        audit.record(
            "framework_moved",
            by=by,
            record_type="enrolment",
            record=locked.ref,
            hub=locked.cohort.hub_id,
            reason=reason.strip(),
            source=move.from_framework.version,
            target=to.version,
        )
    enrolment.framework = to
    return move


def _move_scope(enrolment: Enrolment, to: CompetencyFramework, became: dict[int, Competency]) -> None:
    moment = now()
    current = enrolment.scope.current()
    held = set(current.values_list("competency", flat=True))
    wanted = {new.pk for old, new in became.items() if old in held}
    wanted |= set(to.competencies.filter(kind=CompetencyKind.CORE).values_list("pk", flat=True))
    current.update(until=moment)
    ScopeItem.objects.bulk_create(
        ScopeItem(enrolment=enrolment, competency_id=pk, since=moment) for pk in sorted(wanted)
    )


def _move_requests(enrolment: Enrolment, became: dict[int, Competency], by: User) -> None:
    waiting = list(enrolment.requests.open().prefetch_related("versions"))
    goes_on = [request for request in waiting if request.competency_id in became]
    ids = [request.competency_id for request in goes_on]
    close_open(enrolment=enrolment, because=ClosedBecause.TRANSFERRED, by=by, competencies=ids)
    close_open(enrolment=enrolment, because=ClosedBecause.OUT_OF_SCOPE, by=by)
    for request in goes_on:
        anew = ask(
            enrolment=enrolment,
            competency=became[request.competency_id],
            versions=request.versions.all(),
            route=RequestRoute(request.route),
        )
        anew.requested_at = min(anew.requested_at, request.requested_at)  # the learner has waited
        anew.save(update_fields=["requested_at"])


def _move_drafts(enrolment: Enrolment, became: dict[int, Competency]) -> None:
    links = EvidenceLink.objects.filter(version__item__enrolment=enrolment, version__state__in=WRITABLE)
    for link in links.exclude(competency__framework=enrolment.framework_id):
        successor = became.get(link.competency_id)
        if successor is None or link.version.links.filter(competency=successor).exists():
            link.delete()
            continue
        link.competency = successor
        link.save(update_fields=["competency"])
