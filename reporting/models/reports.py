"""Frozen figures, the reports rendered from them, and which of those are public."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from reporting import versions
from reporting.models.jobs import READY_HAS_FILE, RenderJob
from reporting.states import PUBLICATION, REPORT_RUN, PublicationState
from scsc.audit.life import Life
from scsc.programs.models import TenantModel
from workplan.models import ProgramYear


class ReportKind(models.TextChoices):
    ANNUAL = "annual", "Annual progress report"


class Edition(models.TextChoices):
    """A draft has its watermark until two people have agreed to publish the same figures without it."""

    DRAFT = "draft", "Draft"
    FINAL = "final", "Final"


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


class ReportRun(RenderJob):
    """One report: asked for by a person, rendered from a snapshot by a worker."""

    life: ClassVar[Life] = REPORT_RUN
    folder: ClassVar[str] = "reports"
    newest_template: ClassVar[str] = versions.ANNUAL

    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, related_name="reports")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    edition = models.CharField(max_length=10, choices=Edition.choices, default=Edition.DRAFT)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(RenderJob.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["program", "kind", "year", "edition"],
                condition=models.Q(state__in=["queued", "rendering", "checking"]),
                name="report_one_under_way",
            ),
            models.CheckConstraint(condition=READY_HAS_FILE, name="report_ready_has_file"),
        ]
        indexes = [models.Index(fields=["program", "state", "lease_until"], name="report_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.year}"

    @property
    def is_draft(self) -> bool:
        return self.edition == Edition.DRAFT


class Publication(TenantModel):
    """A report on its way to the public: proposed by one person, approved by another, then printed again.

    `draft` is what was proposed and read, `final` the same figures without the watermark.
    """

    life: ClassVar[Life] = PUBLICATION

    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    year = models.ForeignKey(ProgramYear, on_delete=models.PROTECT, related_name="publications")
    draft = models.ForeignKey(ReportRun, on_delete=models.PROTECT, related_name="proposals")
    final = models.OneToOneField(ReportRun, null=True, on_delete=models.PROTECT, related_name="publication")
    state = models.CharField(
        max_length=20, choices=PublicationState.choices, default=PublicationState.PROPOSED
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    # Who approved it.
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # When its PDF was there for everybody.
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "kind", "year"],
                condition=models.Q(state__in=["proposed", "approved"]),
                name="publication_one_on_its_way",
            ),
            models.CheckConstraint(
                condition=~models.Q(published_by=models.F("proposed_by")), name="publication_four_eyes"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "declined"])
                | models.Q(published_by__isnull=False, final__isnull=False),
                name="publication_has_approver",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(published_at__isnull=False),
                name="publication_published_has_moment",
            ),
        ]
        indexes = [models.Index(fields=["program", "state", "year"], name="publication_public")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.year}"
