"""What a blind review hides from whom. One rule for pages, print, papers and files."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from grants.engine.blind import Overlay, Rule, blind, is_hidden
from grants.models import Application, Assignment, Ballot, Redaction, Stage, StagePerson, Submission
from grants.states import ASSIGNED_NOW, BALLOT_COUNTS, AssignmentState, BallotState
from scsc.accounts.models import User
from scsc.documents.models import Document
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role

Subject = Redaction.Subject


def is_blind_to(user: User, application: Application) -> bool:
    """Whether somebody sees an application only without names: who assesses, or may assess, in a blind stage.

    Staff and auditors know who applies. A member of the body that endorses does once they submitted their own
    assessment, or have none to make and a ballot is there. Asked once for an application that was loaded.
    """
    known: dict[int, bool] = application.__dict__.setdefault("_blind", {})
    if user.pk not in known:
        known[user.pk] = _is_blind_to(user, application)
    return known[user.pk]


def _is_blind_to(user: User, application: Application) -> bool:
    if has_role(user, application.program, Role.MANAGER, Role.OFFICER, Role.AUDITOR):
        return False
    stage = Stage.objects.filter(
        round=application.round_id, kind=Stage.Kind.ASSESSMENT, is_blind=True
    ).first()
    if stage is None:
        return False
    own = Assignment.objects.filter(application=application, user=user, state__in=ASSIGNED_NOW).first()
    if own is None and not StagePerson.objects.filter(stage=stage, user=user).exists():
        return False
    if own is not None and own.state == AssignmentState.ASSIGNED:
        return True
    counts = Q(state__in=[*BALLOT_COUNTS, BallotState.PREPARED])
    return not Ballot.objects.filter(counts, application=application, body__members__user=user).exists()


def overlay_of(application: Application) -> Overlay:
    """The rules of one application. One query."""
    answers: dict[str, Rule] = {}
    files: dict[str, Rule] = {}
    for row in Redaction.objects.filter(application=application).select_related("replacement"):
        rule = Rule(row.mode, tuple(row.passages), _as_file(row.replacement) if row.replacement else None)
        (answers if row.subject == Subject.ANSWER else files)[row.key] = rule
    return Overlay(answers, files)


def _as_file(document: Document) -> dict[str, Any]:
    return {
        "key": str(document.key),
        "name": document.name,
        "size": document.size,
        "sha256": document.sha256,
    }


def blind_content(application: Application, content: dict[str, Any]) -> dict[str, Any]:
    """The content of a submission as assessors of a blind review see it."""
    return blind(content, overlay_of(application))


def content_for(user: User, application: Application, content: dict[str, Any]) -> dict[str, Any]:
    """The content of a submission as this person sees it. Their sight of it is checked elsewhere."""
    return blind_content(application, content) if is_blind_to(user, application) else content


def may_open_file(user: User, application: Application, document: Document) -> bool:
    """Whether a file that was submitted is shown to this person, as far as a blind review goes."""
    if not is_blind_to(user, application):
        return True
    key = str(document.key)
    contents = Submission.objects.filter(application=application).values_list("content", flat=True)
    overlay = overlay_of(application)
    return any(_names_file(blind(content, overlay), key) for content in contents)


def _names_file(content: dict[str, Any], key: str) -> bool:
    return any(str(file["key"]) == key for file in content["files"])


@dataclass(frozen=True)
class BlindLine:
    """One answer or file on the page of the overlay: what it is, and what becomes of it."""

    subject: str
    key: str
    label: str
    about: str
    redaction: Redaction | None
    is_hidden: bool

    @property
    def tone(self) -> str:
        return "idle" if self.is_hidden else "info" if self.redaction else "good"

    @property
    def state(self) -> str:
        if self.redaction is not None and self.redaction.replacement_id:
            return "Replaced"
        if self.is_hidden:
            return "Hidden"
        if self.redaction is not None and self.redaction.mode == Redaction.Mode.PASSAGES:
            return "Passages hidden"
        return "Shown"


def blind_lines(application: Application, content: dict[str, Any]) -> list[BlindLine]:
    """Every answer and file of a submission, with what assessors see of it. One query."""
    held = {
        (row.subject, row.key): row
        for row in Redaction.objects.filter(application=application).select_related("replacement")
    }
    overlay = overlay_of(application)
    shown = {str(file["key"]) for file in blind(content, overlay)["files"]}
    lines = []
    for field in _fields(content):
        rule = overlay.answers.get(field["key"])
        redaction = held.get((Subject.ANSWER, field["key"]))
        hidden = is_hidden(field, rule)
        lines.append(
            BlindLine(Subject.ANSWER, field["key"], field["label"], _about(field), redaction, hidden)
        )
        for file in field.get("shown", {}).get("files", []):
            key = str(file["key"])
            redaction = held.get((Subject.FILE, key))
            lines.append(
                BlindLine(Subject.FILE, key, file["name"], field["label"], redaction, key not in shown)
            )
    return lines


def _about(field: dict[str, Any]) -> str:
    text = " ".join(field.get("shown", {}).get("lines", []))
    return text if len(text) <= 160 else f"{text[:159]}…"


def _fields(content: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for section in content.get("sections", []):
        yield from section.get("fields", [])
