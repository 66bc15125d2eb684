"""Makes the demonstration's people: personas at known addresses, staff of practices as needed, one password for all."""

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import NationalRole, User
from gpa_programme.core.periods import start_of_day
from gpa_programme.home.demo.bulk import Rows
from gpa_programme.home.demo.names import invent
from hubs.enums import HubRole
from hubs.models import Hub, HubMembership, Organisation, PracticeMembership

HOST = "demo.example"
NATIONAL = {
    "national.lead": RoleKey.NATIONAL_LEAD,
    "national.analyst": RoleKey.NATIONAL_ANALYST,
    "verifier": RoleKey.VERIFIER,
    "support": RoleKey.SUPPORT,
}
HUB_ROLES = {"hub.lead": HubRole.HUB_LEAD, "coordinator": HubRole.COORDINATOR}


@dataclass
class People:
    """Everybody made so far, each with a verified address and the one password of the demonstration."""

    password: str
    since: date
    users: Rows = field(init=False)
    addresses: Rows = field(init=False)
    managers: Rows = field(init=False)
    names: dict[int, str] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.users = Rows(User, "password", "last_login", "email", "name", "is_active", "created_at")
        self.addresses = Rows(EmailAddress, "user_id", "email", "verified", "primary")
        self.managers = Rows(PracticeMembership, "user_id", "practice_id", "since", "until")
        self.known = dict(User.objects.values_list("email", "pk"))
        self.names = dict(User.objects.values_list("pk", "name"))
        self.hash = make_password(self.password)
        self.made_at: datetime = start_of_day(self.since)

    @property
    def tables(self) -> list[Rows]:
        """What waits to be written."""
        return [self.users, self.addresses, self.managers]

    def add(self, rng: random.Random, *, local: str = "") -> int:
        """An invented person; `local` is the part of the address before the @, made from the name where not given."""
        name = invent(rng)
        email = f"{local}@{HOST}" if local else self._address(name)
        pk = self.users.add(self.hash, None, email, name, True, self.made_at)
        self.addresses.add(pk, email, True, True)
        self.known[email] = pk
        self.names[pk] = name
        return pk

    def persona(self, local: str) -> int:
        """The id of a persona by the part of the address before the @."""
        return self.known[f"{local}@{HOST}"]

    def _address(self, name: str) -> str:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        local = ".".join("".join(sign for sign in word if sign.isalpha()) for word in plain.split())
        number, email = 1, f"{local}@{HOST}"
        while email in self.known:
            number += 1
            email = f"{local}.{number}@{HOST}"
        return email


@dataclass
class Staff:
    """Who works at which practice: a GP mentor, another GP, a second mentor and a manager, made when first needed."""

    people: People
    found: dict[tuple[str, int], int] = field(default_factory=dict)

    def of(self, role: str, practice: Organisation) -> int:
        """The person in that role (gp, other_gp, second, manager) at a practice."""
        key = (role, practice.pk)
        if key not in self.found:
            rng = random.Random(f"{role} {practice.ods_code}")  # noqa: S311  invents people, guards nothing
            self.found[key] = self.people.add(rng)
            if role == "manager":
                self.people.managers.add(self.found[key], practice.pk, self.people.since, None)
        return self.found[key]

    def name(self, role: str, practice: Organisation, person: int) -> None:
        """Put a known person into a role at a practice."""
        self.found[role, practice.pk] = person
        if role == "manager":
            self.people.managers.add(person, practice.pk, self.people.since, None)


def make_personas(people: People, hubs: list[Hub]) -> None:
    """The personas of every role, at their known addresses, and their roles."""
    for local in NATIONAL:
        people.add(_rng(local), local=local)
    for hub in hubs:
        code = hub.region.code.lower()
        for role in (*HUB_ROLES, "mentor", "learner", "practice"):
            people.add(_rng(f"{role} {code}"), local=f"{role}.{code}")
    for table in people.tables:
        table.write()
    NationalRole.objects.bulk_create(
        NationalRole(user_id=people.persona(local), role=role, since=people.since) for local, role in NATIONAL.items()
    )
    HubMembership.objects.bulk_create(
        HubMembership(
            user_id=people.persona(f"{local}.{hub.region.code.lower()}"), hub=hub, role=role, since=people.since
        )
        for hub in hubs
        for local, role in HUB_ROLES.items()
    )


def _rng(key: str) -> random.Random:
    return random.Random(key)  # noqa: S311  invents people, guards nothing
