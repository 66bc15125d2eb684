"""What changes people: making one known by their address, national roles, and ending somebody's sessions."""

from allauth.account.models import EmailAddress
from django.db import transaction

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import NationalRole, User
from gpa_programme.audit import actions as audit


def known_person(*, email: str, name: str, by: User | None) -> tuple[User, bool]:
    """The person with that address, made if unknown; True where made. Their name is never overwritten.

    The address counts as verified: only its reader can use the emailed code.
    """
    address = email.strip().lower()
    with transaction.atomic():
        person, made = User.objects.get_or_create(email=address, defaults={"name": name.strip()})
        if not made:
            return person, False
        person.set_unusable_password()
        person.save(update_fields=["password"])
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
        audit.record("person_added", by=by, record_type="person", record=person.pk)
    return person, True


def give_national_role(*, person: User, role: RoleKey, by: User | None) -> NationalRole:
    """Give a national role from today; giving it twice is giving it once."""
    with transaction.atomic():
        held, made = NationalRole.objects.get_or_create(user=person, role=role, until=None)
        if made:
            audit.record("national_role_given", by=by, record_type="person", record=person.pk, role=role.value)
    return held
