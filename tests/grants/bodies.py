"""Bodies and rubrics for tests, made with models alone, inside the program's scope."""

from datetime import timedelta
from typing import Any

from grants.engine.rubric import Anchor, Criterion, RubricSchema
from grants.models import Body, BodyMember, Rubric, RubricVersion
from grants.queries.panels import panel_day
from grants.states import RubricState
from scsc.accounts.models import User
from scsc.programs.models import Program

NAMES = {Body.Kind.ROUNDTABLE: "Roundtable", Body.Kind.ADVISORY: "Advisory Group"}


def body_of(program: Program, kind: str, *members: User, by: User, **fields: Any) -> Body:
    """The body of a kind that the program has, made where there is none, with these members in their term."""
    values = {"name": NAMES[Body.Kind(kind)], "quorum_least": 1} | fields
    body = Body.objects.filter(kind=kind).order_by("pk").first()
    body = body or Body.objects.create(program=program, kind=kind, **values)
    for user in members:
        if not body.members.filter(user=user).exists():
            add_member(body, user, by=by)
    return body


def add_member(body: Body, user: User, *, by: User, **fields: Any) -> BodyMember:
    """A term that began a year ago."""
    values = {"starts_on": panel_day(body.program) - timedelta(days=365), "added_by": by} | fields
    return BodyMember.objects.create(program=body.program, body=body, user=user, **values)


def criterion(key: str, *, weight: int = 1, most: int = 4, **fields: Any) -> Criterion:
    """A criterion that is ready to be published."""
    anchors = [Anchor(points=0, text="Nothing"), Anchor(points=most, text="All of it")]
    values = {"label": key.title(), "anchors": anchors} | fields
    return Criterion(key=key, weight=weight, most=most, **values)


SCHEMA = RubricSchema(
    criteria=[
        criterion("need", weight=3),
        criterion("evidence", weight=2, needs_reason=False),
        criterion("partners", weight=1, may_not_apply=True),
    ]
)


def rubric_of(program: Program, by: User, name: str = "Impact rubric", **fields: Any) -> RubricVersion:
    """The published rubric of this name, made where there is none."""
    rubric, _ = Rubric.objects.get_or_create(program=program, name=name, defaults={"created_by": by})
    values: dict[str, Any] = {
        "state": RubricState.PUBLISHED,
        "content": SCHEMA.model_dump(mode="json"),
        "created_by": by,
    } | fields
    version, _ = RubricVersion.objects.get_or_create(
        program=program, rubric=rubric, number=values.pop("number", 1), defaults=values
    )
    return version
