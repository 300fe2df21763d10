"""A section that a page without script sends: what was in it, and saving all of it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from grants.engine.kind import Problem
from grants.engine.schema import Field, Section
from grants.forms.writing import ADD_ROW, REMOVE_FILE, Typed, files_in, joined, read_section
from grants.models import Answer, AnswerFile
from grants.queries.writing import Draft, draft_of
from grants.services.answers import ClosedError
from grants.services.files import add_answer_file, remove_answer_file
from grants.services.sections import save_section
from grants.views.asking import given_problems
from scsc.accounts.models import User
from scsc.errors import DomainError
from scsc.programs.access import MemberRequest

# The page's own buttons.
GO = "_go"
BACK, STAY = "back", "stay"


@dataclass(frozen=True)
class Sent:
    """Everything in one section as it was sent, and which button sent it."""

    section: Section
    typed: Sequence[Typed]
    files: "Sequence[tuple[Field, UploadedFile[bytes]]]"
    removed: str
    add_row: str
    go: str

    @classmethod
    def of(cls, request: MemberRequest, draft: Draft, section: Section) -> "Sent":
        data = request.POST
        return cls(
            section=section,
            typed=read_section(draft, section, data),
            files=list(files_in(draft, section, request.FILES)),
            removed=data.get(REMOVE_FILE, ""),
            add_row=data.get(ADD_ROW, ""),
            go=data.get(GO, ""),
        )

    @property
    def goes_back(self) -> bool:
        return self.go == BACK

    @property
    def stays(self) -> bool:
        chosen = any(one.choice for one in self.typed)
        return self.go == STAY or bool(self.removed or self.add_row or chosen)

    def values_by_key(self) -> dict[str, Typed]:
        return {one.field.key: one for one in self.typed}


@dataclass(frozen=True)
class Outcome:
    """What came of it: what somebody else wrote meanwhile, refused files, and what is wrong with the rest."""

    clashes: Mapping[str, Answer]
    refused_files: Mapping[str, Sequence[str]]
    problems: Mapping[str, Sequence[Problem]]

    @property
    def needs_decision(self) -> bool:
        return bool(self.clashes or self.refused_files or self.problems)


def save_sent(draft: Draft, sent: Sent, *, actor: User, now: datetime) -> Outcome:
    """Save the fields, keep the files, take away what was to be removed. Raises as `save_answer`.

    What is wrong with an answer keeps nobody from saving it: it is said before the person goes on to the next
    section, and not when they go back or stay.
    """
    chosen = [_as_chosen(draft, one) for one in sent.typed]
    saved = save_section(draft, chosen, actor=actor, now=now)
    refused = _keep_files(draft, sent, actor=actor)
    _remove(draft, sent, actor=actor)
    problems = {} if sent.goes_back or sent.stays else _problems(draft, sent, actor=actor, now=now)
    clashes = {key: error.answer for key, error in saved.conflicts.items()}
    return Outcome(clashes, refused, problems)


def _as_chosen(draft: Draft, one: Typed) -> Typed:
    """What was decided about a conflict; without a decision it is reported again."""
    theirs = draft.answers.values.get(one.field.key)
    if one.choice == "theirs":
        return replace(one, touched=False)
    if one.choice == "both":
        return replace(one, value=joined(one.field, theirs, one.value), touched=True)
    return replace(one, touched=True) if one.choice == "mine" else one


def _keep_files(draft: Draft, sent: Sent, *, actor: User) -> dict[str, list[str]]:
    refused: dict[str, list[str]] = {}
    for field, file in sent.files:
        try:
            add_answer_file(draft.application, key=field.key, upload=file, actor=actor)
        except ClosedError:
            raise
        except DomainError as error:
            refused.setdefault(field.key, []).append(f"{file.name}: {error}")
    return refused


def _remove(draft: Draft, sent: Sent, *, actor: User) -> None:
    given = sent.removed
    # What is no number, or none that the database can hold, names no file.
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        return
    keys = [field.key for field in sent.section.fields]
    files = AnswerFile.objects.filter(application=draft.application, key__in=keys)
    file = files.select_related("document").filter(pk=int(given)).first()
    if file is not None:
        file.application = draft.application
        remove_answer_file(file, actor=actor)


def _problems(draft: Draft, sent: Sent, *, actor: User, now: datetime) -> dict[str, list[Problem]]:
    program, code = draft.application.program, draft.application.code
    fresh = draft_of(program, actor, code=code)
    found = given_problems(fresh, fresh.answers, now=now) if fresh else {}
    there = {one.field.key for one in sent.typed}
    return {key: problems for key, problems in found.items() if key in there}
