"""A round whose applications are assessed, for tests, inside the program's scope."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from grants.engine.rubric import Mark
from grants.models import Application, Assignment, Declaration, Round, Stage, Submission
from grants.services.assessing import save_mark, save_summary, submit_assessment
from grants.services.stages import name_people
from grants.states import ApplicationState, DeclarationState
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.programs.roles import Role
from tests.factories import Cast, member
from tests.grants.rounds import draft_round, writer

BLANK: dict[str, Any] = {"head": [], "rows": [], "total": "", "files": []}
FULL = {"need": Mark(4, reason="Shown."), "evidence": Mark(2), "partners": Mark(3, reason="Shared.")}


def field_of(key: str, kind: str, label: str, *lines: str, **shown: Any) -> dict[str, Any]:
    """An answer as a submission keeps it."""
    return {
        "key": key,
        "kind": kind,
        "label": label,
        "value": lines[0] if lines else None,
        "shown": {**BLANK, "lines": list(lines), **shown},
    }


def content_of(name: str = "Harbour Youth Network", *more: dict[str, Any]) -> dict[str, Any]:
    """What was submitted: a title, a text that names the applicant, a mail address, and more."""
    fields = [
        field_of("title", "text", "Title", "Safe Online Together"),
        field_of(
            "plan", "long_text", "What you will do", f"{name} works in schools. Write to us@harbour.au."
        ),
        field_of("email", "email", "Address", "office@harbour.au"),
        *more,
    ]
    files = [file for field in fields for file in field["shown"]["files"]]
    return {
        "application": "IG27-0001",
        "organisation": {"name": name, "abn": "99000000032"},
        "title": "Safe Online Together",
        "declaration": {"name": "Noor West", "position": "Director", "text": "True."},
        "sections": [{"key": "project", "title": "Your project", "fields": fields}],
        "files": files,
    }


def assessed_round(cast: Cast, *people: User, code: str = "IG27", **settings: Any) -> Round:
    """A round with an assessment by these people; `settings` are those of the stage."""
    round_ = draft_round(cast, code)
    stage = assessment_of(round_)
    if people:
        name_people(stage, people=people, actor=cast.officer)
    values = {"assess_by": timezone.now() + timedelta(days=10)} | settings
    Stage.objects.filter(pk=stage.pk).update(**values)
    Round.objects.filter(pk=round_.pk).update(state="closed")
    fresh = Round.objects.get(pk=round_.pk)
    fresh.program = cast.program
    return fresh


def assessment_of(round_: Round) -> Stage:
    stage = round_.stages.get(kind=Stage.Kind.ASSESSMENT)
    stage.round, stage.program = round_, round_.program
    return stage


def accepted(cast: Cast, round_: Round, **fields: Any) -> Application:
    """An application that was found eligible, of an organisation of its own."""
    content, applicant = fields.pop("content", None), fields.pop("applicant", None) or writer(cast)
    number = Application.objects.filter(round=round_).count() + 1
    stage = round_.stages.filter(kind__in=Stage.WRITTEN).order_by("order").last()
    assert stage is not None
    assert stage.form_version is not None
    organisation = fields.pop("organisation", None) or Organisation.objects.create(
        program=cast.program, name=f"Organisation {number} of {round_.code}"
    )
    values = {"state": ApplicationState.ACCEPTED, "title": f"Project {number}", "amount": 50_000} | fields
    application = Application.objects.create(
        program=cast.program,
        round=round_,
        stage=stage,
        form_version=stage.form_version,
        number=number,
        code=f"{round_.code}-{number:04}",
        organisation=organisation,
        created_by=applicant,
        submitted_at=timezone.now(),
        **values,
    )
    Submission.objects.create(
        program=cast.program,
        application=application,
        stage=stage,
        form_version=application.form_version,
        number=1,
        content=content or content_of(organisation.name),
        sha256="ab" * 32,
        title=application.title,
        amount=application.amount,
        declared_name="Noor West",
        declared_position="Director",
        submitted_by=applicant,
        submitted_at=timezone.now(),
    )
    return application


def assessors(cast: Cast, count: int, role: Role = Role.ADVISORY) -> list[User]:
    """New people who can assess."""
    return [member(cast.program, role, name=f"Assessor {number}") for number in range(1, count + 1)]


def clear(application: Application, user: User) -> Declaration:
    """A declaration that there is no conflict."""
    return Declaration.objects.create(
        program=application.program,
        application=application,
        user=user,
        kind=Declaration.Kind.NONE,
        state=DeclarationState.CLEAR,
        declared_at=timezone.now(),
    )


def given_to(application: Application, user: User, *, by: User, declared: bool = True) -> Assignment:
    """An application that somebody has to assess, and by default declared on."""
    stage = assessment_of(application.round)
    assert stage.rubric_version is not None
    assignment = Assignment.objects.create(
        program=application.program,
        application=application,
        user=user,
        rubric_version=stage.rubric_version,
        assigned_by=by,
        due_at=stage.assess_by,
    )
    if declared:
        clear(application, user)
    return Assignment.objects.select_related("application__round", "user").get(pk=assignment.pk)


def submitted(assignment: Assignment, marks: dict[str, Mark] | None = None, **summary: str) -> Assignment:
    """The assessment with these marks, handed in."""
    for key, mark in (marks or FULL).items():
        save_mark(assignment, criterion=key, mark=mark, version=0, actor=assignment.user)
    values = {"recommendation": "fund", "comment": "", "feedback": ""} | summary
    save_summary(assignment, **values, version=0, actor=assignment.user)
    return submit_assessment(assignment, actor=assignment.user)
