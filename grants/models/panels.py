"""Bodies that advise and endorse, their members, and what stands between a member and an application."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from grants.models.applications import Application
from grants.states import DECLARATION, DeclarationState
from partners.models import Organisation
from scsc.audit.life import Life
from scsc.programs.models import TenantModel


class Quorum(models.TextChoices):
    """The share of eligible members that must vote, abstentions included."""

    HALF = "half", "At least half of the eligible members"
    MAJORITY = "majority", "More than half of the eligible members"
    TWO_THIRDS = "two_thirds", "At least two thirds of the eligible members"
    ALL = "all", "All eligible members"


class Threshold(models.TextChoices):
    """The share of votes for, of those cast for or against, that an endorsement needs."""

    MAJORITY = "majority", "More than half of the votes for or against"
    TWO_THIRDS = "two_thirds", "At least two thirds of the votes for or against"
    THREE_QUARTERS = "three_quarters", "At least three quarters of the votes for or against"
    ALL = "all", "All votes for or against"


class Body(TenantModel):
    """A Roundtable, which endorses, or an Advisory Group, which advises. Ballots freeze its rules."""

    class Kind(models.TextChoices):
        ROUNDTABLE = "roundtable", "Roundtable"
        ADVISORY = "advisory", "Advisory Group"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    quorum = models.CharField(max_length=20, choices=Quorum.choices, default=Quorum.MAJORITY)
    # Never fewer votes than this, however many have stepped out.
    quorum_least = models.PositiveSmallIntegerField(default=2)
    threshold = models.CharField(max_length=20, choices=Threshold.choices, default=Threshold.TWO_THIRDS)
    # A change of the amount over this share makes an endorsement void.
    material_change_percent = models.PositiveSmallIntegerField(default=10)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["kind", "name"]
        verbose_name_plural = "bodies"
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="body_name_once"),
            models.CheckConstraint(condition=models.Q(quorum_least__gte=1), name="body_quorum_at_least_one"),
        ]

    def __str__(self) -> str:
        return self.name


class BodyMember(TenantModel):
    """A term of one person in a body. A second term is a second row."""

    class Role(models.TextChoices):
        MEMBER = "member", "Member"
        CHAIR = "chair", "Chair"
        SECRETARY = "secretary", "Secretary"

    # Who votes and advises. The secretary runs meetings and ballots, and does neither.
    VOTING: ClassVar[frozenset[str]] = frozenset({Role.MEMBER, Role.CHAIR})

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MEMBER)
    # Words, as "Online safety".
    expertise = models.JSONField(default=list, blank=True)
    starts_on = models.DateField()
    # The last day of the term; none for one without an end.
    ends_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["body_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="body_member_term_in_order",
                violation_error_message="The term ends before it begins. Choose a later last day.",
            ),
        ]
        indexes = [models.Index(fields=["program", "user"], name="body_member_of")]

    def __str__(self) -> str:
        return f"{self.user}, {self.body}"


class Interest(TenantModel):
    """An entry of the standing register: what ties a person to an organisation. Ended, never deleted."""

    class Kind(models.TextChoices):
        EMPLOYMENT = "employment", "Works or worked there"
        BOARD = "board", "Board or committee"
        FUNDING = "funding", "Funds it, or is funded by it"
        FAMILY = "family", "Family or close friend"
        OTHER = "other", "Something else"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # One that the program knows, or a name and ABN.
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="interests"
    )
    organisation_name = models.CharField(max_length=200)
    abn = models.CharField("ABN", max_length=11, blank=True)
    description = models.CharField(max_length=500, blank=True)
    declared_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["program", "user"], name="interest_of")]

    def __str__(self) -> str:
        return f"interest of {self.user} in {self.organisation_name}"


class InterestStatement(TenantModel):
    """A person's yearly statement that their register is complete, with the register as it stood."""

    append_only: ClassVar[bool] = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # [{"kind": label, "organisation": name, "abn": digits, "description": text}]; empty where there is none
    interests = models.JSONField()
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["program", "user", "-stated_at"], name="interest_statement_of")]

    def __str__(self) -> str:
        return f"statement of interests of {self.user}"


class Declaration(TenantModel):
    """Where one person stands with one application. Without a clear one nobody of a panel reads or votes.

    Declared by the person, or found by the system; `findings` name what was found. Its history is in the
    audit trail. The database refuses a vote without a clear one, and a conflict beside a vote that counts.
    """

    class Kind(models.TextChoices):
        NONE = "none", "No conflict"
        PERCEIVED = "perceived", "Perceived conflict"
        ACTUAL = "actual", "Actual conflict"

    class Finding(models.TextChoices):
        TEAM = "team", "On the team of the application, now or before"
        ORGANISATION = "organisation", "Acts for the organisation"
        ABN = "abn", "Acts for an organisation with the same ABN"
        DOMAIN = "domain", "Has an address of the same mail domain"
        INTEREST = "interest", "Has an interest in the organisation on the register"

    # Found ones that no ruling can clear.
    ACTUAL_FINDINGS: ClassVar[frozenset[str]] = frozenset({Finding.TEAM, Finding.ORGANISATION, Finding.ABN})

    life: ClassVar[Life] = DECLARATION

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="declarations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=20, choices=DeclarationState.choices)
    # The person's own words, and values of Finding.
    statement = models.TextField(blank=True)
    findings = models.JSONField(default=list)
    declared_at = models.DateTimeField()
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="declaration_once"),
            models.CheckConstraint(
                condition=~models.Q(kind="actual") | models.Q(state="out"), name="declaration_actual_is_out"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="perceived", state="clear") | models.Q(ruled_by__isnull=False),
                name="declaration_perceived_needs_ruling",
            ),
            models.CheckConstraint(
                condition=~models.Q(ruled_by=models.F("user")), name="declaration_ruled_by_another"
            ),
        ]
        indexes = [models.Index(fields=["program", "user", "state"], name="declaration_of")]

    def __str__(self) -> str:
        return f"declaration of {self.user} about {self.application}"
