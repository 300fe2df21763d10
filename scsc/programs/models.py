"""Program (the tenant), membership, and the base of every tenant table."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django_scopes import ScopedManager

from scsc.programs.roles import Role

# First parts of addresses that belong to the platform.
RESERVED_SLUGS = [
    "account",
    "accounts",
    "api",
    "demo",
    "exit",
    "healthz",
    "invitations",
    "metrics",
    "readyz",
    "static",
    "support",
    "theme",
]
HEX_COLOUR = RegexValidator(r"^#[0-9a-f]{6}$", "Use a colour such as #0f5a63.")


class Program(models.Model):
    """A funder's program: the tenant. A platform table, outside row-level security."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    sponsor = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    origin = models.TextField(blank=True)
    regions = models.JSONField(default=list, blank=True)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    timezone = models.CharField(max_length=60)
    reporting_year_ends = models.CharField(max_length=5, help_text="Month and day, as 09-30.")
    years_note = models.TextField(blank=True)
    accent_light = models.CharField(max_length=7, default="#0f5a63", validators=[HEX_COLOUR])
    accent_dark = models.CharField(max_length=7, default="#6cc5cf", validators=[HEX_COLOUR])
    # A plan whose years have gone by can be shown as it stood on a day: see scsc.programs.clock.
    shown_as_at = models.DateField(null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="program_slug_not_reserved",
                condition=~models.Q(slug__in=RESERVED_SLUGS),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in a program. One person may hold several. A platform table."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["program_id", "role", "user_id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "user", "role"], name="membership_once_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display()}"


class TenantModel(models.Model):
    """Base of every tenant table: belongs to one program, readable only inside its scope.

    A concrete subclass also needs `ProtectTenant` (scsc.programs.operations) in its migration; the test in
    tests/programs/test_introspection.py fails without it. `append_only` models are never updated or deleted.
    """

    append_only: ClassVar[bool] = False

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Self]] = ScopedManager(program="program")

    class Meta:
        abstract = True
