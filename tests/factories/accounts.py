"""Makes people: a user with a verified address, and a national role."""

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from factory.django import DjangoModelFactory

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import NationalRole, User
from gpa_programme.core.periods import add_months, today


class UserFactory(DjangoModelFactory):
    """A person without a password; their address is verified, as an invited person's is."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n + 1}")
    email = factory.Sequence(lambda n: f"person{n + 1}@people.example")
    password = "!"

    @factory.post_generation
    def address(self, create, extracted, **kwargs):
        """The row by which allauth knows the address."""
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


def make_user(*, password: str = "", **fields) -> User:
    """A person; with `password` given they can sign in by it."""
    user = UserFactory(**fields)
    if password:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def make_national_role(*, role: RoleKey = RoleKey.NATIONAL_LEAD, user: User | None = None, **fields) -> NationalRole:
    """A national role held since a year ago."""
    fields.setdefault("since", add_months(today(), -12))
    person = user or make_user()
    make_second_factor(person)
    return NationalRole.objects.create(user=person, role=role, **fields)


def make_second_factor(person: User) -> None:
    """An authenticator app, which hub and national roles need; giving it twice is giving it once."""
    Authenticator.objects.get_or_create(user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
