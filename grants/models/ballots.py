"""Meetings of a body, its ballots, and the votes, which never change."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from grants.models.applications import Application
from grants.models.panels import Body, Quorum, Threshold
from grants.states import BALLOT, MEETING, BallotState, MeetingState
from scsc.audit.life import Life
from scsc.programs.models import TenantModel


class Meeting(TenantModel):
    """A meeting of a body, with its agenda, who came, and its minutes."""

    life: ClassVar[Life] = MEETING

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=150)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=MeetingState.choices, default=MeetingState.PLANNED)
    minutes = models.TextField(blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-starts_at", "-id"]

    def __str__(self) -> str:
        return self.title


class AgendaItem(TenantModel):
    """One item: an application from the shortlist, or words."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="agenda_items"
    )
    # What the minutes say of it.
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "order"],
                name="agenda_order_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["meeting", "application"], name="agenda_application_once"),
            models.CheckConstraint(
                condition=models.Q(application__isnull=False) | ~models.Q(title=""),
                name="agenda_item_says_what",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.application)


class Attendance(TenantModel):
    """Whether one person came to one meeting."""

    class Status(models.TextChoices):
        PRESENT = "present", "Present"
        APOLOGY = "apology", "Sent an apology"
        ABSENT = "absent", "Absent"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=Status.choices)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.user} at {self.meeting}"


class Ballot(TenantModel):
    """Whether a body endorses one application, in a meeting or by circulation.

    Rules and what is voted on are frozen when it opens; the result is computed once, when it closes.
    """

    class Outcome(models.TextChoices):
        ENDORSED = "endorsed", "Endorsed"
        NOT_ENDORSED = "not_endorsed", "Not endorsed"
        LAPSED = "lapsed", "Lapsed without quorum"

    life: ClassVar[Life] = BALLOT

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="ballots")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="ballots")
    # None for a ballot by circulation.
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="ballots"
    )
    state = models.CharField(max_length=20, choices=BallotState.choices, default=BallotState.PREPARED)
    # Conditions that the body is asked to endorse with, in words.
    conditions = models.JSONField(default=list)
    quorum = models.CharField(max_length=20, choices=Quorum.choices)
    quorum_least = models.PositiveSmallIntegerField()
    threshold = models.CharField(max_length=20, choices=Threshold.choices)
    material_change_percent = models.PositiveSmallIntegerField()
    # What is voted on: see grants.engine.material.Basis. Empty until it opens.
    basis = models.JSONField(default=dict)
    opened_at = models.DateTimeField(null=True)
    # When a ballot by circulation ends.
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    # grants.engine.count.Result, as it was computed at the close.
    result = models.JSONField(default=dict)
    void_reason = models.TextField(blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # One under way, and none beside a valid endorsement.
            models.UniqueConstraint(
                fields=["application", "body"],
                condition=models.Q(state__in=["prepared", "open"])
                | models.Q(state="closed", outcome="endorsed"),
                name="ballot_one_that_counts",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed")
                | (models.Q(closed_at__isnull=False) & ~models.Q(outcome="")),
                name="ballot_closed_has_result",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["prepared", "open"]) | models.Q(outcome=""),
                name="ballot_result_only_when_closed",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="open") | models.Q(opened_at__isnull=False),
                name="ballot_open_has_moment",
            ),
        ]
        indexes = [models.Index(fields=["program", "state", "closes_at"], name="ballot_due")]

    def __str__(self) -> str:
        return f"ballot of {self.body} on {self.application}"


class BallotVoter(TenantModel):
    """One member on the roll of a ballot: who was in a voting term when it opened."""

    append_only: ClassVar[bool] = True

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="voters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ballot", "user"], name="ballot_voter_once")]

    def __str__(self) -> str:
        return f"{self.user} on the roll of {self.ballot}"


class Vote(TenantModel):
    """One vote, taken by the database from the roll of an open ballot, with a clear declaration, once."""

    class Choice(models.TextChoices):
        ENDORSE = "endorse", "Endorse"
        NOT_ENDORSE = "not_endorse", "Do not endorse"
        ABSTAIN = "abstain", "Abstain"

    append_only: ClassVar[bool] = True

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=20, choices=Choice.choices)
    reason = models.TextField(blank=True)
    # Conditions that the member asks for beside those of the ballot.
    conditions = models.TextField(blank=True)
    # The minutes name the member who dissents and say why.
    record_dissent = models.BooleanField(default=False)
    cast_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "user"], name="vote_once"),
            models.CheckConstraint(
                condition=~models.Q(choice="not_endorse") | ~models.Q(reason=""),
                name="vote_against_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(record_dissent=False) | models.Q(choice="not_endorse"),
                name="vote_dissent_is_against",
            ),
        ]

    def __str__(self) -> str:
        return f"vote of {self.user} in {self.ballot}"
