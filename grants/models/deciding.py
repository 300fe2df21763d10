"""What was decided about an application, and the letters that tell of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from grants.models.applications import Application
from grants.models.ballots import Ballot
from grants.models.rounds import Round
from grants.states import DECISION, LETTER, DecisionState, LetterState
from partners.models import Agreement
from scsc.audit.life import Life
from scsc.notices.models import OutgoingMail
from scsc.programs.models import TenantModel


class Outcome(models.TextChoices):
    AWARD = "award", "Award"
    DECLINE = "decline", "Decline"


class Decision(TenantModel):
    """An award or a refusal, on its way from a recommendation to the public. A reversed one stays."""

    life: ClassVar[Life] = DECISION

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="decisions")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # In words; those of the endorsement are copied here, and stay.
    conditions = models.JSONField(default=list)
    rationale = models.TextField()
    feedback = models.TextField(blank=True)
    # What the public reads of an award.
    summary = models.TextField(blank=True)
    place = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    # The endorsement it rests on, where the round asks for one.
    ballot = models.ForeignKey(Ballot, null=True, on_delete=models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=20, choices=DecisionState.choices, default=DecisionState.RECOMMENDED)
    recommended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recommended_at = models.DateTimeField(auto_now_add=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    agreement = models.OneToOneField(Agreement, null=True, on_delete=models.PROTECT, related_name="decision")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=~models.Q(state="reversed"), name="decision_one_live"
            ),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("agreed_by")), name="decision_four_eyes"
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="award") | models.Q(amount__gt=0),
                name="decision_award_has_amount",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="decline") | models.Q(amount=None),
                name="decision_decline_has_none",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["decided", "published"])
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decision_decided_has_person",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="decision_dates_in_order",
                violation_error_message="The work ends before it begins. Choose a later last day.",
            ),
        ]
        indexes = [models.Index(fields=["program", "round", "state"], name="decision_of_round")]

    def __str__(self) -> str:
        return f"decision on {self.application}"


class LetterTemplate(TenantModel):
    """How a letter begins: subject and text with places such as {organisation}, per outcome."""

    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        ordering = ["outcome"]
        constraints = [models.UniqueConstraint(fields=["program", "outcome"], name="letter_template_once")]

    def __str__(self) -> str:
        return f"letter for {self.get_outcome_display().lower()}"


class Letter(TenantModel):
    """One outcome letter: made from a template, read by a person, released, and mailed a little later."""

    life: ClassVar[Life] = LETTER

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="letter")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=20, choices=LetterState.choices, default=LetterState.DRAFT)
    # When a released one goes to the mail outbox; until then it can be stopped.
    leaves_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="released") | models.Q(leaves_at__isnull=False),
                name="letter_released_has_moment",
            ),
        ]
        indexes = [models.Index(fields=["program", "state", "leaves_at"], name="letter_due")]

    def __str__(self) -> str:
        return f"letter about {self.decision.application}"


class LetterMail(TenantModel):
    """A mail that a letter became. One per address, so that no letter is sent twice to the same."""

    append_only: ClassVar[bool] = True

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="mails")
    to = models.EmailField()
    mail = models.OneToOneField(OutgoingMail, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["letter", "to"], name="letter_mail_once")]

    def __str__(self) -> str:
        return f"{self.letter} to {self.to}"
