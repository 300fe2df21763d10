"""Everything that somebody applies with, for the page "Your applications". A constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from grants.engine.answers import Answers, GivenFile
from grants.engine.completeness import section_statuses
from grants.models import (
    Answer,
    AnswerFile,
    Application,
    ApplicationUserObjectPermission,
    ChangeRequest,
    Round,
    TeamInvitation,
)
from grants.models.applications import Rights
from grants.permissions import strongest
from grants.queries.standing import Standing, standing_of
from grants.queries.starting import rounds_to_enter
from grants.queries.team import invitations_for
from grants.queries.writing import limits_of
from grants.states import UNDER_CONSIDERATION, ApplicationState, ChangeRequestState
from grants.timing import closing_of, may_write
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role

UNTITLED = "No title yet"


@dataclass(frozen=True)
class Mine:
    """One application of somebody's, as a line of a list."""

    application: Application
    rights: Rights
    title: str
    standing: Standing
    closes_at: datetime | None = None
    done: int = 0
    of: int = 0


@dataclass(frozen=True)
class Everything:
    """What "Your applications" shows. `drafts` can be written in now; `ended` were never submitted."""

    drafts: list[Mine]
    received: list[Mine]
    ended: list[Mine]
    rounds: list[Round]
    invitations: list[TeamInvitation]

    @property
    def is_empty(self) -> bool:
        return not (self.drafts or self.received or self.ended)


def everything_of(person: User, program: Program, now: datetime) -> Everything:
    """A person's applications, the rounds they can enter, and the invitations that wait for them."""
    lines = _lines(person, program, now)
    drafts = [line for line in lines if may_write(line.application, now)]
    asleep = {ApplicationState.DRAFT, ApplicationState.DISCARDED}
    return Everything(
        drafts=sorted(drafts, key=lambda line: closing_of(line.application)),
        received=[line for line in lines if line.application.state not in asleep],
        ended=[line for line in lines if line.application.state in asleep and line not in drafts],
        rounds=rounds_to_enter(person, now),
        invitations=invitations_for(person, now),
    )


def title_of(application: Application, values: Mapping[str, object]) -> str:
    """What it is called: as last submitted, or what stands in the draft."""
    field = application.form_version.schema.with_role("title")
    typed = values.get(field.key) if field and application.state == ApplicationState.DRAFT else None
    return (typed.strip() if isinstance(typed, str) else "") or application.title or UNTITLED


def own_in(round_: Round, person: User) -> list[Application]:
    """What the person has begun or joined in a round already, without the discarded. One query."""
    rows = ApplicationUserObjectPermission.objects.filter(user=person, content_object__round=round_)
    found = Application.objects.filter(pk__in=rows.values("content_object"))
    return list(found.exclude(state=ApplicationState.DISCARDED).select_related("organisation"))


def _lines(person: User, program: Program, now: datetime) -> list[Mine]:
    rights = _rights(person, program)
    if not rights:
        return []
    found = list(
        Application.objects.filter(pk__in=rights).select_related(
            "round", "stage", "form_version", "organisation", "recipient"
        )
    )
    drafts = [row for row in found if row.state in {ApplicationState.DRAFT, ApplicationState.DISCARDED}]
    answers, changes = _answers_of(drafts), _changes_of(found)
    for row in found:
        row.program = row.round.program = program
        row.stage.round = row.round
    return [_line(row, rights[row.pk], answers, changes.get(row.pk), now) for row in found]


def _line(
    row: Application,
    rights: Rights,
    answers: Mapping[int, Answers],
    change: ChangeRequest | None,
    now: datetime,
) -> Mine:
    given = answers.get(row.pk, Answers())
    title, standing = title_of(row, given.values), standing_of(row, change=change, now=now)
    if row.state != ApplicationState.DRAFT:
        return Mine(row, rights, title, standing)
    states = section_statuses(row.form_version.schema, given, limits=limits_of(row, now)).values()
    done = sum(status.state == "complete" for status in states)
    return Mine(row, rights, title, standing, closing_of(row), done, len(states))


def _rights(person: User, program: Program) -> dict[int, Rights]:
    """What the person may do, by application."""
    if not has_role(person, program, Role.APPLICANT):
        return {}
    names: dict[int, set[str]] = defaultdict(set)
    rows = ApplicationUserObjectPermission.objects.filter(user=person)
    for pk, codename in rows.values_list("content_object_id", "permission__codename"):
        names[pk].add(codename)
    held = {pk: strongest(codenames) for pk, codenames in names.items()}
    return {pk: right for pk, right in held.items() if right is not None}


def _answers_of(applications: Sequence[Application]) -> dict[int, Answers]:
    """The answers of several applications in two queries, files without addresses."""
    values: dict[int, dict[str, object]] = defaultdict(dict)
    files: dict[int, dict[str, list[GivenFile]]] = defaultdict(lambda: defaultdict(list))
    if not applications:
        return {}
    given = Answer.objects.filter(application__in=applications)
    for pk, key, value in given.values_list("application_id", "key", "value"):
        values[pk][key] = value
    attached = AnswerFile.objects.filter(application__in=applications, removed_at=None)
    for row in attached.select_related("document"):
        document = row.document
        files[row.application_id][row.key].append(
            GivenFile(
                row.pk, str(document.key), document.name, document.size, document.sha256, document.state
            )
        )
    return {row.pk: Answers(values=values[row.pk], files=files[row.pk]) for row in applications}  # type: ignore[arg-type]


def _changes_of(applications: Sequence[Application]) -> dict[int, ChangeRequest]:
    """Open requests for changes by application."""
    found = ChangeRequest.objects.filter(
        application__in=applications,
        application__state__in=UNDER_CONSIDERATION,
        state=ChangeRequestState.OPEN,
    )
    return {change.application_id: change for change in found}
