"""What a worker renders. The row is the job."""

import uuid
from typing import ClassVar

from django.db import models

from reporting.states import ReportState
from scsc.audit.life import Life
from scsc.programs.models import TenantModel


class RenderJob(TenantModel):
    """A PDF to be made, being made, made, or failed. Its file lies under `folder` in the storage."""

    life: ClassVar[Life]
    folder: ClassVar[str]
    # The version of the template that a worker uses now.
    newest_template: ClassVar[str]

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
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["-id"]

    @property
    def storage_name(self) -> str:
        """Where the PDF lies, relative to the storage."""
        return f"{self.program_id}/{self.folder}/{self.key}.pdf"


# A PDF that is said to be ready has a file.
READY_HAS_FILE = ~models.Q(state="ready") | (~models.Q(file_sha256="") & models.Q(file_size__gt=0))
