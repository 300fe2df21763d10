"""The multi-year work plan: ambitions, outcomes, actions with a span of years, deliverables and progress."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from guardian.models import UserObjectPermissionBase

from scsc.audit.life import Life
from scsc.documents.models import Document
from scsc.programs.models import TenantModel
from workplan.states import ACTION, DELIVERABLE, TONES, ActionState, DeliverableState, Rag


class ProgramYear(TenantModel):
    """A numbered year of the plan, by its dates."""

    number = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="year_number_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="year_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Ambition(TenantModel):
    """A stream of the plan and what it aims at."""

    code = models.CharField(max_length=20)
    stream = models.CharField(max_length=120)
    headline = models.CharField(max_length=200)
    statement = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["program", "code"], name="ambition_code_once")]

    def __str__(self) -> str:
        return self.stream


class Outcome(TenantModel):
    """A change that an ambition should bring, in the short or the medium to long term."""

    class Horizon(models.TextChoices):
        SHORT = "short", "Short term"
        MEDIUM_LONG = "medium_long", "Medium to long term"

    ambition = models.ForeignKey(Ambition, on_delete=models.PROTECT, related_name="outcomes")
    code = models.CharField(max_length=20)
    horizon = models.CharField(max_length=20, choices=Horizon.choices)
    text = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["program", "code"], name="outcome_code_once")]

    def __str__(self) -> str:
        return self.code


class Action(TenantModel):
    """Something that the plan promises, over a span of years that may run past the plan's end."""

    class Confidence(models.TextChoices):
        EXPLICIT = "explicit", "Explicit in the source"
        HIGH = "high", "Read with confidence"
        MEDIUM = "medium", "Uncertain"
        LOW = "low", "Very uncertain"

    life: ClassVar[Life] = ACTION

    ambition = models.ForeignKey(Ambition, on_delete=models.PROTECT, related_name="actions")
    code = models.CharField(max_length=20)
    text = models.TextField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    year_confidence = models.CharField(max_length=10, choices=Confidence.choices)
    state = models.CharField(max_length=20, choices=ActionState.choices, default=ActionState.NOT_STARTED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    # What the program file says an action belongs to: a partner's code, a module, the reports it feeds.
    partner_code = models.CharField(max_length=20, blank=True)
    module = models.CharField(max_length=40, blank=True)
    feeds = models.JSONField(default=list, blank=True)
    needs = models.JSONField(default=list, blank=True)
    # A person's judgement, shown beside the computed status and never instead of it.
    rag_override = models.CharField(max_length=10, choices=Rag.choices, blank=True)
    rag_reason = models.TextField(blank=True)
    rag_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rag_on = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        permissions = [("report_action", "Can report on action")]
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="action_code_once"),
            models.CheckConstraint(
                condition=models.Q(first_year__gte=1, last_year__gte=models.F("first_year")),
                name="action_years_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(rag_override="", rag_by=None)
                | (~models.Q(rag_override="") & ~models.Q(rag_reason="") & models.Q(rag_by__isnull=False)),
                name="action_override_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def year_is_uncertain(self) -> bool:
        return self.year_confidence in {self.Confidence.MEDIUM, self.Confidence.LOW}


class ActionUserObjectPermission(UserObjectPermissionBase):
    """A share of one action with one person (django-guardian, direct foreign key)."""

    content_object = models.ForeignKey(Action, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class Dependency(TenantModel):
    """An action that waits for another. The graph of a program has no cycle."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="dependencies")
    depends_on = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="dependants")

    class Meta:
        ordering = ["action_id", "depends_on_id"]
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(fields=["action", "depends_on"], name="dependency_once"),
            models.CheckConstraint(
                condition=~models.Q(action=models.F("depends_on")), name="dependency_not_on_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} needs {self.depends_on_id}"


class Deliverable(TenantModel):
    """A checkable piece of an action, with a due day. Done only with evidence."""

    life: ClassVar[Life] = DELIVERABLE

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="deliverables")
    code = models.CharField(max_length=24)
    text = models.TextField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=20, choices=DeliverableState.choices, default=DeliverableState.PLANNED
    )
    done_on = models.DateField(null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="deliverable_code_once"),
            models.CheckConstraint(
                condition=~models.Q(state=DeliverableState.DONE) | models.Q(done_on__isnull=False),
                name="deliverable_done_has_day",
                violation_error_message="Give the day on which it was done.",
            ),
        ]
        indexes = [models.Index(fields=["program", "state", "due_on"], name="deliverable_due")]

    def __str__(self) -> str:
        return self.code


class ProgressUpdate(TenantModel):
    """What an author reported on an action for a period. A correction is a new update that replaces it."""

    append_only: ClassVar[bool] = True

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="updates")
    year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, related_name="updates")
    narrative = models.TextField()
    rag = models.CharField("status", max_length=10, choices=Rag.choices)
    reported_on = models.DateField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )

    class Meta:
        ordering = ["-reported_on", "-id"]

    def __str__(self) -> str:
        return f"update of {self.reported_on:%-d %B %Y}"

    @property
    def tone(self) -> str:
        return TONES[Rag(self.rag)]


class Evidence(TenantModel):
    """A file or an address that shows a deliverable was met or an update is so."""

    deliverable = models.ForeignKey(
        Deliverable, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    update = models.ForeignKey(
        ProgressUpdate, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    title = models.CharField(max_length=200)
    document = models.OneToOneField(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    url = models.URLField("address", max_length=500, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    # Removed evidence stays in the record, with its reason.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deliverable=None) ^ models.Q(update=None), name="evidence_of_one_thing"
            ),
            models.CheckConstraint(
                condition=(models.Q(document=None) & ~models.Q(url=""))
                | (models.Q(document__isnull=False) & models.Q(url="")),
                name="evidence_file_or_address",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ProgramFile(TenantModel):
    """A program file as it was loaded: the source of the plan, kept whole."""

    append_only: ClassVar[bool] = True

    name = models.CharField(max_length=200)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
