"""Reads for a team that follows its application: what was submitted, what is asked of it, what was said."""

from dataclasses import dataclass

from grants.engine.schema import FormSchema
from grants.models import Application, ChangeRequest, Screening, Submission, TeamNote
from grants.queries.deciding import published_decision_of
from grants.queries.team import messages_of, notes_of
from grants.queries.writing import open_change_of
from grants.states import ApplicationState

__all__ = ["change_of", "finding_of", "messages_of", "notes_by_section", "notes_of", "submissions_of"]


@dataclass(frozen=True)
class Flagged:
    """An answer that staff ask to change: what is asked, and the section it stands in."""

    key: str
    label: str
    section: str


def change_of(application: Application) -> ChangeRequest | None:
    """The open request for changes, with `flagged`: its answers in the order of the form."""
    change = open_change_of(application)
    if change is not None:
        found = [
            Flagged(field.key, field.label, section.key)
            for section, field in application.form_version.schema.fields()
            if field.key in change.fields
        ]
        change.flagged = found  # type: ignore[attr-defined]
    return change


@dataclass(frozen=True)
class Finding:
    """Why an application is (not) eligible, or its outcome, as far as it is meant for the applicant."""

    reasons: list[str]
    feedback: str


def finding_of(application: Application) -> Finding | None:
    """The finding that holds now; None while there is none, or none with words for the applicant."""
    if application.state in {ApplicationState.AWARDED, ApplicationState.UNSUCCESSFUL}:
        decision = published_decision_of(application)
        return Finding([], decision.feedback) if decision and decision.feedback else None
    if application.state not in {ApplicationState.ACCEPTED, ApplicationState.INELIGIBLE}:
        return None
    latest = application.screenings.first()
    if latest is None or not (latest.reasons or latest.feedback):
        return None
    return Finding([Screening.Reason(reason).label for reason in latest.reasons], latest.feedback)


def submissions_of(application: Application) -> list[Submission]:
    """What was submitted, the newest first, without its text."""
    rows = application.submissions.select_related("stage", "submitted_by", "change_request")
    return list(rows.defer("content").order_by("-number"))


@dataclass(frozen=True)
class NoteGroup:
    """The notes about one section, or (empty key) about everything."""

    key: str
    title: str
    notes: list[TeamNote]


def notes_by_section(application: Application, schema: FormSchema) -> list[NoteGroup]:
    """Notes in the order of the form, oldest first in each group; last those of sections since removed."""
    titles = {"": "The whole application"} | {section.key: section.title for section in schema.sections}
    groups: dict[str, list[TeamNote]] = {key: [] for key in titles}
    for note in notes_of(application):
        groups.setdefault(note.section, []).append(note)
    return [
        NoteGroup(key, titles.get(key, "A section that the form had before"), notes)
        for key, notes in groups.items()
        if notes
    ]
