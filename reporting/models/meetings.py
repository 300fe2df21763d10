"""Board packs and minutes, each made for one reader."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from grants.models import Ballot, Meeting
from reporting import versions
from reporting.models.jobs import READY_HAS_FILE, RenderJob
from reporting.states import MEETING_PDF
from scsc.audit.life import Life


class MeetingPdf(RenderJob):
    """A paper of a meeting, or of one ballot, as one reader could see it when it was asked for.

    Whoever asks gets the one of what they may see now: one that holds more is never handed out again.
    """

    class Kind(models.TextChoices):
        PACK = "pack", "Board pack"
        MINUTES = "minutes", "Minutes"

    life: ClassVar[Life] = MEETING_PDF
    folder: ClassVar[str] = "meetings"
    newest_template: ClassVar[str] = versions.MEETING

    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="papers")
    ballot = models.ForeignKey(Ballot, null=True, on_delete=models.PROTECT, related_name="papers")
    paper = models.CharField(max_length=10, choices=Kind.choices)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # What is printed, frozen: reporting.rendering.meeting.content.MeetingDocument.
    document = models.JSONField()
    # Of what is printed, but for the moment it was asked for.
    sha256 = models.CharField(max_length=64)

    class Meta(RenderJob.Meta):
        constraints = [
            models.UniqueConstraint(fields=["reader", "paper", "sha256"], name="meeting_pdf_once"),
            models.CheckConstraint(
                condition=models.Q(meeting=None) ^ models.Q(ballot=None), name="meeting_pdf_of_one"
            ),
            models.CheckConstraint(condition=READY_HAS_FILE, name="meeting_pdf_ready_has_file"),
        ]
        indexes = [models.Index(fields=["program", "state", "lease_until"], name="meeting_pdf_due")]

    def __str__(self) -> str:
        return f"{self.get_paper_display().lower()} of {self.meeting or self.ballot}"
