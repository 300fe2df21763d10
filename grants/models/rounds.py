"""Rounds of grants, the stages each goes through, and who may apply."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from grants.models.forms import FormVersion
from grants.models.rubrics import RubricVersion
from grants.states import ROUND, RoundState
from partners.models import Organisation
from scsc.audit.life import Life
from scsc.programs.models import TenantModel
from workplan.models import Action


class Round(TenantModel):
    """A round: opens and closes at a moment in a named zone, with a budget, limits and stages."""

    class Audience(models.TextChoices):
        PUBLIC = "public", "Anybody"
        INVITED = "invited", "By invitation"

    life: ClassVar[Life] = ROUND

    code = models.CharField(max_length=20)
    title = models.CharField(max_length=150)
    summary = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    # One a line.
    who_can_apply = models.TextField(blank=True)
    criteria = models.TextField(blank=True)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PUBLIC)
    state = models.CharField(max_length=20, choices=RoundState.choices, default=RoundState.DRAFT)
    timezone = models.CharField(max_length=60)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    # How long after the close somebody who was writing may still finish.
    grace_minutes = models.PositiveSmallIntegerField(default=15)
    decided_by = models.DateField("outcome expected by", null=True, blank=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    minimum_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    maximum_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # An award over this takes two people; empty for one person whatever the amount.
    two_decide_over = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # Applications of one organisation; empty for no limit.
    most_per_organisation = models.PositiveSmallIntegerField(null=True, blank=True)
    # The action of the work plan that this round serves.
    action = models.ForeignKey(Action, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds")
    contact_email = models.EmailField(blank=True)
    is_demonstration = models.BooleanField(default=False)
    cloned_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opens_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="round_code_once"),
            models.CheckConstraint(
                condition=models.Q(opens_at=None)
                | models.Q(closes_at=None)
                | models.Q(closes_at__gt=models.F("opens_at")),
                name="round_closes_after_opening",
                violation_error_message="The round closes before it opens. Choose a later closing moment.",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_amount=None)
                | models.Q(maximum_amount=None)
                | models.Q(maximum_amount__gte=models.F("minimum_amount")),
                name="round_amounts_in_order",
                violation_error_message="The largest amount is below the smallest.",
            ),
        ]
        indexes = [models.Index(fields=["program", "state", "opens_at"], name="round_due")]

    def __str__(self) -> str:
        return self.title


class Stage(TenantModel):
    """A step of a round. Its kind is code, its order and settings are data."""

    class Kind(models.TextChoices):
        EOI = "eoi", "Expression of interest"
        APPLICATION = "application", "Full application"
        SCREENING = "screening", "Screening"
        ADVICE = "advice", "Advice"
        ASSESSMENT = "assessment", "Assessment"
        ENDORSEMENT = "endorsement", "Endorsement"
        DECISION = "decision", "Decision"

    # What applicants write in.
    WRITTEN: ClassVar[frozenset[str]] = frozenset({Kind.EOI, Kind.APPLICATION})
    # What people are named for, and what a body does.
    STAFFED: ClassVar[frozenset[str]] = frozenset({Kind.SCREENING, Kind.ASSESSMENT})
    OF_BODIES: ClassVar[frozenset[str]] = frozenset({Kind.ADVICE, Kind.ENDORSEMENT})

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="stages")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    form_version = models.ForeignKey(
        FormVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="stages"
    )
    # Closing of a written stage after the first, which closes with the round.
    closes_at = models.DateTimeField(null=True, blank=True)
    # Of advice and endorsement: whose it is.
    body = models.ForeignKey(
        "grants.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="stages"
    )
    # Of an assessment: by what, whether names are hidden, how many people assess each application, how many
    # applications each of them has at most, and by when.
    rubric_version = models.ForeignKey(
        RubricVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="stages"
    )
    is_blind = models.BooleanField(default=False)
    assessors_each = models.PositiveSmallIntegerField(default=2)
    most_each = models.PositiveSmallIntegerField(null=True, blank=True)
    assess_by = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "order"], name="stage_order_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["round", "kind"], name="stage_kind_once"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_written(self) -> bool:
        return self.kind in self.WRITTEN

    def closing(self) -> datetime | None:
        """When writing in this stage ends for everybody; the round must be loaded."""
        return self.closes_at or self.round.closes_at


class StagePerson(TenantModel):
    """Somebody named for a stage: a screener or an assessor."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "stage people"
        constraints = [models.UniqueConstraint(fields=["stage", "user"], name="stage_person_once")]

    def __str__(self) -> str:
        return f"{self.user} for {self.stage}"


class RoundInvitation(TenantModel):
    """An address that may see and enter a round by invitation."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(fields=["round", "email"], name="round_invitation_once")]

    def __str__(self) -> str:
        return f"{self.email} for {self.round}"


class EligibilityQuestion(TenantModel):
    """A yes-or-no question before writing, with the answer that a round needs."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    help = models.CharField(max_length=300, blank=True)
    needs_yes = models.BooleanField(default=True)
    # What to tell somebody whose answer is the other one.
    otherwise = models.CharField(max_length=300)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "order"], name="question_order_once", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return self.text


class EligibilityCheck(TenantModel):
    """One person's answers before writing, with the questions as they stood and what followed."""

    append_only: ClassVar[bool] = True

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="eligibility_checks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    # [{"question": text, "answer": "yes" | "no", "passed": bool}]
    answers = models.JSONField()
    passed = models.BooleanField()
    checked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["program", "round", "user"], name="eligibility_of")]

    def __str__(self) -> str:
        return f"eligibility check of {self.user} for {self.round}"
