"""Frozen figures and the reports rendered from them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from reporting.states import REPORT_RUN, ReportState
from scsc.audit.life import Life
from scsc.programs.models import TenantModel
from workplan.models import ProgramYear


class ReportKind(models.TextChoices):
    ANNUAL = "annual", "Annual progress report"


class Snapshot(TenantModel):
    """The content of a report, frozen at a moment: every figure with its source record. Never changed."""

    append_only: ClassVar[bool] = True

    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, related_name="snapshots")
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"figures of {self.taken_at:%-d %B %Y, %H:%M} UTC"


class ReportRun(TenantModel):
    """One report: asked for by a person, rendered from a snapshot by a worker. The row is the job."""

    life: ClassVar[Life] = REPORT_RUN

    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, related_name="reports")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    template_version = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=ReportState.choices, default=ReportState.QUEUED)
    percent = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Whose turn it is: only the worker that holds the current lease may write to this row.
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_size = models.PositiveBigIntegerField(null=True, help_text="bytes")
    pages = models.PositiveIntegerField(null=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "kind", "year"],
                condition=models.Q(state__in=["queued", "rendering", "checking"]),
                name="report_one_under_way",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | (~models.Q(file_sha256="") & models.Q(file_size__gt=0)),
                name="report_ready_has_file",
            ),
        ]
        indexes = [models.Index(fields=["program", "state", "lease_until"], name="report_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.year}"

    @property
    def storage_name(self) -> str:
        """Where the PDF lies, relative to the storage."""
        return f"{self.program_id}/reports/{self.key}.pdf"
