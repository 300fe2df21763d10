"""The kinds of document that can be rendered, by the word `kind` of their content."""

from collections.abc import Callable, Mapping
from typing import Any

from reporting.rendering.annual.paper import AnnualReport
from reporting.rendering.application.paper import SubmittedApplication
from reporting.rendering.meeting.paper import MeetingPaper
from reporting.rendering.paper import Paper

KINDS: Mapping[str, Callable[[dict[str, Any]], Paper]] = {
    "annual_progress": AnnualReport,
    "application": SubmittedApplication,
    "meeting": MeetingPaper,
}


def paper_of(data: dict[str, Any]) -> Paper:
    """The document that this content makes; a snapshot that names no kind is of an annual report.

    Raises pydantic's ValidationError where something is missing, KeyError for a kind that is not known.
    """
    return KINDS[data.get("kind", "annual_progress")](data)
