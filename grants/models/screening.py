"""The staff's side of an application."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from grants.models.applications import Application
from scsc.programs.models import TenantModel


class Screening(TenantModel):
    """One finding on eligibility, with its reasons. A second look is a second row."""

    class Outcome(models.TextChoices):
        ELIGIBLE = "eligible", "Eligible"
        INELIGIBLE = "ineligible", "Not eligible"

    class Reason(models.TextChoices):
        NOT_A_LEGAL_ENTITY = "not_a_legal_entity", "Not an organisation that can be funded"
        OUT_OF_SCOPE = "out_of_scope", "Outside the purpose of the round"
        OUT_OF_AREA = "out_of_area", "Outside the places the round serves"
        SAFEGUARDING = "safeguarding", "Safeguarding is not in place"
        AMOUNT = "amount", "The amount is outside the limits"
        INCOMPLETE = "incomplete", "Something needed is missing"
        DUPLICATE = "duplicate", "A duplicate of another application"
        OTHER = "other", "Another reason"

    append_only: ClassVar[bool] = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="screenings")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    # Values of Reason; at least one for an application that is not eligible.
    reasons = models.JSONField(default=list)
    # For staff only, and for the applicant.
    comment = models.TextField(blank=True)
    feedback = models.TextField(blank=True)
    screened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    screened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"screening of {self.application}"


class SavedView(TenantModel):
    """A list of applications as somebody set it up: search, filters, columns, order."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "user", "name"], name="saved_view_name_once")
        ]

    def __str__(self) -> str:
        return self.name
