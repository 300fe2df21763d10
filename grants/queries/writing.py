"""Reads of what a team writes: its answers, who is at it, and what somebody else changed meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse

from grants.engine.answers import Answers, GivenFile, Limits
from grants.engine.conditions import visible_keys
from grants.engine.kinds import kind_of
from grants.engine.schema import FormSchema, Json
from grants.models import (
    Answer,
    AnswerFile,
    Application,
    ApplicationUserObjectPermission,
    ChangeRequest,
    EditorPresence,
    Submission,
)
from grants.permissions import strongest
from grants.states import UNDER_CONSIDERATION, ApplicationState, ChangeRequestState
from scsc.accounts.models import User
from scsc.documents.states import DocumentState
from scsc.programs.models import Program

# How long after the last sign of life somebody counts as being at a section.
AT_WORK = timedelta(minutes=1)
# An answer bears the moment its writer began to save. A poll looks back this much further, so that none that
# was committed a little later is missed; what the reader has already is known by its version.
OVERLAP = timedelta(seconds=30)


# A file of an answer, as `_given` reads it.
_FILE = JSONObject(
    field="key",
    id="id",
    **{name: F(f"document__{name}") for name in ("key", "name", "size", "sha256", "state")},
)


@dataclass(frozen=True)
class Draft:
    """An application with all that writing needs, in one query.

    `change` is the open request for changes, if there is one: then `answers` are those of the last submission
    but for the fields that the request opens. `writable` says which fields take an answer, hidden ones
    included: what brings one into view may be on its way.
    """

    application: Application
    schema: FormSchema
    answers: Answers
    versions: Mapping[str, int]
    change: ChangeRequest | None
    writable: frozenset[str]

    @property
    def is_draft(self) -> bool:
        return self.application.state == ApplicationState.DRAFT

    def version(self, key: str) -> int:
        """The version of an answer; 0 for a field that nobody has answered."""
        return self.versions.get(key, 0)

    def with_value(self, key: str, value: Json) -> Answers:
        """The answers as they are with one of them new."""
        return Answers(values={**self.answers.values, key: value}, files=self.answers.files)


def draft_of(program: Program, user: User, *, code: str, lock: bool = False) -> Draft | None:
    """The application of this code for writing, with what `user` may do to it noted; None if there is none.

    One query. With `lock` its row is kept from other writers until the transaction ends. Where one of them
    has just given it another form, stage or organisation, PostgreSQL joins nothing: then it is asked twice.
    """
    found = Application.objects.filter(code=code)
    found = found.select_for_update(of=("self",), no_key=True) if lock else found
    application = found.select_related("round", "stage", "form_version", "organisation").annotate(
        held=ArraySubquery(_permissions(user)),
        given=ArraySubquery(_answers()),
        given_files=ArraySubquery(_files()),
        asked=ArraySubquery(_open_requests()),
        submitted=ArraySubquery(_last_content()),
    )
    row: Any = application.first() or (application.first() if lock else None)
    return _draft(row, program, user) if row else None


def answers_of(application: Application) -> Answers:
    """What was answered so far, hidden fields included, with the files that were not removed. Two queries."""
    rows = Answer.objects.filter(application=application).values_list("key", "value")
    files = AnswerFile.objects.filter(application=application, removed_at=None).order_by("id")
    given = files.annotate(row=_FILE).values_list("row", flat=True)
    return Answers(values=dict(rows), files=_files_by_field(application.program, given))


def versions_of(application: Application) -> dict[str, int]:
    """The version of every answer given so far."""
    return dict(Answer.objects.filter(application=application).values_list("key", "version"))


def writable_keys(application: Application) -> frozenset[str]:
    """The fields that the team may write now: all that are shown of a draft, and of one under an open request
    for changes those it names, with what they bring into view."""
    schema = application.form_version.schema
    if application.state == ApplicationState.DRAFT:
        return visible_keys(schema, answers_of(application)).fields
    change = open_change_of(application)
    return visible_keys(schema, answers_under(change)).fields & opened_by(change) if change else frozenset()


def open_change_of(application: Application) -> ChangeRequest | None:
    """The request for changes that waits for the team, if there is one."""
    if application.state not in UNDER_CONSIDERATION:
        return None
    found = ChangeRequest.objects.filter(application=application, state=ChangeRequestState.OPEN)
    change: ChangeRequest | None = found.first()
    if change is not None:
        change.application = application
    return change


def opened_by(change: ChangeRequest) -> frozenset[str]:
    """The fields that a request unlocks: those it names, and those that the last submission did not have,
    since a changed answer may bring them into view."""
    last = latest_submission(change.application)
    return _opened(change, change.application.form_version.schema, last.content if last else {})


def answers_under(change: ChangeRequest) -> Answers:
    """What the application says with the changes so far: as last submitted, but for the fields opened now.

    Text that was written under a request that staff took back stays out.
    """
    last = latest_submission(change.application)
    return _under(change, answers_of(change.application), last.content if last else {}, opened_by(change))


def latest_submission(application: Application) -> Submission | None:
    """What was submitted last."""
    found = Submission.objects.filter(application=application).order_by("number")
    last: Submission | None = found.select_related("stage", "submitted_by").last()
    return last


def declaration_of(application: Application) -> str:
    """What the person who signs declares, word for word as the submission keeps it."""
    organisation, program = application.organisation.name, application.program.name
    return (
        f"I am authorised to make this application for {organisation}. To the best of my knowledge what it "
        f"says is true and complete, and {organisation} agrees to it. I understand that {program} may check "
        f"it, and we will tell {program} if anything in it changes."
    )


def limits_of(application: Application, now: datetime) -> Limits:
    """The bounds that the round sets, and the day it is there."""
    round_ = application.round
    return Limits(
        minimum=round_.minimum_amount,
        maximum=round_.maximum_amount,
        currency=application.program.currency,
        today=now.astimezone(ZoneInfo(round_.timezone)).date(),
    )


def changes_since(application: Application, since: datetime) -> "QuerySet[Answer]":
    """Answers written since a moment, by whomever, and a few from shortly before."""
    found = Answer.objects.filter(application=application, updated_at__gte=since - OVERLAP)
    return found.select_related("updated_by")


def last_change_of(application: Application) -> Answer | None:
    """The answer that was written last."""
    found = Answer.objects.filter(application=application).order_by("updated_at").select_related("updated_by")
    last: Answer | None = found.last()
    return last


def others_at_work(application: Application, user: User, now: datetime) -> list[EditorPresence]:
    """Who else has a section open now."""
    found = EditorPresence.objects.filter(application=application, seen_at__gt=now - AT_WORK)
    return list(found.exclude(user=user).select_related("user").order_by("user__name", "id"))


def _permissions(user: User) -> "QuerySet[Any, Any]":
    rows = ApplicationUserObjectPermission.objects.filter(user=user, content_object=OuterRef("pk"))
    return rows.values("permission__codename")


def _answers() -> "QuerySet[Any, Any]":
    rows = Answer.objects.filter(application=OuterRef("pk")).order_by("id")
    return rows.values(row=JSONObject(key="key", value="value", version="version"))


def _files() -> "QuerySet[Any, Any]":
    rows = AnswerFile.objects.filter(application=OuterRef("pk"), removed_at=None).order_by("id")
    return rows.values(row=_FILE)


def _open_requests() -> "QuerySet[Any, Any]":
    rows = ChangeRequest.objects.filter(application=OuterRef("pk"), state=ChangeRequestState.OPEN)
    return rows.values(row=JSONObject(id="id", fields="fields", reason="reason", due_at="due_at"))


def _last_content() -> "QuerySet[Any, Any]":
    """What was submitted last, where staff have asked to change it; nothing otherwise, since it is long."""
    asked = ChangeRequest.objects.filter(application=OuterRef("application"), state=ChangeRequestState.OPEN)
    rows = Submission.objects.filter(Exists(asked), application=OuterRef("pk"))
    return rows.order_by("-number").values("content")[:1]


def _draft(row: Any, program: Program, user: User) -> Draft:
    application: Application = row
    application.program = application.round.program = application.organisation.program = program
    application.stage.round = application.round
    # What rights_on would ask the database for.
    application.__dict__.setdefault("_rights", {})[user.pk] = strongest(set(row.held))
    schema = application.form_version.schema
    answers = Answers(
        values={answer["key"]: answer["value"] for answer in row.given},
        files=_files_by_field(program, row.given_files),
    )
    change = _change(application, row.asked)
    writable = _asking(schema) if application.state == ApplicationState.DRAFT else frozenset()
    if change:
        content = row.submitted[0] if row.submitted else {}
        writable = _opened(change, schema, content)
        answers = _under(change, answers, content, writable)
    versions = {answer["key"]: answer["version"] for answer in row.given}
    return Draft(application, schema, answers, versions, change, writable)


def _change(application: Application, rows: list[dict[str, Any]]) -> ChangeRequest | None:
    if not rows or application.state not in UNDER_CONSIDERATION:
        return None
    values = rows[0] | {"due_at": datetime.fromisoformat(rows[0]["due_at"])}
    return ChangeRequest(program=application.program, application=application, **values)


def _asking(schema: FormSchema) -> frozenset[str]:
    return frozenset(field.key for _, field in schema.fields() if kind_of(field).asks)


def _opened(change: ChangeRequest, schema: FormSchema, content: Mapping[str, Any]) -> frozenset[str]:
    asking = _asking(schema)
    submitted = {field["key"] for section in content.get("sections", []) for field in section["fields"]}
    return (frozenset(change.fields) & asking) | (asking - submitted)


def _under(
    change: ChangeRequest, now: Answers, content: Mapping[str, Any], opened: frozenset[str]
) -> Answers:
    """The answers of a submission's content, but for those opened, which are as they are now."""
    fields = [field for section in content.get("sections", []) for field in section["fields"]]
    values = {field["key"]: field["value"] for field in fields}
    settled = [{"id": 0, "state": DocumentState.RELEASED, **file} for file in content.get("files", [])]
    files = _files_by_field(change.application.program, settled)
    return Answers(
        values={**values, **{key: now.values.get(key) for key in opened}},
        files={**files, **{key: now.files.get(key, []) for key in opened}},
    )


def _files_by_field(program: Program, rows: Iterable[Mapping[str, Any]]) -> dict[str, list[GivenFile]]:
    found: dict[str, list[GivenFile]] = {}
    for row in rows:
        url = reverse("documents:download", args=[program.slug, row["key"]])
        facts = {name: row[name] for name in ("id", "key", "name", "size", "sha256", "state")}
        found.setdefault(row["field"], []).append(GivenFile(**facts, url=url))
    return found
