"""The PDF of a submitted application."""

from typing import ClassVar

from django.db import models

from grants.models import Submission
from reporting import versions
from reporting.models.jobs import READY_HAS_FILE, RenderJob
from reporting.states import SUBMISSION_PDF
from scsc.audit.life import Life


class SubmissionPdf(RenderJob):
    """The PDF of one submission. The submission itself asks for it: the row is made when a worker begins."""

    life: ClassVar[Life] = SUBMISSION_PDF
    folder: ClassVar[str] = "submissions"
    newest_template: ClassVar[str] = versions.APPLICATION

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="pdf")
    # What stands around the submission in its PDF, frozen: the name of the program, the moment in its zone.
    # See reporting.rendering.application.content.Facts.
    facts = models.JSONField()

    class Meta(RenderJob.Meta):
        constraints = [models.CheckConstraint(condition=READY_HAS_FILE, name="submission_pdf_ready_has_file")]
        indexes = [models.Index(fields=["program", "state", "lease_until"], name="submission_pdf_due")]

    def __str__(self) -> str:
        return f"PDF of {self.submission}"
