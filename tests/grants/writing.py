"""What the tests of writing share: a form with fields of many kinds, a team of two, complete answers."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.engine.schema import Condition, Field, FormSchema, Json, Rule, Section
from grants.forms.writing import digest
from grants.models import Answer, Application, Round, Stage
from grants.models.applications import Rights
from grants.queries.writing import versions_of
from grants.services.answers import save_answer
from scsc.accounts.models import User
from scsc.programs.models import Program
from tests.factories import Cast
from tests.grants.applicants import begun, form_of, joined, round_of

WITH_OTHERS = Rule(conditions=[Condition(field="with_others", op="is", value="yes")])

SCHEMA = FormSchema(
    sections=[
        Section(
            key="project",
            title="What you will do",
            help="In your own words.",
            fields=[
                Field(key="title", kind="text", label="Title of the project", required=True, role="title"),
                Field(
                    key="plan",
                    kind="long_text",
                    label="What will you do?",
                    required=True,
                    options={"words": 200},
                ),
                Field(key="with_others", kind="yes_no", label="Do you work with others?", required=True),
                Field(
                    key="partners",
                    kind="long_text",
                    label="Who are your partners?",
                    required=True,
                    show_if=WITH_OTHERS,
                ),
            ],
        ),
        Section(
            key="partnership",
            title="Your partnership",
            show_if=WITH_OTHERS,
            fields=[Field(key="lead", kind="text", label="Who leads?", required=True)],
        ),
        Section(
            key="money",
            title="Budget",
            fields=[
                Field(
                    key="amount", kind="money", label="How much do you ask for?", required=True, role="amount"
                ),
                Field(
                    key="budget",
                    kind="budget",
                    label="What will it cost?",
                    required=True,
                    options={"total_of": "amount"},
                ),
            ],
        ),
        Section(
            key="safety",
            title="Child safety",
            fields=[
                Field(key="checks", kind="screening", label="Working with children checks"),
                Field(key="letters", kind="file", label="Letters of support", options={"most": 2}),
            ],
        ),
    ]
)

# Everything that is asked, with two lines that add up.
COMPLETE: dict[str, Json] = {
    "title": "Safe Online Together",
    "plan": "Workshops in twelve schools.",
    "with_others": "no",
    "amount": "50000.00",
    "budget": {
        "lines": [
            {"item": "Trainers", "note": "Two, four months", "amount": "48000.00"},
            {"item": "Travel", "note": "", "amount": "2000.00"},
        ]
    },
}


def round_to_write(program: Program, schema: FormSchema = SCHEMA, code: str = "IG27", **fields: Any) -> Round:
    """A round that is open, whose full application asks what `schema` asks."""
    round_ = round_of(program, code, **fields)
    stage = Stage.objects.get(round=round_, kind=Stage.Kind.APPLICATION)
    stage.form_version = form_of(program, schema)
    stage.save()
    return round_


def draft_by(person: User, program: Program, round_: Round | None = None, **organisation: Any) -> Application:
    """A draft that somebody has begun; they may submit."""
    application = begun(round_ or round_to_write(program), person, **organisation)
    application.program = application.round.program = application.organisation.program = program
    return application


def team_of_two(cast: Cast, **fields: Any) -> tuple[Application, User, User]:
    """A draft with Noor, who submits, and Lena, who edits. Inside the program's scope."""
    noor = cast.applicant
    noor.name = "Noor West"
    noor.save()
    application = draft_by(noor, cast.program, round_to_write(cast.program, **fields))
    return application, noor, joined(application, Rights.EDIT, name="Lena Okafor")


def write_all(application: Application, person: User, values: dict[str, Json] | None = None) -> None:
    """Answer everything, each over whatever is there."""
    versions = versions_of(application)
    for key, value in (COMPLETE if values is None else values).items():
        save_answer(application, key=key, value=value, version=versions.get(key, 0), actor=person)


def answer_of(application: Application, key: str) -> Answer:
    answer: Answer = Answer.objects.get(application=application, key=key)
    return answer


def close_of(application: Application) -> datetime:
    """When the round closes."""
    assert application.round.closes_at
    return application.round.closes_at


def close_ago(round_: Round, **ago: float) -> None:
    """Let the round have closed so long ago."""
    round_.closes_at = timezone.now() - timedelta(**ago)
    round_.save()


def url(application: Application, name: str, *args: str | int) -> str:
    return reverse(f"apply:{name}", args=[application.program.slug, application.code, *args])


def autosave(
    client: Client,
    application: Application,
    key: str,
    version: int = 0,
    *,
    parts: Mapping[str, str] | None = None,
    value: str = "",
) -> tuple[int, dict[str, Any]]:
    """Save one field as the script does: its value, or its parts by their names below the field's."""
    fields = {key: value} if parts is None else {f"{key}.{name}": text for name, text in parts.items()}
    response = client.post(url(application, "autosave", key), fields | {"_version": str(version)})
    return response.status_code, json.loads(response.content)


def section_data(application: Application, section: str, **typed: str) -> dict[str, str]:
    """What a page of a section sends that was opened now, with these texts in place of what it showed."""
    version = application.form_version
    found = version.schema.section(section)
    assert found
    rows = {answer.key: answer for answer in Answer.objects.filter(application=application)}
    data: dict[str, str] = {}
    for field in found.fields:
        answer = rows.get(field.key)
        value = answer.value if answer else None
        data[f"_version.{field.key}"] = str(answer.version if answer else 0)
        data[f"_base.{field.key}"] = digest(field, value)
        if isinstance(value, str):
            data[field.key] = value
    return data | typed


def words_of(response: HttpResponseBase) -> str:
    """The page as text, blanks squeezed."""
    assert isinstance(response, HttpResponse)
    return " ".join(response.content.decode().split())
