"""What is frozen, what is rendered from it, and what is public."""

from reporting.models.jobs import RenderJob
from reporting.models.meetings import MeetingPdf
from reporting.models.reports import Edition, Publication, ReportKind, ReportRun, Snapshot
from reporting.models.submissions import SubmissionPdf

__all__ = [
    "Edition",
    "MeetingPdf",
    "Publication",
    "RenderJob",
    "ReportKind",
    "ReportRun",
    "Snapshot",
    "SubmissionPdf",
]
