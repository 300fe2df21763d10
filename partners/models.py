"""Organisations: who applies, who is funded, who acts for them, and how they keep children safe."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from partners.states import AGREEMENT, AgreementState
from scsc.audit.life import Life
from scsc.documents.models import Document
from scsc.programs.models import TenantModel


class Organisation(TenantModel):
    """An organisation as one program knows it. Two rows may be the same one until staff merge them."""

    class Kind(models.TextChoices):
        CHARITY = "charity", "Charity"
        NOT_FOR_PROFIT = "not_for_profit", "Other not-for-profit"
        INDIGENOUS = "indigenous", "Aboriginal and Torres Strait Islander corporation"
        COMPANY = "company", "Company"
        GOVERNMENT = "government", "Government body, school or university"
        OTHER = "other", "Other"

    class Standing(models.TextChoices):
        UNKNOWN = "unknown", "Not checked"
        YES = "yes", "Yes"
        NO = "no", "No"

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices, blank=True)
    # Digits only, checked by checksum before they get here; empty where there is none.
    abn = models.CharField("ABN", max_length=11, blank=True)
    acn = models.CharField("ACN", max_length=9, blank=True)
    country = models.CharField(max_length=2, default="AU")
    street = models.CharField(max_length=200, blank=True)
    suburb = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    website = models.URLField(blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    about = models.TextField(blank=True)
    # What a person found in a register, where, and when. Nothing here looks it up.
    is_charity = models.CharField(max_length=10, choices=Standing.choices, default=Standing.UNKNOWN)
    is_dgr = models.CharField(
        "deductible gift recipient", max_length=10, choices=Standing.choices, default=Standing.UNKNOWN
    )
    register_source = models.CharField(max_length=200, blank=True)
    register_checked_on = models.DateField(null=True, blank=True)
    # The row that stands for this one since both were found to be the same.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    is_demonstration = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(abn="") | models.Q(abn__regex=r"^\d{11}$"), name="organisation_abn_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(acn="") | models.Q(acn__regex=r"^\d{9}$"), name="organisation_acn_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="organisation_not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "abn"], name="organisation_abn"),
            models.Index(fields=["program", "name"], name="organisation_name"),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationContact(TenantModel):
    """A person who acts for an organisation: its profile is theirs to reuse and keep."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="contact_once")]

    def __str__(self) -> str:
        return f"{self.user} for {self.organisation}"


class SafeguardingRecord(TenantModel):
    """What an organisation stated about keeping children safe, as it stated it. The newest of a kind counts.

    Aggregates only: counts of people and checks, never a name or a date of birth.
    """

    class Kind(models.TextChoices):
        POLICY = "policy", "Child-safe policy"
        SCREENING = "screening", "Working with children checks"
        PRINCIPLES = "principles", "National Principles for Child Safe Organisations"

    append_only: ClassVar[bool] = True

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="safeguarding")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # As the field kind of the same name gave it: see grants/engine/kinds.
    content = models.JSONField(default=dict)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField(null=True)
    # Where it was stated, in words: "application IG27-0004".
    source = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["program", "organisation", "kind"], name="safeguarding_of")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.organisation}"


class Agreement(TenantModel):
    """What a program and an organisation agreed on: an amount, for a time, with conditions.

    An award of a round opens one. `amount` is in the currency of the program.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", "Grant"
        STRATEGIC = "strategic", "Strategic partnership"

    life: ClassVar[Life] = AGREEMENT

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    code = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    # In words, each of them to be met.
    conditions = models.JSONField(default=list)
    # Where it comes from, in words: "application IG27-0004 to Impact grants 2027".
    source = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=AgreementState.choices, default=AgreementState.PROPOSED)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="agreement_code_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="agreement_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="agreement_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["program", "organisation"], name="agreement_of")]

    def __str__(self) -> str:
        return self.code
