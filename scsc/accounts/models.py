"""People and the invitations that bring them in. Platform tables, outside row-level security."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from scsc.accounts.addresses import same_address
from scsc.programs.models import Program
from scsc.programs.roles import Role


class UserManager(BaseUserManager["User"]):
    """Makes users from a mail address; a user without a password signs in after setting one."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(same_address("email", username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by mail address. What they may do follows from memberships and shares."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField("full name", max_length=150)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    # Set for the personas of the demonstration, which sign in without a password.
    is_demonstration = models.BooleanField(default=False)

    # Roles by the key of the program, and whether there is a second factor: what a request loads with its
    # person (scsc.accounts.backend). None where nobody has asked. Plain attributes, since `request.user` is a
    # wrapper with a `__dict__` of its own.
    all_roles: dict[int, frozenset[str]] | None = None
    asked_roles: dict[int, frozenset[str]] | None = None
    has_factor: bool | None = None

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            # Django lets a superuser past every permission check, the shares of single objects included.
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="user_never_superuser"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        parts = str(self).partition("(")[0].replace(",", "").split() or [self.email]
        return "".join(part[0] for part in (parts[0], parts[-1])[: len(parts)]).upper()


class Invitation(models.Model):
    """An offer of a role in a program. Single use; the link's token is stored as a hash only."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    # Nobody for the first manager of a program, whom a command invites.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                "program",
                Lower("email"),
                "role",
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.get_role_display()}"
