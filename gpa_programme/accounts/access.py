"""Who may do what: grants come from role sources that the apps register, every view declares what it needs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from gpa_programme.accounts.enums import Permission, RoleKey
from gpa_programme.accounts.roles import ROLES

View = Callable[..., HttpResponseBase]
Loader = Callable[..., Any]


@dataclass(frozen=True)
class Scope:
    """Where a record belongs: the hub, practice and enrolment it is part of (None: not part of one)."""

    hub: int | None = None
    practice: int | None = None
    enrolment: int | None = None


@dataclass(frozen=True)
class Grant:
    """A role that a person holds over a scope; a national role has national=True and covers everything."""

    role: RoleKey
    scope: Scope = Scope()
    national: bool = False

    def covers(self, scope: Scope) -> bool:
        """Whether a record of that scope falls under this grant: every part the grant names must agree."""
        if self.national:
            return True
        named = [(self.scope.hub, scope.hub), (self.scope.practice, scope.practice)]
        named.append((self.scope.enrolment, scope.enrolment))
        wanted = [(mine, theirs) for mine, theirs in named if mine is not None]
        return bool(wanted) and all(mine == theirs for mine, theirs in wanted)

    def allows(self, permission: Permission) -> bool:
        """Whether the role carries the permission."""
        return permission in ROLES[self.role].permissions


class Scoped(Protocol):
    """A record that says where it belongs."""

    @property
    def access_scope(self) -> Scope:
        """Its scope."""


@dataclass(frozen=True)
class Declaration:
    """What a view declares: public, signed in, or a permission (on the object that its loader fetches)."""

    kind: str
    permission: Permission | None = None
    loads: bool = False


_sources: list[Callable[[Any], Iterable[Grant]]] = []


def register_role_source(source: Callable[[Any], Iterable[Grant]]) -> None:
    """Let an app say which roles a person holds in it; asked once a request and person."""
    _sources.append(source)


def grants(user: Any) -> list[Grant]:
    """Every role the person holds now, asked once and kept on the user object of this request."""
    if not user.is_authenticated or not user.is_active:
        return []
    if not hasattr(user, "_grants"):
        user._grants = [grant for source in _sources for grant in source(user)]
    return list(user._grants)


def can(user: Any, permission: Permission, record: Scoped | None = None) -> bool:
    """Whether the person holds the permission: anywhere, or on the record where one is given."""
    held = [grant for grant in grants(user) if grant.allows(permission)]
    if record is None:
        return bool(held)
    scope = record.access_scope
    return any(grant.covers(scope) for grant in held)


def require(user: Any, permission: Permission, record: Scoped | None = None) -> None:
    """Raise PermissionDenied, with a reason a colleague can act on, unless the person holds the permission."""
    if can(user, permission, record):
        return
    able = [str(role.key.label) for role in ROLES.values() if permission in role.permissions]
    raise PermissionDenied(f"“{permission.label}” belongs to: {', '.join(able)}. Your role does not include it here.")


def _held(user: Any, permission: Permission | None) -> list[Grant]:
    return [grant for grant in grants(user) if permission is None or grant.allows(permission)]


def is_national(user: Any, permission: Permission | None = None) -> bool:
    """Whether the person holds the permission (any role, where none is given) over the whole programme."""
    return any(grant.national for grant in _held(user, permission))


def hub_ids(user: Any, permission: Permission | None = None) -> set[int] | None:
    """The hubs over which the person holds the permission (any role of theirs, where none is given); None means all.

    A national role that may not see all hubs, such as support or a verifier, opens none.
    """
    held = _held(user, permission)
    if any(grant.national and grant.allows(permission or Permission.SEE_ALL_HUBS) for grant in held):
        return None
    return {
        grant.scope.hub for grant in held if grant.scope.hub and not (grant.scope.practice or grant.scope.enrolment)
    }


def practice_ids(user: Any) -> set[int]:
    """The practices for which the person speaks."""
    return {grant.scope.practice for grant in grants(user) if grant.scope.practice}


def role_keys(user: Any) -> list[RoleKey]:
    """The distinct roles a person holds, in the order of the role table."""
    held = {grant.role for grant in grants(user)}
    return [key for key in ROLES if key in held]


def needs(permission: Permission, *, of: Loader | None = None) -> Callable[[View], View]:
    """Declare that a view needs a permission: anywhere, or on the object that `of(user, **kwargs)` fetches.

    The loader answers 404 to strangers; a colleague without the right gets 403 with a reason; the view gets the object.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if of is None:
                require(request.user, permission)
                return view(request, **kwargs)
            record = of(request.user, **kwargs)
            require(request.user, permission, record)
            return view(request, record)

        checked = login_required(guarded)
        checked.access = Declaration("permission", permission, of is not None)  # type: ignore[attr-defined]
        return checked

    return declare


def signed_in(view: View) -> View:
    """Declare that any signed-in person may use a view."""
    checked = login_required(view)
    checked.access = Declaration("signed in")  # type: ignore[attr-defined]
    return checked


def public(view: View) -> View:
    """Declare that anyone may use a view."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    opened.access = Declaration("public")  # type: ignore[attr-defined]
    return opened
