"""Inviting people to a role: it mixes national, hub and practice roles, so it stands here."""

from django.db import transaction

from gpa_programme.accounts import access
from gpa_programme.accounts import actions as accounts
from gpa_programme.accounts.enums import Permission, RoleKey
from gpa_programme.accounts.models import NATIONAL_KEYS, User
from gpa_programme.audit import actions as audit
from gpa_programme.core import work
from gpa_programme.core.errors import DomainError
from gpa_programme.core.work import Work
from gpa_programme.notices import actions as notices
from hubs.enums import HubRole
from hubs.models import Hub, HubMembership, Organisation, PracticeMembership


def invite(
    *,
    email: str,
    name: str,
    role: RoleKey,
    by: User | None,
    hub: Hub | None = None,
    practice: Organisation | None = None,
) -> User:
    """Give a person a role and tell them by mail; inviting twice gives one role and one more mail.

    `by` is None only on the command line. Raises DomainError for a role without its hub or practice, a closed account,
    oneself, and a role or place that is not the inviter's to give.
    """
    _check_right(by, email, role, hub, practice)
    with transaction.atomic():
        person, _ = accounts.known_person(email=email, name=name, by=by)
        where = _give(person, role, hub, practice, by)
        if not person.is_active:
            raise DomainError("This person's account is closed. Ask the national team.", field="email")
        notices.post("invited", to=person, context={"role": str(role.label), "where": where})
        audit.record(
            "person_invited",
            by=by,
            record_type="person",
            record=person.pk,
            hub=hub.pk if hub else None,
            role=role.value,
        )
    return person


def run_again(*, kind: str, row: Work, by: User) -> None:
    """Queue a parked row again, on record."""
    with transaction.atomic():
        work.retry(row)
        audit.record("work_run_again", by=by, record_type=kind, record=row.pk)


def _check_right(by: User | None, email: str, role: RoleKey, hub: Hub | None, practice: Organisation | None) -> None:
    """Who may give which role where: the national lead all of them, a hub's people those beneath their own."""
    if by is None or access.is_national(by, Permission.INVITE_PEOPLE):
        return
    if by.email == email.strip().lower():
        raise DomainError("Somebody else must give you a role.", field="email")
    for record, field in ((hub, "hub"), (practice, "practice")):
        if record is not None and not access.can(by, Permission.INVITE_PEOPLE, record):
            raise DomainError("You can invite people to your own hub and its practices only.", field=field)
    leads = {grant.scope.hub for grant in access.grants(by) if grant.role == RoleKey.HUB_LEAD}
    if role == RoleKey.HUB_LEAD and (hub is None or hub.pk not in leads):
        raise DomainError("A hub lead is invited by a lead of that hub or by the national lead.", field="role")


def _give(person: User, role: RoleKey, hub: Hub | None, practice: Organisation | None, by: User | None) -> str:
    if role in NATIONAL_KEYS:
        if by is not None and not access.is_national(by, Permission.INVITE_PEOPLE):
            raise DomainError("Only the national lead invites people to national roles.", field="role")
        accounts.give_national_role(person=person, role=role, by=by)
        return "England"
    if role.value in HubRole.values:
        if hub is None:
            raise DomainError("Select the hub.", field="hub")
        HubMembership.objects.get_or_create(user=person, hub=hub, role=role.value, until=None)
        return hub.name
    if role == RoleKey.PRACTICE_MANAGER:
        if practice is None:
            raise DomainError("Enter the ODS code of the practice.", field="practice")
        PracticeMembership.objects.get_or_create(user=person, practice=practice, until=None)
        return practice.name
    raise DomainError("Learners and mentors are invited where a learner is enrolled.", field="role")
