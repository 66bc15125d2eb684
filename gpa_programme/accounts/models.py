"""User (signs in by email), NationalRole and Invitation to the system."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.core.constraints import interval_constraint
from gpa_programme.core.periods import now, today

NATIONAL_KEYS = (RoleKey.NATIONAL_LEAD, RoleKey.NATIONAL_ANALYST, RoleKey.VERIFIER, RoleKey.SUPPORT)


class UserManager(BaseUserManager["User"]):
    """Makes and finds people by email address, whatever its case."""

    def create_user(self, email: str, name: str = "", password: str | None = None, **fields: Any) -> "User":
        """A person; without a password they sign in by emailed code or passkey."""
        user = self.model(email=email.strip().lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with that address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. What they may do comes from their roles, never from a flag here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="accounts_user_email_lower")]
        indexes = [models.Index(fields=["name"], name="accounts_user_name")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The person's name."""
        return self.name

    def get_short_name(self) -> str:
        """The first word of the name."""
        return self.name.split(" ")[0]


class NationalRole(models.Model):
    """A national role that a person holds from a day until a day."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="national_roles")
    role = models.CharField(max_length=20, choices=[(key.value, key.label) for key in NATIONAL_KEYS])
    since = models.DateField(default=today)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[key.value for key in NATIONAL_KEYS]), name="accounts_nationalrole_role"
            ),
            interval_constraint("since", "until", "accounts_nationalrole_interval"),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(until__isnull=True), name="accounts_nationalrole_one_open"
            ),
        ]

    @property
    def status(self) -> RoleKey:
        """The role as a member, for the status tag."""
        return RoleKey(self.role)
