"""Rubrics, who assesses what, the scores, what a blind review hides, and what was said."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from grants.engine.rubric import RubricSchema
from grants.models.applications import Application
from grants.models.panels import Body
from grants.models.rounds import Round
from grants.models.rubrics import RubricVersion
from grants.states import ASSIGNMENT, AssignmentState
from scsc.audit.life import Life
from scsc.documents.models import Document
from scsc.programs.models import TenantModel
from workplan.models import Action


class AssignmentRun(TenantModel):
    """One automatic assignment: its seed, what it was given and what it gave, so that it can be repeated."""

    append_only: ClassVar[bool] = True

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignment_runs")
    seed = models.BigIntegerField()
    # grants.engine.assignment.Task and .Plan
    task = models.JSONField()
    plan = models.JSONField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"assignment for {self.round}"


class Assignment(TenantModel):
    """One person assesses one application, by one version of a rubric."""

    class Recommendation(models.TextChoices):
        FUND = "fund", "Fund"
        CHANGES = "changes", "Fund with changes"
        DECLINE = "decline", "Do not fund"

    life: ClassVar[Life] = ASSIGNMENT

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rubric_version = models.ForeignKey(RubricVersion, on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=20, choices=AssignmentState.choices, default=AssignmentState.ASSIGNED)
    # The run that made it, none for one made by hand; why this person, in words.
    run = models.ForeignKey(AssignmentRun, null=True, on_delete=models.PROTECT, related_name="assignments")
    why = models.CharField(max_length=300, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    recommendation = models.CharField(max_length=20, choices=Recommendation.choices, blank=True)
    comment = models.TextField(blank=True)
    # For the applicant, after the decision.
    feedback = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    # Of 100, frozen when it was submitted; none where every criterion was not applicable.
    result = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"],
                condition=models.Q(state__in=["assigned", "submitted"]),
                name="assignment_one_live",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="submitted") | models.Q(submitted_at__isnull=False),
                name="assignment_submitted_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(result=None) | models.Q(result__gte=0, result__lte=100),
                name="assignment_result_of_hundred",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "user", "state"], name="assignment_of"),
            models.Index(fields=["program", "state", "due_at"], name="assignment_due"),
        ]

    def __str__(self) -> str:
        return f"assessment of {self.application} by {self.user}"

    @property
    def rubric(self) -> RubricSchema:
        return self.rubric_version.schema


class Score(TenantModel):
    """One criterion of one assessment. Not applicable is no score, and never zero."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="scores")
    # Key of the criterion in the rubric.
    criterion = models.CharField(max_length=60)
    points = models.PositiveSmallIntegerField(null=True)
    not_applicable = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    # Counts the changes, so that two tabs never overwrite each other silently.
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="score_once"),
            models.CheckConstraint(
                condition=models.Q(not_applicable=False) | models.Q(points=None),
                name="score_not_applicable_has_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} of {self.assignment}"


class Redaction(TenantModel):
    """What assessors of a blind review see of one answer or file. It lies over the submission as frozen."""

    class Subject(models.TextChoices):
        ANSWER = "answer", "Answer"
        FILE = "file", "File"

    class Mode(models.TextChoices):
        HIDE = "hide", "Hide all of it"
        PASSAGES = "passages", "Hide passages"
        SHOW = "show", "Show it"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="redactions")
    subject = models.CharField(max_length=10, choices=Subject.choices)
    # Key of the field, or of the document.
    key = models.CharField(max_length=60)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    # Words to hide wherever they stand in the answer.
    passages = models.JSONField(default=list)
    # A file to show in place of the one that is hidden.
    replacement = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "subject", "key"], name="redaction_once"),
        ]

    def __str__(self) -> str:
        return f"redaction of {self.key} in {self.application}"


class PanelComment(TenantModel):
    """A remark on an application, for those it was written for."""

    class Visibility(models.TextChoices):
        STAFF = "staff", "Staff"
        ASSESSORS = "assessors", "Staff and assessors"
        PANEL = "panel", "Staff, assessors and members of the panel"
        APPLICANT = "applicant", "The applicant too"

    append_only: ClassVar[bool] = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="panel_comments")
    visibility = models.CharField(max_length=20, choices=Visibility.choices)
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["program", "application", "id"], name="panel_comment_of")]

    def __str__(self) -> str:
        return f"comment of {self.author}"


class Advice(TenantModel):
    """What a member of an Advisory Group advises, on an application, an action of the plan, or the plan.

    Quoted where a body decides, never counted. The newest of a member on a subject stands.
    """

    class Position(models.TextChoices):
        SUPPORT = "support", "Support"
        CHANGES = "changes", "Support with changes"
        CONCERN = "concern", "Concern"

    append_only: ClassVar[bool] = True

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="advice")
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="advice"
    )
    action = models.ForeignKey(Action, null=True, blank=True, on_delete=models.PROTECT, related_name="advice")
    position = models.CharField(max_length=20, choices=Position.choices)
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(application=None) | models.Q(action=None), name="advice_on_one_subject"
            )
        ]
        indexes = [models.Index(fields=["program", "application"], name="advice_on_application")]

    def __str__(self) -> str:
        return f"advice of {self.author}"
