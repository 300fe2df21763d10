"""Taking over the answers of one application into another."""

from dataclasses import dataclass
from datetime import datetime

from grants.engine.schema import Field
from grants.models import Answer, AnswerFile, Application
from scsc.accounts.models import User
from scsc.documents.states import DocumentState

# Never taken over: a declaration is made by a person, for one application.
MADE_ANEW = frozenset({"declaration", "info"})


@dataclass(frozen=True)
class Taken:
    """How many answers and files were taken over, and the labels of the answered fields that were not."""

    answers: int
    files: int
    left_out: list[str]


def copy_answers(source: Application, target: Application, *, actor: User, now: datetime) -> Taken:
    """Fill a fresh application with the answers to what both forms ask: same key, same kind."""
    asked = {field.key: field for _, field in target.form_version.schema.fields()}
    given = {field.key: field for _, field in source.form_version.schema.fields()}
    answers = [answer for answer in Answer.objects.filter(application=source) if answer.value is not None]
    files = list(AnswerFile.objects.filter(application=source, removed_at=None).select_related("document"))
    fit = {key for key, field in given.items() if _fits(field, asked.get(key))}
    taken = [answer for answer in answers if answer.key in fit]
    sound = [f for f in files if f.key in fit and f.document.state != DocumentState.REJECTED]
    Answer.objects.bulk_create(_answer(answer, target, actor, now) for answer in taken)
    AnswerFile.objects.bulk_create(_file(file, target, actor) for file in sound)
    dropped = {row.key for row in answers} | {row.key for row in files}
    dropped -= fit
    labels = [field.label for key, field in given.items() if key in dropped and field.kind not in MADE_ANEW]
    return Taken(len(taken), len(sound), labels)


def _fits(field: Field, other: Field | None) -> bool:
    return other is not None and other.kind == field.kind and field.kind not in MADE_ANEW


def _answer(answer: Answer, target: Application, actor: User, now: datetime) -> Answer:
    return Answer(
        program=target.program,
        application=target,
        key=answer.key,
        value=answer.value,
        updated_by=actor,
        updated_at=now,
    )


def _file(file: AnswerFile, target: Application, actor: User) -> AnswerFile:
    return AnswerFile(
        program=target.program, application=target, key=file.key, document=file.document, added_by=actor
    )
