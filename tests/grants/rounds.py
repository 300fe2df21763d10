"""Rounds and forms for tests, made inside the program's scope."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from guardian.shortcuts import assign_perm

from grants.engine.schema import Field, FormSchema, Section
from grants.models import Application, Form, FormVersion, Round, Stage
from grants.queries.rounds import round_problems
from grants.queries.stages import KIND_OF_BODY
from grants.services import rounds
from grants.services.questions import add_question
from grants.services.stages import name_people
from grants.states import FormState
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from tests.factories import Cast, UserFactory
from tests.grants.bodies import body_of, rubric_of

TITLE = Field(key="title", kind="text", label="Title of the project", required=True, role="title")
SCHEMA = FormSchema(
    sections=[
        Section(
            key="project",
            title="Your project",
            fields=[TITLE, Field(key="plan", kind="long_text", label="What you will do", required=True)],
        )
    ]
)


def published_form(cast: Cast, name: str = "Full application", **fields: Any) -> FormVersion:
    """A form whose first version can be used by rounds."""
    form = Form.objects.create(program=cast.program, name=name, created_by=cast.officer)
    values = {"number": 1, "state": FormState.PUBLISHED, "content": SCHEMA.model_dump(mode="json")} | fields
    return FormVersion.objects.create(program=cast.program, form=form, **values)


NOW = timezone.now().replace(microsecond=0)


def in_days(days: float) -> datetime:
    """A moment so many days from now; the same one however often it is asked for."""
    return NOW + timedelta(days=days)


def draft_round(cast: Cast, code: str = "IG27", **settings: Any) -> Round:
    """A round in which nothing is missing."""
    found: dict[str, Any] = {
        "title": "Impact grants 2027",
        "summary": "For safer places online.",
        "plan": "one",
        "who_can_apply": "Charities",
        "criteria": "It works",
        "opens_at": in_days(-1),
        "closes_at": in_days(30),
        "decided_by": in_days(60).date(),
        "budget": Decimal(500_000),
        "minimum_amount": Decimal(10_000),
        "maximum_amount": Decimal(120_000),
    } | settings
    round_ = rounds.create_round(cast.program, code=code, actor=cast.officer, **found)
    add_question(
        round_, text="Are you a charity?", needs_yes=True, otherwise="Only charities.", actor=cast.officer
    )
    for stage in round_.stages.all():
        stage.round, stage.program = round_, round_.program
        complete_stage(cast, stage)
    return round_


def complete_stage(cast: Cast, stage: Stage) -> None:
    """Give a stage its form and closing, its people, its body or its rubric."""
    people = {
        Stage.Kind.SCREENING: [cast.officer],
        Stage.Kind.ASSESSMENT: [cast.roundtable, cast.advisory],
    }
    members = {Stage.Kind.ADVICE: cast.advisory, Stage.Kind.ENDORSEMENT: cast.roundtable}
    if stage.is_written:
        form = FormVersion.objects.filter(form__name=str(stage)).first() or published_form(cast, str(stage))
        later = stage.round.stages.filter(order__lt=stage.order, kind__in=Stage.WRITTEN).exists()
        closes_at = stage.round.closes_at + timedelta(days=20) if later and stage.round.closes_at else None
        Stage.objects.filter(pk=stage.pk).update(form_version=form, closes_at=closes_at)
    elif member := members.get(Stage.Kind(stage.kind)):
        body = body_of(cast.program, KIND_OF_BODY[stage.kind], member, by=cast.manager)
        Stage.objects.filter(pk=stage.pk).update(body=body)
    elif named := people.get(Stage.Kind(stage.kind)):
        name_people(stage, people=named, actor=cast.officer)
    if stage.kind == Stage.Kind.ASSESSMENT:
        due = stage.round.closes_at + timedelta(days=25) if stage.round.closes_at else None
        rubric = rubric_of(cast.program, cast.officer)
        Stage.objects.filter(pk=stage.pk).update(rubric_version=rubric, assess_by=due)


def open_round(cast: Cast, code: str = "IG27", **settings: Any) -> Round:
    """A round that is published, and open since its opening lies in the past."""
    return rounds.publish_round(draft_round(cast, code, **settings), actor=cast.officer)


def said(round_: Round) -> list[str]:
    """What keeps a round from being published."""
    return [problem.message for problem in round_problems(round_) if not problem.warns]


def warned(round_: Round) -> list[str]:
    """What is worth a second look."""
    return [problem.message for problem in round_problems(round_) if problem.warns]


def change(round_: Round, actor: User, **changes: Any) -> Round:
    return rounds.change_round(round_, changes=changes, actor=actor)


def first_stage(round_: Round) -> Stage:
    stage = next(stage for stage in round_.stages.order_by("order") if stage.is_written)
    stage.round, stage.program = round_, round_.program
    return stage


def begun(cast: Cast, round_: Round, *team: User, stage: Stage | None = None, **fields: Any) -> Application:
    """An application in progress, with a team."""
    stage = stage or first_stage(round_)
    number = Application.objects.filter(round=round_).count() + 1
    people = team or (cast.applicant,)
    values = {
        "organisation": Organisation.objects.create(program=cast.program, name=f"Organisation {number}"),
        "form_version": stage.form_version,
        "created_by": people[0],
    } | fields
    application = Application.objects.create(
        program=cast.program,
        round=round_,
        stage=stage,
        number=number,
        code=f"{round_.code}-{number:04}",
        **values,
    )
    for person in people:
        assign_perm("submit_application", person, application)
    return application


def writer(cast: Cast, **fields: Any) -> User:
    """Somebody new who writes applications."""
    user = UserFactory.create(**fields)
    Membership.objects.create(program=cast.program, user=user, role=Role.APPLICANT)
    return user
